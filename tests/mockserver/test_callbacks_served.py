"""Callbacks of servers that run: after a crash, with several workers, on a clock that runs; and through the client."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver.client import ControlError, VendorWorld, make_world
from tests.conftest import Server, wait_for
from tests.mockserver.hooks import lay_out, statuses
from tests.receiver import Receiver

VENDOR = "hooksserved"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_out(tmp_path_factory.mktemp("hooks"), VENDOR)


@pytest.fixture(scope="module")
def one(place: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with its store in memory."""
    made = Server([VENDOR, "--vendor-path", str(place)], tmp_path_factory.mktemp("server"))
    yield made
    made.stop()


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as opened:
        yield opened


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as opened:
        yield opened


def call(client: httpx.Client, url: str, world: VendorWorld, **more: Any) -> list[str]:
    answer = client.post(f"{world.url}/calls", json={"url": url, **more})
    assert answer.status_code == 202, answer.text
    found: list[str] = answer.json()
    return found


def test_on_a_running_clock_nobody_needs_to_ask(one: Server, client: httpx.Client, receiver: Receiver) -> None:
    """A retry, and what due work causes, arrive without any request to the server."""
    receiver.answers["/hook"] = [500, 200]
    world = make_world(client, one.url, VENDOR, switches={VENDOR: {"retry_ms": 50}})
    (event,) = call(client, receiver.url(), world)
    call(client, receiver.url("/due"), world, times=0, later=0.1)
    wait_for(lambda: receiver.at("/due"))
    wait_for(lambda: [it.event for it in receiver.at("/hook")] == [event, event])


def test_through_the_client(one: Server, client: httpx.Client, receiver: Receiver) -> None:
    receiver.answers["/hook"] = [500, 400, 200]
    world = make_world(client, one.url, VENDOR, frozen_at="2026-01-31T08:00:00Z")
    call(client, receiver.url(), world)
    assert statuses(world.callbacks.find()) == [("pending", 1)]
    assert world.callbacks.destinations()[0]["failures"] == 1
    world.clock.advance(10)
    (failed,) = world.callbacks.find(status="failed")
    assert world.callbacks.redeliver(failed["id"])["status"] == "pending"
    assert world.callbacks.count(status="delivered") == 1
    assert world.callbacks.redeliver_failed(type="called") == 0
    world.switch(timeout_ms=30_000)
    receiver.answers["/hook"] = ["hang"]
    call(client, receiver.url(), world)
    with pytest.raises(ControlError, match="still due after"):
        world.callbacks.wait(0.05)
    world.drop()


def test_the_server_is_no_way_into_its_own_control_api(one: Server, client: httpx.Client) -> None:
    world = make_world(client, one.url, VENDOR)
    call(client, f"{one.url}/_control/worlds/{world.name}/reset", world)
    (delivery,) = world.callbacks.find()
    assert (delivery["status"], delivery["attempts"][0]["status"]) == ("failed", 403)


def test_a_crash_loses_nothing(
    server: Callable[..., Server], client: httpx.Client, place: Path, tmp_path: Path
) -> None:
    """What was queued, what waits to be tried again and what was under way arrive once the server is back."""
    arguments = (VENDOR, "--vendor-path", str(place), "--store", f"sqlite:///{tmp_path / 'store.db'}")
    with Receiver(failing=[500], slow=["hang"]) as receiver:
        first = server(*arguments)
        world = VendorWorld(client, first.url, VENDOR, "default")
        world.switch(retry_ms=1_000_000)
        expected = set(call(client, receiver.url("/slow"), world, times=3))
        expected |= set(call(client, receiver.url("/failing"), world, times=3))
        expected |= set(call(client, receiver.url("/slow"), world, times=3, after=3600))
        wait_for(lambda: len(receiver.at("/failing")) == 3 and receiver.hanging == 1)
        os.kill(first.pid, signal.SIGKILL)
        first.process.wait()
        receiver.answers.clear()
        seen = len(receiver.requests)
        again = server(*arguments)
        wait_for(lambda: len(receiver.at("/slow")) == 1 + 3)
        world = VendorWorld(client, again.url, VENDOR, "default")
        world.clock.advance(3600)
        assert world.callbacks.wait()["pending"] == 0
        assert Counter(it.event for it in receiver.requests[seen:]) == Counter(expected)
        again.process.terminate()
        assert again.wait()[0] == 0


def test_workers_send_everything_once(
    server: Callable[..., Server], client: httpx.Client, place: Path, tmp_path: Path, receiver: Receiver
) -> None:
    store = f"sqlite:///{tmp_path / 'store.db'}"
    started = server(VENDOR, "--vendor-path", str(place), "--store", store, "--workers", "2")
    world = VendorWorld(client, started.url, VENDOR, "default")
    events = []
    for number in range(60):  # each on a connection of its own, so both workers have some
        with httpx.Client(trust_env=False) as another:
            events += call(another, receiver.url(f"/{number % 3}"), world)
    assert world.callbacks.wait()["delivered"] == 60
    assert Counter(it.event for it in receiver.requests) == Counter(events)
    for number in range(3):
        assert [it.event for it in receiver.at(f"/{number}")] == events[number::3]


@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_a_thousand_arrive_in_order(
    one: Server, server: Callable[..., Server], client: httpx.Client, place: Path, tmp_path: Path, receiver: Receiver,
    store: str,
) -> None:  # fmt: skip
    if store == "sqlite":
        one = server(VENDOR, "--vendor-path", str(place), "--store", f"sqlite:///{tmp_path / 'store.db'}")
    world = make_world(client, one.url, VENDOR, frozen_at="2026-01-31T08:00:00Z")
    client.timeout = 60.0
    events = call(client, receiver.url(), world, times=1000)
    assert world.callbacks.wait()["delivered"] == 1000
    assert [it.event for it in receiver.requests] == events
