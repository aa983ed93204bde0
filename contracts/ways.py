"""Ways into a body: the objects that a schema describes, and where they are in a value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.listing import meant, properties
from specs import Spec

Way = tuple[str, ...]
# A step into each item of a list.
EACH = "*"
_DEEPEST = 6


def objects(schema: Any, spec: Spec, way: Way = ()) -> Iterator[tuple[Way, dict[str, Any]]]:
    """All objects of a schema, not too deep: the way to each, and the schemas of its members, references resolved."""
    if len(way) > _DEEPEST:
        return
    schema = meant(schema, spec)
    if schema.get("type") == "array":
        yield from objects(schema.get("items"), spec, (*way, EACH))
        return
    members = {name: dict(meant(it, spec)) for name, it in properties(schema, spec).items()}
    if members:
        yield way, members
    for name, it in members.items():
        yield from objects(it, spec, (*way, name))


def at(value: Any, way: Way) -> Iterator[dict[str, Any]]:
    """The objects at a way into a value."""
    if not way:
        if isinstance(value, dict):
            yield value
    elif way[0] == EACH:
        for item in value if isinstance(value, list) else ():
            yield from at(item, way[1:])
    elif isinstance(value, dict) and way[0] in value:
        yield from at(value[way[0]], way[1:])


def named(way: Way, member: str) -> str:
    """A member of an object at a way, as people write it."""
    return ".".join((*(step for step in way if step != EACH), member))
