"""`no-server-error`: a text in letters of many scripts is taken or refused, wherever in a body it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from contracts.client import Client
from contracts.listing import meant, properties
from contracts.provocations import made
from contracts.recipes import Recipe
from specs import Operation, Spec
from specs.codecs import is_json

CHECK = "no-server-error"
# Of two, three and four bytes; none that Unicode would compose another way.
LETTERS = "Løß 語 😀"
_MOST = 12
Way = tuple[str | int, ...]


def recipes(spec: Spec, operation: Operation) -> Iterator[Recipe]:
    """One for an operation whose examples have texts of any letters."""
    for kind, media in operation.body.items():
        if not is_json(kind):
            continue
        found: dict[Way, Any] = {}
        for example in media.examples.values():
            for way in _texts(example, media.schema, spec):
                found.setdefault(way, example)
        if found:
            act = partial(_write, operation=operation, kind=kind, texts=[*found.items()][:_MOST])
            yield made(operation, "any letters", act, check=CHECK)
            return


def free(schema: Mapping[str, Any]) -> bool:
    """Whether a member is a text of any letters."""
    narrow = schema.keys() & {"enum", "format", "pattern", "readOnly", "writeOnly"}
    return schema.get("type") == "string" and not narrow and schema.get("maxLength", 99) >= len(LETTERS)


def _texts(value: Any, schema: Any, spec: Spec, way: Way = ()) -> Iterator[Way]:
    """Where the texts of any letters are in an example; where no schema says what a value is, it may be any."""
    known = meant(schema, spec)
    if isinstance(value, str):
        if free(known) or not known.keys() & {"type", "enum", "format", "pattern"}:
            yield way
    elif isinstance(value, Mapping):
        members, others = properties(known, spec), known.get("additionalProperties", True)
        for name, item in value.items():
            yield from _texts(item, members.get(name, others), spec, (*way, name))
    elif isinstance(value, list) and value:
        yield from _texts(value[0], known.get("items"), spec, (*way, 0))


def _write(client: Client, operation: Operation, kind: str, texts: list[tuple[Way, Any]]) -> None:
    """Each text in turn; `no-server-error` judges the answers."""
    for way, example in texts:
        if client.has_world and client.sent:
            client.world.reset()
        client.call(operation.id, body=_changed(example, way), media_type=kind)


def _changed(value: Any, way: Way) -> Any:
    if not way:
        return LETTERS
    copy = value.copy()
    copy[way[0]] = _changed(value[way[0]], way[1:])
    return copy
