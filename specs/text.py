"""Scalars written as text (in XML, forms and plain text), both ways."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isfinite
from typing import Any

from specs.loading import resolved

_INTEGER = re.compile(r"[-+]?[0-9]{1,40}")
_NUMBER = re.compile(r"[-+]?([0-9]{1,400}(\.[0-9]{0,400})?|\.[0-9]{1,400})([eE][-+]?[0-9]{1,4})?")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def kind(schema: Mapping[str, Any], document: Mapping[str, Any], depth: int = 0) -> str | None:
    """The type a schema asks for, looked for in its `allOf`, `oneOf` and `anyOf` too, first come first served."""
    schema, _ = resolved(document, schema)
    own = schema.get("type")
    parts = [part for key in ("allOf", "oneOf", "anyOf") for part in schema.get(key, ())] if depth < 16 else []
    return own or next((found for part in parts if (found := kind(part, document, depth + 1))), None)


def scalar(text: str, kind: str | None) -> Any:
    """Text as the schema's type; left as text when it is not of that type, for the schema to refuse."""
    word = text.strip(" \t\r\n")
    if kind == "integer" and _INTEGER.fullmatch(word):
        return int(word)
    if kind == "number" and _NUMBER.fullmatch(word):
        return int(word) if _INTEGER.fullmatch(word) else number if isfinite(number := float(word)) else text
    return _BOOLEANS.get(word, text) if kind == "boolean" else text


def text(value: Any) -> str:
    """A scalar as it is written: `true` and `false` for booleans, nothing for null."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
