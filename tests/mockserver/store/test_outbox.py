"""Turns of two servers on one store: every store agrees about who sends what, and what became of it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import Any

import pytest

from mockserver.app import load_vendors
from mockserver.callbacks.holder import gone, holder
from mockserver.callbacks.turns import Outcome, Turns
from mockserver.clock import now
from mockserver.fixtures import fixtures
from mockserver.outbox import DELIVERIES, DESTINATIONS, Callback
from mockserver.settings import Settings
from mockserver.store import Store
from mockserver.worlds import Worlds
from tests.conftest import ACME

URL = "http://127.0.0.1:9/hook"
KEY = f"acme {URL}"


@pytest.fixture
def worlds(store: Store) -> Worlds:
    vendors = load_vendors(Settings(vendors=("acme",), vendor_paths=(ACME,)))
    made = Worlds(store, vendors, fixtures(vendors, ()))
    made.create("w", frozen_at=1000.0)
    return made


@pytest.fixture
def queue(worlds: Worlds) -> Callable[..., None]:
    def put(*events: str, url: str = URL) -> None:
        with worlds.open("w") as settings:
            for event in events:
                worlds.world(settings, "acme").send(Callback("called", event, url, {"event": event}))

    return put


def advance(worlds: Worlds, to: float) -> None:
    with worlds.open("w") as settings:
        worlds.change(settings, clock={"offset": 0.0, "frozen": to})


def deliveries(worlds: Worlds) -> list[tuple[str, str, int]]:
    with worlds.open("w"):
        found = worlds.store.find("w", DELIVERIES)
    return [(it["event_id"], it["status"], len(it["attempts"])) for it in found]


def done(delivery: str, status: int = 200) -> Outcome:
    return Outcome(delivery, status, None, 0.01)


def test_a_destination_is_held_by_one(worlds: Worlds, queue: Callable[..., None]) -> None:
    one, two = Turns(worlds, holder(), 100), Turns(worlds, holder(), 100)
    queue("e1", "e2")
    assert one.look("w").held == (KEY,)
    waits = two.look("w")
    assert waits.held == ()
    assert waits.again is not None
    assert waits.again > 0, "it looks again when the holder's time is up"
    assert two.take("w", KEY, None) is None
    first = one.take("w", KEY, None)
    assert first is not None
    assert not one.idle("w")
    queue("e3")
    assert two.look("w").held == ()
    second = one.take("w", KEY, done(first.delivery))
    assert second is not None
    third = one.take("w", KEY, done(second.delivery))
    assert third is not None
    assert one.take("w", KEY, done(third.delivery)) is None
    assert deliveries(worlds) == [("e1", "delivered", 1), ("e2", "delivered", 1), ("e3", "delivered", 1)]
    assert one.idle("w")
    assert worlds.store.worlds(DESTINATIONS) == []
    queue("e4")
    assert worlds.store.worlds(DESTINATIONS) == ["w"]
    assert two.look("w").held == (KEY,)


def test_who_has_died_holds_nothing(worlds: Worlds, queue: Callable[..., None]) -> None:
    dead = f"{socket.gethostname()} {2**22 + 1} x"
    queue("e1")
    assert Turns(worlds, dead, 100).look("w").held == (KEY,)
    alive = Turns(worlds, holder(), 100)
    assert alive.look("w").held == (KEY,)
    turn = alive.take("w", KEY, None)
    assert turn is not None
    late = Turns(worlds, dead, 100)
    assert late.take("w", KEY, done(turn.delivery)) is None
    assert deliveries(worlds) == [("e1", "pending", 0)], "what a former holder says does not count"


def test_holders() -> None:
    assert not gone(holder())
    assert not gone(f"another.machine {2**22 + 1} x"), "nothing is known of other machines"
    assert gone(f"{socket.gethostname()} {2**22 + 1} x")
    assert not gone(f"{socket.gethostname()} {os.getpid()} x")


def test_a_refused_transaction_queues_nothing(worlds: Worlds) -> None:
    def refused() -> None:
        with worlds.open("w") as settings:
            worlds.world(settings, "acme").send(Callback("called", "e1", URL, {}))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        refused()
    assert deliveries(worlds) == []
    assert Turns(worlds, holder(), 100).look("w").held == ()


def test_a_retry_waits_for_the_clock(worlds: Worlds, queue: Callable[..., None]) -> None:
    turns = Turns(worlds, holder(), 100)
    queue("e1")
    for attempt, moment in enumerate((1000.0, 1300.0, 1600.0, 1900.0, 2200.0, 2500.0), 1):
        advance(worlds, moment - 0.5)
        assert turns.look("w").held == ()
        advance(worlds, moment)
        turns.look("w")
        turn = turns.take("w", KEY, None)
        assert turn is not None
        assert turn.post.headers["X-Delivery-Attempts"] == str(attempt)
        assert turns.take("w", KEY, done(turn.delivery, 500)) is None
    assert deliveries(worlds) == [("e1", "failed", 6)]


def test_stopping_lets_go(worlds: Worlds, queue: Callable[..., None]) -> None:
    one, two = Turns(worlds, holder(), 100), Turns(worlds, holder(), 100)
    queue("e1", "e2")
    one.look("w")
    turn = one.take("w", KEY, None)
    assert turn is not None
    assert one.take("w", KEY, done(turn.delivery), on=False) is None
    assert deliveries(worlds) == [("e1", "delivered", 1), ("e2", "pending", 0)]
    assert two.look("w").held == (KEY,)


def test_a_running_clock_says_when_to_look_again(worlds: Worlds, queue: Callable[..., Any]) -> None:
    turns = Turns(worlds, holder(), 100)
    assert turns.look("w").again is None
    with worlds.open("w") as settings:
        worlds.world(settings, "acme").send(Callback("called", "e1", URL, {}), after=60)
    assert turns.look("w").again is None, "a clock that stands comes to nothing by itself"
    with worlds.open("w") as settings:
        worlds.change(settings, clock={"offset": 1000.0 - now(0.0, None), "frozen": None})
    again = turns.look("w").again
    assert again is not None
    assert 50 < again <= 60
