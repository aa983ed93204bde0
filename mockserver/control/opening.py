"""Opening a world from outside, as it is now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mockserver.agenda import settle
from mockserver.store import Record
from mockserver.worlds import Worlds


@contextmanager
def settled(worlds: Worlds, name: str) -> Iterator[Record]:
    """A world's settings, inside a transaction of it, once all that is due has happened. Raises UnknownWorld."""
    with worlds.open(name) as settings:
        settle(worlds, settings)
        yield settings
