"""What is wrong with a large value, found piece by piece, so that who takes the first hundred pays for a hundred.

The compiled validator makes all errors at once, ten microseconds and a copy of what is wrong for each, those of every
branch of an `anyOf` included, which nobody reads: of a million wrong items it makes ten seconds. So it is given pieces
of a bounded size, in its own order; what is to be said of a whole (its type, its size, its alternatives) it only
judges, and the words are put together from the beginning of the value.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice
from typing import Any, NamedTuple

WORDS = 300  # letters of a message
_LINE = 64  # letters of a text that weigh as much as one part
_WHOLE = ("type", "enum", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties")
Steps = tuple[str | int, ...]


class Wrong(NamedTuple):
    """An error: steps into the value, the keyword that was broken, its message, steps to the keyword in the schema."""

    path: Steps
    keyword: str
    message: str
    schema_path: Steps


@dataclass(frozen=True, slots=True)
class _Piece:
    """A value that is yet to be looked at. `at` are the steps to its schema."""

    schema: Mapping[str, Any]
    value: Any
    path: Steps
    at: Steps


def weight_of(value: Any, most: int) -> int:
    """How many parts a value has, and lines its texts; counting stops at `most`."""
    weight, rest = 1, [value]
    while rest and weight < most:
        item = rest.pop()
        if isinstance(item, str):
            weight += len(item) // _LINE
        elif isinstance(item, dict | list | tuple):
            weight += len(item)
            if weight < most:
                rest.extend(item.values() if isinstance(item, dict) else item)
    return weight


class Piecewise:
    """A converted schema. `compiled` makes a validator of one, `follow` says what a reference means, and where it is;
    `small` is the weight up to which a value is left to a validator.

    Errors come in the order of the validator, but for members that no property names: those come last. A large value's
    message is the beginning of what the validator says.
    """

    def __init__(
        self,
        schema: Mapping[str, Any],
        compiled: Callable[[Mapping[str, Any]], Any],
        follow: Callable[[str], tuple[Mapping[str, Any], Steps]],
        small: int,
    ) -> None:
        self._schema = schema
        self._compile = compiled
        self._follow = follow
        self._small = small
        self._known: dict[tuple[int, str], tuple[Mapping[str, Any], Any]] = {}

    def wrong(self, value: Any) -> Iterator[Wrong]:
        """What is wrong with a value. Raises ValueError for what JSON cannot hold."""
        looks: list[Iterator[Wrong | _Piece]] = [iter((_Piece(self._schema, value, (), ()),))]
        while looks:
            found = next(looks[-1], None)
            if found is None:
                looks.pop()
            elif isinstance(found, _Piece):
                looks.append(self._look(found))
            else:
                yield found

    def _look(self, piece: _Piece) -> Iterator[Wrong | _Piece]:
        schema, value = piece.schema, piece.value
        if not isinstance(value, dict | list | tuple) or weight_of(value, self._small) < self._small:
            errors = self._validator(schema, "", schema).iter_errors(value)
            yield from (_placed(error, piece.path, error.instance_path, piece.at, 0) for error in errors)
        elif "$ref" in schema:
            target, at = self._follow(schema["$ref"])
            yield _Piece(target, value, piece.path, at)
        else:
            yield from self._of_the_whole(piece, _WHOLE)
            yield from self._of_members(piece) if isinstance(value, dict) else self._of_items(piece)
            for n, part in enumerate(schema.get("allOf", ())):
                yield _Piece(part, value, piece.path, (*piece.at, "allOf", n))
            yield from self._of_the_whole(piece, ("anyOf", "oneOf", "not"))

    def _of_the_whole(self, piece: _Piece, keywords: Iterable[str]) -> Iterator[Wrong]:
        schema = piece.schema
        for key in keywords:
            if key in schema and not self._validator(schema, key, {key: schema[key]}).is_valid(piece.value):
                start = _beginning(schema["not"]) + " is not allowed for " if key == "not" else ""
                yield Wrong(piece.path, key, start + _beginning(piece.value), (*piece.at, key))

    def _of_items(self, piece: _Piece) -> Iterator[Wrong | _Piece]:
        if "items" in piece.schema:
            yield from self._each(enumerate(piece.value), piece.schema["items"], piece.path, (*piece.at, "items"))

    def _of_members(self, piece: _Piece) -> Iterator[Wrong | _Piece]:
        schema, value, path, at = piece.schema, piece.value, piece.path, piece.at
        if "required" in schema:
            there = {name: None for name in schema["required"] if name in value}
            for error in self._validator(schema, "required", {"required": schema["required"]}).iter_errors(there):
                yield _placed(error, path, (), at, 0)
        known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
        # With other members in sight the validator goes by the value, else by the names in their order.
        for name in value if "additionalProperties" in schema else sorted(known):
            if name in known and name in value:
                yield _Piece(known[name], value[name], (*path, name), (*at, "properties", name))
        for pattern, wanted in sorted(patterns.items()):
            named = self._validator(schema, f"named {pattern}", {"patternProperties": {pattern: _NOTHING}})
            found = ((name, it) for name, it in value.items() if not named.is_valid({name: None}))
            yield from self._each(found, wanted, path, (*at, "patternProperties", pattern))
        if (extra := schema.get("additionalProperties", True)) is not True:
            form = {"patternProperties": {key: {} for key in patterns}, "additionalProperties": False}
            alone = self._validator(schema, "others", form)
            others = (name for name in value if name not in known and not (patterns and alone.is_valid({name: None})))
            if extra is not False:
                yield from self._each(((it, value[it]) for it in others), extra, path, (*at, "additionalProperties"))
            elif some := dict.fromkeys(islice(others, WORDS)):
                for error in alone.iter_errors(some):
                    yield _placed(error, path, (), at, 0)

    def _each(
        self, members: Iterable[tuple[str | int, Any]], schema: Mapping[str, Any], path: Steps, at: Steps
    ) -> Iterator[Wrong | _Piece]:
        """Members of one schema: small ones together, as many as are small still; large ones each by itself."""
        run: list[tuple[str | int, Any]] = []
        total = 0
        for member in members if schema else ():
            weight = weight_of(member[1], self._small)
            if run and total + weight >= self._small:
                yield from self._run(run, schema, path, at)
                run, total = [], 0
            if weight >= self._small:
                yield _Piece(schema, member[1], (*path, member[0]), at)
            else:
                run.append(member)
                total += weight
        yield from self._run(run, schema, path, at)

    def _run(
        self, members: list[tuple[str | int, Any]], schema: Mapping[str, Any], path: Steps, at: Steps
    ) -> Iterator[Wrong]:
        for error in self._validator(schema, "items", {"items": schema}).iter_errors([it for _, it in members]):
            number, *rest = error.instance_path
            yield _placed(error, (*path, members[number][0]), rest, at, 1)

    def _validator(self, schema: Mapping[str, Any], part: str, form: Mapping[str, Any]) -> Any:
        """A validator for a part of a schema, written as `form`; made once."""
        known = self._known.get((id(schema), part))
        if known is None:
            # The schema is kept beside its validator so that its id stays taken.
            known = self._known[id(schema), part] = (schema, self._compile(form))
        return known[1]


_NOTHING: Mapping[str, Any] = {"not": {}}


def _placed(error: Any, path: Steps, rest: Iterable[str | int], at: Steps, skipped: int) -> Wrong:
    """An error of a piece. Behind a reference, the validator says where in the document a keyword stands."""
    steps = tuple(error.schema_path)
    if error.schema_path == error.evaluation_path:
        steps = (*at, *steps[skipped:])
    return Wrong((*path, *rest), error.kind.name, error.message, steps)


def _beginning(value: Any) -> str:
    """The beginning of a value in JSON, as the validator writes it: longer than a message where the whole is."""
    text = ""
    for part in _written(value):
        text += part
        if len(text) > WORDS:
            break
    return text


def _written(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield "{"
        for n, name in enumerate(nsmallest(WORDS, value, key=str)):
            yield f"{',' if n else ''}{json.dumps(name, ensure_ascii=False)}:"
            yield from _written(value[name])
        yield "}"
    elif isinstance(value, list | tuple):
        yield "["
        for n, item in enumerate(islice(value, WORDS)):
            yield "," if n else ""
            yield from _written(item)
        yield "]"
    else:
        short = value[: WORDS + 1] if isinstance(value, str) else value
        yield json.dumps(short, ensure_ascii=False, default=repr)
