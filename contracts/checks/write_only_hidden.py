"""`write-only-hidden`: a member that the document calls `writeOnly`, a password say, is in no answer."""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from contracts.exchange import Exchange
from contracts.finding import Problem
from contracts.listing import decoded
from contracts.ways import Way, at, named, objects
from specs import Operation, Spec

_known: WeakKeyDictionary[Spec, dict[str, tuple[tuple[Way, str], ...]]] = WeakKeyDictionary()


def check(exchange: Exchange, operation: Operation, spec: Spec) -> Iterator[Problem]:
    """Object to each such member that an answer in JSON has, unless there is nothing in it."""
    response = exchange.response
    documented = operation.response(response.status) if response else None
    media = documented.content.get(response.media_type or "") if response and documented else None
    if media is None or media.schema is None:
        return
    known = _known.setdefault(spec, {})
    if media.pointer not in known:
        members = ((way, name, it) for way, found in objects(media.schema, spec) for name, it in found.items())
        known[media.pointer] = tuple((way, name) for way, name, it in members if it.get("writeOnly"))
    value = decoded(exchange, operation, spec) if known[media.pointer] else None
    for way, name in known[media.pointer]:
        if any(holder.get(name) not in (None, "") for holder in at(value, way)):
            # What is in it is a secret, and nobody's to repeat.
            yield Problem(named(way, name), f"no `{named(way, name)}`, which is write-only", "it is there")
