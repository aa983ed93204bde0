"""Accengage: schedules, their exclusions, and sending (sections 8 to 10 of our reference)."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.vendors.accengage import Signing
from tests.vendors.conftest import NOON
from tests.vendors.signed import ALICE, BRUNO, CHLOE, A, ok, refused, said

# The world's clock stands at 2021-10-28T12:00:00Z, a Thursday.
TOMORROW = "2021-10-29T12:00:00Z"
HOUR, DAY = 3600, 24 * 3600
SINGLE = {"type": "SINGLE", "nextSendingDate": TOMORROW}


def of(number, rest=""):
    return f"{A}/messages/{number}/schedules{rest}"


@pytest.fixture
def client(account):
    return account("accengage", auth=Signing())


@pytest.fixture
def sendings(client):
    """When a message was sent, as the targets of its one segment say."""
    message = {"name": "To Paris", "messages": [{"text": "Hello"}], "segments": {"campaign": [3]}}
    number = ok(client.post(f"{A}/messages", json=message))["id"]

    def dates():
        rows = client.records()["targets"]
        return [row["date"] for row in rows if row["messageId"] == number]

    return number, dates


def advance_to(client, text: str) -> None:
    clock = datetime.fromisoformat(text).timestamp()
    with client.app.worlds.open(client.world) as settings:
        now = settings["clock"]["frozen"]
    client.advance(clock - now)


def test_a_schedule_from_its_creation_to_its_end(client) -> None:
    body = {**SINGLE, "timezone": "Europe/Paris", "status": "INACTIVE"}
    created = client.post(of(123), json=body)
    assert (created.status_code, created.content) == (200, b"")
    assert ok(client.get(of(123))) == body
    refused(client, "POST", of(123), 403, json=body)
    updated = client.put(of(123), json={"type": "DAILY", "nextSendingDate": "2021-11-01T09:00:00+01:00"})
    assert (updated.status_code, updated.content) == (200, b"")
    assert ok(client.get(of(123))) == {**body, "type": "DAILY", "nextSendingDate": "2021-11-01T09:00:00+01:00"}
    deleted = client.delete(of(123))
    assert (deleted.status_code, deleted.content) == (200, b"")
    for method in ("GET", "DELETE"):
        refused(client, method, of(123), 404)
    refused(client, "PUT", of(123), 404, json=body)


def test_a_schedule_is_active_unless_it_says_otherwise(client) -> None:
    ok(client.post(of(123), json=SINGLE))
    assert ok(client.get(of(123))) == {**SINGLE, "status": "ACTIVE"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": None},
        {"type": "single"},
        {"nextSendingDate": None},
        {"nextSendingDate": "tomorrow"},
        {"nextSendingDate": "2021-10-29"},
        {"nextSendingDate": "2022-02-30T12:00:00Z"},
        {"startDate": "2021-11-02T00:00:00Z", "endDate": "2021-11-01T00:00:00Z"},
        {"startDate": "soon"},
        {"status": "PAUSED"},
        {"timezone": 1},
        {"type": "CUSTOM"},
        {"type": "CUSTOM", "interval": 2},
        {"type": "CUSTOM", "intervalUnit": "DAY"},
        {"type": "CUSTOM", "interval": 0, "intervalUnit": "DAY"},
        {"type": "CUSTOM", "interval": 1, "intervalUnit": "MINUTE"},
    ],
)
def test_what_is_no_schedule(client, wrong) -> None:
    refused(client, "POST", of(123), 400, json={**SINGLE, **wrong})
    refused(client, "PUT", of(10), 400, json={**SINGLE, **wrong})


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_date_in_the_past_is_400_on_creation_and_403_in_an_update(client, method) -> None:
    number, status = (123, 400) if method == "POST" else (10, 403)
    for past in ("2021-10-28T11:59:59Z", "2021-10-28T13:59:59+02:00", "2018-01-01T00:00:00"):
        reasons = refused(client, method, of(number), status, json={**SINGLE, "nextSendingDate": past})
        assert reasons == ["Next sending date is outdated"]
    ok(client.request(method, of(number), json={**SINGLE, "nextSendingDate": "2021-10-28T14:00:00+02:00"}))


def test_the_body_is_looked_at_before_the_schedule_that_is_there(client) -> None:
    refused(client, "POST", of(10), 400, json={**SINGLE, "nextSendingDate": "2018-01-01T00:00:00Z"})
    refused(client, "POST", of(10), 403, json=SINGLE)


@pytest.mark.parametrize("rest", ["", "/exclusions"])
@pytest.mark.parametrize("method", ["GET", "DELETE", "POST", "PUT"])
def test_a_message_must_be_there_and_be_a_push_message(client, method, rest) -> None:
    if (method, rest) == ("PUT", "/exclusions"):
        said(client.put(of(10, rest), json={}), 404)  # no such route
        return
    body = {"json": {"type": "DAYS", "days": "[1]"} if rest else SINGLE} if method in ("POST", "PUT") else {}
    for number in (456, 2158, 2159):
        refused(client, method, of(number, rest), 404, **body)
    for number in ("0", "-7", "msg"):
        refused(client, method, of(number, rest), 400, **body)


def test_a_single_schedule_sends_once_at_its_date(client, sendings) -> None:
    number, dates = sendings
    ok(client.post(of(number), json=SINGLE))
    client.advance(DAY - 1)
    ok(client.post(f"{A}/messages/{number}/send", params={"test": "true"}))
    assert dates() == []
    client.advance(1)
    said(client.post(f"{A}/messages/{number}/send"), 400, "API_ERR_MESSAGE_SENDING")
    client.advance(400 * DAY)
    assert dates() == ["2021-10-29T12:00:30Z"]
    said(client.post(f"{A}/messages/{number}/send"), 400, "API_ERR_MESSAGE_SENT")
    assert ok(client.get(of(number)))["nextSendingDate"] == TOMORROW


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ({"type": "DAILY"}, ["2021-10-29T12:00", "2021-10-30T12:00", "2021-10-31T12:00"]),
        ({"type": "WEEKLY"}, ["2021-10-29T12:00", "2021-11-05T12:00", "2021-11-12T12:00"]),
        (
            {"type": "MONTHLY", "nextSendingDate": "2021-10-31T12:00:00Z"},
            ["2021-10-31T12:00", "2021-11-30T12:00", "2021-12-31T12:00", "2022-01-31T12:00", "2022-02-28T12:00"],
        ),
        (
            {"type": "YEARLY", "nextSendingDate": "2024-02-29T12:00:00Z"},
            ["2024-02-29T12:00", "2025-02-28T12:00", "2026-02-28T12:00", "2027-02-28T12:00", "2028-02-29T12:00"],
        ),
        ({"type": "CUSTOM", "interval": 6, "intervalUnit": "HOUR"}, ["2021-10-29T12:00", "2021-10-29T18:00"]),
        ({"type": "CUSTOM", "interval": 2, "intervalUnit": "DAY"}, ["2021-10-29T12:00", "2021-10-31T12:00"]),
        ({"type": "CUSTOM", "interval": 3, "intervalUnit": "WEEK"}, ["2021-10-29T12:00", "2021-11-19T12:00"]),
        ({"type": "CUSTOM", "interval": 2, "intervalUnit": "MONTH"}, ["2021-10-29T12:00", "2021-12-29T12:00"]),
        ({"type": "CUSTOM", "interval": 1, "intervalUnit": "YEAR"}, ["2021-10-29T12:00", "2022-10-29T12:00"]),
    ],
)
def test_when_a_recurring_schedule_sends(client, sendings, schedule, expected) -> None:
    number, dates = sendings
    ok(client.post(of(number), json={**SINGLE, **schedule}))
    advance_to(client, expected[-1] + ":59Z")
    assert dates() == [f"{moment}:30Z" for moment in expected]
    assert ok(client.get(of(number)))["nextSendingDate"] > expected[-1]


def test_a_schedule_ends_with_its_end_and_waits_for_its_start(client, sendings) -> None:
    number, dates = sendings
    bounds = {"startDate": "2021-10-30T12:00:00Z", "endDate": "2021-10-31T12:00:00Z"}
    ok(client.post(of(number), json={**SINGLE, **bounds, "type": "DAILY"}))
    client.advance(30 * DAY)
    assert dates() == ["2021-10-30T12:00:30Z", "2021-10-31T12:00:30Z"]


@pytest.mark.parametrize("what", ["inactive", "deleted", "replaced", "message deleted"])
def test_a_schedule_that_is_no_more_does_not_send(client, sendings, what) -> None:
    number, dates = sendings
    status = "INACTIVE" if what == "inactive" else "ACTIVE"
    ok(client.post(of(number), json={**SINGLE, "status": status}))
    if what == "deleted":
        ok(client.delete(of(number)))
    elif what == "replaced":
        ok(client.put(of(number), json={**SINGLE, "nextSendingDate": "2021-11-05T12:00:00Z"}))
    elif what == "message deleted":
        ok(client.delete(f"{A}/messages/{number}"))
    client.advance(2 * DAY)
    assert dates() == []
    client.advance(10 * DAY)
    assert dates() == (["2021-11-05T12:00:30Z"] if what == "replaced" else [])


def test_a_schedule_that_is_replaced_by_the_same_date_sends_once(client, sendings) -> None:
    number, dates = sendings
    ok(client.post(of(number), json={**SINGLE, "type": "DAILY", "endDate": TOMORROW}))
    ok(client.put(of(number), json={**SINGLE, "type": "DAILY", "endDate": TOMORROW}))
    client.advance(3 * DAY)
    assert len(dates()) == 1


@pytest.mark.parametrize("timezone", ["Asia/Tokyo", "America/New_York", "nowhere at all"])
def test_the_timezone_never_moves_the_date(client, sendings, timezone) -> None:
    number, dates = sendings
    ok(client.post(of(number), json={**SINGLE, "timezone": timezone}))
    client.advance(2 * DAY)
    assert dates() == ["2021-10-29T12:00:30Z"]


def test_a_message_that_was_sent_by_hand_is_not_sent_again_by_a_single_schedule(client, sendings) -> None:
    number, dates = sendings
    ok(client.post(of(number), json=SINGLE))
    ok(client.post(f"{A}/messages/{number}/send"))
    client.advance(2 * DAY)
    assert dates() == ["2021-10-28T12:00:30Z"]


@pytest.mark.parametrize(
    ("exclusions", "expected"),
    [
        ([], ["29", "30", "31", "01", "02", "03"]),
        ([{"type": "DAYS", "days": "[6,7]"}], ["29", "01", "02", "03"]),
        ([{"type": "DAYS", "days": "[6, 7]", "endDate": "2021-10-30T23:00:00Z"}], ["29", "31", "01", "02", "03"]),
        ([{"type": "DATE", "startDate": "2021-10-30T00:00:00Z"}], ["29", "31", "01", "02", "03"]),
        (
            [{"type": "PERIOD", "startDate": "2021-10-30T12:00:00Z", "endDate": "2021-11-01T12:00:00Z"}],
            ["29", "02", "03"],
        ),
        (
            [
                {"type": "DATE", "startDate": "2021-10-30T00:00:00Z"},
                {"type": "DATE", "startDate": "2021-11-02T00:00:00Z"},
            ],
            ["29", "31", "01", "03"],
        ),
    ],
)
def test_what_is_excluded_is_not_sent(client, sendings, exclusions, expected) -> None:
    number, dates = sendings
    ok(client.post(of(number), json={**SINGLE, "type": "DAILY"}))
    for exclusion in exclusions:
        created = client.post(of(number, "/exclusions"), json=exclusion)
        assert (created.status_code, created.content) == (200, b"")
    assert ok(client.get(of(number, "/exclusions"))) == exclusions
    advance_to(client, "2021-11-03T13:00:00Z")
    assert [date[8:10] for date in dates()] == expected


def test_the_offset_of_the_date_says_which_day_it_is(client, sendings) -> None:
    number, dates = sendings
    ok(client.post(of(number), json={"type": "DAILY", "nextSendingDate": "2021-10-30T01:00:00+02:00"}))
    ok(client.post(of(number, "/exclusions"), json={"type": "DAYS", "days": "[6]"}))  # Saturday there, Friday in UTC
    advance_to(client, "2021-10-30T23:30:00Z")
    assert dates() == ["2021-10-30T23:00:30Z"]


def test_one_exclusion_of_days_until_all_are_deleted(client) -> None:
    days = {"type": "DAYS", "days": "[1,3]"}
    ok(client.post(of(10, "/exclusions"), json=days))
    reasons = refused(client, "POST", of(10, "/exclusions"), 400, json=days)
    assert reasons == ['Schedule exclusion type "DAYS" already exists.']
    for _ in range(2):
        deleted = client.delete(of(10, "/exclusions"))
        assert (deleted.status_code, deleted.content) == (200, b"")
        assert ok(client.get(of(10, "/exclusions"))) == []
    ok(client.post(of(10, "/exclusions"), json=days))
    ok(client.put(of(10), json={**SINGLE, "nextSendingDate": "2030-01-02T09:00:00+01:00"}))
    assert ok(client.get(of(10, "/exclusions"))) == [days]
    ok(client.delete(of(10)))
    refused(client, "GET", of(10, "/exclusions"), 404)
    ok(client.post(of(10), json=SINGLE))
    assert ok(client.get(of(10, "/exclusions"))) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"type": "HOURS"},
        {"type": "DAYS"},
        {"type": "DAYS", "days": [1, 3]},
        {"type": "DAYS", "days": "[]"},
        {"type": "DAYS", "days": "[0]"},
        {"type": "DAYS", "days": "[8]"},
        {"type": "DAYS", "days": "1,3"},
        {"type": "DAYS", "days": "[1,3"},
        {"type": "DATE"},
        {"type": "PERIOD", "startDate": "2030-01-05T00:00:00Z"},
        {"type": "PERIOD", "startDate": "2030-01-05T00:00:00Z", "endDate": "2030-01-04T00:00:00Z"},
        {"type": "DATE", "startDate": "2029-12-31T00:00:00+01:00"},
        {"type": "DAYS", "days": "[1]", "endDate": "2030-02-01T00:00:01+01:00"},
        {"type": "DATE", "startDate": "2030-01-32T00:00:00Z"},
    ],
)
def test_what_is_no_exclusion(client, wrong) -> None:
    refused(client, "POST", of(10, "/exclusions"), 400, json=wrong)


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_message_must_be_scheduled(client, method) -> None:
    body = {"json": {"type": "DAYS", "days": "[1]"}} if method == "POST" else {}
    assert "schedule" in refused(client, method, of(7, "/exclusions"), 404, **body)[0]


def test_schedules_of_the_fixture_are_alive(client) -> None:
    advance_to(client, "2030-01-02T09:00:00Z")
    rows = [row for row in client.records()["targets"] if row["messageId"] == 10]
    assert [(row["date"], row["deviceId"]) for row in rows] == [
        (date, device) for date in ("2030-01-01T08:00:30Z", "2030-01-02T08:00:30Z") for device in (ALICE, BRUNO)
    ]


@pytest.mark.parametrize("outcome", ["sent", "failed"])
def test_a_message_is_sent_once(account, outcome) -> None:
    client = account("accengage", auth=Signing(), switches={"sending_outcome": outcome, "sending_seconds": 90})
    send = f"{A}/messages/1234/send"
    client.put_record(
        "messages", {**client.records()["messages"][4], "id": 1234, "state": "new", "lists": [{"id": 1235}]}
    )
    accepted = client.post(send)
    assert (accepted.status_code, accepted.content) == (200, b"")
    said(client.post(send), 400, "API_ERR_MESSAGE_SENDING")
    client.advance(89)
    said(client.post(send), 400, "API_ERR_MESSAGE_SENDING")
    client.advance(1)
    said(client.post(send), 400, f"API_ERR_MESSAGE_{outcome.upper()}")
    rows = [row for row in client.records()["targets"] if row["messageId"] == 1234]
    assert [row["deviceId"] for row in rows] == ([ALICE, BRUNO] if outcome == "sent" else [])


@pytest.mark.parametrize(("number", "label"), [(1613, "SENT"), (1234, "FAILED")])
def test_a_test_is_accepted_in_every_state_and_changes_nothing(client, number, label) -> None:
    send = f"{A}/messages/{number}/send"
    for _ in range(3):
        before = client.records()
        tested = client.post(send, params={"test": "true"})
        assert (tested.status_code, tested.content) == (200, b"")
        assert client.records() == before
    said(client.post(send), 400, f"API_ERR_MESSAGE_{label}")


def test_a_test_does_not_prevent_the_sending(client) -> None:
    ok(client.post(f"{A}/messages/7/send", params={"test": "true"}))
    ok(client.post(f"{A}/messages/7/send"))


@pytest.mark.parametrize("query", ["test", "test=", "test=True", "test=1", "test=false", "test=true&test=true"])
def test_test_is_true_or_not_there(client, query) -> None:
    refused(client, "POST", f"{A}/messages/7/send?{query}", 400)


def test_segments_and_lists_are_reached_each_device_once(client) -> None:
    message = {"name": "All", "messages": [{"text": "x"}], "segments": {"campaign": [2, 3], "test": [1]}}
    number = ok(client.post(f"{A}/messages", json={**message, "lists": [{"externalId": "newsletter"}]}))["id"]
    ok(client.post(f"{A}/messages/{number}/send"))
    client.advance(30)
    rows = ok(client.get(f"{A}/messages/{number}/targets"))["targets"]
    assert sorted(row["deviceId"] for row in rows) == [ALICE, BRUNO, CHLOE]
    assert {row["date"] for row in rows} == {"2021-10-28T12:00:30Z"}
    assert datetime.fromisoformat("2021-10-28T12:00:00Z").timestamp() == NOON
