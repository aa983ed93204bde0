"""Accengage inbox messages (O68 to O72 of our reference)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.signed import ALICE, BRUNO, CHLOE, A, Signed, ok, refused

INBOXES = f"{A}/inboxes"
BODY = {"messages": [{"title": "News", "content": {"type": "text", "body": "Hello"}}], "timezone": "Europe/Paris"}
READ = {"readDate": "2030-01-01T00:00:00Z"}


@pytest.fixture
def vendor(account: Any) -> Any:
    return account("accengage", auth=Signed())


def kept(vendor: Any, number: int) -> dict[str, Any]:
    return next(it for it in vendor.records()["inboxes"] if it["id"] == number)


def state(vendor: Any, number: int, udid: str) -> Any:
    found = [it for it in vendor.records()["inbox_states"] if it["id"] == f"{number}/{udid}"]
    return (found[0]["readDate"], found[0]["archivedDate"]) if found else None


def test_what_was_written_is_kept_and_changed_by_both_ids(vendor: Any) -> None:
    number = ok(vendor.post(INBOXES, json={**BODY, "externalId": "one", "sent": True, "partnerId": "x"}))["id"]
    assert kept(vendor, number) == {**BODY, "id": number, "partnerId": "myPartnerId", "externalId": "one"}
    assert ok(vendor.put(f"{INBOXES}/{number}", json={**BODY, "name": "New"})) == {}
    assert kept(vendor, number)["name"] == "New"
    assert ok(vendor.put(f"{INBOXES}/external/one", json={**BODY, "events": ["purchase"]})) == {}
    assert (kept(vendor, number)["name"], kept(vendor, number)["events"]) == ("New", ["purchase"])


def _message(**more: Any) -> dict[str, Any]:
    return {"title": "a", "content": {"type": "text"}, **more}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"messages": []}, 400),
        ({"messages": [{"title": "a"}]}, 400),
        ({"messages": [{"content": {"type": "text"}}]}, 400),
        ({"messages": [_message(content={"type": "film"})]}, 400),
        ({"messages": [_message(content={"body": "x"})]}, 400),
        ({"messages": [_message(buttons=[{"action": "close"}])]}, 400),
        ({"messages": [_message(buttons=[{"title": "x", "action": "dance"}])]}, 400),
        ({"messages": [_message(language="en"), _message(language="en")]}, 400),
        ({**BODY, "expirationDate": "2030-02-30T00:00:00Z"}, 400),
        ({**BODY, "expirationDate": "soon"}, 400),
        ({**BODY, "externalId": "old-news"}, 400),
        ({**BODY, "segments": {"campaign": [99]}}, 404),
        ({**BODY, "lists": [{"externalId": "nobodys"}]}, 404),
        ({**BODY, "events": ["nothing"]}, 404),
    ],
)
def test_a_body_that_cannot_be(vendor: Any, body: Any, status: int) -> None:
    refused(vendor, "POST", INBOXES, status, json=body)
    refused(vendor, "PUT", f"{INBOXES}/2168", status, json=body)
    refused(vendor, "PUT", f"{INBOXES}/external/news", status, json=body)


@pytest.mark.parametrize("path", ["2172", "external/old-news"])
def test_what_was_sent_stays(vendor: Any, path: str) -> None:
    refused(vendor, "PUT", f"{INBOXES}/{path}", 400, "API_ERR_MESSAGE_SENT", json=BODY)


@pytest.mark.parametrize(
    ("path", "status"),
    [("2159", 404), ("2173", 404), ("2158", 404), ("0", 400), ("abc", 400), ("external/nobodys", 404)],
)
def test_what_there_is_not(vendor: Any, path: str, status: int) -> None:
    refused(vendor, "PUT", f"{INBOXES}/{path}", status, json=BODY)
    refused(vendor, "PUT", f"{INBOXES}/{path}/status?UDID={ALICE}", status, json=READ)


def test_no_call_reads_an_inbox(vendor: Any) -> None:
    for path in (INBOXES, f"{INBOXES}/2168", f"{INBOXES}/external/news"):
        refused(vendor, "GET", path, 404)
        refused(vendor, "DELETE", path, 404)


def test_dates_are_set_for_one_user(vendor: Any) -> None:
    for path, body, after in (
        ("2168", READ, ("2030-01-01T00:00:00Z", None)),
        ("external/news", {"archivedDate": "2030-01-02T00:00:00Z"}, ("2030-01-01T00:00:00Z", "2030-01-02T00:00:00Z")),
        ("2168", {"readDate": None}, (None, "2030-01-02T00:00:00Z")),
        ("2168", {"readDate": None}, (None, "2030-01-02T00:00:00Z")),
    ):
        answer = vendor.put(f"{INBOXES}/{path}/status", params={"UDID": ALICE}, json=body)
        assert (answer.status_code, answer.content) == (200, b"")
        assert state(vendor, 2168, ALICE) == after
    assert state(vendor, 2168, BRUNO) is None


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ({}, READ),
        ({"UDID": ""}, READ),
        ({"udid": ALICE}, READ),
        ({"UDID": ALICE}, {}),
        ({"UDID": ALICE}, {"readDate": "soon"}),
        ({"UDID": ALICE}, {"readDate": "2030-02-30T00:00:00Z"}),
        ({"UDID": ALICE}, {"readDate": True}),
        ({"UDID": ALICE}, {**READ, "archivedDate": 7}),
    ],
)
def test_a_status_that_cannot_be(vendor: Any, query: Any, body: Any) -> None:
    for path in ("2168", "external/news"):
        refused(vendor, "PUT", f"{INBOXES}/{path}/status", 400, params=query, json=body)


def unavailable(vendor: Any, path: str, udid: str) -> bool:
    before = vendor.records()
    answer = vendor.put(f"{INBOXES}/{path}/status", params={"UDID": udid}, json=READ)
    if answer.status_code == 200:
        return False
    assert (answer.status_code, answer.content, vendor.records() == before) == (404, b"", True)
    return True


def test_a_message_that_is_not_for_this_user_is_404_without_a_body(vendor: Any) -> None:
    assert unavailable(vendor, "2168", "nobody")
    assert unavailable(vendor, "external/readers", CHLOE)
    assert not unavailable(vendor, "2169", ALICE)
    vendor.advance(9 * 365 * 24 * 3600)  # Alice leaves the list in 2030
    assert unavailable(vendor, "2169", ALICE)
    assert not unavailable(vendor, "2169", BRUNO)


def test_segments_say_for_whom_too(vendor: Any) -> None:
    number = ok(vendor.post(INBOXES, json={**BODY, "segments": {"campaign": [3]}, "lists": [{"id": 1234}]}))["id"]
    assert [unavailable(vendor, str(number), udid) for udid in (ALICE, BRUNO, CHLOE)] == [True, True, False]
