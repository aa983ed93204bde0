"""Documented examples with one thing changed, each in a world of its own: what two implementations read differently.

Nothing is judged here, so a change need not be valid: both sides get the same, and are read afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import partial
from itertools import islice
from typing import Any

from contracts.client import Client
from contracts.compare import aftermath, times
from contracts.environment import Dice
from contracts.filled import NOTHING
from contracts.provocations import made
from contracts.recipes import Act, Recipe
from contracts.ways import Way, at, named, objects
from specs import Operation, Spec
from specs.codecs import is_json
from specs.operations import Media, Parameter
from specs.samples import sample

# One change of a body: the way to an object, its member, and what the member becomes (NOTHING: it is left out).
Change = tuple[Way, str, Any]
_SEEDS = (1, 2)
# The same moment as nobody would write it first, one in another zone, one long ago, one far ahead, and a day.
_TIMES = ("2026-02-01T00:30:00+02:00", "2026-01-31T23:30:00-05:00", "2019-05-06T07:08:09Z", "2031-12-31T23:59:59Z")
_DAYS = ("2026-02-28", "2019-05-06", "2031-12-31")


def recipes(spec: Spec, operation: Operation, most: int, dice: Dice) -> list[Recipe]:
    """So many recipes at most, as different as can be: one for each member and parameter before any has two."""
    found: dict[str, list[Act]] = {}
    for kind, media in operation.body.items():
        for body in media.examples.values() if is_json(kind) else ():
            for change in changes(media, body, spec):
                act = partial(_send, operation=operation, body=changed(body, change), media_type=kind)
                found.setdefault(named(change[0], change[1]), []).append(act)
    for parameter in (it for it in operation.parameters if it.place in ("query", "header")):
        for value in values(parameter, spec):
            act = partial(_send, operation=operation, parameters={parameter.name: value})
            found.setdefault(f"{parameter.place} {parameter.name}", []).append(act)
    for acts in found.values():
        dice.shuffle(acts)
    rounds = ((name, acts[turn]) for turn in range(max(map(len, found.values()), default=0))
              for name, acts in found.items() if turn < len(acts))  # fmt: skip
    return [made(operation, f"with another {name}", act) for name, act in islice(rounds, most)]


def _send(client: Client, operation: Operation, **request: Any) -> None:
    """One call, and a look at what came of it."""
    exchange = client.call(operation.id, **request)
    read = aftermath.of(client.spec, exchange) if 200 <= exchange.status < 300 else None
    if read is not None:
        client.call(read[0], parameters=read[1])


def changes(media: Media, body: Any, spec: Spec) -> list[Change]:
    """Everything that may be changed in a body, in the order of its schema."""
    found: list[Change] = []
    for way, members in objects(media.schema, spec) if media.schema else ():
        for holder in [*at(body, way)][:1]:
            for name, schema in members.items():
                others = _others(schema, holder.get(name, NOTHING), spec)
                found += [(way, name, value) for value in others]
    return found


def changed(body: Any, change: Change) -> Any:
    """The body with one change, in the first object that it is about."""
    way, name, value = change
    copied = deepcopy(body)
    for holder in [*at(copied, way)][:1]:
        holder.pop(name, None)
        if value is not NOTHING:
            holder[name] = value
    return copied


def values(parameter: Parameter, spec: Spec) -> list[Any]:
    """What a parameter may be instead of its example."""
    known = parameter.example
    found = _others(parameter.schema, NOTHING if known is None else known, spec)
    return [it for it in found if it is not None and not isinstance(it, dict)]


def _others(schema: Mapping[str, Any], value: Any, spec: Spec) -> list[Any]:
    found: list[Any] = [it for it in schema.get("enum", ()) if it != value]
    if value is NOTHING:
        found += [sample(schema, spec.document, seed, "request") for seed in _SEEDS]
    else:
        found += [NOTHING, None, *_near(schema, value)]
    return _once(found, value)


def _near(schema: Mapping[str, Any], value: Any) -> Iterator[Any]:
    """Values that are nearly the same, or the same to some."""
    if isinstance(value, bool):
        yield from (not value, str(value).lower())
    elif isinstance(value, int | float):
        yield from (value + 1, value - 1, 0, -1, str(value))
        yield from (schema[it] for it in ("minimum", "maximum") if it in schema)
    elif isinstance(value, str):
        yield from _texts(schema, value)
    elif isinstance(value, list):
        yield from ([], value[::-1], value * 2, value[:1], None)
    elif isinstance(value, dict):
        yield {}


def _texts(schema: Mapping[str, Any], value: str) -> Iterator[str]:
    yield from (value.upper(), value.lower(), "", f"{value} ", f" {value}", f"{value}x", value[:-1])
    if times.moment(value) is not None or schema.get("format") == "date-time":
        yield from _TIMES
    if schema.get("format") == "date" or (len(value) == 10 and value[4:5] == "-"):
        yield from _DAYS
    if value.isdecimal():
        yield from (str(int(value) + 1), f"0{value}", f"+{value}")
    longest = schema.get("maxLength")
    if isinstance(longest, int) and 0 < longest <= 4096:
        yield from (("x" * longest), ("x" * (longest + 1)))


def _once(found: list[Any], value: Any) -> list[Any]:
    kept: list[Any] = []
    for it in found:
        if not any(type(it) is type(other) and it == other for other in (*kept, value)):
            kept.append(it)
    return kept
