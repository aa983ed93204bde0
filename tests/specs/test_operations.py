"""What a document says about an operation, once references, inheritance and defaults are settled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from specs import Operation, SpecError
from specs.operations import argument
from tests.specs.conftest import Read

Make = Callable[..., Operation]
OK = {"200": {"description": "ok"}}
QUERY = {"name": "q", "in": "query", "schema": {"type": "string"}}


def test_operations_stand_in_the_order_of_the_document(read: Read) -> None:
    paths = {
        "/b": {"post": {"responses": OK}, "parameters": [], "get": {"responses": OK}},
        "/a": {"get": {"responses": OK}},
    }
    assert list(read(paths=paths).operations) == ["post /b", "get /b", "get /a"]


def test_keys_of_extension_are_no_paths_and_no_statuses(read: Read) -> None:
    spec = read(paths={"x-note": "text", "/a": {"x-a": 1, "get": {"responses": {"x-b": 1, **OK}}}})
    assert list(spec.operations["get /a"].responses) == ["200"]


def test_a_bare_operation_has_defaults(operation: Make) -> None:
    found = operation({})
    assert (found.id, found.method, found.path, found.tag) == ("get /things", "GET", "/things", "default")
    assert (found.parameters, found.body, found.body_required, found.security) == ((), {}, False, ())
    assert (found.rate_class, found.capability, found.sources, found.deprecated) == (None, None, (), False)
    assert found.pointer == "#/paths/~1things/get"
    assert found.responses["200"].empty_body == "always"


def test_everything_may_be_referenced(read: Read) -> None:
    spec = read(
        paths={
            "/things/{id}": {"$ref": "#/components/x-items/Thing"},
        },
        components={
            "x-items": {
                "Thing": {
                    "parameters": [{"$ref": "#/components/parameters/Id"}],
                    "put": {
                        "requestBody": {"$ref": "#/components/requestBodies/Again"},
                        "responses": {"200": {"$ref": "#/components/responses/Done"}},
                    },
                }
            },
            "parameters": {
                "Id": {"name": "id", "in": "path", "required": True, "schema": {"$ref": "#/components/schemas/Id"}}
            },
            "requestBodies": {
                "Again": {"$ref": "#/components/requestBodies/Thing"},
                "Thing": {
                    "required": True,
                    "content": {"application/json": {"examples": {"one": {"$ref": "#/components/examples/One"}}}},
                },
            },
            "responses": {
                "Done": {
                    "description": "done",
                    "headers": {"X-A": {"$ref": "#/components/headers/A"}},
                    "links": {"L": {"$ref": "#/components/links/L"}},
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Id"}}},
                }
            },
            "headers": {"A": {"schema": {"type": "string"}}},
            "links": {"L": {"operationId": "o"}},
            "examples": {"One": {"value": {"a": 1}}},
            "schemas": {"Id": {"type": "string", "example": "id-1"}},
        },
    )
    found = spec.operations["put /things/{id}"]
    assert found.parameters[0].example == "id-1"
    assert found.parameters[0].pointer == "#/components/parameters/Id"
    assert found.parameters[0].schema == {"$ref": "#/components/schemas/Id"}
    assert found.body["application/json"].examples == {"one": {"a": 1}}
    assert found.body_required
    done = found.responses["200"]
    assert done.headers == {"X-A": {"schema": {"type": "string"}}}
    assert done.links == {"L": {"operationId": "o"}}
    assert done.content["application/json"].examples == {"example": "id-1"}
    # Every pointer leads to what it is about, however many references lie between.
    for at, key in [
        (found.pointer, "responses"),
        (done.pointer, "description"),
        (found.body["application/json"].pointer, "examples"),
        (done.content["application/json"].pointer, "schema"),
    ]:
        assert key in spec.resolve(at)


@pytest.mark.parametrize(
    ("own", "names"),
    [
        ([], [("q", False), ("X-A", False)]),
        ([{**QUERY, "required": True}], [("q", True), ("X-A", False)]),
        ([{"name": "x-a", "in": "header", "required": True}], [("q", False), ("x-a", True)]),
        ([{"name": "q", "in": "cookie"}], [("q", False), ("X-A", False), ("q", False)]),
        ([{"name": "Q", "in": "query"}], [("q", False), ("X-A", False), ("Q", False)]),
    ],
)
def test_an_operations_parameter_overrides_the_paths(
    operation: Make, own: list[dict[str, Any]], names: list[tuple[str, bool]]
) -> None:
    shared = [QUERY, {"name": "X-A", "in": "header", "schema": {"type": "string"}}]
    found = operation({}, paths={"/things": {"parameters": shared, "get": {"parameters": own, "responses": OK}}})
    assert [(it.name, it.required) for it in found.parameters] == names


@pytest.mark.parametrize("name", ["Accept", "content-type", "AUTHORIZATION"])
def test_headers_that_openapi_says_to_ignore_are_ignored(operation: Make, name: str) -> None:
    given = [{"name": name, "in": "header", "required": True}, {"name": name, "in": "query"}]
    assert [it.place for it in operation({"parameters": given}).parameters] == ["query"]


@pytest.mark.parametrize(
    ("given", "style", "explode"),
    [
        ({"in": "query"}, "form", True),
        ({"in": "cookie"}, "form", True),
        ({"in": "path"}, "simple", False),
        ({"in": "header"}, "simple", False),
        ({"in": "query", "explode": False}, "form", False),
        ({"in": "query", "style": "pipeDelimited"}, "pipeDelimited", False),
    ],
)
def test_style_and_explode_have_their_defaults(
    operation: Make, given: dict[str, Any], style: str, explode: bool
) -> None:
    parameter = operation({"parameters": [{"name": "a", **given}]}).parameters[0]
    assert (parameter.style, parameter.explode) == (style, explode)


@pytest.mark.parametrize(
    ("given", "example"),
    [
        ({}, None),
        ({"example": 0}, 0),
        ({"examples": {"a": {"value": 1}, "b": {"value": 2}}}, 1),
        ({"examples": {"a": {"externalValue": "http://x"}, "b": {"value": 2}}}, 2),
        ({"schema": {"type": "integer", "example": 3}}, 3),
        ({"content": {"application/json": {"schema": {"type": "object"}, "example": {"a": 4}}}}, {"a": 4}),
    ],
)
def test_a_parameters_example(operation: Make, given: dict[str, Any], example: object) -> None:
    parameter = operation({"parameters": [{"name": "a", "in": "query", **given}]}).parameters[0]
    assert parameter.example == example


def test_the_schema_of_a_parameter_with_content(operation: Make) -> None:
    content = {"application/json": {"schema": {"type": "object"}}}
    assert operation({"parameters": [{"name": "a", "in": "query", "content": content}]}).parameters[0].schema == {
        "type": "object"
    }


@pytest.mark.parametrize(
    ("media", "examples"),
    [
        ({}, {}),
        ({"example": None}, {"example": None}),
        ({"example": 1, "examples": {"a": {"value": 2}}}, {"example": 1, "a": 2}),
        ({"examples": {"a": {"externalValue": "http://x"}, "b": {"value": None}}}, {"b": None}),
        ({"schema": {"example": 5}}, {"example": 5}),
        ({"schema": {"example": 5}, "examples": {"a": {"value": 2}}}, {"a": 2}),
    ],
)
def test_the_examples_of_a_media_type(operation: Make, media: dict[str, Any], examples: dict[str, Any]) -> None:
    found = operation({"requestBody": {"content": {"Application/JSON; charset=utf-8": media}}})
    assert found.body["application/json"].examples == examples
    assert found.body["application/json"].type == "Application/JSON; charset=utf-8"


ROOT = [{"basic": []}]


@pytest.mark.parametrize(
    ("own", "security"),
    [
        ({}, (("basic",),)),
        ({"security": []}, ()),
        ({"security": [{}]}, ((),)),
        ({"security": [{"a": [], "b": ["scope"]}, {"c": []}]}, (("a", "b"), ("c",))),
    ],
)
def test_security_is_inherited_unless_it_is_said(
    operation: Make, own: dict[str, Any], security: tuple[Any, ...]
) -> None:
    assert operation(own, security=ROOT).security == security


@pytest.mark.parametrize(
    ("documented", "status", "found"),
    [
        (["200", "404", "4XX", "default"], 404, "404"),
        (["200", "404", "4XX", "default"], 400, "4XX"),
        (["200", "404", "4XX", "default"], 500, "default"),
        (["200", "4xx"], 499, "4XX"),
        (["200", "4XX"], 500, None),
        (["200", "4XX"], 201, None),
        (["2XX"], 204, "2XX"),
    ],
)
def test_the_response_for_a_status(operation: Make, documented: list[str], status: int, found: str | None) -> None:
    response = operation({"responses": {it: {"description": it} for it in documented}}).response(status)
    assert (response.status if response else None) == found


def test_statuses_may_be_written_as_numbers(read: Read) -> None:
    text = "openapi: 3.0.3\ninfo: {}\npaths:\n  /a: {get: {responses: {200: {description: ok}}}}\n"
    assert list(read(text).operations["get /a"].responses) == ["200"]


@pytest.mark.parametrize(
    ("response", "empty"),
    [
        ({}, "always"),
        ({"content": {"text/plain": {}}}, "never"),
        ({"content": {"text/plain": {}}, "x-empty-body": "allowed"}, "allowed"),
        ({"x-empty-body": "always"}, "always"),
    ],
)
def test_whether_a_response_may_be_empty(operation: Make, response: dict[str, Any], empty: str) -> None:
    assert operation({"responses": {"200": {"description": "d", **response}}}).responses["200"].empty_body == empty


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("X-API-Version", "x_api_version"),
        ("fields[]", "fields"),
        ("companyKey", "company_key"),
        ("company_key", "company_key"),
        ("page.size", "page_size"),
        ("$top", "top"),
        ("class", "class_"),
        ("From", "from_"),
        ("2fa", "_2fa"),
        ("$", "_"),
        ("größe", "größe"),
    ],
)
def test_what_a_handler_calls_a_parameter(name: str, wanted: str) -> None:
    assert argument(name) == wanted
    assert wanted.isidentifier()


def test_rate_classes(read: Read) -> None:
    classes = read(**{"x-rate-limit": {"read": {"requests": 100, "seconds": 1.5}}}).rate_classes
    assert (classes["read"].name, classes["read"].requests, classes["read"].seconds) == ("read", 100, 1.5)
    assert read().rate_classes == {}


@pytest.mark.parametrize(
    "budget", ["{}", "{requests: 1}", "{requests: x, seconds: 1}", "{requests: 0, seconds: 1}", "3"]
)
def test_a_rate_class_without_its_numbers_is_refused(read: Read, budget: str) -> None:
    spec = read(f"openapi: 3.0.3\ninfo: {{}}\npaths: {{}}\nx-rate-limit:\n  read: {budget}\n")
    with pytest.raises(SpecError, match=r":5: expected `requests` and `seconds`"):
        _ = spec.rate_classes


MISTAKES = """\
openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /a:
    get:
      operationId: one
      %s
      responses:
        %s
