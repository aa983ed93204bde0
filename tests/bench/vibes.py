"""Vibes: look-ups among many persons, and callbacks to a receiver that is well, alone and beside a dead one."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx

from mockserver.client import VendorWorld, make_world, running
from mockserver.store import Record
from tests.bench.inside import STORES, Inside, inside
from tests.bench.report import row
from tests.receiver import Receiver

AUTH = {"Authorization": "Basic VmliZXNVc2VyOlBhc3N3b3JkMTIz", "X-API-Version": "2"}
_FEW, _LIST = 100, "1234"
_C = "/companies/ABC123"
_LOOK_UPS = {
    "search by MDN": f"{_C}/mobiledb/persons?mdn=%2B13000000042",
    "search by external id": f"{_C}/mobiledb/persons/external/EXT000000042",
    "a list's subscribers": f"{_C}/mobiledb/subscription_lists/{_LIST}/subscribers?external_person_id=EXT000000042",
}
_CALLBACKS = 1000
_TYPE = {"callback_type": "person_updated"}


def look_ups(large: bool) -> None:
    """Answers in a world of 100,000 subscribed persons against one of 100; without `--large`, of 10,000."""
    many = 100_000 if large else 10_000
    for store in STORES:
        with inside("vibes", store, AUTH) as asked:
            worlds = [asked.world(f"persons-{count}", _persons(asked, count)) for count in (_FEW, many)]
            for name, path in _LOOK_UPS.items():
                ratio = asked.ratio((worlds[1], path), (worlds[0], path))
                row(f"{name}, {many:,} persons against {_FEW}, {store}", "≤ 2 ×", ratio, unit="×")


def _persons(asked: Inside, count: int) -> Iterator[tuple[str, Record]]:
    """Persons who are all on one list."""
    person, subscription = asked.find("persons")[0], asked.find("subscriptions")[0]
    subscribed = {name: it for name, it in subscription.items() if not name.startswith("opt_out")}
    for number in range(count):
        key = f"person-{number}"
        mine = {"person_key": key, "person_id": key, "external_person_id": f"EXT{number:09d}"}
        yield "persons", {**person, **mine, "mobile_phone": {"mdn": f"+1300{number:07d}", "carrier_code": "104"}}
        yield "subscriptions", {**subscribed, "id": key, "person_key": key, "active": True}


def callbacks() -> None:
    """How long a receiver waits for 1,000 callbacks."""
    with running(["vibes"]) as url, httpx.Client(trust_env=False) as client:
        alone = _delivered(client, url, beside=None)
        row(f"{_CALLBACKS:,} callbacks to a healthy receiver", "≤ 5 s", alone, unit="s")
        with Receiver(hook=["hang"]) as dead:
            beside = _delivered(client, url, beside=dead)
        row("the same beside a receiver that never answers", "≤ 5 s", beside, unit="s")
        row("… against alone", "≈ 1 ×", beside / alone, unit="×")


def _delivered(client: httpx.Client, url: str, beside: Receiver | None) -> float:
    """Seconds from the first event to the last callback at the receiver, with the requests that cause them."""
    world = make_world(client, url, "vibes", rate_limits=False)
    with Receiver() as receiver:
        for address in [it.url() for it in (beside, receiver) if it is not None]:
            _register(client, world, address)
        started = time.perf_counter()
        for _ in range(_CALLBACKS):
            answer = client.post(f"{world.url}{_C}/config/callback_events/test", json=_TYPE, headers=AUTH)
            answer.raise_for_status()
        while len(receiver.requests) < _CALLBACKS and time.perf_counter() - started < 60:
            time.sleep(0.005)
        spent = time.perf_counter() - started
        if len(receiver.requests) != _CALLBACKS:
            raise RuntimeError(f"{len(receiver.requests)} callbacks arrived")
        return spent


def _register(client: httpx.Client, world: VendorWorld, address: str) -> None:
    body = {**_TYPE, "destination": {"url": address}}
    client.post(f"{world.url}{_C}/config/callbacks", json=body, headers=AUTH).raise_for_status()
