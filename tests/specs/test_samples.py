"""Values made from schemas: they are as the schema says, the same for a seed, and there is an end to them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import specs
from specs.samples import sample
from specs.schemas import Direction, Schemas
from tests.specs.generated import COMPONENTS, schemas

REF = "#/components/schemas/"
DOCUMENT: dict[str, Any] = {
    "components": {
        "schemas": {
            **COMPONENTS,
            "List": {"type": "object", "required": ["next"], "properties": {"next": {"$ref": REF + "Link"}}},
            "Link": {"oneOf": [{"$ref": REF + "List"}, {"$ref": REF + "End"}]},
            "End": {"type": "object", "required": ["end"], "properties": {"end": {"type": "boolean"}}},
            "Expression": {
                "type": "object",
                "required": ["left", "right"],
                "properties": {"left": {"$ref": REF + "Term"}, "right": {"$ref": REF + "Term"}},
                "additionalProperties": False,
            },
            "Term": {"anyOf": [{"$ref": REF + "Expression"}, {"type": "integer"}]},
            "Maybe": {
                "type": "object",
                "required": ["inner"],
                "properties": {"inner": {"nullable": True, "allOf": [{"$ref": REF + "Maybe"}]}},
            },
            "Endless": {
                "type": "object",
                "required": ["again"],
                "properties": {"again": {"$ref": REF + "Endless"}},
            },
        }
    }
}
SCHEMAS = Schemas(DOCUMENT)


def problems(schema: dict[str, Any], seed: int, direction: Direction = "response") -> list[str]:
    value = sample(schema, DOCUMENT, seed, direction)
    return [str(problem) for problem in SCHEMAS.validator(schema, direction).problems(value, repr(value))]


HARD: list[dict[str, Any]] = [
    {},
    {"type": "string", "minLength": 40, "maxLength": 40},
    {"type": "string", "maxLength": 0},
    {"type": "string", "pattern": "^[A-Z]{3}-[0-9]{4}$"},
    {"type": "string", "pattern": "^[a-z]+$", "minLength": 3, "maxLength": 5},
    {"type": "string", "pattern": r"^(\+[1-9][0-9]{7,14}|[2-9][0-9]{9})$"},
    *[{"type": "string", "format": it} for it in ("date", "date-time", "time", "email", "hostname", "ipv4", "ipv6")],
    *[{"type": "string", "format": it} for it in ("uri", "uri-reference", "byte", "uuid", "binary", "password", "odd")],
    {"type": "string", "format": "email", "minLength": 30},
    {"type": "integer", "minimum": 7, "maximum": 7},
    {"type": "integer", "minimum": 7, "exclusiveMinimum": True, "maximum": 9, "exclusiveMaximum": True},
    {"type": "integer", "minimum": 1.5, "maximum": 2.5},
    {"type": "integer", "maximum": -5},
    {"type": "integer", "minimum": 10, "maximum": 14, "multipleOf": 7},
    {"type": "integer", "multipleOf": 2.5},
    {"type": "integer", "format": "int32", "minimum": 2**31 - 1},
    {"type": "integer", "minimum": 2**62},
    {"type": "number", "minimum": 0.001, "maximum": 0.002},
    {"type": "number", "minimum": 1, "exclusiveMinimum": True, "maximum": 1.001, "exclusiveMaximum": True},
    {"type": "number", "multipleOf": 0.05, "minimum": 3.01, "maximum": 3.09},
    {"type": "number", "maximum": -1e6},
    {"minimum": 3},
    {"enum": [None]},
    {"type": "array", "items": {"type": "integer"}, "minItems": 3, "maxItems": 3},
    {"type": "array", "items": {"enum": ["a", "b", "c"]}, "minItems": 3, "uniqueItems": True},
    {"type": "array", "items": {"type": "string"}, "maxItems": 0},
    {"type": "array"},
    {"type": "object", "minProperties": 3},
    {"type": "object", "minProperties": 2, "additionalProperties": {"type": "integer"}},
    {"type": "object", "maxProperties": 1, "properties": {"a": {}, "b": {}, "c": {}}, "required": ["b"]},
    {"type": "object", "required": ["zeta"], "additionalProperties": {"type": "boolean"}},
    {"allOf": [{"$ref": REF + "Thing"}, {"required": ["extra"], "properties": {"extra": {"type": "integer"}}}]},
    {"allOf": [{"type": "integer", "minimum": 5}, {"type": "number", "maximum": 6}]},
    {
        "allOf": [
            {"properties": {"a": {"type": "integer", "minimum": 5}}},
            {"properties": {"a": {"maximum": 6}}, "required": ["a"]},
        ]
    },
    {"allOf": [{"enum": [1, 2, 3]}, {"enum": [3, 4]}]},
    {"type": "object", "properties": {"a": {}, "b": {}}, "oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
    {"oneOf": [{"type": "number"}, {"type": "integer"}]},
    {"anyOf": [{"type": "string", "minLength": 5}, {"type": "integer"}]},
    {"not": {"type": "string"}},
    {"type": "string", "not": {"enum": ["alpha", "bravo", "cedar"]}},
    # Examples and defaults are taken when they are right.
    {"type": "integer", "example": "seven", "minimum": 1},
    {"type": "integer", "default": None},
    {"type": "string", "enum": ["a"], "example": "b"},
]


@pytest.mark.parametrize("schema", HARD, ids=str)
def test_values_are_as_the_schema_says(schema: dict[str, Any]) -> None:
    assert [problems(schema, seed) for seed in range(8)] == [[]] * 8


@settings(max_examples=100, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(schemas, st.integers(0, 2**32))
def test_values_of_made_up_schemas_are_as_they_say(schema: dict[str, Any], seed: int) -> None:
    assume(_has_a_value(schema))
    assert not problems(schema, seed), schema


def _has_a_value(schema: Any) -> bool:
    """Leaves out what may have no value: `oneOf` whose branches overlap, and a required member that is not allowed."""
    if isinstance(schema, list):
        return all(_has_a_value(it) for it in schema)
    if not isinstance(schema, dict):
        return True
    branches = [it.get("type") for it in schema.get("oneOf", ()) if isinstance(it, dict)]
    return (
        len(set(branches)) == len(branches)
        and ("number" not in branches or "integer" not in branches)
        and (None not in branches or len(branches) == 1)
        and sum(it.get("nullable", False) for it in schema.get("oneOf", ()) if isinstance(it, dict)) < 2
        and all(_has_a_value(it) for it in schema.values())
    )


@pytest.mark.parametrize("vendor", ["vibes", "voltmx"])
@pytest.mark.parametrize("direction", ["request", "response"])
def test_values_of_the_packaged_schemas_are_as_they_say(vendor: str, direction: Direction) -> None:
    spec = specs.read(vendor)
    own = list(spec.document["components"]["schemas"].values())
    for operation in spec.operations.values():
        media = [
            *operation.body.values(),
            *[it for found in operation.responses.values() for it in found.content.values()],
        ]
        own += [it.schema for it in media] + [parameter.schema for parameter in operation.parameters]
    for schema in own:
        for seed in range(2):
            value = sample(schema, spec.document, seed, direction)
            assert not [str(it) for it in spec.schemas.validator(schema, direction).problems(value, repr(value))], (
                schema
            )


@pytest.mark.parametrize("name", ["Tree", "List", "Link", "Expression", "Term", "Maybe"])
def test_recursion_has_an_end(name: str) -> None:
    assert [problems({"$ref": REF + name}, seed) for seed in range(20)] == [[]] * 20


def test_a_schema_that_no_value_meets_still_has_an_end() -> None:
    assert problems({"$ref": REF + "Endless"}, 1)
    assert problems({"allOf": [{"type": "string"}, {"type": "integer"}]}, 1)


@pytest.mark.parametrize("schema", [HARD[4], HARD[-9], {"$ref": REF + "Tree"}, {"$ref": REF + "Thing"}], ids=str)
def test_the_same_seed_makes_the_same_value(schema: dict[str, Any]) -> None:
    made = [sample(schema, DOCUMENT, seed) for seed in range(30)]
    assert made == [sample(schema, DOCUMENT, seed) for seed in range(30)]


def test_another_seed_makes_another_value() -> None:
    assert len({sample({"type": "string", "format": "uuid"}, DOCUMENT, seed) for seed in range(30)}) == 30


@pytest.mark.parametrize(("direction", "names"), [("request", {"name", "secret"}), ("response", {"name", "id"})])
def test_members_that_a_direction_hides_are_left_out(direction: Direction, names: set[str]) -> None:
    schema = {
        "type": "object",
        "required": ["id", "secret"],
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "secret": {"type": "string", "writeOnly": True},
            "name": {"type": "string"},
        },
    }
    assert sample(schema, DOCUMENT, 1, direction).keys() == names