components:
  parameters:
    Round: {$ref: '#/components/parameters/About'}
    About: {$ref: '#/components/parameters/Round'}
    Nameless: {in: query}
"""


@pytest.mark.parametrize(
    ("key", "responses", "message", "line"),
    [
        ("parameters: [{$ref: '#/components/parameters/Round'}]", "200: {}", "goes round in circles", 7),
        ("parameters: [{$ref: '#/components/parameters/None'}]", "200: {}", "leads nowhere: there is no 'None'", 7),
        ("parameters: [{$ref: 'other.yaml#/a'}]", "200: {}", "is not local", 7),
        ("parameters: [{$ref: '#/components/parameters/Nameless'}]", "200: {}", "a parameter needs `name`", 14),
        ("parameters: [{name: a, in: body}]", "200: {}", "a parameter needs `name`, and `in`: one of path", 7),
        ("parameters: {a: 1}", "200: {}", "`parameters` must be a list; found a mapping", 7),
        ("parameters: [text]", "200: {}", "expected a mapping, found 'text'", 7),
        ("requestBody: {$ref: '#/openapi'}", "200: {}", "expected a mapping, found '3.0.3'", 1),
        ("requestBody: {content: [a]}", "200: {}", "`content` must be a mapping; found a list", 7),
        ("requestBody: {content: {a/b: {schema: {$ref: '#/none'}}}}", "200: {}", "leads nowhere", 7),
        ("requestBody: {content: {a/b: {examples: {a: 1}}}}", "200: {}", "expected a mapping, found 1", 7),
        ("tags: text", "200: {}", "`tags` must be a list", 7),
        ("security: {a: []}", "200: {}", "`security` must be a list", 7),
        ("security: [a]", "200: {}", "`security` is a list of mappings", 7),
        ("summary: s", "200:", "expected a mapping, found nothing", 9),
        ("summary: s", "20: {}", "'20' is no status", 9),
        ("summary: s", "OK: {}", "'OK' is no status", 9),
        ("summary: s", "200: {headers: [a]}", "`headers` must be a mapping", 9),
        ("summary: s", "200: {x-empty-body: sometimes}", "x-empty-body is one of allowed, always, not 'sometimes'", 9),
        ("summary: s", "[]", "GET /a documents no responses", 5),
        ("summary: s", "", "GET /a documents no responses", 5),
    ],
)
def test_a_mistake_in_an_operation_is_refused_with_its_line(
    read: Read, key: str, responses: str, message: str, line: int
) -> None:
    spec = read(MISTAKES % (key, responses))
    with pytest.raises(SpecError) as caught:
        _ = spec.operations
    assert message in str(caught.value)
    assert (caught.value.path, caught.value.line) == (spec.path, line)


def test_two_operations_cannot_have_one_id(read: Read) -> None:
    item = {"get": {"operationId": "a.b", "responses": OK}}
    with pytest.raises(SpecError, match=r":\d+: the operationId 'a.b' stands twice"):
        _ = read(paths={"/a": item, "/b": item}).operations


@pytest.mark.parametrize("paths", [{"/a": None}, {"/a": {"get": None}}, {"/a": {"get": {"responses": {}}}}])
def test_an_empty_place_is_a_mistake(read: Read, paths: dict[str, Any]) -> None:
    with pytest.raises(SpecError, match=r"\.yaml:\d+: "):
        _ = read(paths=paths).operations
