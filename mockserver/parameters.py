"""Parameters of a request: found, turned from text into the type the spec names, and validated; compiled at start."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from mockserver.exchange import Request
from mockserver.styles import Misfit, from_json, gatherer, splitter
from specs import Spec
from specs.operations import Parameter
from specs.schemas import Problem

_INTEGER = re.compile(r"-?[0-9]{1,30}")
_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?")
_BOOLEANS = {"true": True, "false": False}
_SAYS_NOTHING = frozenset(("type", "description", "example", "default"))
_MISSING = object()


class ParameterReader:
    """Reads one parameter. `read` returns its value, or `missing` when it is optional, has no default and is absent."""

    missing = _MISSING
    __slots__ = ("_any_text", "_default", "_gather", "_name", "_parameter", "_turn", "_validator", "argument", "place")

    def __init__(self, parameter: Parameter, spec: Spec) -> None:
        schema = _followed(parameter.schema, spec)
        self._parameter = parameter
        self._default = schema.get("default", _MISSING)
        self._name = parameter.name.lower() if parameter.place == "header" else parameter.name
        as_json = "content" in spec.resolve(parameter.pointer)
        self._gather = None if as_json else gatherer(parameter, schema)
        self._turn = _turner(from_json if as_json else splitter(parameter, schema), schema, spec)
        self._validator = spec.schemas.validator(parameter.schema, "request")
        self._any_text = schema.get("type") == "string" and schema.keys() <= _SAYS_NOTHING
        self.argument = parameter.argument
        self.place = parameter.place

    def read(self, values: Mapping[str, Any], problems: list[Problem]) -> Any:
        raw = values.get(self._name, _MISSING) if self._gather is None else self._gather(values) or _MISSING
        if raw is _MISSING:
            if self._parameter.required:
                problems.append(self._problem("required", "is required"))
            return self._default
        try:
            value = self._turn(raw)
        except Misfit as misfit:
            problems.append(self._problem("style", str(misfit)))
            return _MISSING
        if not (self._any_text and type(value) is str) and not self._validator.ok(value):
            problems.extend(self._validator.problems(value, f"{self.place} {self._parameter.name!r}"))
        return value

    def _problem(self, keyword: str, message: str) -> Problem:
        return Problem(f"{self.place} {self._parameter.name!r}", (), keyword, message)


def query(raw: str) -> dict[str, Any]:
    """The query string by name; a name that stands several times has a list of its values."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(raw, keep_blank_values=True, errors="replace"):
        if name not in found:
            found[name] = value
        elif isinstance(before := found[name], list):
            before.append(value)  # not a new list each time: a name can stand a hundred thousand times
        else:
            found[name] = [before, value]
    return found


def cookies(request: Request) -> dict[str, str]:
    """Cookies by name, without the quotation marks that may stand around a value."""
    pairs = (part.partition("=") for part in (request.header("cookie") or "").split(";"))
    return {name.strip(): _unquoted(value.strip()) for name, _, value in pairs if name.strip()}


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _turner(split: Callable[[Any], Any] | None, schema: Mapping[str, Any], spec: Spec) -> Callable[[Any], Any]:
    if split is from_json:
        return split
    typed = _typed(schema, spec)
    return typed if split is None else lambda raw: typed(split(raw))


def _typed(schema: Mapping[str, Any], spec: Spec) -> Callable[[Any], Any]:
    """Turns text, or lists and objects of text, into what the schema says; what does not fit is left as it is, for the
    schema to refuse: a parameter that may stand once and stands twice, for example, is a list."""
    schema = _followed(schema, spec)
    kind = _kind(schema, spec)
    if kind == "array":
        item = _typed(schema.get("items", {}), spec)
        return lambda value: [item(part) for part in value] if isinstance(value, list) else value
    if kind == "object":
        members = {name: _typed(member, spec) for name, member in schema.get("properties", {}).items()}
        extra = schema.get("additionalProperties")
        other = _typed(extra if isinstance(extra, Mapping) else {}, spec)

        def each(value: Any) -> Any:
            if not isinstance(value, dict):
                return value
            return {name: members.get(name, other)(part) for name, part in value.items()}

        return each
    return _SCALARS.get(kind or "", _same)


def _followed(schema: Mapping[str, Any], spec: Spec) -> Mapping[str, Any]:
    while "$ref" in schema:
        schema = spec.resolve(schema["$ref"])
    return schema


def _kind(schema: Mapping[str, Any], spec: Spec) -> str | None:
    parts = [_followed(part, spec) for part in schema.get("allOf", ())]
    found: str | None = next((part["type"] for part in (schema, *parts) if "type" in part), None)
    return found


def _same(value: Any) -> Any:
    return value


def _integer(value: Any) -> Any:
    return int(value) if isinstance(value, str) and _INTEGER.fullmatch(value) else value


def _number(value: Any) -> Any:
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        return value
    number = float(value)
    return value if math.isinf(number) else number


def _boolean(value: Any) -> Any:
    return _BOOLEANS.get(value, value) if isinstance(value, str) else value


_SCALARS: dict[str, Callable[[Any], Any]] = {"integer": _integer, "number": _number, "boolean": _boolean}
