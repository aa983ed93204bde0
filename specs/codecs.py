"""Bodies by media type, both ways: JSON, XML by schema, forms, text and raw bytes.

Both halves decode with these, because what a body means is the spec's business; each judges the result by itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode

import orjson

from specs.xml import Undecodable, XmlCodec

__all__ = ["Codec", "Undecodable", "codec", "is_json", "is_xml"]


class Codec(Protocol):
    """One media type with one schema. `decode` raises Undecodable, whose text says what is wrong and where."""

    def decode(self, raw: bytes) -> Any: ...

    def encode(self, value: Any) -> bytes: ...


def is_json(media_type: str) -> bool:
    """Whether a media type, in lower case and without parameters, is JSON or built on it."""
    return media_type == "application/json" or media_type.endswith("+json") or media_type == "text/json"


def is_xml(media_type: str) -> bool:
    """Whether a media type, in lower case and without parameters, is XML or built on it."""
    return media_type in ("text/xml", "application/xml") or media_type.endswith("+xml")


def codec(media_type: str, schema: Mapping[str, Any] | None, document: Mapping[str, Any]) -> Codec:
    """The codec for a media type (lower case, no parameters) and the schema of its value."""
    if is_json(media_type):
        return _JSON
    if is_xml(media_type):
        return XmlCodec(schema or {}, document)
    if media_type == "application/x-www-form-urlencoded":
        return _FORM
    if media_type.startswith("text/"):
        return _TEXT
    return _RAW


class _Json:
    def decode(self, raw: bytes) -> Any:
        try:
            value = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise Undecodable(f"not JSON: {error}") from None
        # orjson keeps the last of two equal keys silently. There is one colon a key: more of them means a colon inside
        # a string, or a key written twice, and the standard parser can be asked to look which.
        if raw.count(b":") != _keys(value):
            json.loads(raw, object_pairs_hook=_unique)
        return value

    def encode(self, value: Any) -> bytes:
        return orjson.dumps(value)


def _keys(value: Any) -> int:
    if type(value) is dict:
        return len(value) + sum([_keys(item) for item in value.values() if type(item) in _NESTED])
    if type(value) is list:
        return sum([_keys(item) for item in value if type(item) in _NESTED])
    return 0


_NESTED = frozenset((dict, list))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Undecodable(f"not JSON that two readers agree on: the key {twice!r} stands twice in one object")
    return found


class _Form:
    def decode(self, raw: bytes) -> Any:
        found: dict[str, Any] = {}
        try:
            pairs = parse_qsl(raw.decode(), keep_blank_values=True, strict_parsing=bool(raw), max_num_fields=10_000)
        except ValueError as error:
            raise Undecodable(f"not a form: {error}") from None
        for name, value in pairs:
            found[name] = [*_list(found[name]), value] if name in found else value
        return found

    def encode(self, value: Any) -> bytes:
        return urlencode(value, doseq=True).encode()


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


class _Text:
    def decode(self, raw: bytes) -> Any:
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            raise Undecodable(f"not UTF-8 text: {error.reason} at byte {error.start}") from None

    def encode(self, value: Any) -> bytes:
        return value if isinstance(value, bytes) else str(value).encode()


class _Raw:
    def decode(self, raw: bytes) -> Any:
        return raw

    def encode(self, value: Any) -> bytes:
        return value if isinstance(value, bytes) else str(value).encode()


_JSON, _FORM, _TEXT, _RAW = _Json(), _Form(), _Text(), _Raw()
