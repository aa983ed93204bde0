"""Requests per class and API user, counted on the world's clock in windows of the class's length."""

from __future__ import annotations

import math
from collections.abc import Iterator

from mockserver.errors import TooManyRequests
from mockserver.store import Store
from mockserver.world import USAGE, World
from specs.operations import RateClass


def admit(store: Store, world: World, rate: RateClass, caller: str) -> None:
    """Count one request. Raises TooManyRequests, with `Retry-After`, when the window's budget is spent.

    A refused request is not counted, so a client that waits as told is served.
    """
    key = f"{world.vendor}/{rate.name}/{caller}"
    window = _window(world, rate)
    usage = store.get(world.name, USAGE, key)
    used = usage["used"] if usage is not None and usage["window"] == window else 0
    if used >= rate.requests:
        wait = max(1, math.ceil(renewed_at(world, rate) - world.now))
        frozen = world.settings["clock"]["frozen"] is not None
        hint = "; the world's clock stands still, so advance it" if frozen else ""
        raise TooManyRequests(
            f"{caller} has spent its {rate.requests} requests per {rate.seconds:g} s of class {rate.name!r}{hint}",
            headers={"Retry-After": str(wait)},
        )
    store.put(world.name, USAGE, key, {"key": key, "window": window, "used": used + 1})


def used(store: Store, world: World, rate: RateClass) -> Iterator[tuple[str, int]]:
    """The API users that have spent some of the window's budget, and how many requests of it."""
    prefix, window = f"{world.vendor}/{rate.name}/", _window(world, rate)
    for usage in store.find(world.name, USAGE):
        if usage["key"].startswith(prefix) and usage["window"] == window:
            yield usage["key"].removeprefix(prefix), usage["used"]


def renewed_at(world: World, rate: RateClass) -> float:
    """When the next window begins, in seconds since the epoch on the world's clock."""
    return (_window(world, rate) + 1) * rate.seconds


def _window(world: World, rate: RateClass) -> int:
    return math.floor(world.now / rate.seconds)
