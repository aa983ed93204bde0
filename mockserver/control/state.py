"""The records of a world, by vendor, kind and key."""

from __future__ import annotations

from typing import Any

from mockserver.control.opening import settled
from mockserver.control.search import Search
from mockserver.errors import BadParameter, Conflict, Invalid, NotFound
from mockserver.exchange import Reply
from mockserver.fixtures import record_problems
from mockserver.store import Taken
from mockserver.worlds import Worlds
from specs.schemas import Problem


def count_records(worlds: Worlds, world: str, vendor: str) -> Reply:
    """How many records of each kind a vendor keeps. Raises UnknownWorld, NotFound."""
    kinds = worlds.vendor(vendor).kinds
    with settled(worlds, world):
        counts = worlds.store.kinds(world)
    return Reply({"kinds": {name: counts.get(kind.name, 0) for name, kind in kinds.items()}})


def list_records(
    worlds: Worlds,
    world: str,
    vendor: str,
    kind: str,
    *,
    offset: int,
    limit: int,
    field: str | None = None,
    value: str | None = None,
    text: str | None = None,
) -> Reply:
    """A page of the records of a kind, oldest first. Raises UnknownWorld, NotFound, BadParameter."""
    known = worlds.kind(vendor, kind)
    if (field is None) != (value is None):
        raise BadParameter("`field` and `value` go together")
    with settled(worlds, world):
        return Reply(Search(known, field, value, text).page(worlds.store, world, offset, limit))


def get_record(worlds: Worlds, world: str, vendor: str, kind: str, key: str) -> Reply:
    """One record. Raises UnknownWorld, NotFound."""
    known = worlds.kind(vendor, kind)
    with settled(worlds, world):
        record = worlds.store.get(world, known, key)
    if record is None:
        raise _missing(vendor, kind, key)
    return Reply(record)


def put_record(worlds: Worlds, world: str, vendor: str, kind: str, key: str, *, body: dict[str, Any]) -> Reply:
    """Add a record (201) or replace it (200), as if it had always been there.

    Raises UnknownWorld, NotFound; Invalid for what the kind's schema does not allow; Conflict for what another has.
    """
    known = worlds.kind(vendor, kind)
    problems = list(record_problems(worlds.vendor(vendor), kind, body))
    if problems:
        raise Invalid(problems=problems)
    if str(body[known.key]) != key:
        message = f"is {str(body[known.key])!r}, but the path says {key!r}"
        raise Invalid(problems=[Problem("body", (known.key,), "key", message)])
    with settled(worlds, world):
        status = 201 if worlds.store.get(world, known, key) is None else 200
        try:
            worlds.store.put(world, known, key, body)
        except Taken as taken:
            raise Conflict(str(taken)) from None
    return Reply(body, status)


def delete_record(worlds: Worlds, world: str, vendor: str, kind: str, key: str) -> Reply:
    """Forget one record. Raises UnknownWorld, NotFound."""
    known = worlds.kind(vendor, kind)
    with settled(worlds, world):
        if not worlds.store.delete(world, known, key):
            raise _missing(vendor, kind, key)
    return Reply(None, 204)


def _missing(vendor: str, kind: str, key: str) -> NotFound:
    return NotFound(f"{vendor} has no record {key!r} of kind {kind!r} in this world")
