"""Values made from a schema and a seed, for operations that document no example: the same seed, the same value."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import ceil, floor
from typing import Any

import rstr

from specs.loading import resolved
from specs.schemas import Direction, Schemas

_WORDS = ("alpha", "bravo", "cedar", "delta", "ember", "fjord", "grove", "harbor", "indigo", "juniper", "kestrel")
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
_RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_ENDLESS = re.compile(r"(?<![\\(])[*+](?![?+])(?=[^\]]*(\[|$))")
_SHALLOW, _DEEPEST = 3, 24
_TRIES, _BUDGET = 12, 400
_CHOICES = ("oneOf", "anyOf")
# Keywords that are met by trying: what was made is checked, and made again.
_TRIED = frozenset(("example", "default", "oneOf", "anyOf", "allOf", "not", "pattern", "uniqueItems", "enum"))


def sample(schema: Mapping[str, Any], document: Mapping[str, Any], seed: int, direction: Direction = "response") -> Any:
    """A value of the schema, checked against it. Recursion stops at optional members.

    For a schema that no value meets, or none was found for (`not`, patterns beside lengths, may be too narrow), it is a
    value that fails. Members that the direction hides (`writeOnly` in a response) are left out.
    """
    sampler = _Sampler(document, random.Random(seed), _schemas(document), direction)
    return sampler.value(schema, 0)


def _schemas(document: Mapping[str, Any]) -> Schemas:
    """The document's validators, kept for the few documents that were asked for last."""
    known = _known.pop(id(document), None)
    if known is None:
        known = (document, Schemas(document))
    _known[id(document)] = known
    if len(_known) > 8:
        del _known[next(iter(_known))]
    return known[1]


_known: dict[int, tuple[Mapping[str, Any], Schemas]] = {}


