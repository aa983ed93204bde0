"""What was asked and answered, newest last, in a bounded ring per world."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import islice
from typing import Protocol

from mockserver.exchange import Exchange
from mockserver.store import Kind, Record, Store
from mockserver.world import SETTINGS

BODY_LIMIT = 64 * 1024
JOURNAL = Kind("world/journal", key="id")
_HEADERS, _BODIES = ("request_headers", "response_headers"), ("request_body", "response_body")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which exchanges to show; every field that is set must hold. The same filters serve to look and to assert.

    `operation` is an operationId, `status` those that count, `path` a prefix of the request target, `text` stands in
    either body or the target. `refused`: whether there are reasons; `defect`: whether the mock broke its own contract;
    `fault`: whether something was asked to go wrong. `after`: a journal id.
    """

    vendor: str | None = None
    operation: str | None = None
    status: range | None = None
    method: str | None = None
    path: str | None = None
    text: str | None = None
    refused: bool | None = None
    defect: bool | None = None
    fault: bool | None = None
    after: int | None = None

    def matches(self, exchange: Exchange) -> bool:
        wanted = (
            (self.vendor, exchange.vendor),
            (self.operation, exchange.operation),
            (self.method, exchange.method),
            (self.refused, bool(exchange.reasons)),
            (self.defect, exchange.defect is not None),
            (self.fault, exchange.fault is not None),
        )
        if any(want is not None and want != seen for want, seen in wanted):
            return False
        if self.status is not None and exchange.status not in self.status:
            return False
        if self.after is not None and exchange.id <= self.after:
            return False
        if self.path is not None and not exchange.target.startswith(self.path):
            return False
        return self.text is None or self._has(self.text, exchange)

    @staticmethod
    def _has(text: str, exchange: Exchange) -> bool:
        raw = text.encode()
        return text in exchange.target or raw in exchange.request_body or raw in exchange.response_body


@dataclass(frozen=True, slots=True)
class News:
    """What came after an id: the newest exchanges that match, oldest first. `last` is the id to go on from; `missed`
    is how many more there were, those that were forgotten before anybody looked included."""

    last: int
    missed: int
    exchanges: list[Exchange]


class Journal(Protocol):
    """The seam: one in memory, one in the store that several workers share. Ids count a world's exchanges from 1."""

    def add(self, exchange: Exchange) -> None:
        """Keep an exchange that has been answered, or will be with the next byte, and give it its id. Bodies are kept
        to 64 KiB."""
        ...

    def get(self, world: str, id: int) -> Exchange | None:
        """One exchange, while it is kept."""
        ...

    def find(self, world: str, wanted: Filter, limit: int) -> tuple[int, list[Exchange]]:
        """How many exchanges match, and the last `limit` of them, oldest first."""
        ...

    def since(self, world: str, after: int, wanted: Filter, limit: int) -> News:
        """What came after an id, `limit` at most. Its cost does not grow with what is kept, but with what is new."""
        ...

    def clear(self, world: str) -> None:
        """Forget a world's exchanges; ids count on."""
        ...

    def drop(self, world: str) -> None:
        """Forget a world that has been dropped."""
        ...


@dataclass(slots=True)
class _Ring:
    exchanges: deque[Exchange]
    last: int = 0


class MemoryJournal:
    """The last `size` exchanges of each world, in this process."""

    def __init__(self, size: int = 1000) -> None:
        self._size = size
        self._rings: dict[str, _Ring] = {}

    def add(self, exchange: Exchange) -> None:
        ring = self._rings.get(exchange.world)
        if ring is None:
            ring = self._rings[exchange.world] = _Ring(deque(maxlen=self._size))
        _cut(exchange)
        exchange.id = ring.last = ring.last + 1
        ring.exchanges.append(exchange)

    def get(self, world: str, id: int) -> Exchange | None:
        return next((exchange for exchange in self._kept(world) if exchange.id == id), None)

    def find(self, world: str, wanted: Filter, limit: int) -> tuple[int, list[Exchange]]:
        found = [exchange for exchange in self._kept(world) if wanted.matches(exchange)]
        return len(found), found[-limit:] if limit else []

    def since(self, world: str, after: int, wanted: Filter, limit: int) -> News:
        ring = self._rings.get(world)
        if ring is None:
            return News(0, 0, [])
        new = max(0, ring.last - after)
        return _news(ring.last, after, islice(reversed(ring.exchanges), new), wanted, limit)

    def clear(self, world: str) -> None:
        ring = self._rings.get(world)
        if ring is not None:
            ring.exchanges.clear()

    def drop(self, world: str) -> None:
        self._rings.pop(world, None)

    def _kept(self, world: str) -> deque[Exchange]:
        ring = self._rings.get(world)
        return deque() if ring is None else ring.exchanges


