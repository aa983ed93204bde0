"""Schemas as validators: what OpenAPI 3.0 says beyond, or instead of, JSON Schema."""

from __future__ import annotations

from typing import Any

import pytest

from specs import SpecError
from specs.schemas import Direction, Validator
from tests.specs.conftest import Read
from tests.vendors.cost import calls

REF = "#/components/schemas/"
COMPONENTS: dict[str, Any] = {
    "Name": {"type": "string", "minLength": 1},
    "Maybe": {"type": "string", "nullable": True},
    "Tree": {"type": "object", "properties": {"below": {"type": "array", "items": {"$ref": REF + "Tree"}}}},
    "ServerId": {"type": "integer", "readOnly": True},
    "Secret": {"type": "string", "writeOnly": True},
    "Base": {"type": "object", "properties": {"id": {"type": "integer", "readOnly": True}}},
    "properties": {"type": "integer"},
    "a.b-c_d": {"type": "boolean"},
}


@pytest.fixture
def compiled(read: Read) -> Any:
    def compiled(schema: dict[str, Any], direction: Direction = "response") -> Validator:
        spec = read(components={"schemas": {**COMPONENTS, "Under": schema}})
        return spec.schemas.validator(spec.resolve(REF + "Under"), direction)

    return compiled


NULLABLE: list[tuple[dict[str, Any], list[Any], list[Any]]] = [
    ({"type": "string", "nullable": True}, [None, "a", ""], [1, False, []]),
    ({"type": "string", "nullable": False}, ["a"], [None]),
    ({"type": "string"}, ["a"], [None]),
    ({"type": "string", "nullable": True, "enum": ["a"]}, ["a", None], ["b"]),
    ({"type": "string", "nullable": True, "enum": ["a", None]}, ["a", None], ["b"]),
    ({"nullable": True, "enum": ["a"]}, ["a", None], ["b"]),
    ({"type": "integer", "nullable": True, "minimum": 3}, [None, 3], [2, "3"]),
    ({"type": "object", "nullable": True, "required": ["a"]}, [None, {"a": 1}], [{}, []]),
    ({"nullable": True, "allOf": [{"$ref": REF + "Name"}]}, [None, "a"], ["", 1]),
    ({"allOf": [{"$ref": REF + "Maybe"}]}, [None, "a"], [1]),
    ({"nullable": True, "oneOf": [{"type": "string"}, {"type": "integer"}]}, [None, "a", 1], [[]]),
    ({"$ref": REF + "Name", "nullable": True}, ["a"], [None]),
    ({"$ref": REF + "Maybe"}, [None, "a"], [1]),
    ({}, [None, 1, "a", [], {}], []),
]
RANGES: list[tuple[dict[str, Any], list[Any], list[Any]]] = [
    ({"type": "integer", "format": "int32"}, [2**31 - 1, -(2**31)], [2**31, -(2**31) - 1, 1.5]),
    ({"type": "integer", "format": "int64"}, [2**63 - 1, -(2**63)], [2**63, -(2**63) - 1, 10**30]),
    ({"type": "integer"}, [10**30, -(10**30)], [1.5, "1", True]),
    ({"type": "integer", "format": "int32", "minimum": 5, "maximum": 7}, [5, 7], [4, 8]),
    ({"type": "integer", "format": "int32", "minimum": -(2**40)}, [-(2**31)], [-(2**31) - 1]),
    # A bound of the format is itself allowed, whatever is said of the schema's own.
    ({"type": "integer", "format": "int32", "minimum": -(2**40), "exclusiveMinimum": True}, [-(2**31)], [-(2**40) + 1]),
    ({"type": "integer", "format": "int32", "exclusiveMaximum": True}, [2**31 - 1], [2**31]),
    ({"type": "integer", "format": "int32", "minimum": 5, "exclusiveMinimum": True}, [6], [5]),
    ({"type": "integer", "format": "int32", "nullable": True}, [None, 1], [2**31]),
    ({"type": "number", "minimum": 1, "exclusiveMinimum": True}, [1.01], [1, 1.0, 0]),
    ({"type": "number", "minimum": 1, "exclusiveMinimum": False}, [1, 1.0], [0.99]),
    ({"type": "number", "maximum": 1, "exclusiveMaximum": True}, [0.99], [1, 2]),
    ({"type": "number", "exclusiveMinimum": True}, [-1e300], ["1"]),
    ({"type": "number", "multipleOf": 0.01}, [19.99, 1, 0], [0.001]),
    ({"type": "number"}, [1, 1.5], [True, "1", float("nan"), float("inf")]),
]
FORMATS: list[tuple[dict[str, Any], list[Any], list[Any]]] = [
    ({"type": "string", "format": "date"}, ["2024-02-29"], ["2023-02-29", "2024-2-9", "x", ""]),
    (
        {"type": "string", "format": "date-time"},
        ["2024-05-17T09:30:00Z", "2024-05-17T09:30:00.5+02:00"],
        ["2024-05-17", "2024-05-17T09:30:00", "2024-13-01T00:00:00Z"],
    ),
    (
        {"type": "string", "format": "uuid"},
        ["c41f7be2-8d05-4f6e-a3b9-60d2e8517f9c", "C41F7BE2-8D05-4F6E-A3B9-60D2E8517F9C"],
        ["c41f7be28d054f6ea3b960d2e8517f9c", "x", "c41f7be2-8d05-4f6e-a3b9-60d2e8517f9c\n"],
    ),
    ({"type": "string", "format": "email"}, ["ada@example.com"], ["ada", "@example.com"]),
    ({"type": "string", "format": "uri"}, ["https://example.com/a?b#c"], ["/a", "a b"]),
    ({"type": "string", "format": "ipv4"}, ["192.0.2.7"], ["192.0.2.256", "1"]),
    ({"type": "string", "format": "ipv6"}, ["2001:db8::7"], ["192.0.2.7"]),
    ({"type": "string", "format": "hostname"}, ["example.com"], ["-a", "a b"]),
    ({"type": "string", "format": "byte"}, ["", "Ym9keQ=="], ["Ym9keQ", "ä", "Ym9k eQ=="]),
    ({"type": "string", "format": "binary"}, ["any", b"\x00\xff"], [1]),
    ({"type": "string", "format": "password"}, ["any"], [1]),
    ({"type": "string", "format": "made-up"}, ["any"], [1]),
    ({"type": "string", "pattern": "^a+$"}, ["aa"], ["b", "aa\n"]),
    ({"type": "string", "pattern": "b"}, ["abc"], ["ac"]),
    ({"type": "string", "pattern": "^(?=.*x)(?!y)"}, ["ax"], ["a", "yx"]),
    ({"type": "string", "maxLength": 1}, ["\U0001f600", "é"], ["ab"]),
]
NAMES: list[tuple[dict[str, Any], list[Any], list[Any]]] = [
    (
        {"properties": {"$ref": {"type": "string"}, "enum": {"type": "integer"}, "id": {"type": "string"}}},
        [{"$ref": "#/x", "enum": 1, "id": "x"}, {}],
        [{"$ref": 1}, {"enum": "x"}, {"id": 1}],
    ),
    (
        {
            "properties": {
                "properties": {"type": "integer"},
                "required": {"type": "boolean"},
                "nullable": {"type": "string"},
            }
        },
        [{"properties": 1, "required": True}],
        [{"properties": {}}, {"required": []}, {"nullable": None}],
    ),
    ({"properties": {"readOnly": {"type": "integer"}}, "required": ["readOnly"]}, [{"readOnly": 1}], [{}]),
    ({"$ref": REF + "properties"}, [1], ["1"]),
    ({"$ref": REF + "a.b-c_d"}, [True], [1]),
    ({"enum": [{"$ref": "#/none"}, {"nullable": True}]}, [{"$ref": "#/none"}, {"nullable": True}], [{}]),
    ({"enum": [1, "1", None, [1], True]}, [1, "1", None, [1], True], [0, [], False, "2"]),
    ({"type": "object", "example": {"type": 3}, "default": {"$ref": 1}, "x-a": {"type": 9}}, [{}], [1]),
]
NESTED: list[tuple[dict[str, Any], list[Any], list[Any]]] = [
    ({"$ref": REF + "Tree"}, [{}, {"below": [{"below": []}]}], [{"below": [{"below": [1]}]}, []]),
    ({"items": {"$ref": REF + "Name"}}, [["a"], [], "not an array"], [[""]]),
    ({"additionalProperties": {"$ref": REF + "Name"}}, [{"x": "a"}], [{"x": ""}]),
    ({"properties": {"a": {}}, "additionalProperties": False}, [{"a": None}, {}], [{"b": 1}]),
    ({"not": {"$ref": REF + "Name"}}, [1, ""], ["a"]),
    ({"anyOf": [{"$ref": REF + "Name"}, {"type": "integer"}]}, ["a", 1], ["", None]),
    ({"oneOf": [{"type": "number"}, {"type": "integer"}]}, [1.5], [1, "a"]),
    ({"type": "array", "uniqueItems": True}, [[1, 2], [1, True], [{"a": 1}, {"a": 2}]], [[1, 1], [{"a": 1}, {"a": 1}]]),
    # A reference may lead anywhere in the document, and into a schema.
    ({"$ref": REF + "Tree/properties/below"}, [[{}]], [{}]),
    ({"$ref": "#/components/schemas/Tree/properties/below/items"}, [{"below": []}], [[]]),
    ({"$ref": "#/components/schemas/a%2Eb-c_d"}, [True], [1]),
]


