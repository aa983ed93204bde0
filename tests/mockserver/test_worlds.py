"""Worlds: isolation, ids from seeds, clocks and due work, one transaction for each request."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ACME, Mock, answering, document

ORDER = {"part_id": "hinge/7", "quantity": 2}


def make(acme: Mock, name: str, **settings: Any) -> str:
    acme.post("/_control/worlds", json={"name": name, **settings}).raise_for_status()
    return f"/w/{name}/acme"


def test_worlds_do_not_see_each_other(acme: Mock) -> None:
    left, right = make(acme, "left"), make(acme, "right", fixture="empty")
    acme.delete(left + "/parts/hinge%2F7")
    assert acme.get(left + "/parts").json()["total"] == 1
    assert acme.get(right + "/parts").json()["total"] == 0
    assert acme.get("/acme/parts").json()["total"] == 2


def test_the_same_seed_and_requests_give_the_same_ids(acme: Mock) -> None:
    def ids(name: str, seed: int) -> list[str]:
        base = make(acme, name, seed=seed, rate_limits=False)
        acme.get(base + "/parts")
        return [
            acme.post(base + "/parts", json={"name": "Bolt"}).json()["part_id"],
            acme.post(base + "/orders", json={**ORDER, "quantity": 99}, headers=BOTH).json()["code"],
            acme.post(base + "/orders", json=ORDER, headers=BOTH).json()["order_id"],
        ]

    first = ids("a", 7)
    assert ids("b", 7) == first
    assert ids("c", 8) != first


BOTH = {"Authorization": "Bearer token-of-wile"}


def test_a_refused_request_leaves_the_world_as_it_was(acme: Mock) -> None:
    before = acme.records()
    answer = acme.post("/acme/orders", json={**ORDER, "quantity": 99}, headers=BOTH)
    assert answer.json() == {"code": "Conflict", "details": ["There are not 99 of it"]}
    assert acme.records() == before
    assert acme.control("GET", "/due") == []


def test_due_work_happens_when_the_clock_says_so(acme: Mock) -> None:
    acme.control("POST", "/clock/freeze", {"at": "2026-01-31T08:00:00Z"})
    order = acme.post("/acme/orders", json=ORDER, headers=BOTH).json()["order_id"]
    acme.control("PATCH", "/switches/acme", {"seconds_to_send": 10})
    early = acme.post("/acme/orders", json=ORDER, headers=BOTH).json()["order_id"]
    assert [it["facts"]["order_id"] for it in acme.control("GET", "/due")] == [early, order]
    acme.advance(59)
    assert acme.get(f"/acme/orders/{order}").json()["status"] == "PLACED"
    assert acme.get(f"/acme/orders/{early}").json()["sent_at"] == "2026-01-31T08:00:10Z"
    acme.advance(1000)
    assert acme.get(f"/acme/orders/{order}").json()["sent_at"] == "2026-01-31T08:01:00Z"


def test_due_work_that_fails_is_undone_and_stops_nothing(
    mock: Callable[..., Mock], vendor_place: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    source = """
def start(world):
    world.later(5, "things.fail")
    world.later(5, "things.no_such_function")
    world.later(5, "things.work")
    return Reply(world.count("things"))
def fail(world):
    world.put("things", {"id": "half"})
    raise RuntimeError
def work(world):
    world.put("things", {"id": "done"})
