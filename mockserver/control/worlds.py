"""Worlds: made, looked at, forked, reset and dropped."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from mockserver.control.clock import instant
from mockserver.exchange import Reply
from mockserver.journal import Journal
from mockserver.store import Record
from mockserver.worlds import DEFAULT, UnknownWorld, Worlds, clock_facts


def list_worlds(worlds: Worlds) -> Reply:
    """All worlds by name."""
    found = []
    for name in worlds.names():
        with suppress(UnknownWorld), worlds.open(name) as settings:  # another client may just have dropped it
            found.append(_facts(settings))
    return Reply(found)


def make_world(worlds: Worlds, body: dict[str, Any] | None) -> Reply:
    """A new world from a fixture. Raises Conflict for a taken name, Invalid for what cannot be (fixture, switch …)."""
    wanted = body or {}
    at = wanted.get("frozen_at")
    settings = worlds.create(
        wanted.get("name"),
        fixture=wanted.get("fixture", DEFAULT),
        seed=wanted.get("seed", 0),
        frozen_at=None if at is None else instant(at, "frozen_at"),
        rate_limits=wanted.get("rate_limits", True),
        switches=wanted.get("switches"),
    )
    return Reply(_facts(settings), 201)


def get_world(worlds: Worlds, world: str) -> Reply:
    """One world's facts. Raises UnknownWorld."""
    with worlds.open(world) as settings:
        return Reply(_facts(settings))


def drop_world(worlds: Worlds, journal: Journal, world: str) -> Reply:
    """Forget a world and its journal. Raises UnknownWorld."""
    worlds.drop(world)
    journal.drop(world)
    return Reply(None, 204)


def fork_world(worlds: Worlds, journal: Journal, world: str, body: dict[str, Any] | None) -> Reply:
    """A new world that holds what this one holds now. Raises UnknownWorld, and Conflict for a taken name."""
    settings = worlds.fork(world, (body or {}).get("name"))
    journal.clear(settings["name"])  # a durable journal lies beside the records, and was copied with them
    return Reply(_facts(settings), 201)


def reset_world(worlds: Worlds, journal: Journal, world: str) -> Reply:
    """Back to what the world was made from, its journal cleared. Raises UnknownWorld."""
    settings = worlds.reset(world)
    journal.clear(world)
    return Reply(_facts(settings))


def _facts(settings: Record) -> dict[str, Any]:
    return {
        "name": settings["name"],
        "url": f"/w/{settings['name']}",
        "fixture": settings["fixture"],
        "seed": settings["seed"],
        "rate_limits": settings["rate_limits"],
        "switches": settings["switches"],
        "clock": clock_facts(settings),
    }