class StoreJournal:
    """The last `size` exchanges of each world, as records beside the world's own: all workers see the same, and a
    restart keeps them."""

    def __init__(self, store: Store, size: int = 1000) -> None:
        self._store = store
        self._size = size

    def add(self, exchange: Exchange) -> None:
        _cut(exchange)
        world = exchange.world
        with self._store.transaction(world):
            if self._store.get(world, SETTINGS, world) is None:
                return  # what was asked of no world, or of one that has been dropped, has nowhere to stand
            exchange.id = self._store.bump(world, "journal")
            self._store.put(world, JOURNAL, str(exchange.id), _record(exchange))
            self._store.delete(world, JOURNAL, str(exchange.id - self._size))

    def find(self, world: str, wanted: Filter, limit: int) -> tuple[int, list[Exchange]]:
        with self._store.transaction(world):
            records = self._store.find(world, JOURNAL)
        found = [exchange for exchange in map(_exchange, records) if wanted.matches(exchange)]
        return len(found), found[-limit:] if limit else []

    def get(self, world: str, id: int) -> Exchange | None:
        with self._store.transaction(world):
            record = self._store.get(world, JOURNAL, str(id))
        return None if record is None else _exchange(record)

    def since(self, world: str, after: int, wanted: Filter, limit: int) -> News:
        with self._store.transaction(world):
            total = self._store.count(world, JOURNAL)
            newest = self._store.find(world, JOURNAL, offset=max(0, total - 1))
            last = newest[-1]["id"] if newest else after
            new = max(0, min(total, last - after))
            records = self._store.find(world, JOURNAL, offset=total - new) if new else []
        return _news(last, after, map(_exchange, reversed(records)), wanted, limit)

    def clear(self, world: str) -> None:
        with self._store.transaction(world):
            for record in self._store.find(world, JOURNAL):
                self._store.delete(world, JOURNAL, str(record["id"]))

    def drop(self, world: str) -> None:
        """They were records of the world, and went with it."""


def _news(last: int, after: int, newest_first: Iterator[Exchange], wanted: Filter, limit: int) -> News:
    found: list[Exchange] = []
    unwanted, all_match = 0, wanted == Filter()
    for exchange in newest_first:
        if not (all_match or wanted.matches(exchange)):
            unwanted += 1
        elif len(found) < limit:
            found.append(exchange)
        elif all_match:
            break
    return News(last, max(0, last - after - unwanted - len(found)), found[::-1])


def _cut(exchange: Exchange) -> None:
    if len(exchange.request_body) > BODY_LIMIT:
        exchange.request_body = exchange.request_body[:BODY_LIMIT]
    if len(exchange.response_body) > BODY_LIMIT:
        exchange.response_body = exchange.response_body[:BODY_LIMIT]


def _record(exchange: Exchange) -> Record:
    """An exchange in JSON; bytes stand as text of code points below 256."""
    names = [
        field.name
        for field in fields(exchange)
        if field.name not in (*_HEADERS, *_BODIES, "headers", "segments", "prepared")
    ]
    return {
        **{name: getattr(exchange, name) for name in names},
        **{name: getattr(exchange, name).decode("latin-1") for name in _BODIES},
        **{name: [[k.decode("latin-1"), v.decode("latin-1")] for k, v in getattr(exchange, name)] for name in _HEADERS},
    }


def _exchange(record: Record) -> Exchange:
    found = {**record, "reasons": tuple(record["reasons"])}
    for name in _BODIES:
        found[name] = record[name].encode("latin-1")
    for name in _HEADERS:
        found[name] = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in record[name]]
    return Exchange(headers=dict(found["request_headers"]), **found)