@pytest.mark.parametrize(("schema", "good", "bad"), [*NULLABLE, *RANGES, *FORMATS, *NAMES, *NESTED], ids=str)
@pytest.mark.parametrize("direction", ["request", "response"])
def test_values_are_judged(compiled: Any, schema: dict[str, Any], good: Any, bad: Any, direction: Direction) -> None:
    validator = compiled(schema, direction)
    for value in good:
        assert validator.ok(value), (value, [str(it) for it in validator.problems(value, "body")])
        assert not list(validator.problems(value, "body"))
    for value in bad:
        assert not validator.ok(value), value
        assert list(validator.problems(value, "body")), value


def members(**members: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(members), "properties": members, "additionalProperties": False}


READ_ONLY = {"type": "integer", "readOnly": True}
WRITE_ONLY = {"type": "string", "writeOnly": True}


@pytest.mark.parametrize(
    ("schema", "value", "request_ok", "response_ok"),
    [
        (members(id=READ_ONLY), {}, True, False),
        (members(id=READ_ONLY), {"id": 1}, True, True),
        (members(id=READ_ONLY), {"id": "what a server ignores"}, True, False),
        (members(key=WRITE_ONLY), {}, False, True),
        (members(key=WRITE_ONLY), {"key": "k"}, True, True),
        (members(key=WRITE_ONLY), {"key": 1}, False, False),
        (members(id={"$ref": REF + "ServerId"}), {}, True, False),
        (members(id={"$ref": REF + "ServerId"}), {"id": "x"}, True, False),
        (members(key={"$ref": REF + "Secret"}), {}, False, True),
        (members(id={**READ_ONLY, "readOnly": False}), {}, False, False),
        # The part that requires and the part that hides need not be the same.
        ({"required": ["id"], "allOf": [{"$ref": REF + "Base"}]}, {}, True, False),
        ({"allOf": [{"$ref": REF + "Base"}, {"required": ["id"]}]}, {}, True, False),
        ({"allOf": [members(id=READ_ONLY), {"required": ["name"]}]}, {}, False, False),
        ({"allOf": [members(id=READ_ONLY)]}, {}, True, False),
        # Inside arrays and nested objects too.
        ({"items": members(id=READ_ONLY)}, [{}], True, False),
        (members(inner=members(id=READ_ONLY)), {"inner": {}}, True, False),
    ],
)
def test_hidden_members_by_direction(
    compiled: Any, schema: dict[str, Any], value: Any, request_ok: bool, response_ok: bool
) -> None:
    assert compiled(schema, "request").ok(value) is request_ok
    assert compiled(schema, "response").ok(value) is response_ok