"""
    kinds = "from mockserver.store import Kind\nKINDS = (Kind('things', key='id'),)\n"
    operation = {"operationId": "things.start", "responses": answering({})}
    vendor, place = vendor_place(document({"/start": {"post": operation}}), things=source, kinds=kinds)
    shop = mock(vendors=(vendor,), vendor_paths=(place,))
    assert shop.post(f"/{vendor}/start").json() == 0
    shop.advance(6)
    assert shop.records()[vendor]["things"] == [{"id": "done"}]
    assert [it["facts"] for it in shop.control("GET", "/due")] == []
    assert len([it for it in caplog.records if "due work" in it.message]) == 2


def test_due_work_of_a_vendor_that_is_no_longer_served_waits(mock: Callable[..., Mock], tmp_path: Any) -> None:
    store = f"sqlite:///{tmp_path / 'mock.db'}"
    acme = mock(vendors=("acme", "voltmx"), vendor_paths=(ACME,), store=store)
    order = acme.post("/acme/orders", json=ORDER, headers={**BOTH, "X-Acme-Key": "key-of-wile"}).json()["order_id"]
    acme.app.worlds.store.close()
    alone = mock(vendors=("voltmx",), store=store)
    alone.advance(120)
    assert alone.post("/voltmx/vpns/subscription", json={}).status_code == 400
    alone.app.worlds.store.close()
    again = mock(vendors=("acme", "voltmx"), vendor_paths=(ACME,), store=store)
    answer = again.get(f"/acme/orders/{order}", headers={"X-Acme-Key": "key-of-wile"})
    assert answer.json()["status"] == "SENT"
    again.app.worlds.store.close()


def test_reset_and_fork(acme: Mock) -> None:
    base = make(acme, "old", seed=7, frozen_at="2026-01-31T08:00:00Z")
    acme.post(base + "/orders", json=ORDER, headers=BOTH)
    acme.fault("status", "old", status=503, operation="parts.list_parts")
    acme.control("POST", "/fork", {"name": "new"}, world="old")
    acme.control("POST", "/reset", world="old")
    assert acme.records("old") == acme.records()
    assert acme.get(base + "/parts").status_code == 200
    assert len(acme.records("new")["acme"]["orders"]) == 2
    assert acme.get("/w/new/acme/parts").status_code == 503
    acme.advance(60, "new")
    assert {it["status"] for it in acme.records("new")["acme"]["orders"]} == {"SENT"}
    assert acme.control("GET", "/clock", world="old")["now"] == "2026-01-31T08:00:00.000Z"


def test_equal_requests_at_once(mock: Callable[..., Mock]) -> None:
    """Property 27 of the Volt MX reference: one of them is the first, all others are duplicates."""
    voltmx = mock(vendors=("voltmx",))
    fields = {"appId": "testApp", "deviceId": "d", "sid": "s", "osType": "ipad"}
    request = voltmx.build_request(
        "POST", "/voltmx/vpns/subscription", json={"subscriptionService": {"subscribe": fields}}
    )
    answers = voltmx.carrier.together([request] * 40)
    assert sorted(it.status_code for it in answers) == [200, *[201] * 39]
    assert len({it.json()["subscriptionResponse"]["ksid"] for it in answers}) == 1
    assert len([it for it in voltmx.records()["voltmx"]["subscriptions"] if it["deviceId"] == "d"]) == 1


def test_nothing_in_the_middle_knows_the_toy_vendor() -> None:
    root = Path(__file__).parents[2]
    for package in ("mockserver", "specs", "contracts"):
        for path in (root / package).rglob("*.py"):
            code = ast.parse(path.read_text())
            texts = {node.value for node in ast.walk(code) if isinstance(node, ast.Constant)}
            texts -= {
                ast.get_docstring(node, clean=False)
                for node in ast.walk(code)
                if hasattr(node, "body")
                and isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            }
            assert not [it for it in texts if isinstance(it, str) and "acme" in it.lower()], path


BEGINNING = """
from mockserver.store import Kind

KINDS = (Kind("things", key="name"),)


def begin(world):
    for thing in world.find("things"):
        world.later(thing["at"] - world.now, "things.ring", name=thing["name"])
"""
RINGING = """
def get_thing(world, spec):
    return Reply([spec.vendor, *(it["name"] for it in world.find("things") if it["rung"])])


def ring(world, name):
    world.put("things", {**world.get("things", name), "rung": True})
"""


@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_what_a_fixture_sets_going_is_due_in_every_world(
    store: str, vendor_place: Callable[..., Any], mock: Callable[..., Mock], tmp_path: Path
) -> None:
    path = {"/things": {"get": {"operationId": "things.get_thing", "responses": answering({}, "x")}}}
    # 2033-05-18 and 2065-01-24
    fixture = "  things: [{name: early, at: 2000000000, rung: false}, {name: late, at: 3000000000, rung: false}]\n"
    name, place = vendor_place(document(path), fixture, things=RINGING, beginning=BEGINNING, kinds=BEGINNING)
    url = "memory" if store == "memory" else f"sqlite:///{tmp_path}/worlds.db"
    served = mock(vendors=(name,), vendor_paths=(place,), store=url)
    for world in ("one", "two"):
        served.post("/_control/worlds", json={"name": world, "frozen_at": "2026-01-31T08:00:00Z"}).raise_for_status()
    assert served.get(f"/w/one/{name}/things").json() == [name]
    served.advance(10 * 365 * 24 * 3600, "one")
    assert served.get(f"/w/one/{name}/things").json() == [name, "early"]
    assert served.get(f"/w/two/{name}/things").json() == [name]
    served.control("POST", "/reset", world="one")
    assert served.get(f"/w/one/{name}/things").json() == [name]
    served.advance(10 * 365 * 24 * 3600, "one")
    assert served.get(f"/w/one/{name}/things").json() == [name, "early"]