class _Sampler:
    def __init__(
        self, document: Mapping[str, Any], draw: random.Random, schemas: Schemas, direction: Direction
    ) -> None:
        self._document = document
        self._draw = draw
        self._strings = rstr.Rstr(draw)
        self._schemas = schemas
        self._direction = direction
        self._hidden = "readOnly" if direction == "request" else "writeOnly"
        self._budget = _BUDGET

    def value(self, schema: Mapping[str, Any], depth: int) -> Any:
        schema, _ = resolved(self._document, schema)
        if depth > _DEEPEST:
            return None
        if not _TRIED & schema.keys() and depth:
            return self._make(schema, depth)
        validator = self._schemas.validator(schema, self._direction)
        made = None
        for made in self._candidates(schema, depth):
            self._budget -= 1
            if validator.ok(made) or self._budget < 0:
                return made
        return made

    def _candidates(self, schema: Mapping[str, Any], depth: int) -> Iterator[Any]:
        for key in ("example", "default"):
            if key in schema:
                yield schema[key]
        for turn in range(_TRIES):
            # Later tries leave optional members out: `oneOf` by `required` objects to having them all.
            yield self._make(schema, depth if turn < _TRIES // 3 else max(depth, _SHALLOW))
        if schema.get("nullable") is True or not schema.get("type"):
            yield None

    def _make(self, schema: Mapping[str, Any], depth: int) -> Any:
        schema = self._merged(schema, depth)
        if "enum" in schema:
            return self._draw.choice(schema["enum"]) if schema["enum"] else None
        if depth > _SHALLOW and schema.get("nullable") is True:
            return None
        make = getattr(self, "_" + (schema.get("type") or _kind(schema)), None)
        return make(schema, depth) if make else None

    def _merged(self, schema: Mapping[str, Any], depth: int, nested: int = 0) -> Mapping[str, Any]:
        """The schema with its `allOf`, and one of its `oneOf` and of its `anyOf`, folded in."""
        parts = list(schema.get("allOf", ()))
        parts += [self._choice(schema[key], depth) for key in _CHOICES if schema.get(key)]
        if not parts or nested > _DEEPEST:
            return schema
        folded = {key: value for key, value in schema.items() if key not in ("allOf", *_CHOICES)}
        for part in parts:
            target, _ = resolved(self._document, part)
            _fold(folded, self._merged(target, depth, nested + 1))
        return folded

    def _choice(self, branches: list[Mapping[str, Any]], depth: int) -> Mapping[str, Any]:
        if depth <= _SHALLOW:
            return self._draw.choice(branches)
        return min(branches, key=lambda branch: self._height(branch, ()))

    def _height(self, schema: Mapping[str, Any], above: tuple[int, ...]) -> int:
        """How deep the shallowest value of a schema is; 99 when it has no end."""
        schema, _ = resolved(self._document, schema)
        if id(schema) in above or len(above) > _DEEPEST:
            return 99
        above = (*above, id(schema))
        members = schema.get("properties", {})
        inner = [members[name] for name in schema.get("required", ()) if name in members]
        if schema.get("minItems"):
            inner.append(schema.get("items", {}))
        below = [1 + self._height(it, above) for it in inner]
        below += [self._height(it, above) for it in schema.get("allOf", ())]
        below += [min(self._height(it, above) for it in schema[key]) for key in _CHOICES if schema.get(key)]
        return min(99, max(below, default=0))

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        members = {
            name: it
            for name, it in schema.get("properties", {}).items()
            if resolved(self._document, it)[0].get(self._hidden) is not True
        }
        hidden = schema.get("properties", {}).keys() - members.keys()
        extra = schema.get("additionalProperties", True)
        needed = [name for name in dict.fromkeys(schema.get("required", ())) if name not in hidden]
        optional = [name for name in members if name not in needed]
        least = schema.get("minProperties", 0)
        room = schema.get("maxProperties", len(needed) + len(optional)) - len(needed)
        wanted = len(optional) if depth < _SHALLOW else max(0, least - len(needed))
        chosen = {*needed, *optional[: max(0, min(wanted, room))]}
        names = [*[name for name in members if name in chosen], *[name for name in needed if name not in members]]
        if extra is not False:
            spare = (f"{_WORDS[i % len(_WORDS)]}{i // len(_WORDS) or ''}" for i in range(least + len(names) + 1))
            names += [name for name in spare if name not in names and name not in hidden][: max(0, least - len(names))]
        other = extra if isinstance(extra, Mapping) else {}
        return {name: self.value(members.get(name, other), depth + 1) for name in names}

    def _array(self, schema: Mapping[str, Any], depth: int) -> list[Any]:
        least = schema.get("minItems", 0)
        wanted = least if depth >= _SHALLOW else max(least, 1)
        items = schema.get("items", {})
        length = min(wanted, schema.get("maxItems", wanted))
        made: list[Any] = []
        for _ in range(length * (_TRIES if schema.get("uniqueItems") else 1)):
            if len(made) == length:
                break
            item = self.value(items, depth + 1)
            if not schema.get("uniqueItems") or item not in made:
                made.append(item)
        return made

    def _string(self, schema: Mapping[str, Any], depth: int) -> str:
        least, most = schema.get("minLength", 0), schema.get("maxLength")
        if "pattern" in schema:
            try:
                return self._matching(schema["pattern"], least, most)
            except (re.error, ValueError, KeyError, NotImplementedError, IndexError):
                return self._draw.choice(_WORDS)
        form = schema.get("format", "")
        if form == "uuid":
            return f"{self._draw.getrandbits(32):08x}-0000-4000-8000-{self._draw.getrandbits(48):012x}"
        if form in _FORMATS:
            text = _FORMATS[form]
            missing = max(0, least - len(text))
            return "x" * missing + text if form == "email" else text + "x" * missing if form == "uri" else text
        text = self._draw.choice(_WORDS)
        text += "".join(self._draw.choices("abcdefghijklmnopqrstuvwxyz", k=max(0, least - len(text))))
        return text if most is None else text[:most]

    def _matching(self, pattern: str, least: int, most: int | None) -> str:
        """Text of a pattern; what it repeats without end is repeated as often as its lengths have room for."""
        if least or most is not None:
            upper = max(1, most if most is not None else least + 20)
            pattern = _ENDLESS.sub(lambda found: f"{{{found[0] == '+':d},{self._draw.randint(1, upper)}}}", pattern)
        return str(self._strings.xeger(pattern))

    def _integer(self, schema: Mapping[str, Any], depth: int) -> int:
        low, high = _bounds(schema)
        step = Fraction(str(schema.get("multipleOf", 1)))
        step *= step.denominator  # a whole number that is a multiple of 0.5 is a multiple of 1
        first = ceil(low if low is not None else (high - 100 if high is not None and high < 1 else 1))
        first += schema.get("exclusiveMinimum") is True and first == low
        widest = _RANGES.get(schema.get("format", ""), (0, first + 100 * step))[1]
        last = floor(high if high is not None else min(first + 100 * step, widest))
        last -= schema.get("exclusiveMaximum") is True and last == high
        least, most = ceil(first / step), floor(last / step)
        return int(step) * self._draw.randint(least, max(least, min(most, least + 100)))

    def _number(self, schema: Mapping[str, Any], depth: int) -> float:
        if "multipleOf" in schema:
            step = Fraction(str(schema["multipleOf"]))
            scaled = {key: Fraction(str(schema[key])) / step for key in ("minimum", "maximum") if key in schema}
            exclusive = {key: schema[key] for key in ("exclusiveMinimum", "exclusiveMaximum") if key in schema}
            return float(self._integer({**scaled, **exclusive}, depth) * step)
        low, high = _bounds(schema)
        low = low if low is not None else (high - 100 if high is not None else Fraction(0))
        high = high if high is not None else low + 100
        made = low + Fraction(self._draw.random()) * (high - low)
        short = Fraction(round(float(made), 2))
        return float(short) if low < short < high else float(low if low == high else (low + high) / 2)

    def _boolean(self, schema: Mapping[str, Any], depth: int) -> bool:
        return self._draw.random() < 0.5


def _kind(schema: Mapping[str, Any]) -> str:
    """The type that the keywords of a schema without `type` speak of."""
    for kind, words in (
        ("object", ("properties", "required", "additionalProperties", "minProperties", "maxProperties")),
        ("array", ("items", "minItems", "maxItems", "uniqueItems")),
        ("number", ("minimum", "maximum", "multipleOf")),
    ):
        if any(word in schema for word in words):
            return kind
    return "string"


def _bounds(schema: Mapping[str, Any]) -> tuple[Fraction | None, Fraction | None]:
    low, high = (Fraction(str(schema[key])) if key in schema else None for key in ("minimum", "maximum"))
    natural = _RANGES.get(schema.get("format", ""))
    if natural and schema.get("type") == "integer":
        low = max(low, Fraction(natural[0])) if low is not None else None
        high = min(high, Fraction(natural[1])) if high is not None else None
    return low, high


def _fold(into: dict[str, Any], part: Mapping[str, Any]) -> None:
    """Narrow one schema by another: what both say must both hold."""
    for key, value in part.items():
        own: Any = into.get(key)
        if key not in into:
            into[key] = value
        elif key == "properties":
            both = {name: {"allOf": [own[name], it]} if name in own else it for name, it in value.items()}
            into[key] = {**own, **both}
        elif key == "required":
            into[key] = [*own, *value]
        elif key == "enum":
            into[key] = [item for item in own if item in value]
        elif key == "type":
            into[key] = "integer" if {own, value} == {"integer", "number"} else own
        elif key in ("minimum", "minLength", "minItems", "minProperties"):
            into[key] = max(own, value)
        elif key in ("maximum", "maxLength", "maxItems", "maxProperties"):
            into[key] = min(own, value)
        elif key == "nullable":
            into[key] = own and value
        elif key in ("uniqueItems", "exclusiveMinimum", "exclusiveMaximum"):
            into[key] = own or value
        elif key == "additionalProperties":
            into[key] = False if False in (own, value) else own if isinstance(own, Mapping) else value
