"""A world's clock, and the work that waits for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from mockserver.agenda import settle
from mockserver.clock import Clock, epoch, iso
from mockserver.control.opening import settled
from mockserver.errors import Invalid
from mockserver.exchange import Reply
from mockserver.world import DUE
from mockserver.worlds import Worlds, clock_facts

_FIRST, _LAST = epoch("1970-01-01"), epoch("9000-01-01")
"""Vendors add weeks and years to the time, and none of their dates has five digits."""


def get_clock(worlds: Worlds, world: str) -> Reply:
    """What time it is in a world. Raises UnknownWorld."""
    with worlds.open(world) as settings:
        return Reply(clock_facts(settings))


def freeze_clock(worlds: Worlds, world: str, body: dict[str, Any] | None) -> Reply:
    """Stop the clock, at this moment or at a given one. Raises UnknownWorld, Invalid."""
    at = (body or {}).get("at")
    moment = None if at is None else instant(at, "at")
    return _turn(worlds, world, lambda clock: clock.freeze(moment))


def release_clock(worlds: Worlds, world: str) -> Reply:
    """Let the clock run on from where it stands. Raises UnknownWorld."""
    return _turn(worlds, world, Clock.release)


def advance_clock(worlds: Worlds, world: str, body: dict[str, Any]) -> Reply:
    """Move the clock forward; what became due happens at once, in order. Raises UnknownWorld, Invalid."""
    return _turn(worlds, world, lambda clock: clock.advance(body["seconds"]))


def list_due(worlds: Worlds, world: str, limit: int) -> Reply:
    """The work that comes next, soonest first. Raises UnknownWorld."""
    with settled(worlds, world) as settings:
        found = worlds.store.find(settings["name"], DUE, order="at", limit=limit)
    named = ("vendor", "job", "facts")
    return Reply([{"at": iso(it["at"], "milliseconds"), **{name: it[name] for name in named}} for it in found])


def instant(text: str, name: str) -> float:
    """Seconds since the epoch from ISO 8601 in a body's member `name`. Raises Invalid."""
    try:
        return _within(epoch(text))
    except (ValueError, OverflowError):
        raise Invalid(f"body.{name}: {text!r} is not a time in ISO 8601, such as 2026-01-31T08:00:00Z") from None


def _turn(worlds: Worlds, world: str, turned: Callable[[Clock], Clock]) -> Reply:
    with worlds.open(world) as settings:
        clock = turned(Clock(**settings["clock"]))
        _within(clock.now())
        changed = worlds.change(settings, clock=asdict(clock))
        settle(worlds, changed)
        worlds.stirred(world)
        return Reply(clock_facts(changed))


def _within(moment: float) -> float:
    if not _FIRST <= moment < _LAST:
        raise Invalid("a world's clock goes from the year 1970 to 8999", detail="POST …/reset starts the world again")
    return moment
