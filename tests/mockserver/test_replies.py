"""Answers are held to the spec too: a mock that would break its own contract says so instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Mock, answering, document

NUMBER = answering({"type": "integer"})
HEADER = {"X-Left": {"required": True, "schema": {"type": "integer"}}}


@pytest.fixture
def serve(mock: Callable[..., Mock], vendor_place: Callable[..., Any]) -> Callable[..., Any]:
    """Serves an operation with these responses and this function's body, and calls it."""

    def call(responses: Any, source: str, **request: Any) -> Any:
        made = document({"/it": {"get": {"operationId": "things.get_it", "responses": responses}}})
        vendor, place = vendor_place(made, things=f"def get_it(world):\n    {source}\n")
        shop = mock(vendors=(vendor,), vendor_paths=(place,))
        answer = shop.get(f"/{vendor}/it", **request)
        return answer, shop.last()

    return call


@pytest.mark.parametrize(
    ("responses", "source", "reason"),
    [
        (NUMBER, "return Reply('text')", "body: "),
        (NUMBER, "return Reply(None)", "body: "),
        (NUMBER, "return Reply(1, 201)", "status 201 is not documented"),
        (NUMBER, "return Reply(1, media_type='text/plain')", "media type text/plain is not documented"),
        (NUMBER, "return None", "AttributeError"),
        (NUMBER, "return Reply({1: 2})", ""),
        (NUMBER, "return Reply(float('nan'))", "body"),
        (NUMBER, "raise KeyError('x')", "KeyError: 'x'"),
        (NUMBER, "return 1 / 0", "ZeroDivisionError"),
        (NUMBER, "world.get('nothing', 'x')", "KeyError"),
        ({"204": {"description": "Gone"}}, "return Reply(1, 204)", "a body where the spec has none"),
        ({"200": {"description": "Left", "headers": HEADER}}, "return Reply(None)", "the header x-left is missing"),
        ({"200": {"description": "Left", "headers": HEADER}}, "return Reply(None, headers={'x-left': 'b'})", "header x-left"),  # noqa: E501
        (answering({"type": "string"}), "return Reply('\\ud800')", ""),
    ],
)  # fmt: skip
def test_a_broken_promise_is_a_500_with_the_reason(
    serve: Callable[..., Any], responses: Any, source: str, reason: str
) -> None:
    answer, entry = serve(responses, source)
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert reason in answer.json()["detail"]
    assert reason in entry["defect"]
    assert entry["handler"].endswith("things.py:2")


def test_a_refusal_that_cannot_be_written_is_a_defect(
    mock: Callable[..., Mock], vendor_place: Callable[..., Any]
) -> None:
    made = document({"/it": {"get": {"operationId": "things.get_it", "responses": NUMBER}}})
    source = "from mockserver.errors import NotFound\ndef get_it(): raise NotFound('nothing')\n"
    vendor, place = vendor_place(made, things=source, errors="def refuse(world, refusal, operation): return 1 / 0\n")
    shop = mock(vendors=(vendor,), vendor_paths=(place,))
    answer = shop.get(f"/{vendor}/it")
    assert (answer.status_code, "ZeroDivisionError" in answer.json()["detail"]) == (500, True)
    assert shop.get(f"/{vendor}/it", headers={"Prefer": "code=nine"}).status_code == 500
    assert len(shop.journal(defect=True)) == 2


@pytest.mark.parametrize(
    ("responses", "source", "status"),
    [
        ({"2XX": NUMBER["200"]}, "return Reply(1, 202)", 202),
        ({"default": NUMBER["200"]}, "return Reply(1, 418)", 418),
        ({"4xx": NUMBER["200"], "404": answering({"type": "string"})["200"]}, "return Reply('a', 404)", 404),
        ({"204": {"description": "Gone"}}, "return Reply(None, 204)", 204),
        ({"304": {"description": "Same"}}, "return Reply(None, 304)", 304),
    ],
)
def test_ranges_and_default_are_documented_too(
    serve: Callable[..., Any], responses: Any, source: str, status: int
) -> None:
    answer, entry = serve(responses, source)
    assert (answer.status_code, entry["defect"]) == (status, None)
    assert ("content-length" in answer.headers) is (status != 204)  # RFC 9110, 8.6


TWO = answering({"type": "object", "xml": {"name": "it"}, "properties": {"n": {"type": "integer"}}})
TWO["200"]["content"]["application/xml"] = TWO["200"]["content"]["application/json"]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/xml", "application/xml"),
        ("text/xml", "application/xml"),
        ("text/html, application/xml;q=0.9, */*;q=0.1", "application/xml"),
        ("application/json;q=0.1, application/xml", "application/xml"),
        ("application/xml;q=0, application/json", "application/json"),
        ("image/png", "application/json"),
        ("application/*", "application/json"),
        (";;q=x,,", "application/json"),
    ],
)
def test_the_client_chooses_among_media_types(serve: Callable[..., Any], accept: str | None, expected: str) -> None:
    answer, _ = serve(TWO, "return Reply({'n': 1})", headers={} if accept is None else {"Accept": accept})
    assert answer.headers["content-type"] == expected
    assert answer.text == ('{"n":1}' if "json" in expected else "<it><n>1</n></it>")


def test_text_and_emptiness(acme: Mock) -> None:
    label = acme.get("/acme/labels/hinge%2F7-90mm.txt")
    assert (label.headers["content-type"], label.text) == ("text/plain", "Hinge")
    gone = acme.delete("/acme/parts/hinge%2F7")
    assert (gone.status_code, gone.content, "content-type" in gone.headers) == (204, b"", False)
    assert acme.delete("/acme/parts/hinge%2F7").json()["details"] == ["There is no such part"]


def test_a_reason_never_breaks_a_header(acme: Mock) -> None:
    answer = acme.get("/acme/parts", params={"limit": "7\r\nX-Evil: 1\0\x7fé" + "x" * 5000})
    assert answer.status_code == 400
    assert len(answer.headers["bodydouble-reason"]) <= 500
    assert "x-evil" not in answer.headers
