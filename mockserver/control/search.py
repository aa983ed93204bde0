"""Looking for records of a kind. What the store has an index for, it finds; for anything else a bounded number of
records is looked at a call, so that a search among a million never keeps the vendors' own requests waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from mockserver.store import Between, Kind, Record, Scalar, Store, getter

LOOKED_AT = 2_000
_CHUNK = 250


@dataclass(frozen=True, slots=True)
class Search:
    """Records whose `field` (dotted) has a `value` as text, and that hold a `text` somewhere; None: any."""

    kind: Kind
    field: str | None = None
    value: str | None = None
    text: str | None = None

    def page(self, store: Store, world: str, offset: int, limit: int) -> dict[str, Any]:
        """At most `limit` records from `offset` on, and `next`, the offset to go on from; None at the end.

        `total` is how many there are to go through: those that an index leads to, else all of the kind.
        """
        if self.field == self.kind.key and self.value is not None:
            return self._keyed(store, world, offset, limit)
        where, tests = self._indexed(store, world), [*self._tests()]
        total = store.count(world, self.kind, where)
        if not tests:
            found = store.find(world, self.kind, where, offset=offset, limit=limit)
            return _page(total, found, offset + len(found))
        found, at = [], offset
        while limit and at < min(total, offset + LOOKED_AT):
            for record in store.find(world, self.kind, where, offset=at, limit=_CHUNK):
                at += 1
                if all(test(record) for test in tests):
                    found.append(record)
                if len(found) == limit:
                    return _page(total, found, at)
        return _page(total, found, at)

    def _keyed(self, store: Store, world: str, offset: int, limit: int) -> dict[str, Any]:
        record = store.get(world, self.kind, self.value or "")
        kept = [record] if record is not None and all(test(record) for test in self._tests()) else []
        return _page(len(kept), kept[offset : offset + limit], len(kept))

    @property
    def _has_index(self) -> bool:
        return self.field in (*self.kind.unique, *self.kind.searched, *self.kind.ordered)

    def _indexed(self, store: Store, world: str) -> dict[str, Any]:
        """The condition that the store has an index for: the value as text, or as the number or truth it may mean."""
        if self.field is None or self.value is None or not self._has_index:
            return {}
        exact = self.field in (*self.kind.unique, *self.kind.searched)
        ways = [{self.field: it if exact else Between(it, it)} for it in _meanings(self.value)]
        return next((way for way in ways if store.find(world, self.kind, way, limit=1)), ways[0])

    def _tests(self) -> Iterator[Callable[[Record], bool]]:
        """What is left to be looked for in each record."""
        if self.field is not None and self.value is not None and not self._has_index and self.field != self.kind.key:
            read, wanted = getter(self.field), _meanings(self.value)
            yield lambda record: read(record) in wanted
        if self.text:
            words = self.text.casefold()
            written = orjson.dumps(words)[1:-1].decode()
            # Most records are told by their JSON as a whole; of the others a member's name may hold the words.
            yield (
                lambda record: (
                    written in orjson.dumps(record).decode().casefold()
                    and any(words in text for text in _texts(record))
                )
            )


def _page(total: int, records: list[Record], at: int) -> dict[str, Any]:
    return {"total": total, "records": records, "next": at if at < total else None}


def _meanings(text: str) -> list[Scalar]:
    try:
        value = orjson.loads(text)
    except ValueError:
        return [text]
    return [text, value] if isinstance(value, int | float | bool) else [text]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    else:
        yield (value if isinstance(value, str) else orjson.dumps(value).decode()).casefold()
