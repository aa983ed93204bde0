"""`counts-add-up`: a count in an answer agrees with the rows that stand beside it.

Never fewer are counted than there are, wherever a member or header is called like a count of the rows. As many as there
are, where the document's own examples show it: lists may be cut short, and then its examples do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from contracts.exchange import Exchange
from contracts.finding import Problem
from contracts.listing import Listing, decoded, listing, plain
from contracts.ways import Way, at, named, objects
from specs import Operation, Spec
from specs.codecs import is_json


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two members of the object at `way`: `count` is how many `rows` there are, `exact` if never more."""

    way: Way
    count: str
    rows: str
    exact: bool


_known: WeakKeyDictionary[Spec, dict[tuple[str, str, str], tuple[tuple[_Pair, ...], Listing | None]]]
_known = WeakKeyDictionary()


def check(exchange: Exchange, operation: Operation, spec: Spec) -> Iterator[Problem]:
    """Object to a count that is less than the rows beside it, or another where the two are the same."""
    response = exchange.response
    documented = operation.response(response.status) if response else None
    kind = (response.media_type or "") if response else ""
    if response is None or documented is None or response.status >= 300 or not is_json(kind):
        return
    key = operation.id, documented.status, kind
    known = _known.setdefault(spec, {})
    if key not in known:
        known[key] = _found(operation, documented.status, kind, spec)
    pairs, rows = known[key]
    if not pairs and rows is None:
        return
    value = decoded(exchange, operation, spec)
    if rows is not None:
        yield from _too_many(rows, value, exchange)
    for pair in pairs:
        for holder in at(value, pair.way):
            yield from _unequal(pair, holder)


def _too_many(it: Listing, value: Any, exchange: Exchange) -> Iterator[Problem]:
    rows, total = it.of(value), it.counted(value, exchange.response)
    if rows is not None and total is not None and len(rows) > total:
        name = it.header or ".".join(it.total)
        yield Problem(name, f"{name} not below the number of rows", f"{total}, with {len(rows)} rows")


def _unequal(pair: _Pair, holder: Any) -> Iterator[Problem]:
    count, rows = holder.get(pair.count), holder.get(pair.rows, [])
    if not isinstance(count, int) or isinstance(count, bool) or not isinstance(rows, list):
        return
    if len(rows) > count or (pair.exact and len(rows) != count):
        words = "as many as there are" if pair.exact else "not below the number of"
        name = named(pair.way, pair.count)
        yield Problem(name, f"{name} {words} {pair.rows}", f"{count}, with {len(rows)} {pair.rows}")


def _found(operation: Operation, status: str, kind: str, spec: Spec) -> tuple[tuple[_Pair, ...], Listing | None]:
    media = operation.responses[status].content.get(kind)
    if media is None or media.schema is None:
        return (), None
    rows = listing(operation, spec)
    # A list that says how many there are in all has fewer of them on a page.
    taken = (rows.total, rows.rows) if rows else ((), None)
    pairs = [it for it in _pairs(media.schema, spec) if ((*it.way, it.count), it.rows) != taken]
    exact = [_Pair(it.way, it.count, it.rows, _shown(it, media.examples)) for it in pairs]
    return tuple(exact), rows if rows and (rows.total or rows.header) else None


def _pairs(schema: Any, spec: Spec) -> Iterator[_Pair]:
    """Members called like the count of a list beside them, in all objects of a schema."""
    for way, members in objects(schema, spec):
        for rows in (name for name, it in members.items() if it.get("type") == "array"):
            names = {form for noun in (plain(rows), plain(rows).removesuffix("s")) for form in _forms(noun)}
            for count, it in members.items():
                if it.get("type") == "integer" and plain(count) in names:
                    yield _Pair(way, count, rows, exact=False)


def _forms(noun: str) -> tuple[str, ...]:
    return f"{noun}count", f"countof{noun}", f"numberof{noun}", f"num{noun}", f"total{noun}", f"{noun}total"


def _shown(pair: _Pair, examples: Mapping[str, Any]) -> bool:
    """Whether the examples have as many as they count, some of them more than none."""
    holders = [it for example in examples.values() for it in at(example, pair.way) if pair.count in it]
    lengths = [(it[pair.count], len(it.get(pair.rows) or ())) for it in holders]
    return any(length for _, length in lengths) and all(count == length for count, length in lengths)
