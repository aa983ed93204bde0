"""Where records live: the Store protocol and what its implementations share.

A store holds records, plain dicts, under (world, kind, key). A record is replaced, never changed in place: that is what
makes a fork or a reset cheap. Every call happens inside a transaction of one world, and transactions of one world
follow each other, so a handler cannot tell the implementations apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

Record = dict[str, Any]
Scalar = str | int | float | bool


class Taken(Exception):
    """A unique field already holds this value in another record; nothing was written."""

    def __init__(self, kind: str, field: str, value: Any, owner: str) -> None:
        self.kind, self.field, self.value, self.owner = kind, field, value, owner
        super().__init__(f"{kind}: another record ({owner}) has {field} = {value!r}")


class StoreError(Exception):
    """The store cannot be reached or written. One line, for people."""


@dataclass(frozen=True, slots=True)
class AtMost:
    """In `where`: the field, which must be ordered, is this value or below it."""

    value: Scalar


@dataclass(frozen=True, slots=True)
class Between:
    """In `where`: the field, which must be ordered, is one of these values or lies between them."""

    low: Scalar
    high: Scalar


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record and the fields the store must know; a field may be dotted (`mobile_phone.mdn`), or several
    joined (`appId+deviceId`, whose value is that of `joined`).

    `key` names the field that holds the record's key. `unique` fields hold a value once; `searched` fields may stand in
    `where`; `ordered` fields may stand in `where` with AtMost or Between, and in `order`: numbers first, then text by
    code point. `paged` are those searched fields of which a value may have many thousands of records, that are read
    page by page: the last page costs what the first does, and writing a little more.
    Values are the same when Python says so (1 == 1.0 == True). Only text, numbers and booleans are indexed: a field
    that is missing, null, a list or an object (or NaN) is never found, never in an order, never in the way.
    `schema` is what a fixture's records are held to: a component of the spec by name, or a JSON Schema.
    """

    name: str
    key: str
    unique: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()
    ordered: tuple[str, ...] = ()
    paged: tuple[str, ...] = ()
    schema: str | Mapping[str, Any] | None = None


class Store(Protocol):
    """The seam. `world` and `key` are text; `kind.name` is unique over all vendors (`vibes/persons`).

    A record is what JSON can say: a store may refuse anything else with TypeError or ValueError, and infinity, which
    JSON cannot say, may come back as null.
    """

    name: str

    def transaction(self, world: str) -> AbstractContextManager[None]:
        """Everything inside becomes visible together, or, when it raises, not at all. Not nested; see `savepoint`."""
        ...

    def savepoint(self) -> AbstractContextManager[None]:
        """Inside a transaction: what happens in here is undone when it raises, the rest of the transaction stands."""
        ...

    def get(self, world: str, kind: Kind, key: str) -> Record | None: ...

    def put(self, world: str, kind: Kind, key: str, record: Record) -> None:
        """Add or replace. A replaced record keeps its place in the order. Raises Taken."""
        ...

    def delete(self, world: str, kind: Kind, key: str) -> bool:
        """Whether there was such a record."""
        ...

    def find(
        self,
        world: str,
        kind: Kind,
        where: Mapping[str, Any] | None = None,
        order: str | None = None,
        offset: int = 0,
        limit: int | None = None,
    ) -> list[Record]:
        """Matching records, oldest first, or by an ordered field (`-field`: descending). Costs what it returns."""
        ...

    def count(self, world: str, kind: Kind, where: Mapping[str, Any] | None = None) -> int: ...

    def bump(self, world: str, counter: str) -> int:
        """Add one to a counter of the world and return it; the first call returns 1."""
        ...

    def worlds(self, kind: Kind | None = None) -> list[str]:
        """Names of the worlds that hold anything, or any record of a kind, in alphabetical order."""
        ...

    def kinds(self, world: str) -> dict[str, int]:
        """How many records of each kind a world holds, by kind name; kinds without records may be left out."""
        ...

    def copied(self, source: str, target: str) -> AbstractContextManager[bool]:
        """A transaction of `target` at whose start it holds exactly what `source` holds, counters included.

        Gives whether `target` held anything before. When it raises, `target` holds that again.
        """
        ...

    def drop(self, world: str) -> None:
        """Forget a world. Its own transaction."""
        ...

    def close(self) -> None: ...


def joined(*values: object) -> str:
    """The value of a joined field (`appId+deviceId`), for `where`."""
    return "\x1f".join(map(str, values))


@cache
def getter(field: str) -> Callable[[Record], Any]:
    """Reads a field of a record, dotted or joined; None when any of it is missing, or cannot be indexed."""
    if "+" in field:
        first, rest = (getter(part) for part in field.split("+", 1))

        def join(record: Record) -> str | None:
            one = first(record)
            more = None if one is None else rest(record)
            return None if more is None else f"{one}\x1f{more}"

        return join
    if "." not in field:

        def plain(record: Record) -> Any:
            value = record.get(field)
            return value if type(value) is str else _indexed(value)

        return plain
    steps = field.split(".")

    def read(record: Record) -> Any:
        value: Any = record
        for step in steps:
            value = value.get(step) if isinstance(value, dict) else None
        return value if type(value) is str else _indexed(value)

    return read


def _indexed(value: Any) -> Any:
    # NaN, which does not even equal itself, would spoil the order of the others
    return value if isinstance(value, (str, int, float)) and value == value else None  # noqa: PLR0124


def impossible(where: Mapping[str, Any]) -> bool:
    """Whether a condition asks for what is never indexed (null, a list), so that no record can match."""
    return any(_indexed(bound) is None for value in where.values() for bound in bounds(value))


def bounds(value: Any) -> tuple[Any, ...]:
    """The values that a condition names: one, or the two ends of a range."""
    if isinstance(value, Between):
        return value.low, value.high
    return (value.value,) if isinstance(value, AtMost) else (value,)


def check_declared(kind: Kind, where: Iterable[tuple[str, Any]], order: str | None) -> None:
    """Raises LookupError for a search by a field that the kind does not declare: it would read every record."""
    for field, value in where:
        declared = kind.ordered if isinstance(value, AtMost | Between) else (*kind.unique, *kind.searched)
        if field not in declared:
            raise LookupError(f"{kind.name} does not declare {field!r} for this search")
    if order is not None and order.lstrip("-") not in kind.ordered:
        raise LookupError(f"{kind.name} does not declare {order.lstrip('-')!r} as ordered")
