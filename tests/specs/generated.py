"""Hypothesis strategies: OpenAPI 3.0 schemas in the supported subset, and values that meet or nearly meet them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

REF = "#/components/schemas/"
COMPONENTS: dict[str, Any] = {
    "Name": {"type": "string", "minLength": 1, "maxLength": 20},
    "Count": {"type": "integer", "format": "int32", "nullable": True},
    "Thing": {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"$ref": REF + "Name"}, "count": {"$ref": REF + "Count"}},
    },
    "Tree": {
        "type": "object",
        "additionalProperties": False,
        "properties": {"below": {"type": "array", "items": {"$ref": REF + "Tree"}}, "name": {"$ref": REF + "Name"}},
    },
}
NAMES = ["a", "b", "name", "enum", "items", "required", "$ref", "id", "type"]
PATTERNS = ["^[a-c]{2,4}$", "^x", "b+", "^(ab|cd)?$", r"^\+?[0-9]{3}$"]
FORMATS = ["date", "uuid", "ipv4", "byte", "email"]
FORMATTED = [
    "2024-05-17",
    "2024-02-30",
    "c41f7be2-8d05-4f6e-a3b9-60d2e8517f9c",
    "192.0.2.7",
    "Ym9keQ==",
    "a@b.cd",
    "+123",
    "ab",
    "abc",
]
_flag = st.booleans()
_low, _high = st.integers(-20, 5), st.integers(6, 40)


def _of(kind: str, optional: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"type": st.just(kind)}, optional={"nullable": _flag, **optional})


strings = st.one_of(
    _of("string", {"minLength": st.integers(0, 3), "maxLength": st.integers(3, 12)}),
    _of("string", {"pattern": st.sampled_from(PATTERNS)}),
    _of("string", {"format": st.sampled_from(FORMATS)}),
    # With `nullable`, an `enum` without null is a known difference.
    st.fixed_dictionaries(
        {"type": st.just("string"), "enum": st.lists(st.sampled_from(["a", "b", "ab", ""]), min_size=1, unique=True)}
    ),
)
_bounds = {"minimum": _low, "maximum": _high, "exclusiveMinimum": _flag, "exclusiveMaximum": _flag}
numbers = st.one_of(
    _of("integer", {**_bounds, "multipleOf": st.integers(1, 4)}),
    _of("integer", {"format": st.sampled_from(["int32", "int64"])}),
    _of("number", {**_bounds, "multipleOf": st.sampled_from([0.5, 1, 2.5])}),
)
leaves = st.one_of(
    strings,
    numbers,
    _of("boolean", {}),
    st.sampled_from(sorted(COMPONENTS)).map(lambda name: {"$ref": REF + name}),
)


def _composed(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    members = st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)

    def required(schema: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
        names = sorted(schema.get("properties", {}))
        if not names:
            return st.just(schema)
        return st.lists(st.sampled_from(names), unique=True, min_size=1).map(
            lambda them: {**schema, "required": them}
        ) | (st.just(schema))

    objects = _of("object", {"properties": members, "additionalProperties": st.booleans() | inner}).flatmap(required)
    arrays = st.fixed_dictionaries(
        {"type": st.just("array"), "items": inner},
        optional={"minItems": st.integers(0, 2), "maxItems": st.integers(2, 4), "nullable": _flag},
    )
    choices = st.builds(
        lambda key, parts: {key: parts}, st.sampled_from(["anyOf", "oneOf"]), st.lists(inner, min_size=1, max_size=3)
    )
    whole = st.builds(lambda part: {"allOf": [part]}, inner)
    return st.one_of(objects, arrays, choices, whole)


schemas = st.recursive(leaves, _composed, max_leaves=6)

_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-25, 45),
    st.sampled_from([2**31 - 1, 2**31, -(2**31) - 1, 2**63 - 1, 2**63, 10**25]),
    st.sampled_from([0.5, 2.5, -7.25, 6.75]),
    st.sampled_from([*FORMATTED, "a", "b", "", "x", "abab", "y" * 13]),
)


def _values(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    names = st.sampled_from([*NAMES, "below", "count", "other"])
    return st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4)


anything = st.recursive(_scalars, _values, max_leaves=6)


def values(schema: dict[str, Any], depth: int = 0) -> st.SearchStrategy[Any]:
    """Values that are mostly as the schema says, so that its inner parts are looked at too."""
    return st.one_of(_near(schema, depth), _near(schema, depth), anything)


def _near(schema: dict[str, Any], depth: int) -> st.SearchStrategy[Any]:
    if "$ref" in schema:
        return values(COMPONENTS[schema["$ref"].removeprefix(REF)], depth + 1) if depth < 6 else anything
    for key in ("allOf", "anyOf", "oneOf"):
        if key in schema:
            return st.one_of([values(part, depth + 1) for part in schema[key]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema["type"]:
        case "object":
            members = schema.get("properties", {})
            needed = {name: values(it, depth + 1) for name, it in members.items() if name in schema.get("required", ())}
            rest = {name: values(it, depth + 1) for name, it in members.items() if name not in needed}
            return st.fixed_dictionaries(needed, optional=rest)
        case "array":
            return st.lists(values(schema["items"], depth + 1), max_size=4)
        case "boolean":
            return st.booleans()
        case "string":
            return st.sampled_from([*FORMATTED, "a", "ab", "xyz", "", "abab"])
        case _:
            low, high = schema.get("minimum", 0), schema.get("maximum", 10)
            return st.sampled_from([low, high, low - 1, high + 1, low + 2.5]) | st.integers(low, high)
