"""Values made from a schema and a seed, for operations that document no example: the same seed, the same value."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import rstr

from specs.loading import pointer

_WORDS = "alpha bravo cedar delta ember fjord grove harbor indigo juniper kestrel lumen".split()
_FORMATS = {
    "date-time": "2024-05-17T09:30:00Z",
    "date": "2024-05-17",
    "time": "09:30:00Z",
    "email": "ada@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.7",
    "ipv6": "2001:db8::7",
    "uri": "https://example.com/",
    "uri-reference": "/things/1",
    "byte": "Ym9keQ==",
    "duration": "P1D",
}
_DEEP = 6


def sample(schema: Mapping[str, Any], document: Mapping[str, Any], seed: int) -> Any:
    """A value of the schema. Recursion stops at optional members; `not` and dependent rules are not looked at."""
    return _Sampler(document, random.Random(seed)).value(schema, 0)


class _Sampler:
    def __init__(self, document: Mapping[str, Any], draw: random.Random) -> None:
        self._document = document
        self._draw = draw
        self._strings = rstr.Rstr(draw)

    def value(self, schema: Mapping[str, Any], depth: int) -> Any:
        while "$ref" in schema:
            schema = pointer(self._document, schema["$ref"])
        for key in ("example", "default"):
            if key in schema:
                return schema[key]
        if "enum" in schema:
            return self._draw.choice(schema["enum"])
        schema = self._merged(schema)
        if depth > _DEEP and schema.get("nullable"):
            return None
        kind = schema.get("type") or ("object" if "properties" in schema else "array" if "items" in schema else "string")
        made: Any = getattr(self, "_" + kind)(schema, depth)
        return made

    def _merged(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """The schema with its `allOf`, and the first of its `oneOf` or `anyOf`, folded in."""
        parts = list(schema.get("allOf", ()))
        parts += schema.get("oneOf", ())[:1] + schema.get("anyOf", ())[:1]
        if not parts:
            return schema
        folded = {key: value for key, value in schema.items() if key not in ("allOf", "oneOf", "anyOf")}
        for part in parts:
            while "$ref" in part:
                part = pointer(self._document, part["$ref"])
            for key, value in self._merged(part).items():
                if key == "properties":
                    folded[key] = {**value, **folded.get(key, {})}
                elif key == "required":
                    folded[key] = [*folded.get(key, ()), *value]
                else:
                    folded.setdefault(key, value)
        return folded

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        required = set(schema.get("required", ()))
        members = schema.get("properties", {})
        chosen = {name for name in members if name in required or depth < _DEEP // 2}
        made = {name: self.value(members[name], depth + 1) for name in members if name in chosen}
        extra = schema.get("additionalProperties")
        for name in sorted(required - made.keys()):
            made[name] = self.value(extra if isinstance(extra, Mapping) else {}, depth + 1)
        return made

    def _array(self, schema: Mapping[str, Any], depth: int) -> list[Any]:
        least = schema.get("minItems", 0 if depth >= _DEEP // 2 else 1)
        most = min(schema.get("maxItems", least + 1), least + 1)
        return [self.value(schema.get("items", {}), depth + 1) for _ in range(max(least, most if least else 0))]

    def _string(self, schema: Mapping[str, Any], depth: int) -> str:
        if "pattern" in schema:
            return str(self._strings.xeger(schema["pattern"]))
        if schema.get("format") == "uuid":
            return f"{self._draw.getrandbits(32):08x}-0000-4000-8000-{self._draw.getrandbits(48):012x}"
        text = _FORMATS.get(schema.get("format", ""), self._draw.choice(_WORDS))
        least, most = schema.get("minLength", 0), schema.get("maxLength")
        text += "x" * (least - len(text))
        return text if most is None else text[:most]

    def _integer(self, schema: Mapping[str, Any], depth: int) -> int:
        low = int(schema.get("minimum", 1)) + (1 if schema.get("exclusiveMinimum") is True else 0)
        high = int(schema.get("maximum", low + 100)) - (1 if schema.get("exclusiveMaximum") is True else 0)
        number = self._draw.randint(min(low, high), high)
        step = int(schema.get("multipleOf", 1)) or 1
        return number - number % step if number - number % step >= low else number + (-number % step)

    def _number(self, schema: Mapping[str, Any], depth: int) -> float:
        low = float(schema.get("minimum", 0))
        return round(low + self._draw.random() * (float(schema.get("maximum", low + 100)) - low), 2)

    def _boolean(self, schema: Mapping[str, Any], depth: int) -> bool:
        return self._draw.random() < 0.5

    def _null(self, schema: Mapping[str, Any], depth: int) -> None:
        return None
