"""Parameters of every place and style: read, typed, validated; what does not fit is refused, and said why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Mock, answering, document

INTEGERS = {"type": "array", "items": {"type": "integer"}}
STRINGS = {"type": "array", "items": {"type": "string"}}
POINT = {"type": "object", "properties": {"x": {"type": "integer"}, "name": {"type": "string"}}}
MISSING = "nothing was given"


def query(schema: Any, **more: Any) -> dict[str, Any]:
    return {"in": "query", "schema": schema, **more}


def header(schema: Any, **more: Any) -> dict[str, Any]:
    return {"in": "header", "schema": schema, **more}


def cookie(schema: Any, **more: Any) -> dict[str, Any]:
    return {"in": "cookie", "schema": schema, **more}


def path(schema: Any, **more: Any) -> dict[str, Any]:
    return {"in": "path", "required": True, "schema": schema, **more}


READ = [
    (query({"type": "integer"}), "?p=7", 7),
    (query({"type": "integer"}), "?p=-0", 0),
    (query({"type": "integer", "default": 20}), "", 20),
    (query({"type": "integer"}), "", MISSING),
    (query({"type": "number"}), "?p=1e3", 1000.0),
    (query({"type": "number"}), "?p=-1.5", -1.5),
    (query({"type": "boolean"}), "?p=true", True),
    (query({"type": "string"}), "?p=true", "true"),
    (query({"type": "string"}), "?p=", ""),
    (query({"type": "string"}), "?p=a%20b%2Bc+d", "a b+c d"),
    (query({"type": "string"}), "?p=%C3%A9", "é"),
    (query({"type": "string"}), "?x&&=&p=1", "1"),
    (query({"type": "integer", "nullable": True}), "?p=5", 5),
    (query({"anyOf": [{"type": "integer"}, {"type": "string"}]}), "?p=5", "5"),
    (query(INTEGERS), "?p=1&p=2", [1, 2]),
    (query(INTEGERS), "?p=1", [1]),
    (query(STRINGS), "?p=a,b", ["a,b"]),
    (query(STRINGS), "?p=", [""]),
    (query(INTEGERS, explode=False), "?p=1,2", [1, 2]),
    (query(INTEGERS, explode=False), "?p=1%2C2", [1, 2]),
    (query(INTEGERS, explode=False), "?p=", []),
    (query(STRINGS, style="spaceDelimited", explode=False), "?p=a%20b", ["a", "b"]),
    (query(STRINGS, style="spaceDelimited", explode=False), "?p=a+b", ["a", "b"]),
    (query(STRINGS, style="pipeDelimited", explode=False), "?p=a|b", ["a", "b"]),
    (query(STRINGS, style="pipeDelimited", explode=True), "?p=a&p=b", ["a", "b"]),
    (query(POINT, style="deepObject", explode=True), "?p[x]=1&p[name]=a", {"x": 1, "name": "a"}),
    (query(POINT, style="deepObject", explode=True), "?p%5Bx%5D=1", {"x": 1}),
    (query(POINT, style="deepObject", explode=True), "?q[x]=1", MISSING),
    (query(POINT), "?x=1&name=a&other=b", {"x": 1, "name": "a"}),
    (query(POINT), "?other=b", MISSING),
    (query(POINT, explode=False), "?p=x,1,name,a", {"x": 1, "name": "a"}),
    ({"in": "query", "content": {"application/json": {"schema": POINT}}}, '?p={"x":1}', {"x": 1}),
    ({"in": "query", "content": {"application/json": {"schema": INTEGERS}}}, "?p=[1,2]", [1, 2]),
    (header({"type": "integer"}), {"p": "7"}, 7),
    (header({"type": "string"}), {"P": "caf\xe9"}, "caf\xe9"),
    (header(INTEGERS), {"p": "1, 2,3"}, [1, 2, 3]),
    (header(INTEGERS), [("p", "1"), ("p", "2")], [1, 2]),
    (header(POINT), {"p": "x,1,name,a"}, {"x": 1, "name": "a"}),
    (header(POINT, explode=True), {"p": "x=1,name=a"}, {"x": 1, "name": "a"}),
    (cookie({"type": "integer"}), {"cookie": "a=b; p=7"}, 7),
    (cookie({"type": "string", "default": "en"}), {"cookie": "a=b"}, "en"),
    (cookie({"type": "string"}), {"cookie": 'p="quoted"'}, "quoted"),
    (cookie(INTEGERS, explode=False), {"cookie": "p=1,2"}, [1, 2]),
    (path({"type": "integer"}), "/7", 7),
    (path({"type": "string"}), "/a%2Fb", "a/b"),
    (path({"type": "string"}), "/a%3Fb%23c%25", "a?b#c%"),
    (path({"type": "string"}), "/a+b", "a+b"),
    (path({"type": "string"}), "/%C3%A9", "é"),
    (path({"type": "string"}), "/a%00b", "a\0b"),
    (path(INTEGERS), "/1,2", [1, 2]),
    (path(POINT), "/x,1,name,a", {"x": 1, "name": "a"}),
    (path(POINT, explode=True), "/x=1,name=a", {"x": 1, "name": "a"}),
    (path({"type": "integer"}, style="label"), "/.7", 7),
    (path(INTEGERS, style="label"), "/.1,2", [1, 2]),
    (path(INTEGERS, style="label", explode=True), "/.1.2", [1, 2]),
    (path({"type": "integer"}, style="matrix"), "/;p=7", 7),
    (path(INTEGERS, style="matrix"), "/;p=1,2", [1, 2]),
    (path(INTEGERS, style="matrix", explode=True), "/;p=1;p=2", [1, 2]),
]

REFUSED = [
    (query({"type": "string"}, required=True), "", "query 'p': is required"),
    (header({"type": "string"}, required=True), {}, "header 'p': is required"),
    (cookie({"type": "string"}, required=True), {"cookie": ";;=;"}, "cookie 'p': is required"),
    (query({"type": "integer"}), "?p=1&p=2", "query 'p'"),
    (query({"type": "string"}), "?p=1&p=2", "query 'p'"),
    (query({"type": "integer"}), "?p=", "query 'p'"),
    (query({"type": "integer"}), "?p=1.0", "query 'p'"),
    (query({"type": "integer"}), "?p=%D9%A3", "query 'p'"),
    (query({"type": "integer"}), "?p=1_000", "query 'p'"),
    (query({"type": "integer"}), "?p=" + "9" * 5000, "query 'p'"),
    (query({"type": "integer", "format": "int64"}), "?p=" + "9" * 25, "query 'p'"),
    (query({"type": "integer", "maximum": 50}), "?p=51", "query 'p'"),
    (query({"type": "number"}), "?p=inf", "query 'p'"),
    (query({"type": "number"}), "?p=NaN", "query 'p'"),
    (query({"type": "number"}), "?p=1e999", "query 'p'"),
    (query({"type": "boolean"}), "?p=1", "query 'p'"),
    (query({"type": "boolean"}), "?p=True", "query 'p'"),
    (query({"type": "string", "enum": ["a"]}), "?p=b", "query 'p'"),
    (query(INTEGERS), "?p=1&p=x", "query 'p'[1]"),
    (query({**INTEGERS, "maxItems": 1}), "?p=1&p=2", "query 'p'"),
    (query(POINT, style="deepObject", explode=True), "?p[x]=a", "query 'p'.x"),
    (query({**POINT, "additionalProperties": False}, style="deepObject"), "?p[y]=1", "query 'p'"),
    (query(POINT, explode=False), "?p=x,1,name", "query 'p'"),
    ({"in": "query", "content": {"application/json": {"schema": POINT}}}, "?p={", "query 'p'"),
    ({"in": "query", "content": {"application/json": {"schema": INTEGERS}}}, "?p=1,2", "query 'p'"),
    (header({"type": "integer"}), [("p", "1"), ("p", "2")], "header 'p'"),
    (path({"type": "integer"}), "/x", "path 'p'"),
    (path({"type": "string", "maxLength": 3}), "/%C3%A9%C3%A9%C3%A9%C3%A9", "path 'p'"),
    (path({"type": "integer"}, style="label"), "/7", "path 'p'"),
    (path({"type": "integer"}, style="matrix"), "/;q=7", "path 'p'"),
]


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An operation for each case; its function says what it was given."""
    from mockserver.settings import Settings

    paths: dict[str, Any] = {}
    source = ""
    for index, (parameter, _, _) in enumerate(READ + REFUSED):
        template = f"/read{index}" + ("/{p}" if parameter["in"] == "path" else "")
        operation = {"operationId": f"things.read{index}", "parameters": [{"name": "p", **parameter}]}
        paths[template] = {"get": {**operation, "responses": answering({})}}
        source += f"def read{index}(p={MISSING!r}):\n    return Reply(dict(value=p))\n"
    place = tmp_path_factory.mktemp("echo")
    (place / "specs").mkdir()
    folder = place / "mockserver" / "vendors" / "echo"
    folder.mkdir(parents=True)
    import json

    (place / "specs" / "echo.yaml").write_text(json.dumps(document(paths)))
    (folder / "__init__.py").touch()
    (folder / "things.py").write_text("from mockserver.exchange import Reply\n" + source)
    with Mock(Settings(vendors=("echo",), vendor_paths=(place,))) as made:
        yield made


