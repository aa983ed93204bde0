"""OpenAPI 3.0 schemas as compiled JSON Schema validators, for requests and for responses."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import jsonschema_rs

from specs.loading import SpecError, escape, resolved, shown
from specs.piecewise import WORDS, Piecewise, Wrong, weight_of

Direction = Literal["request", "response"]
_BASE = "urn:spec:"
_COMPONENT = re.compile(r"#/components/schemas/[A-Za-z0-9._-]+")
_MAPS = ("properties", "patternProperties")
_LISTS = ("allOf", "anyOf", "oneOf")
_PLAIN = (
    *("type", "enum", "format", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"),
    *("maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "maxProperties", "minProperties"),
)
_RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
SMALL = 2000  # the weight of a value up to which the validator is asked for all errors at once
_MOST = 1000  # problems of a large value that are said


@dataclass(frozen=True, slots=True)
class Problem:
    """One way in which a value breaks its schema.

    `place` is where in the message (`body`, `query`, a header's name …), `path` the steps into the value, `keyword` the
    schema keyword that was broken, `schema_path` the steps to it, `message` says it in words without the whole value.
    """

    place: str
    path: tuple[str | int, ...]
    keyword: str
    message: str
    schema_path: tuple[str | int, ...] = ()

    def __str__(self) -> str:
        at = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)
        return f"{self.place}{at}: {self.message}"


class Validator:
    """A compiled schema. `ok(value)` is the fast way; `problems(value, place)` says all that is wrong.

    Neither raises for a value that JSON cannot hold. Bytes are taken where the schema asks for text or for anything: a
    body of a binary media type.
    """

    __slots__ = ("_compiled", "_piecewise", "_small", "_takes_bytes", "_valid")

    def __init__(
        self, compiled: Any, takes_bytes: bool, piecewise: Piecewise | None = None, small: int = SMALL
    ) -> None:
        self._compiled = compiled
        self._valid = compiled.is_valid
        self._takes_bytes = takes_bytes
        self._piecewise = piecewise
        self._small = small

    def ok(self, value: Any) -> bool:
        """Whether the value is as the schema says."""
        try:
            return bool(self._valid(value))
        except ValueError:
            return self._takes_bytes and isinstance(value, bytes)

    def problems(self, value: Any, place: str) -> Iterator[Problem]:
        """All that is wrong; of a large value the first thousand things, or, where it cannot be taken apart, the first.
        What follows is not looked for."""
        if isinstance(value, bytes):
            if not self._takes_bytes:
                yield Problem(place, (), "type", "is raw bytes, which the schema has no place for")
            return
        try:
            for path, keyword, message, schema_path in self._wrong(value):
                words = message if len(message) <= WORDS else f"{message[: WORDS - 3]}…"
                yield Problem(place, path, keyword, words, schema_path)
        except ValueError as error:
            yield Problem(place, (), "type", f"holds what JSON cannot: {error}")

    def _wrong(self, value: Any) -> Iterator[Wrong]:
        if weight_of(value, self._small) < self._small:
            errors = self._compiled.iter_errors(value)
        elif self._piecewise is not None:
            return islice(self._piecewise.wrong(value), _MOST)
        else:
            errors = self._first(value)
        return (Wrong(tuple(it.instance_path), it.kind.name, it.message, tuple(it.schema_path)) for it in errors)

    def _first(self, value: Any) -> Iterator[Any]:
        try:
            self._compiled.validate(value)
        except jsonschema_rs.ValidationError as error:
            yield error


class Schemas:
    """Compiles the schemas of one document. Components are converted once per direction and shared by reference."""

    def __init__(self, document: Mapping[str, Any], path: Path | None = None, small: int = SMALL) -> None:
        self._document = document
        self._path = path
        self._small = small
        self._conversions: dict[Direction, _Conversion] = {}
        self._compiled: dict[tuple[int, Direction], tuple[Mapping[str, Any], Validator]] = {}

    def validator(self, schema: Mapping[str, Any], direction: Direction) -> Validator:
        """The validator of a schema object of this document; one object is compiled once.

        Raises SpecError, with the line where known: a reference that leads nowhere or round in circles, a pattern that
        is no regular expression, a type or a bound that is none.
        """
        known = self._compiled.get((id(schema), direction))
        if known is None:
            try:
                validator = self._compile(schema, direction)
            except SpecError as error:
                pointer = error.pointer or _find(self._document, schema, "#")
                placed = SpecError(error.message, pointer=pointer)
                raise (placed.placed(self._path) if self._path else placed) from None
            # The schema is kept beside its validator so that its id stays taken.
            known = self._compiled[id(schema), direction] = (schema, validator)
        return known[1]

    def _compile(self, schema: Mapping[str, Any], direction: Direction) -> Validator:
        conversion = self._conversions.get(direction)
        if conversion is None:
            conversion = self._conversions[direction] = _Conversion(self._document, direction)
        converted = conversion.schema(schema)
        meant, _ = resolved(self._document, schema)
        try:
            compiled = conversion.compiled(converted)
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
            raise SpecError(f"not a schema: {str(error).splitlines()[0]}") from None
        takes_bytes = meant.get("type", "string") == "string" and not _LOOKS_INSIDE & meant.keys()
        piecewise = Piecewise(converted, conversion.compiled, conversion.target, self._small)
        return Validator(compiled, takes_bytes, piecewise, self._small)


_LOOKS_INSIDE = frozenset(("enum", "pattern", "allOf", "anyOf", "oneOf", "not", "properties", "items"))


class _Conversion:
    """OpenAPI 3.0 schemas as JSON Schema draft 4, in one direction.

    `nullable` becomes a type; in requests a `readOnly` member is not required and may hold anything (a server ignores
    it), in responses a `writeOnly` member is not required; `int32` and `int64` become bounds. What is referenced is
    converted once and kept under a name of its own, wherever in the document it stands.
    """

    def __init__(self, document: Mapping[str, Any], direction: Direction) -> None:
        self._document = document
        self._direction = direction
        self._hidden = "readOnly" if direction == "request" else "writeOnly"
        self._names: dict[str, str] = {}
        self._components: dict[str, Any] = {}
        self._elsewhere: dict[str, Any] = {}
        self._registry: tuple[int, Any] = (-1, None)

    def compiled(self, converted: Mapping[str, Any]) -> Any:
        """The validator of a converted schema. Raises what jsonschema_rs does."""
        return jsonschema_rs.Draft4Validator(
            dict(converted), registry=self._all(), validate_formats=True, formats=_FORMATS
        )

    def target(self, reference: str) -> tuple[Mapping[str, Any], tuple[str, ...]]:
        """The converted schema that a converted reference means, and the steps to it."""
        steps = tuple(reference.partition("#/")[2].split("/"))
        group = self._components if steps[0] == "components" else self._elsewhere
        return group[steps[-1]], steps

    def _all(self) -> Any:
        """All that was referenced so far, for the compiler."""
        if self._registry[0] != len(self._names):
            resource = {"components": {"schemas": self._components}, "elsewhere": self._elsewhere}
            registry = jsonschema_rs.Registry([(_BASE + self._direction, resource)], draft=jsonschema_rs.Draft4)
            self._registry = (len(self._names), registry)
        return self._registry[1]

    def schema(self, schema: Any, outer: frozenset[str] = frozenset()) -> dict[str, Any]:
        """A schema converted. `outer` are members that the schema around its `allOf` hides."""
        if not isinstance(schema, Mapping):
            raise SpecError(f"a schema is a mapping; found {shown(schema)}")
        if "$ref" in schema:
            return {"$ref": self._reference(schema["$ref"])}
        hidden = outer | self._hidden_members(schema, 0)
        out: dict[str, Any] = {key: value for key, value in schema.items() if key in _PLAIN}
        for key in _MAPS:
            if key in schema:
                out[key] = {name: self._member(it) for name, it in _of(schema, key, Mapping).items()}
        for key in _LISTS:
            if key in schema:
                out[key] = [self.schema(it, hidden) for it in _of(schema, key, list)]
        for key in ("items", "not"):
            if key in schema:
                out[key] = self.schema(schema[key])
        if "additionalProperties" in schema:
            extra = schema["additionalProperties"]
            out["additionalProperties"] = extra if isinstance(extra, bool) else self.schema(extra)
        for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            if bound not in out:
                out.pop(exclusive, None)  # it means nothing by itself, and draft 4 refuses it
        required = [name for name in _of(schema, "required", list) if not (isinstance(name, str) and name in hidden)]
        if required:
            out["required"] = required
        _bound(out, schema)
        return _nullable(out) if schema.get("nullable") is True else out

    def _reference(self, reference: Any) -> str:
        known = self._names.get(reference) if isinstance(reference, str) else None
        if known is None:
            target, _ = resolved(self._document, {"$ref": reference})
            if _COMPONENT.fullmatch(reference):
                group, name, folder = self._components, reference.rpartition("/")[2], "components/schemas"
            else:
                group, name, folder = self._elsewhere, str(len(self._elsewhere)), "elsewhere"
            known = self._names[reference] = f"{_BASE}{self._direction}#/{folder}/{name}"
            group[name] = {}  # its name is taken before its content refers to it
            try:
                group[name] = self.schema(target)
            except SpecError as error:
                del self._names[reference], group[name]
                raise SpecError(error.message, pointer=error.pointer or reference) from None
        return known

    def _member(self, schema: Any) -> dict[str, Any]:
        return {} if self._direction == "request" and self._is_hidden(schema) else self.schema(schema)

    def _is_hidden(self, schema: Any) -> bool:
        return isinstance(schema, Mapping) and resolved(self._document, schema)[0].get(self._hidden) is True

    def _hidden_members(self, schema: Mapping[str, Any], depth: int) -> frozenset[str]:
        """Names of members that this direction hides, those of the schema's `allOf` included."""
        found = {name for name, it in _of(schema, "properties", Mapping).items() if self._is_hidden(it)}
        for part in _of(schema, "allOf", list) if depth < 16 else ():
            found |= self._hidden_members(resolved(self._document, part)[0], depth + 1)
        return frozenset(found)


def _of(schema: Mapping[str, Any], key: str, kind: type[Any]) -> Any:
    value = schema.get(key, kind() if kind is list else {})
    if not isinstance(value, kind):
        raise SpecError(f"`{key}` of a schema is a {'list' if kind is list else 'mapping'}; found {shown(value)}")
    return value


def _bound(out: dict[str, Any], schema: Mapping[str, Any]) -> None:
    """The range of int32 and int64, where the schema's own bounds are not narrower."""
    bounds = _RANGES.get(str(schema.get("format", ""))) if schema.get("type") == "integer" else None
    if bounds is None:
        return
    for key, exclusive, bound, sign in (
        ("minimum", "exclusiveMinimum", bounds[0], 1),
        ("maximum", "exclusiveMaximum", bounds[1], -1),
    ):
        own = schema.get(key)
        if own is None or (isinstance(own, int | float) and sign * own < sign * bound):
            out[key] = bound
            out.pop(exclusive, None)


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if "type" not in schema:
        return {"anyOf": [{"type": "null"}, schema]}
    if "enum" in schema and None not in _of(schema, "enum", list):
        schema["enum"] = [*schema["enum"], None]
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return {**schema, "type": [*kinds, "null"]}


def _find(value: Any, wanted: Any, at: str) -> str | None:
    """Where in the document an object stands; None when it is not part of it."""
    if value is wanted:
        return at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return next((found for key, item in items if (found := _find(item, wanted, f"{at}/{escape(str(key))}"))), None)


def _is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text) is not None


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# Draft 4 knows neither; the other formats of OpenAPI are the compiler's own, or are not checked (password, binary).
_FORMATS = {"uuid": _is_uuid, "byte": _is_base64}