def test_a_problem_says_where_and_what(compiled: Any) -> None:
    schema = {"properties": {"items": {"items": {"type": "object", "required": ["a"]}}}}
    (problem,) = compiled(schema).problems({"items": [{"a": 1}, {}]}, "body")
    assert (problem.place, problem.path, problem.keyword) == ("body", ("items", 1), "required")
    assert str(problem) == 'body.items[1]: "a" is a required property'
    assert problem.schema_path[-1] == "required"


def test_a_problem_does_not_repeat_the_whole_value(compiled: Any) -> None:
    (problem,) = compiled({"type": "integer"}).problems("x" * 10_000, "body")
    assert len(problem.message) <= 300


def test_all_problems_are_said(compiled: Any) -> None:
    assert len(list(compiled({"items": {"type": "string"}}).problems([1] * 1000, "body"))) == 1000


MANY = 200_000
NOT_ALLOWED = '{"type":"array"} is not allowed for ['
STRINGS = {"type": "array", "items": {"type": "string"}}


@pytest.mark.parametrize(
    ("schema", "value", "said"),
    [
        (STRINGS, [1] * MANY, 1000),
        (STRINGS, [*["a"] * MANY, 1], 1),
        ({"anyOf": [STRINGS, {"type": "string"}]}, [1] * MANY, 1),
        ({"properties": {"in": {"oneOf": [STRINGS, STRINGS]}}}, {"in": [1] * MANY}, 1),
        ({"allOf": [STRINGS, {"maxItems": 1}]}, [1] * MANY, 1000),
        ({"items": STRINGS}, [[1]] * MANY, 1000),
        ({"items": STRINGS}, [[1] * 5000] * 40, 1000),
        ({"additionalProperties": False}, {f"name{n}": n for n in range(MANY)}, 1),
        ({"additionalProperties": {"type": "string"}}, {f"name{n}": n for n in range(MANY)}, 1000),
        ({"required": ["a", "b"], "maxProperties": 3}, {f"name{n}": n for n in range(MANY)}, 3),
        ({"anyOf": [{"required": [name]} for name in "abc"]}, {"text": "x" * 100 * MANY}, 1),
        ({"$ref": REF + "Tree"}, {"below": [{"below": [1]}] * MANY}, 1000),
    ],
)
def test_a_large_value_costs_what_is_said_of_it(compiled: Any, schema: dict[str, Any], value: Any, said: int) -> None:
    """Each error that the validator makes is a call, and none is made for what is not said; the rest is looking."""
    validator, found = compiled(schema), []
    made = calls(lambda: found.extend(validator.problems(value, "body")), "ValidationError.__init__")
    assert (len(found), not validator.ok(value)) == (said, True)
    assert made <= said + 2000
    assert max(len(problem.message) for problem in found) <= 300