def ask(echo: Mock, index: int, given: Any) -> Any:
    target = f"/echo/read{index}" + (given if isinstance(given, str) else "")
    headers = given if not isinstance(given, str) else {}
    if isinstance(headers, dict):
        headers = list(headers.items())
    return echo.get(target, headers=[(name, value.encode("latin-1")) for name, value in headers])


def named(cases: list[Any]) -> list[str]:
    return [f"{it['in']} {list(it.values())[1:]} {str(given)[:30]}" for it, given, _ in cases]


@pytest.mark.parametrize("index", range(len(READ)), ids=named(READ))
def test_read(echo: Mock, index: int) -> None:
    _, given, expected = READ[index]
    answer = ask(echo, index, given)
    assert (answer.status_code, answer.json()) == (200, {"value": expected})
    assert type(answer.json()["value"]) is type(expected)


@pytest.mark.parametrize("index", range(len(REFUSED)), ids=named(REFUSED))
def test_refused(echo: Mock, index: int) -> None:
    _, given, reason = REFUSED[index]
    answer = ask(echo, len(READ) + index, given)
    assert answer.status_code == 400, answer.text
    assert answer.json()["detail"].startswith(reason)
    assert answer.headers["bodydouble-reason"].startswith(reason)


def test_all_that_is_wrong_is_said_at_once(acme: Mock) -> None:
    answer = acme.get("/acme/parts?limit=0&ids=a&inStock=maybe", headers={"X-Units": "cm", "Cookie": "locale=EN"})
    assert answer.status_code == 400
    assert answer.json()["code"] == "BadParameter"
    assert {line.split("'")[1] for line in answer.json()["details"]} == {"limit", "ids", "inStock", "X-Units", "locale"}


