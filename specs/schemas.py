"""OpenAPI 3.0 schemas as compiled JSON Schema validators, for requests and for responses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import jsonschema_rs

Direction = Literal["request", "response"]
_BASE = "urn:spec:"
_MAPS = ("properties", "patternProperties", "definitions")
_LISTS = ("allOf", "anyOf", "oneOf")
_ONE = ("items", "not", "additionalProperties")
_PLAIN = frozenset(
    "type enum format multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems "
    "minItems uniqueItems maxProperties minProperties".split()
)
_RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}


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
    """A compiled schema. `ok(value)` is the fast way; `problems(value, place)` says all that is wrong."""

    __slots__ = ("_compiled", "ok")

    def __init__(self, compiled: Any) -> None:
        self._compiled = compiled
        self.ok = compiled.is_valid

    def problems(self, value: Any, place: str) -> Iterator[Problem]:
        for error in self._compiled.iter_errors(value):
            message = error.message if len(error.message) <= 300 else error.message[:297] + "…"
            yield Problem(place, tuple(error.instance_path), error.kind.name, message, tuple(error.schema_path))


class Schemas:
    """Compiles the schemas of one document. Components are converted once per direction and shared by reference."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._components = document.get("components", {}).get("schemas", {})
        self._registries: dict[Direction, Any] = {}
        self._compiled: dict[tuple[int, Direction], tuple[Mapping[str, Any], Validator]] = {}

    def validator(self, schema: Mapping[str, Any], direction: Direction) -> Validator:
        """The validator of a schema object of this document. Equal objects are compiled once."""
        known = self._compiled.get((id(schema), direction))
        if known is None:
            compiled = jsonschema_rs.Draft4Validator(
                convert(schema, direction), registry=self._registry(direction), validate_formats=True, formats=_FORMATS
            )
            # The schema is kept beside its validator so that its id stays taken.
            known = self._compiled[id(schema), direction] = (schema, Validator(compiled))
        return known[1]

    def _registry(self, direction: Direction) -> Any:
        if direction not in self._registries:
            schemas = {name: convert(schema, direction) for name, schema in self._components.items()}
            resource = (_BASE + direction, {"components": {"schemas": schemas}})
            self._registries[direction] = jsonschema_rs.Registry([resource], draft=jsonschema_rs.Draft4)
        return self._registries[direction]


def convert(schema: Mapping[str, Any], direction: Direction) -> dict[str, Any]:
    """An OpenAPI 3.0 schema as JSON Schema draft 4.

    `nullable` becomes a type; in requests a `readOnly` member is not required and may hold anything (a server ignores
    it), in responses a `writeOnly` member is not required; `int32` and `int64` become bounds.
    """
    if "$ref" in schema:
        reference = schema["$ref"]
        return {"$ref": _BASE + direction + reference if reference.startswith("#/") else reference}
    out: dict[str, Any] = {key: value for key, value in schema.items() if key in _PLAIN}
    for key in _MAPS:
        if key in schema:
            out[key] = {name: _member(it, direction) for name, it in schema[key].items()}
    for key in _LISTS:
        if key in schema:
            out[key] = [convert(it, direction) for it in schema[key]]
    for key in _ONE:
        if key in schema:
            out[key] = convert(schema[key], direction) if isinstance(schema[key], Mapping) else schema[key]
    hidden = "readOnly" if direction == "request" else "writeOnly"
    members = schema.get("properties", {})
    required = [name for name in schema.get("required", ()) if not members.get(name, {}).get(hidden)]
    if required:
        out["required"] = required
    low_high = _RANGES.get(schema.get("format", "")) if schema.get("type") == "integer" else None
    if low_high:
        out["minimum"] = max(low_high[0], schema.get("minimum", low_high[0]))
        out["maximum"] = min(low_high[1], schema.get("maximum", low_high[1]))
    return _nullable(out) if schema.get("nullable") else out


def _member(schema: Mapping[str, Any], direction: Direction) -> dict[str, Any]:
    return {} if direction == "request" and schema.get("readOnly") else convert(schema, direction)


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if "type" not in schema:
        return {"anyOf": [{"type": "null"}, schema]}
    if "enum" in schema and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return {**schema, "type": [*kinds, "null"]}


def _is_binary(_: Any) -> bool:
    return True


_FORMATS = {"binary": _is_binary, "byte": _is_binary, "password": _is_binary}
