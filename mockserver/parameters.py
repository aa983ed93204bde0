"""Parameters of a request: found, turned from text into the type the spec names, and validated; compiled at start."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson

from mockserver.exchange import Request
from specs import Spec
from specs.operations import Parameter
from specs.schemas import Problem

_INTEGER = re.compile(r"-?\d{1,30}")
_NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?([eE][+-]?\d{1,3})?")
_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|"}
_MISSING = object()


class ParameterReader:
    """Reads one parameter. `read` returns its value, or `missing` when it is optional, has no default and is absent."""

    missing = _MISSING
    __slots__ = ("_default", "_name", "_ok", "_parameter", "_turn", "_validator", "argument", "place")

    def __init__(self, parameter: Parameter, spec: Spec) -> None:
        schema = parameter.schema
        resolved = spec.resolve(schema["$ref"]) if "$ref" in schema else schema
        self._parameter = parameter
        self._default = resolved.get("default", _MISSING)
        self._name = parameter.name.lower() if parameter.place == "header" else parameter.name
        self._turn = _turner(parameter, resolved)
        self._validator = spec.schemas.validator(schema, "request")
        self._ok: Callable[[Any], bool] | None = None if resolved.keys() <= {"type"} else self._validator.ok
        self.argument = parameter.argument
        self.place = parameter.place

    def read(self, values: Mapping[str, Any], problems: list[Problem]) -> Any:
        raw = values.get(self._name, _MISSING)
        if raw is _MISSING:
            if self._parameter.required:
                problems.append(self._problem("required", "is required"))
            return self._default
        value = self._turn(raw)
        if self._ok is not None and not self._ok(value):
            problems.extend(self._validator.problems(value, f"{self.place} {self._parameter.name!r}"))
        return value

    def _problem(self, keyword: str, message: str) -> Problem:
        return Problem(f"{self.place} {self._parameter.name!r}", (), keyword, message)


def query(raw: str) -> dict[str, Any]:
    """The query string by name; a name that stands several times has a list of its values."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(raw, keep_blank_values=True, errors="replace"):
        if name in found:
            before = found[name]
            found[name] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            found[name] = value
    return found


def cookies(request: Request) -> dict[str, str]:
    """Cookies by name."""
    pairs = (part.partition("=") for part in request.headers.get("cookie", "").split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}


def _turner(parameter: Parameter, schema: Mapping[str, Any]) -> Callable[[Any], Any]:
    kind = schema.get("type")
    if kind == "array":
        items = schema.get("items", {})
        one = _scalar(items.get("type"))
        separator = _SEPARATORS.get(parameter.style, ",")
        exploded = parameter.explode and parameter.style == "form"

        def split(raw: Any) -> Any:
            if isinstance(raw, list):
                parts = raw
            elif exploded:
                parts = [raw]
            else:
                parts = raw.split(separator) if raw else []
            return [one(part) for part in parts]

        return split
    if kind == "object" or "content" in schema:
        return _object
    one = _scalar(kind)
    # A parameter that may stand once and stands twice stays a list, for the schema to refuse.
    return lambda raw: raw if isinstance(raw, list) else one(raw)


def _scalar(kind: Any) -> Callable[[str], Any]:
    """Text as the schema's type; left as text when it is not of that type, for the schema to refuse."""
    if kind == "integer":
        return lambda text: int(text) if _INTEGER.fullmatch(text) else text
    if kind == "number":
        return lambda text: float(text) if _NUMBER.fullmatch(text) else text
    if kind == "boolean":
        return lambda text: {"true": True, "false": False}.get(text, text)
    return lambda text: text


def _object(raw: Any) -> Any:
    try:
        return orjson.loads(raw)
    except (orjson.JSONDecodeError, TypeError):
        return raw
