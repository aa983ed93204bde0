"""What may differ between two answers, and what may not."""

from __future__ import annotations

from typing import Any

import pytest

import specs
from contracts.compare.ids import Ids
from contracts.compare.times import Clocks, form, moment
from contracts.compare.values import Values
from specs.paths import Paths


def apart(one: Any, other: Any, *, ordered: bool = False, said: Any = (), tolerance: float = 5.0) -> list[str]:
    ids = Ids()
    ids.say(said)
    bases = ("http://a/v1", "http://b")
    found = Values(ids, Clocks(tolerance=tolerance), bases, Paths(specs.read("vibes")).leads).apart(one, other, ordered)
    return [f"{it.kind} {it.place}" for it in found]


UUID = "5c8a2d0e-6f3b-4b57-9d1e-2f7c4a90b3e1"
OTHER_UUID = "c41f7be2-8d05-4f6e-a3b9-60d2e8517f9c"
SAME = [
    pytest.param({"person_key": UUID}, {"person_key": OTHER_UUID}, id="ids that each side made up"),
    pytest.param({"ksid": "12", "again": {"ksid": "12"}}, {"ksid": "77", "again": {"ksid": "77"}}, id="an id twice"),
    pytest.param({"orderId": 1}, {"orderId": 9}, id="ids that are numbers"),
    pytest.param(
        {"id": "abc-001", "text": "order abc-001 is late"}, {"id": "xyz-777", "text": "order xyz-777 is late"},
        id="an id within a text",
    ),
    pytest.param({"url": "http://a/v1/x/1"}, {"url": "http://b/x/1"}, id="each by its own base URL"),
    pytest.param({"at": "2026-01-31T08:00:00Z"}, {"at": "2026-01-31T08:00:03Z"}, id="times nearby"),
    pytest.param({"at": "2026-01-31T08:00:00:093Z "}, {"at": "2026-01-31T08:00:01:107Z "}, id="as Vibes prints them"),
    pytest.param({"created_at": 1769846400}, {"created_at": 1769846402}, id="times as numbers"),
    pytest.param([{"a": 1}, {"a": 2}], [{"a": 2}, {"a": 1}], id="a list in no order"),
    pytest.param(
        [{"id": "k1", "a": 1}, {"id": "k2", "a": 2}], [{"id": "m9", "a": 2}, {"id": "m8", "a": 1}],
        id="a list in no order, of things with ids",
    ),
    pytest.param({"a": 1}, {"a": 1.0}, id="a number is a number"),
    pytest.param(
        {"url": "/companies/A/mobiledb/persons/7"}, {"url": "/v2/companies/A/mobiledb/persons/9"},
        id="two URLs of the same operation",
    ),
    pytest.param({"url": "https://cards.example/p/7"}, {"url": "https://wallet.example/9"}, id="URLs of nothing known"),
]  # fmt: skip
DIFFERENT = [
    pytest.param({"ksid": "12", "b": {"ksid": "12"}}, {"ksid": "77", "b": {"ksid": "78"}}, "value /b/ksid", id="moved"),
    pytest.param({"a_id": "12", "b_id": "13"}, {"a_id": "77", "b_id": "77"}, "value /b_id", id="two ids became one"),
    pytest.param({"ksid": "12"}, {"ksid": 12}, "shape /ksid", id="another type"),
    pytest.param({"a": None}, {}, "shape /a", id="null is not absent"),
    pytest.param({}, {"a": 1}, "shape /a", id="one member more"),
    pytest.param({"state": "active"}, {"state": "inactive"}, "value /state", id="another word"),
    pytest.param({"count": 1}, {"count": 2}, "value /count", id="another count"),
    pytest.param([1, 2], [1], "value ", id="a shorter list"),
    pytest.param([{"a": 1}], [{"a": True}], "shape /*/a", id="true is no number"),
    pytest.param(
        {"url": "/companies/A/mobiledb/persons/7"},
        {"url": "/companies/A/mobiledb/people/7"},
        "value /url",
        id="a URL of nothing known",
    ),
    pytest.param(
        {"url": "/companies/A/mobiledb/persons/7"},
        {"url": "/companies/A/mobiledb/persons/7/tags"},
        "value /url",
        id="a URL of something else",
    ),
    pytest.param({"at": "2026-01-31T08:00:00Z"}, {"at": "2026-01-31T09:00:00Z"}, "value /at", id="an hour apart"),
    pytest.param(
        {"on": "01/31/2026 11:59:59 AM UTC"}, {"on": "01/31/2026 12:59:59 PM UTC"}, "value /on", id="an hour, American"
    ),
    pytest.param({"at": "2026-01-31T08:00:00Z"}, {"at": "2026-01-31 08:00:00"}, "value /at", id="written otherwise"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_may_differ_does_not_count(one: Any, other: Any) -> None:
    assert apart(one, other) == []


@pytest.mark.parametrize(("one", "other", "place"), DIFFERENT)
def test_everything_else_counts(one: Any, other: Any, place: str) -> None:
    assert apart(one, other) == [place]


def test_what_the_client_said_comes_back_as_it_was_said() -> None:
    assert apart({"external_id": "E1"}, {"external_id": "E2"}, said=["E1"]) == ["value /external_id"]


def test_a_list_whose_order_the_spec_gives_is_in_that_order() -> None:
    assert apart([1, 2], [2, 1], ordered=True) == ["value /*", "value /*"]


def test_clocks_that_are_apart_are_not_held_against_times() -> None:
    clocks = Clocks(baseline=0.0, candidate=3600.0, tolerance=2.0)
    assert clocks.alike(1000.0, 4601.0)
    assert clocks.alike(1000.0, 1001.0)
    assert not clocks.alike(1000.0, 2800.0)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:01:00Z", 60.0), ("1970-01-01 01:01:00 +01:00", 60.0), ("1970-01-01T00:01:00.500Z", 60.5),
        ("01/01/1970 12:01:00 AM UTC", 60.0), ("01/02/1970 01:00:00 PM IST", 133200.0), ("01/01/1970 0:01 AM", None),
        ("Thu, 01 Jan 1970 00:01:00 GMT", 60.0), ("1970-13-01T00:01:00Z", None), ("12345", None), ("soon", None),
    ],
)  # fmt: skip
def test_times_are_read_as_vendors_write_them(text: str, seconds: float | None) -> None:
    assert moment(text) == seconds


def test_digits_are_not_what_a_form_is_made_of() -> None:
    assert form("2026-01-31T08:00:00.1Z") == form("1999-12-01T23:59:59.123Z")
    assert form("2026-01-31T08:00:00Z") != form("2026-01-31T08:00:00+00:00")


def test_requests_carry_the_candidates_ids() -> None:
    ids = Ids()
    ids.agree("person-00017", "p-9")
    ids.agree(4, 5)
    request = {"person_key": "person-00017", "body": {"note": "for person-00017", "order_id": 4, "count": 4}}
    assert ids.carried(request) == {"person_key": "p-9", "body": {"note": "for p-9", "order_id": 5, "count": 4}}


def test_ids_are_forgotten_before_memory_is_full() -> None:
    ids = Ids(most=10)
    for number in range(100):
        ids.agree(f"a{number}", f"b{number}")
        ids.say([f"s{number}"])
    assert ids.stands_for("a99") == "b99"
    assert ids.stands_for("a1") is None
    kept = [number for number in range(100) if ids.stands_for(f"a{number}")]
    assert 5 <= len(kept) <= 10
    assert kept == [number for number in range(100) if ids.knows(f"b{number}")]
