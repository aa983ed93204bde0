"""How OpenAPI writes lists and objects into parameters: `style` and `explode`, taken apart into text.

| place | styles | list | object |
|---|---|---|---|
| query, cookie | form, exploded | `p=1&p=2` | `x=1&y=2` |
| query, cookie | form | `p=1,2` | `p=x,1,y,2` |
| query | spaceDelimited, pipeDelimited | `p=1%202`, `p=1|2` | |
| query | deepObject | | `p[x]=1&p[y]=2` |
| path, header | simple | `1,2` | `x,1,y,2`, exploded `x=1,y=2` |
| path | label | `.1,2`, exploded `.1.2` | `.x,1`, exploded `.x=1` |
| path | matrix | `;p=1,2`, exploded `;p=1;p=2` | `;p=x,1`, exploded `;x=1` |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from specs.operations import Parameter

_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|"}
_EXPLODED = {"label": ".", "matrix": ";"}
_REPEATED = ("form", "spaceDelimited", "pipeDelimited")


class Misfit(Exception):
    """A parameter that is not written in its style; the text says what was expected."""


def gatherer(parameter: Parameter, schema: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], dict[str, Any]] | None:
    """Collects an object whose members are parameters of their own; None where the parameter stands under its name."""
    if schema.get("type") != "object":
        return None
    if parameter.style == "deepObject":
        start = parameter.name + "["
        return lambda values: {
            name[len(start) : -1]: value
            for name, value in values.items()
            if name.startswith(start) and name.endswith("]")
        }
    if parameter.style == "form" and parameter.explode:
        members = tuple(schema.get("properties", ()))
        return lambda values: {name: values[name] for name in members if name in values}
    return None


def splitter(parameter: Parameter, schema: Mapping[str, Any]) -> Callable[[Any], Any] | None:
    """Takes a raw parameter apart: a list or a dict of text, or the text without what its style puts around it.

    None where the text is the value. The result raises Misfit.
    """
    kind, bare = schema.get("type"), _bare(parameter, schema.get("type"))
    if kind == "array":
        return _list(parameter, bare)
    if kind == "object":
        pairs = _pairs(parameter, bare)
        return lambda raw: raw if isinstance(raw, dict) else pairs(raw)
    return bare


def _bare(parameter: Parameter, kind: Any) -> Callable[[Any], str] | None:
    """Takes off what a style puts before the text."""
    exploded = parameter.explode and kind in ("array", "object")
    if parameter.style == "matrix":
        start = ";" if exploded else f";{parameter.name}="
    elif parameter.style == "label":
        start = "."
    else:
        return None

    def strip(raw: Any) -> str:
        if not raw.startswith(start):
            raise Misfit(f"is not in style {parameter.style}, which begins with {start!r}")
        return str(raw[len(start) :])

    return strip


def _list(parameter: Parameter, bare: Callable[[Any], str] | None) -> Callable[[Any], Any]:
    style = parameter.style
    separator = (_EXPLODED if parameter.explode else {}).get(style) or _SEPARATORS.get(style, ",")
    whole = parameter.explode and style in _REPEATED
    prefix = f"{parameter.name}=" if parameter.explode and style == "matrix" else ""

    def split(raw: Any) -> list[str]:
        if isinstance(raw, list):
            return raw
        if whole:
            return [raw]
        text = bare(raw) if bare else raw
        parts = text.split(separator) if text else []
        if parameter.place == "header":
            return [part.strip() for part in parts]
        if prefix and not all(part.startswith(prefix) for part in parts):
            raise Misfit(f"is not in style matrix: every part begins with {prefix!r}")
        return [part.removeprefix(prefix) for part in parts]

    return split


def _pairs(parameter: Parameter, bare: Callable[[Any], str] | None) -> Callable[[Any], Any]:
    separator = (_EXPLODED if parameter.explode else {}).get(parameter.style) or _SEPARATORS.get(parameter.style, ",")

    def split(raw: Any) -> Any:
        if isinstance(raw, list):
            return raw
        text = bare(raw) if bare else raw
        parts = [part.strip() if parameter.place == "header" else part for part in text.split(separator)]
        if parameter.explode:
            if not all("=" in part for part in parts):
                raise Misfit(f"is not an object in style {parameter.style}: name=value, separated by {separator!r}")
            return dict(part.split("=", 1) for part in parts)
        if len(parts) % 2:
            raise Misfit(f"is not an object in style {parameter.style}: names and values in turn")
        return dict(zip(parts[::2], parts[1::2], strict=True))

    return split


def from_json(raw: Any) -> Any:
    """The value of a parameter whose `content` is JSON. Raises Misfit."""
    try:
        return orjson.loads(raw)
    except (orjson.JSONDecodeError, TypeError) as error:
        raise Misfit(f"is not JSON: {error}") from None
