"""A kind's records in one world of the memory store, with their indexes."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import Any

from mockserver.store import Kind, Record, Taken, getter

_Row = tuple[int, Record]
_Place = tuple[int, str]
_Rank = tuple[bool, Any]


class Table:
    """Records of one kind in one world, indexed. A `shared` table belongs to several worlds: copy, then write.

    Positions in `places` and in each bucket are (sequence number, key): sorted, so a page is a slice. `readers` read
    the indexed values of a record.
    """

    __slots__ = ("buckets", "kind", "next", "ordered", "places", "readers", "rows", "shared", "unique")

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.rows: dict[str, _Row] = {}
        self.places: list[_Place] = []
        self.unique: dict[str, dict[Any, str]] = {field: {} for field in kind.unique}
        self.buckets: dict[str, dict[Any, list[_Place]]] = {field: {} for field in kind.searched}
        self.ordered: dict[str, list[tuple[_Rank, int, str]]] = {field: [] for field in kind.ordered}
        self.readers = [getter(field) for field in (*kind.unique, *kind.searched, *kind.ordered)]
        self.next = 0
        self.shared = False

    def copied(self) -> Table:
        table = Table(self.kind)
        table.rows = self.rows.copy()
        table.places = self.places.copy()
        table.unique = {field: index.copy() for field, index in self.unique.items()}
        table.buckets = {field: {v: b.copy() for v, b in index.items()} for field, index in self.buckets.items()}
        table.ordered = {field: index.copy() for field, index in self.ordered.items()}
        table.next = self.next
        return table

    def values(self, record: Record) -> list[Any]:
        """The indexed values of a record: of the unique fields, then of the searched, then of the ordered ones."""
        return [read(record) for read in self.readers]

    def check(self, key: str, values: list[Any]) -> None:
        for (field, index), value in zip(self.unique.items(), values, strict=False):
            if value is not None and index.get(value, key) != key:
                raise Taken(self.kind.name, field, value, index[value])

    def set(self, key: str, row: _Row, values: list[Any]) -> None:
        """Put a row in place and index it; the old one must have been unset."""
        place = (row[0], key)
        self.rows[key] = row
        _add(self.places, place)
        at = 0
        for index in self.unique.values():
            if values[at] is not None:
                index[values[at]] = key
            at += 1
        for buckets in self.buckets.values():
            if values[at] is not None:
                _add(buckets.setdefault(values[at], []), place)
            at += 1
        for entries in self.ordered.values():
            if values[at] is not None:
                insort(entries, (rank(values[at]), *place))
            at += 1

    def unset(self, key: str) -> _Row | None:
        row = self.rows.pop(key, None)
        if row is None:
            return None
        place = (row[0], key)
        _remove(self.places, place)
        remaining = iter(self.values(row[1]))
        for index, value in zip(self.unique.values(), remaining, strict=False):
            index.pop(value, None)
        for buckets, value in zip(self.buckets.values(), remaining, strict=False):
            if value is not None:
                bucket = buckets[value]
                _remove(bucket, place)
                if not bucket:
                    del buckets[value]
        for entries, value in zip(self.ordered.values(), remaining, strict=True):
            if value is not None:
                _remove(entries, (rank(value), *place))
        return row


def _add(places: list[_Place], place: _Place) -> None:
    if not places or places[-1] < place:
        places.append(place)
    else:
        insort(places, place)


def rank(value: Any) -> _Rank:
    """Numbers first, then text: Python does not compare them."""
    return isinstance(value, str), value


def descending(entries: list[tuple[_Rank, int, str]], first: int, last: int) -> Iterator[tuple[_Rank, int, str]]:
    """Entries `first` to `last` from the highest value to the lowest, but records of the same value oldest first."""
    end = last
    while end > first:
        start = bisect_left(entries, entries[end - 1][0], first, end, key=lambda entry: entry[0])
        yield from map(entries.__getitem__, range(start, end))
        end = start


def _remove(entries: list[Any], entry: Any) -> None:
    del entries[bisect_left(entries, entry)]
