"""Answers that are sent as they are made: the same bytes, held to the spec, without one request holding up others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.conftest import Mock, Server, answering, document

_CELL = {"type": "string", "maxLength": 6}
LINES = answering(
    {"type": "array", "items": {"type": "array", "items": _CELL}}, '"number";"text"\n"1";"one"\n', media_type="text/csv"
)
SOURCE = """
def get_it(world, rows=3, bad=-1, short=-1):
    def lines():
        yield ["number", "text"]
        for n in range(rows):
            yield [str(n)] if n == short else [str(n), "much too long" if n == bad else "x"]
    return Reply(lines())
"""


def _query(name: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": "integer"}, "example": 1}


SPEC = document(
    {
        "/it": {
            "get": {
                "operationId": "things.get_it",
                "parameters": [_query(name) for name in ("rows", "bad", "short")],
                "responses": LINES,
            }
        }
    }
)


@pytest.fixture
def shop(mock: Callable[..., Mock], vendor_place: Callable[..., Any]) -> Mock:
    vendor, place = vendor_place(SPEC, things=SOURCE)
    return mock(vendors=(vendor,), vendor_paths=(place,))


def _get(shop: Mock, headers: dict[str, str] | None = None, **query: int) -> httpx.Response:
    vendor = next(iter(shop.app.vendors))
    return shop.get(f"/{vendor}/it", params=query, headers=headers or {})


def _lines(rows: int) -> str:
    return '"number";"text"\n' + "".join(f'"{n}";"x"\n' for n in range(rows))


@pytest.mark.parametrize("rows", [0, 1, 499, 500, 2000])
def test_all_lines_arrive_in_their_order(shop: Mock, rows: int) -> None:
    answer = _get(shop, rows=rows)
    assert (answer.status_code, answer.headers["content-type"], answer.text) == (200, "text/csv", _lines(rows))
    # how long the whole is, is known where it is one piece
    assert ("content-length" in shop.last()["response"]["headers"]) is (rows < 500)


def test_the_journal_keeps_the_beginning(shop: Mock) -> None:
    _get(shop, rows=2000)
    kept = shop.journal()[-1]["response"]["body"]
    assert kept.startswith('"number";"text"\n"0";"x"\n')
    assert len(kept) < 10_000


@pytest.mark.parametrize("query", [{"bad": 2}, {"short": 2}])
def test_a_broken_promise_at_the_beginning_is_a_500(shop: Mock, query: dict[str, int]) -> None:
    assert _get(shop, **query).status_code == 500
    assert shop.journal()[-1]["defect"]


def test_what_is_no_text_is_a_broken_promise_where_any_text_will_do(
    mock: Callable[..., Mock], vendor_place: Callable[..., Any]
) -> None:
    lines = {"type": "array", "minItems": 1, "items": {"type": "array", "items": {"type": "string"}}}
    made = document(
        {"/it": {"get": {"operationId": "things.get_it", "responses": answering(lines, media_type="text/csv")}}}
    )
    for value, status in (("'7'", 200), ("7", 500)):
        source = f"def get_it():\n    return Reply(iter([['a', 'b'], ['x', {value}]]))\n"
        vendor, place = vendor_place(made, things=source)
        assert mock(vendors=(vendor,), vendor_paths=(place,)).get(f"/{vendor}/it").status_code == status


def test_an_answer_that_was_asked_for_is_streamed_from_its_example(shop: Mock) -> None:
    assert _get(shop, {"Prefer": "code=200"}).text == '"number";"text"\n"1";"one"\n'


@pytest.mark.parametrize(("kind", "there"), [("garble", False), ("delay", True)])
def test_faults_act_on_the_whole(shop: Mock, kind: str, there: bool) -> None:
    more = {"seconds": 0.001} if kind == "delay" else {}
    shop.fault(kind, **more)
    answer = _get(shop, rows=2000)
    assert len(answer.content) == len(_lines(2000)) == int(answer.headers["content-length"])
    assert (answer.content == _lines(2000).encode()) is there


def test_over_the_wire(server: Callable[..., Server], vendor_place: Callable[..., Any]) -> None:
    vendor, place = vendor_place(SPEC, things=SOURCE)
    made = server(vendor, "--vendor-path", str(place))
    with httpx.Client(base_url=f"{made.url}/{vendor}") as client:
        answer = client.get("/it", params={"rows": 20_000})
        assert (answer.headers["transfer-encoding"], answer.text) == ("chunked", _lines(20_000))
        with pytest.raises(httpx.RemoteProtocolError):  # a line that breaks the contract breaks the answer off
            client.get("/it", params={"rows": 20_000, "bad": 15_000})
        assert client.get("/it").text == _lines(3)