def test_a_vendors_function_gets_every_kind_of_parameter(acme: Mock) -> None:
    question = (
        "?tag=steel&tag=big&ids=1,2&colour=red%20blue&size=1.5|2&filter[supplier]=Bolts&filter[least]=1"
        "&width=3&height=4&sort=by,name,down,true&near=[52.5,13.4]&limit=5&inStock=true"
    )
    answer = acme.get("/acme/parts" + question, headers={"X-Units": "mm, inch", "Cookie": "locale=de"})
    assert answer.json()["asked"] == {
        "tag": ["steel", "big"],
        "ids": [1, 2],
        "colour": ["red", "blue"],
        "size": [1.5, 2.0],
        "filter": {"supplier": "Bolts", "least": 1},
        "box": {"width": 3, "height": 4},
        "sort": {"by": "name", "down": True},
        "near": [52.5, 13.4],
        "limit": 5,
        "in_stock": True,
        "x_units": ["mm", "inch"],
        "locale": "de",
    }


def test_a_default_reaches_the_function(acme: Mock) -> None:
    assert acme.get("/acme/parts").json()["asked"] == {"limit": 20}


@pytest.mark.parametrize("name", ["class", "X-API-Version", "fields[]", "2fa"])
def test_odd_names_become_arguments(name: str, vendor_place: Callable[..., Any], mock: Callable[..., Mock]) -> None:
    from specs.operations import argument

    parameters = [{"name": name, "in": "query", "schema": {"type": "string"}}]
    operation = {"operationId": "things.read", "parameters": parameters, "responses": answering({})}
    source = f"def read({argument(name)}): return Reply({argument(name)})"
    vendor, place = vendor_place(document({"/read": {"get": operation}}), things=source)
    answer = mock(vendors=(vendor,), vendor_paths=(place,)).get(f"/{vendor}/read", params={name: "yes"})
    assert answer.json() == "yes"
