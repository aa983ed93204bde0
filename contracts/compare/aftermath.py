"""What is read once a recipe is over, some time later: what it wrote shows there, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from contracts import removal
from contracts.exchange import Exchange
from contracts.provocations.lives import reader_of
from contracts.validity import path_values
from specs import Operation, Spec

# Of the world's clock: what is imported, queued or confirmed has happened by then, and no token has expired.
SECONDS = 7200.0
_MOST = 8
_MADE = 3

Read = tuple[str, dict[str, str]]


def reads(spec: Spec, exchanges: Iterable[Exchange]) -> list[Read]:
    """Operations that read what is under the tags that were written to, with their path parameters: what was made
    first, then with the values that were used last. No operations when nothing was written."""
    sent = [it for it in exchanges if it.operation in spec.operations]
    wrote = [it for it in sent if spec.operations[it.operation].method != "GET" and 200 <= it.status < 300]
    used: dict[str, str] = {}
    for it in sent:
        used |= path_values(it, spec.operations[it.operation]) or {}
    tags = {spec.operations[it.operation].tag for it in wrote}
    others = ((it.id, _own(it, used)) for it in spec.operations.values() if it.method == "GET" and it.tag in tags)
    found: list[Read] = []
    made = filter(None, (of(spec, it) for it in reversed(wrote)))
    for read in (*islice(made, _MADE), *others):
        if read not in found:
            found.append(read)
    return found[:_MOST]


def of(spec: Spec, exchange: Exchange) -> Read | None:
    """What reads the thing that an exchange has written; None when that cannot be told."""
    operation = spec.operations[exchange.operation]
    reader = reader_of(spec, operation)
    where = removal.address(reader, exchange, operation, spec) if reader else None
    return (reader.id, where) if reader and where is not None else None


def _own(operation: Operation, used: dict[str, str]) -> dict[str, str]:
    names = {it.name for it in operation.parameters if it.place == "path"}
    return {name: value for name, value in used.items() if name in names}
