"""`Prefer`, and operations that only a spec describes: examples, and values made from schemas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Mock, answering, document


@pytest.mark.parametrize(
    ("prefer", "status", "body"),
    [
        ("example=busy", 200, {"orders": 300}),
        ("code=200", 200, {"orders": 3}),
        ("code=200, example=busy", 200, {"orders": 300}),
        ("code=200; example=busy", 200, {"orders": 300}),
        ('code="404"', 404, {"code": "NotFound", "details": ["There is no such part"]}),
        ("code=503", 503, {"code": "NotFound", "details": ["There is no such part"]}),
        ("respond-async, wait=10", 200, {"orders": 3}),
        ("", 200, {"orders": 3}),
        ("dynamic=false", 200, {"orders": 3}),
    ],
)
def test_what_is_documented_can_be_asked_for(acme: Mock, prefer: str, status: int, body: Any) -> None:
    answer = acme.get("/acme/orders/forecast", headers={"Prefer": prefer})
    assert (answer.status_code, answer.json()) == (status, body)


@pytest.mark.parametrize(
    "prefer",
    ["code=nine", "code=", "code=2000", "code=099", "code=\xb2\xb2\xb2", "code=600", "code=-20", "example=none"],
)
def test_what_is_not_documented_cannot(acme: Mock, prefer: str) -> None:
    answer = acme.get("/acme/orders/forecast", headers=[(b"Prefer", prefer.encode("latin-1"))])
    assert answer.status_code == 400
    assert answer.json()["code"] == "BadParameter"


def test_several_prefer_headers_count_together(acme: Mock) -> None:
    answer = acme.get("/acme/orders/forecast", headers=[("Prefer", "code=404"), ("Prefer", "wait=10")])
    assert answer.status_code == 404


def test_an_undocumented_status_says_what_is(acme: Mock) -> None:
    answer = acme.get("/acme/parts", headers={"Prefer": "code=500"})
    assert answer.status_code == 400
    assert answer.json()["details"] == ["parts.list_parts does not document status 500; it documents 200, 4XX"]


def test_a_preferred_answer_changes_nothing_and_is_journalled_as_such(acme: Mock) -> None:
    before = acme.records()
    answer = acme.delete("/acme/parts/hinge%2F7", headers={"Prefer": "code=204"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert acme.records() == before
    assert acme.last()["fault"] == "prefer"


def test_required_headers_come_from_their_examples(acme: Mock) -> None:
    answer = acme.post("/acme/parts", headers={"Prefer": "code=201"})
    assert answer.headers["location"] == "/parts/bolt-1"


def test_xml_examples(acme: Mock) -> None:
    answer = acme.get("/acme/parts/x", headers={"Prefer": "code=200", "Accept": "application/xml"})
    assert answer.text == "<part><part_id>hinge/7</part_id><name>Hinge</name></part>"


SCHEMAS: dict[str, Any] = {
    "integer": {"type": "integer", "minimum": 5, "maximum": 6},
    "exclusive": {"type": "integer", "minimum": 5, "exclusiveMinimum": True, "maximum": 7, "exclusiveMaximum": True},
    "multiple": {"type": "integer", "multipleOf": 7, "minimum": 1, "maximum": 20},
    "number": {"type": "number", "minimum": 0.5, "maximum": 0.75},
    "negative": {"type": "integer", "maximum": -5},
    "int32": {"type": "integer", "format": "int32"},
    "boolean": {"type": "boolean"},
    "enum": {"type": "string", "enum": ["a", "b"]},
    "pattern": {"type": "string", "pattern": "^[A-Z]{3}-[0-9]{4}$"},
    "length": {"type": "string", "minLength": 30, "maxLength": 31},
    "short": {"type": "string", "maxLength": 2},
    **{it: {"type": "string", "format": it} for it in ("date", "date-time", "uuid", "email", "uri", "ipv4", "byte")},
    "array": {"type": "array", "items": {"type": "integer"}, "minItems": 3, "maxItems": 4},
    "unique": {"type": "array", "items": {"type": "integer"}, "minItems": 3, "uniqueItems": True},
    "object": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}},
    "closed": {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False},
    "map": {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 2},
    "nullable": {"type": "string", "nullable": True},
    "allOf": {"allOf": [{"$ref": "#/components/schemas/Node"}, {"type": "object", "required": ["x"]}]},
    "oneOf": {"oneOf": [{"type": "integer"}, {"type": "string"}]},
    "recursive": {"$ref": "#/components/schemas/Node"},
    "anything": {},
}
NODE = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "x": {"type": "integer"},
        "next": {"$ref": "#/components/schemas/Node"},
        "below": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
    },
}


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_values_made_from_a_schema_fit_it_and_come_back_by_seed(
    mock: Callable[..., Mock], spec_file: Callable[..., Any], schema: Any
) -> None:
    components = {"schemas": {"Node": NODE}}
    file = spec_file(document({"/it": {"get": {"responses": answering(schema)}}}, components=components))
    shop = mock(spec_files=(file,))
    made = set()
    for seed in range(8):
        shop.post("/_control/worlds", json={"name": f"w{seed}", "seed": seed}).raise_for_status()
        first, second = (shop.get(f"/w/w{seed}/shop/it") for _ in range(2))
        assert first.status_code == 200, first.text  # the reply was held to the schema on its way
        assert first.text == second.text
        made.add(first.text)
    assert made


def test_dynamic_prefers_a_made_value_to_the_example(mock: Callable[..., Mock], spec_file: Callable[..., Any]) -> None:
    schema = {"type": "integer", "minimum": 1, "maximum": 9}
    shop = mock(spec_files=(spec_file(document({"/it": {"get": {"responses": answering(schema, 5)}}})),), seed=3)
    assert shop.get("/shop/it").json() == 5
    made = shop.get("/shop/it", headers={"Prefer": "dynamic=true"})
    assert 1 <= made.json() <= 9


@pytest.fixture
def guarded(mock: Callable[..., Mock], spec_file: Callable[..., Any]) -> Callable[..., Any]:
    """An operation behind one security scheme, described and nothing more."""

    def serve(scheme: Any, **more: Any) -> Mock:
        made = document(
            {"/it": {"get": {"responses": {**answering({}, "in"), **more}}}},
            security=[{"it": []}],
            components={"securitySchemes": {"it": scheme}},
        )
        return mock(spec_files=(spec_file(made),))

    return serve


@pytest.mark.parametrize(
    ("scheme", "good", "bad"),
    [
        ({"type": "http", "scheme": "basic"}, {"headers": {"Authorization": "Basic abc"}}, {"headers": {"Authorization": "Bearer abc"}}),  # noqa: E501
        ({"type": "http", "scheme": "bearer"}, {"headers": {"Authorization": "bearer abc"}}, {"headers": {"Authorization": "Bearer"}}),  # noqa: E501
        ({"type": "apiKey", "in": "header", "name": "X-Key"}, {"headers": {"x-key": "abc"}}, {"headers": {"X-Key": ""}}),  # noqa: E501
        ({"type": "apiKey", "in": "query", "name": "key"}, {"params": {"key": "abc"}}, {"params": {"monkey": "abc"}}),
        ({"type": "apiKey", "in": "query", "name": "key"}, {"params": {"a": "1", "key": "abc"}}, {"params": {"key": ""}}),  # noqa: E501
        ({"type": "apiKey", "in": "cookie", "name": "key"}, {"headers": {"Cookie": "key=abc"}}, {"headers": {"Cookie": "monkey=abc"}}),  # noqa: E501
        ({"type": "oauth2", "flows": {}}, {"headers": {"Authorization": "Bearer abc"}}, {}),
    ],
)  # fmt: skip
def test_a_spec_alone_wants_credentials_of_the_right_form(guarded: Any, scheme: Any, good: Any, bad: Any) -> None:
    shop = guarded(scheme)
    assert shop.get("/shop/it", **good).json() == "in"
    for request in (bad, {}):
        answer = shop.get("/shop/it", **request)
        assert (answer.status_code, answer.json()["title"]) == (401, "Unauthenticated")
    assert "abc" not in str(shop.journal()[-1])


def test_a_spec_alone_shows_the_documented_error(guarded: Any) -> None:
    basic = {"type": "http", "scheme": "basic"}
    shop = guarded(basic, **answering({"type": "object"}, {"no": "way"}, "401"))
    answer = shop.get("/shop/it")
    assert (answer.status_code, answer.json(), answer.headers["www-authenticate"]) == (401, {"no": "way"}, "Basic")
    shop = guarded(basic, **answering({"type": "object"}, "<no>way</no>", "4XX", "application/xml"))
    answer = shop.get("/shop/it")
    assert (answer.headers["content-type"], answer.text) == ("application/xml", "<no>way</no>")