@pytest.mark.parametrize(
    ("schema", "value", "path", "message"),
    [
        (STRINGS, [*["a"] * MANY, 1], (MANY,), '1 is not of type "string"'),
        ({"properties": {"a": STRINGS}}, {"b": [1] * MANY, "a": [1]}, ("a", 0), '1 is not of type "string"'),
        ({"required": ["a"]}, {str(n): n for n in range(MANY)}, (), '"a" is a required property'),
        ({"type": "object"}, [1] * MANY, (), f"[{'1,' * 148}…"),
        (
            {"not": {"type": "array"}},
            ["a"] * MANY,
            (),
            ('{"type":"array"} is not allowed for [' + '"a",' * 99)[:297] + "…",
        ),
        ({"anyOf": [STRINGS]}, ["ä" * MANY, 1], (), f'["{"ä" * 295}…'),
        (
            {"type": "object", "additionalProperties": False, "properties": {"b": {}}},
            {"b": 1, **{f"n{n}": n for n in range(MANY)}},
            (),
            ("Additional properties are not allowed (" + ", ".join(f"'n{n}'" for n in range(99)))[:297] + "…",
        ),
    ],
)
def test_what_is_wrong_with_a_large_value_is_said_as_of_a_small_one(
    compiled: Any, schema: dict[str, Any], value: Any, path: tuple[Any, ...], message: str
) -> None:
    (problem,) = compiled(schema).problems(value, "body")
    assert (problem.path, problem.message) == (path, message)


