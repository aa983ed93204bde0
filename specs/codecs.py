"""Bodies by media type, both ways: JSON, XML, CSV and forms by schema, text and raw bytes.

Both halves decode with these, because what a body means is the spec's business; each judges the result by itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode

import orjson

from specs.csv import CsvCodec
from specs.loading import resolved
from specs.text import kind, scalar, text
from specs.xml import Undecodable, XmlCodec

__all__ = ["Codec", "CsvCodec", "Undecodable", "codec", "is_csv", "is_json", "is_xml"]


class Codec(Protocol):
    """One media type with one schema. `decode` raises Undecodable, whose text says what is wrong and where."""

    def decode(self, raw: bytes) -> Any: ...

    def encode(self, value: Any) -> bytes: ...


def is_json(media_type: str) -> bool:
    """Whether a media type, in lower case and without parameters, is JSON or built on it."""
    return media_type in ("application/json", "text/json") or media_type.endswith("+json")


def is_xml(media_type: str) -> bool:
    """Whether a media type, in lower case and without parameters, is XML or built on it."""
    return media_type in ("text/xml", "application/xml") or media_type.endswith("+xml")


def is_csv(media_type: str) -> bool:
    """Whether a media type, in lower case and without parameters, is CSV."""
    return media_type == "text/csv"


def codec(media_type: str, schema: Mapping[str, Any] | None, document: Mapping[str, Any]) -> Codec:
    """The codec for a media type (lower case, no parameters) and the schema of its value."""
    if is_json(media_type):
        return _JSON
    if is_xml(media_type):
        return XmlCodec(schema or {}, document)
    if media_type == "application/x-www-form-urlencoded":
        return _Form(schema or {}, document)
    if is_csv(media_type) and kind(schema or {}, document) == "array":
        return _CSV
    if media_type.startswith("text/"):
        return _Text(schema or {}, document)
    return _RAW


class _Json:
    def decode(self, raw: bytes) -> Any:
        try:
            value = orjson.loads(raw)
            # orjson keeps the last of two equal keys silently. There is one colon a key: more of them means a colon in
            # a string, or a key written twice; `":` tells most of the former, and the standard parser is asked last.
            if raw.count(b":") != (keys := _keys(value)) and len(_KEY_ENDS.findall(raw)) != keys:
                json.loads(raw, object_pairs_hook=_unique)
        except orjson.JSONDecodeError as error:
            raise Undecodable(f"not JSON: {error}") from None
        except RecursionError:
            raise Undecodable("JSON nested too deeply") from None
        if raw.count(b"[") + raw.count(b"{") > _DEEPEST:
            _check_depth(value)
        return value

    def encode(self, value: Any) -> bytes:
        return orjson.dumps(value)


_DEEPEST = 200  # levels of a body


def _check_depth(value: Any) -> None:
    """orjson reads 1024 levels and writes 254: what was kept of a body in between could never be told again, nor the
    list that it stands in. It says at once whether it writes a value some levels further in."""
    for _ in range(254 - _DEEPEST):
        value = [value]
    try:
        orjson.dumps(value)
    except TypeError:
        raise Undecodable(f"JSON nested too deeply: more than {_DEEPEST} levels") from None


_KEY_ENDS = re.compile(rb'"[ \t\r\n]*:')


def _keys(value: Any) -> int:
    """How many keys a value has, all levels together."""
    if type(value) is dict:
        return len(value) + sum([_keys(item) for item in value.values() if type(item) in _NESTED])
    if type(value) is list:
        return sum([_keys(item) for item in value if type(item) in _NESTED])
    return 0


_NESTED = frozenset((dict, list))


def _unique(pairs: list[tuple[str, Any]]) -> None:
    seen = set()
    for name, _ in pairs:
        if name in seen:
            raise Undecodable(f"not JSON that two readers agree on: the key {name[:60]!r} stands twice in one object")
        seen.add(name)


class _Form:
    """Fields by name; those of a property that is an array are lists, and text becomes the property's type."""

    def __init__(self, schema: Mapping[str, Any], document: Mapping[str, Any]) -> None:
        self._members: dict[str, tuple[str | None, str | None]] = {}
        target, _ = resolved(document, schema)
        parts = [target, *[resolved(document, part)[0] for part in target.get("allOf", ())]]
        for name, member in [it for part in parts for it in part.get("properties", {}).items()]:
            items, _ = resolved(document, resolved(document, member)[0].get("items", {}))
            self._members[name] = kind(member, document), kind(items, document)

    def decode(self, raw: bytes) -> Any:
        try:
            pairs = parse_qsl(
                raw.decode(), keep_blank_values=True, strict_parsing=bool(raw), max_num_fields=10_000, errors="strict"
            )
        except ValueError as error:
            raise Undecodable(f"not a form: {error}") from None
        fields: dict[str, list[str]] = {}
        for name, value in pairs:
            fields.setdefault(name, []).append(value)
        return {name: self._value(name, values) for name, values in fields.items()}

    def _value(self, name: str, values: list[str]) -> Any:
        whole, item = self._members.get(name, (None, None))
        if whole == "array":
            return [scalar(value, item) for value in values]
        if whole == "object" and len(values) == 1:
            try:
                return _JSON.decode(values[0].encode())
            except Undecodable:
                return values[0]
        # A field that may stand once and stands twice: a list, for the schema to refuse.
        return scalar(values[0], whole) if len(values) == 1 else values

    def encode(self, value: Any) -> bytes:
        pairs = []
        for name, member in value.items():
            for item in member if isinstance(member, list) else [member]:
                pairs.append((name, orjson.dumps(item).decode() if isinstance(item, dict | list) else text(item)))
        return urlencode(pairs).encode()


class _Text:
    def __init__(self, schema: Mapping[str, Any], document: Mapping[str, Any]) -> None:
        self._kind = kind(schema, document)

    def decode(self, raw: bytes) -> Any:
        try:
            return scalar(raw.decode(), self._kind)
        except UnicodeDecodeError as error:
            raise Undecodable(f"not UTF-8 text: {error.reason} at byte {error.start}") from None

    def encode(self, value: Any) -> bytes:
        return _plain(value)


class _Raw:
    def decode(self, raw: bytes) -> Any:
        return raw

    def encode(self, value: Any) -> bytes:
        return _plain(value)


def _plain(value: Any) -> bytes:
    """Bytes and text as they are; a structure, which only a wildcard such as `*/*` leads here, as JSON."""
    if isinstance(value, bytes):
        return value
    return orjson.dumps(value) if isinstance(value, dict | list) else text(value).encode()


_JSON, _CSV, _RAW = _Json(), CsvCodec(), _Raw()