@pytest.mark.parametrize("value", [b"\x00", "\ud800", {1: 2}, object(), {"a": b""}, ["\udfff"], {"\ud800": 1}])
def test_what_json_cannot_hold_is_a_problem_not_a_crash(compiled: Any, value: Any) -> None:
    validator = compiled({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}})
    assert not validator.ok(value)
    assert [problem.keyword for problem in validator.problems(value, "body")]


@pytest.mark.parametrize("depth", [100, 1000])
def test_deep_values_are_judged(compiled: Any, depth: int) -> None:
    value: Any = {}
    for _ in range(depth):
        value = {"below": [value]}
    assert compiled({"$ref": REF + "Tree"}).ok(value)
    assert not compiled({"$ref": REF + "Tree"}).ok({"below": [value, 1]})


@pytest.mark.parametrize(
    ("schema", "takes"),
    [({}, True), ({"type": "string", "format": "binary"}, True), ({"type": "object"}, False), ({"enum": ["a"]}, False)],
)
def test_raw_bytes_are_taken_where_text_is(compiled: Any, schema: dict[str, Any], takes: bool) -> None:
    assert compiled(schema).ok(b"\xff") is takes
    assert bool(list(compiled(schema).problems(b"\xff", "body"))) is not takes


MISTAKES = """\
openapi: 3.0.3
info: {title: T, version: "1"}
paths: {}
components:
  schemas:
    Fine: {type: string}
    Round: {$ref: '#/components/schemas/About'}
    About: {$ref: '#/components/schemas/Round'}
    Under:
      %s
"""


@pytest.mark.parametrize(
    ("schema", "message", "line"),
    [
        ("$ref: '#/components/schemas/Round'", "goes round in circles", 10),
        ("properties: {a: {$ref: '#/components/schemas/Round'}}", "goes round in circles", 10),
        ("$ref: '#/components/schemas/None'", "leads nowhere: there is no 'None'", 10),
        ("items: {$ref: 'other.yaml#/A'}", "is not local", 10),
        ("items: {$ref: 3}", "is not local", 10),
        ("pattern: '('", "not a schema", 10),
        ("type: text", "not a schema", 10),
        ("minLength: x", "not a schema", 10),
        ("required: name", "`required` of a schema is a list", 10),
        ("required: [[name]]", "not a schema", 10),
        ("{type: string, nullable: true, enum: a}", "`enum` of a schema is a list", 10),
        ("properties: [a]", "`properties` of a schema is a mapping", 10),
        ("properties: {a: text}", "a schema is a mapping; found 'text'", 10),
        ("allOf: {a: 1}", "`allOf` of a schema is a list", 10),
        ("items: [{type: string}]", "a schema is a mapping; found a list", 10),
        ("items:", "a schema is a mapping; found nothing", 10),
    ],
)
def test_a_mistake_in_a_schema_is_refused_with_its_line(read: Read, schema: str, message: str, line: int) -> None:
    spec = read(MISTAKES % schema)
    with pytest.raises(SpecError) as caught:
        spec.schemas.validator(spec.resolve(REF + "Under"), "request")
    assert message in str(caught.value)
    # The line of the key, or of the schema that its key stands on.
    assert caught.value.line in (line, line - 1)
    assert caught.value.path == spec.path


def test_a_mistake_elsewhere_does_not_matter(read: Read) -> None:
    spec = read(MISTAKES % "pattern: '('")
    assert spec.schemas.validator(spec.resolve(REF + "Fine"), "request").ok("a")


def test_one_schema_is_compiled_once_per_direction(read: Read) -> None:
    spec = read(components={"schemas": COMPONENTS})
    schema = spec.resolve(REF + "Name")
    assert spec.schemas.validator(schema, "request") is spec.schemas.validator(schema, "request")
    assert spec.schemas.validator(schema, "request") is not spec.schemas.validator(schema, "response")


@pytest.mark.parametrize("direction", ["request", "response"])
def test_a_schema_from_outside_may_refer_to_the_document(read: Read, direction: Direction) -> None:
    spec = read(components={"schemas": COMPONENTS})
    assert not spec.schemas.validator({"items": {"$ref": REF + "Name"}}, direction).ok([""])
