"""Vibes broadcasts: scheduled, changed, sent and cancelled on the world's clock (reference section 6, 24 to 26)."""

from __future__ import annotations

from typing import Any

import pytest

import specs
from tests.vendors.people import ABROAD, PHONE_ONLY, P, problems, refused

SPEC = specs.read("vibes")
B = "/companies/ABC123/mobiledb/broadcasts"
SENT, SCHEDULED, PAUSED, FOREIGN = (f"{B}/{broadcast_id}" for broadcast_id in ("1", "2", "3", "9"))
STATUSES = ("scheduled", "in_progress", "sent", "canceled", "deleted", "paused", "failed")
AT, HOUR = "2021-10-28T13:00:00Z", 3600
"""When broadcasts of these tests are to be sent: an hour from their start."""
TARGETING = {"message_template": "Hello", "source_lists": ["1234"]}
BODY = {"name": "Test", "send_scheduled_date": AT, "targeting": TARGETING}
ZONES = {"method": "by_time_zone", "send_date": "2021-10-30", "send_time": "09:30", "default_time_zone": "US/Central"}


@pytest.fixture
def vibes(account):
    return account("vibes", auth=("VibesUser", "Password123"))


def got(vibes: Any, path: str, **query: Any) -> Any:
    answer = vibes.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def schedule(vibes: Any, **members: Any) -> dict[str, Any]:
    answer = vibes.post(B, json={**BODY, **members})
    assert answer.status_code == 201, answer.text
    assert answer.json()["status"] == "scheduled"
    return answer.json()


def put(vibes: Any, path: str, **members: Any) -> dict[str, Any]:
    answer = vibes.put(path, json=members)
    assert answer.status_code == 200, answer.text
    assert got(vibes, path) == answer.json()
    return answer.json()


def subscribe(vibes: Any, person_key: str, subscription_list: str) -> None:
    assert vibes.put(f"{P}/{person_key}/subscriptions/{subscription_list}").status_code in (200, 201)


@pytest.mark.parametrize(
    ("operation_id", "example", "path"),
    [
        ("broadcasts.get_broadcast", "scheduled", SCHEDULED),
        ("broadcasts.get_broadcast", "sent", SENT),
        ("broadcasts.get_broadcast", "unknown_broadcast", FOREIGN),
        ("broadcasts.list_broadcasts", "one_broadcast", B),
        ("broadcasts.list_broadcasts", "no_broadcasts", f"{B}?status=failed"),
        ("broadcasts.list_broadcasts", "unknown_status", f"{B}?status=Scheduled"),
    ],
)
def test_an_answer_is_word_for_word_the_example(vibes, operation_id, example, path) -> None:
    answer = vibes.get(path)
    response = SPEC.operations[operation_id].responses[str(answer.status_code)]
    assert answer.json() == response.content["application/json"].examples[example]


# -- ops 31 and 33: reading -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_narrows_the_list(vibes, status) -> None:
    found = got(vibes, B, status=status)
    wanted = [it for it in vibes.records()["broadcasts"] if (it["company_key"], it["status"]) == ("ABC123", status)]
    assert [it["broadcast_id"] for it in found] == [it["broadcast_id"] for it in wanted]
    assert [got(vibes, it["url"]) for it in found] == found


def test_without_a_status_it_is_scheduled(vibes) -> None:
    assert got(vibes, B) == got(vibes, B, status="scheduled") != []


def test_at_most_a_hundred_the_last_to_be_sent_first(vibes) -> None:
    hours = [f"2022-01-{day:02d}T{hour:02d}:00:00Z" for day in range(1, 6) for hour in range(24)]
    for hour in hours:
        schedule(vibes, send_scheduled_date=hour)
    found = [it["send_scheduled_date"] for it in got(vibes, B)]
    assert found == ["2099-01-01T15:00:00Z", *reversed(hours[21:])]


@pytest.mark.parametrize(("method", "body"), [("PUT", {"name": "x"}), ("DELETE", None)])
@pytest.mark.parametrize("path", [f"{B}/nobody", FOREIGN])
def test_an_unknown_broadcast_is_404(vibes, method, body, path) -> None:
    answer = refused(vibes, method, path, 404, **({"json": body} if body else {}))
    assert problems(answer, 404) == [("The broadcast was not found", 4)]


# -- op 32: scheduling ------------------------------------------------------------------------------------------------


def test_a_new_broadcast_has_what_was_given_and_defaults(vibes) -> None:
    broadcast = schedule(vibes, status="sent", delivery={"recipient_count": 9}, broadcast_id="2", created_by="x", url=5)
    assert broadcast == {
        "broadcast_id": broadcast["broadcast_id"],
        "status": "scheduled",
        "name": "Test",
        "created_by": "VibesUser",
        "created_by_application": "api",
        "send_scheduled_date": AT,
        "targeting": {
            **TARGETING,
            "short_url_base": "http://vbs.cm/",
            "shorten_urls": True,
            "channel": "sms",
            "source_short_code": None,
            "filters": [],
        },
        "delivery": {},
        "created_at": "2021-10-28T12:00:00Z",
        "updated_at": "2021-10-28T12:00:00Z",
        "url": f"{B}/{broadcast['broadcast_id']}",
    }
    assert got(vibes, broadcast["url"]) == broadcast
    assert broadcast in got(vibes, B)


def test_targeting_is_kept_as_given(vibes) -> None:
    targeting = {
        **TARGETING,
        "short_url_base": "http://x.example/",
        "shorten_urls": False,
        "channel": "push",
        "source_short_code": "65301",
        "filters": [{"anything": 1}],
    }
    assert schedule(vibes, targeting=targeting)["targeting"] == targeting


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2021-10-28T15:00+0200", AT),
        ("2021-10-28T13:00z", AT),
        ("2021-10-28T13:00:00.000Z", AT),
        ("2021-10-28T08:00:00-05:00", AT),
    ],
)
def test_a_time_is_taken_in_any_form(vibes, sent, kept) -> None:
    assert schedule(vibes, send_scheduled_date=sent)["send_scheduled_date"] == kept


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in BODY.items() if name not in names}


NO_TIME = ("send_scheduled_date, or send_schedule by_time_zone, is required", 1)
UNKNOWN = ("Unknown subscription lists: 99, XYZ98765", 4)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (without("name"), [("name is required", 1)]),
        (without("targeting"), [("targeting is required", 1)]),
        (without("send_scheduled_date"), [NO_TIME]),
        ({**without("send_scheduled_date"), "send_schedule": {**ZONES, "method": "by_date"}}, [NO_TIME]),
        ({**without("send_scheduled_date"), "send_schedule": {"method": "by_time_zone"}}, [NO_TIME]),
        (
            {**BODY, "send_schedule": {"method": "by_time_zone"}},
            [("send_schedule.send_date is required", 1), ("send_schedule.send_time is required", 1)],
        ),
        ({**BODY, "targeting": {"source_lists": ["1234"]}}, [("targeting.message_template is required", 1)]),
        ({**BODY, "targeting": {"message_template": "x"}}, [("targeting.source_lists is required", 1)]),
        ({**BODY, "targeting": {**TARGETING, "source_lists": []}}, [("targeting.source_lists must not be empty", 1)]),
        ({**BODY, "targeting": {**TARGETING, "source_lists": ["99", "1234", "XYZ98765"]}}, [UNKNOWN]),
        (
            {**without("name"), "targeting": {**TARGETING, "channel": "fax", "source_lists": ["99", "XYZ98765"]}},
            [("name is required", 1), ("targeting.channel must be sms or push", 2), UNKNOWN],
        ),
        (
            {**BODY, "send_scheduled_date": "2021-02-30T12:00:00Z"},
            [("send_scheduled_date is no date and time that exists", 2)],
        ),
        (
            {**BODY, "send_schedule": {**ZONES, "send_date": "2021-02-30"}},
            [("send_schedule.send_date is no date and time that exists", 2)],
        ),
        (
            {**BODY, "send_schedule": {**ZONES, "send_time": "24:00"}},
            [("send_schedule.send_time has a wrong format", 2)],
        ),
        ({**BODY, "send_schedule": {**ZONES, "field_name": "zone"}}, [("Unknown custom fields: zone", 3)]),
        (
            {**BODY, "send_scheduled_date": "2021-02-30T12:00:00Z", "targeting": {**TARGETING, "source_lists": ["99"]}},
            [("Unknown subscription lists: 99", 4), ("send_scheduled_date is no date and time that exists", 2)],
        ),
    ],
)
def test_a_broadcast_that_cannot_be_is_422(vibes, body, expected) -> None:
    assert sorted(problems(refused(vibes, "POST", B, 422, json=body), 422)) == sorted(expected)


# -- on the clock -----------------------------------------------------------------------------------------------------


def test_it_begins_at_its_time_and_ends_a_minute_later(vibes) -> None:
    url = schedule(vibes)["url"]
    seen = []
    for seconds in (0, HOUR - 1, 1, 59, 1, 86_400):
        vibes.advance(seconds)
        broadcast = got(vibes, url)
        seen.append((broadcast["status"], broadcast["delivery"], broadcast["updated_at"]))
        assert broadcast in got(vibes, B, status=broadcast["status"])
    began = {"send_start_date": AT, "recipient_count": 2}
    ended = {**began, "enqueue_completed_date": "2021-10-28T13:01:00Z"}
    assert seen == [
        ("scheduled", {}, "2021-10-28T12:00:00Z"),
        ("scheduled", {}, "2021-10-28T12:00:00Z"),
        ("in_progress", began, AT),
        ("in_progress", began, AT),
        ("sent", ended, "2021-10-28T13:01:00Z"),
        ("sent", ended, "2021-10-28T13:01:00Z"),
    ]


def test_one_whose_time_has_passed_begins_at_once(vibes) -> None:
    broadcast = schedule(vibes, send_scheduled_date="2021-10-01T00:00:00Z")
    after = got(vibes, broadcast["url"])
    assert after["status"] == "in_progress"
    assert after["delivery"]["send_start_date"] == "2021-10-28T12:00:00Z"


def test_recipients_are_who_is_on_the_lists_when_it_begins_each_once(vibes) -> None:
    one = schedule(vibes)["url"]
    both = schedule(vibes, targeting={**TARGETING, "source_lists": ["1234", "ABC12345", "1234"]})["url"]
    subscribe(vibes, PHONE_ONLY, "1234")
    subscribe(vibes, PHONE_ONLY, "ABC12345")
    subscribe(vibes, ABROAD, "ABC12345")
    vibes.advance(HOUR)
    subscribe(vibes, ABROAD, "1234")
    assert [got(vibes, url)["delivery"]["recipient_count"] for url in (one, both)] == [3, 4]
    vibes.advance(HOUR)
    assert [got(vibes, url)["delivery"]["recipient_count"] for url in (one, both)] == [3, 4]


def test_one_who_has_left_is_no_recipient(vibes) -> None:
    url = schedule(vibes)["url"]
    assert vibes.delete(f"{P}/wd1377r4/subscriptions/1234").status_code == 200
    vibes.advance(HOUR)
    assert got(vibes, url)["delivery"]["recipient_count"] == 1


def test_by_time_zone_it_is_in_progress_from_the_first_zone_to_the_last(vibes) -> None:
    broadcast = schedule(vibes, send_schedule=ZONES)
    assert broadcast["send_schedule"] == ZONES
    assert broadcast["send_scheduled_date"] == "2021-10-29T19:30:00Z"
    seen = {}
    for hour in range(62):
        seen.setdefault(got(vibes, broadcast["url"])["status"], hour)
        vibes.advance(HOUR)
    assert seen == {"scheduled": 0, "in_progress": 32, "sent": 58}


@pytest.mark.parametrize("outcome", ["sent", "failed"])
def test_how_it_ends_and_when_are_switches(account, outcome) -> None:
    switches = {"broadcast_outcome": outcome, "broadcast_seconds": 600}
    vibes = account("vibes", switches=switches, auth=("VibesUser", "Password123"))
    url = schedule(vibes)["url"]
    vibes.advance(HOUR + 599)
    assert got(vibes, url)["status"] == "in_progress"
    vibes.advance(1)
    assert got(vibes, url)["status"] == outcome


def test_one_may_be_paused_and_resumed_meanwhile(vibes) -> None:
    broadcast = schedule(vibes)
    facts = {"broadcast_id": broadcast["broadcast_id"]}
    assert vibes.happens("broadcast_paused", **facts) == "still scheduled"
    vibes.advance(HOUR + 30)
    assert vibes.happens("broadcast_paused", **facts) == "paused"
    vibes.advance(HOUR)
    paused = got(vibes, broadcast["url"])
    assert (paused["status"], "enqueue_completed_date" in paused["delivery"]) == ("paused", False)
    assert vibes.happens("broadcast_paused", **facts) == "still paused"
    assert vibes.happens("broadcast_resumed", **facts) == "resumed"
    vibes.advance(59)
    assert got(vibes, broadcast["url"])["status"] == "in_progress"
    vibes.advance(1)
    assert got(vibes, broadcast["url"])["status"] == "sent"
    assert vibes.happens("broadcast_resumed", **facts) == "still sent"


def test_one_that_is_resumed_soon_does_not_end_early(vibes) -> None:
    broadcast = schedule(vibes)
    vibes.advance(HOUR + 30)
    for happening in ("broadcast_paused", "broadcast_resumed"):
        vibes.happens(happening, broadcast_id=broadcast["broadcast_id"])
    vibes.advance(59)
    assert got(vibes, broadcast["url"])["status"] == "in_progress"


def test_what_a_fixture_has_scheduled_begins_too(vibes) -> None:
    [record] = [it for it in vibes.records()["broadcasts"] if it["broadcast_id"] == "2"]
    vibes.put_record("broadcasts", {**record, "send_scheduled_date": AT})
    vibes.advance(HOUR + 30)
    assert got(vibes, B) == []
    broadcast = got(vibes, SCHEDULED)
    assert (broadcast["status"], broadcast["delivery"]["send_start_date"]) == ("in_progress", AT)
    vibes.advance(30)
    assert got(vibes, SCHEDULED)["status"] == "sent"


# -- op 34: updating --------------------------------------------------------------------------------------------------


def test_an_update_changes_what_is_given_also_inside(vibes) -> None:
    before = got(vibes, SCHEDULED)
    after = put(vibes, SCHEDULED, name="Renamed", targeting={"shorten_urls": False, "source_short_code": None})
    assert after == {
        **before,
        "name": "Renamed",
        "targeting": {**before["targeting"], "shorten_urls": False, "source_short_code": None},
        "updated_at": "2021-10-28T12:00:00Z",
    }
    vibes.advance(60)
    assert put(vibes, SCHEDULED, name="Renamed") == after
    ignored = dict.fromkeys(("status", "delivery", "broadcast_id", "created_at", "updated_at", "url", "created_by"), 5)
    assert put(vibes, SCHEDULED, **ignored) == after


def test_another_time_counts_and_the_former_does_not(vibes) -> None:
    url = schedule(vibes)["url"]
    put(vibes, url, send_scheduled_date="2021-10-28T15:00:00Z")
    vibes.advance(2 * HOUR)
    assert got(vibes, url)["status"] == "scheduled"
    vibes.advance(HOUR)
    assert got(vibes, url)["status"] == "in_progress"
    url = schedule(vibes, send_scheduled_date="2021-10-29T12:00:00Z")["url"]
    put(vibes, url, send_scheduled_date="2021-10-28T15:30:00Z")
    vibes.advance(HOUR)
    assert got(vibes, url)["delivery"]["send_start_date"] == "2021-10-28T15:30:00Z"


def test_a_schedule_by_time_zone_is_made_changed_and_removed(vibes) -> None:
    url = schedule(vibes)["url"]
    assert put(vibes, url, send_schedule=ZONES)["send_scheduled_date"] == "2021-10-29T19:30:00Z"
    after = put(vibes, url, send_schedule={"send_time": "10:30"})
    assert after["send_schedule"] == {**ZONES, "send_time": "10:30"}
    assert after["send_scheduled_date"] == "2021-10-29T20:30:00Z"
    after = put(vibes, url, send_schedule=None, send_scheduled_date=AT)
    assert "send_schedule" not in after
    assert after["send_scheduled_date"] == AT
    vibes.advance(HOUR + 60)
    assert got(vibes, url)["status"] == "sent"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"name": ""}, [("name must not be empty", 1)]),
        ({"name": None}, [("name must be a string", 2)]),
        ({"targeting": {"source_lists": ["99", "XYZ98765"]}}, [UNKNOWN]),
        ({"send_schedule": {"method": "by_time_zone", "send_date": "2021-11-01"}},
         [("send_schedule.send_time is required", 1)]),
        ({"send_scheduled_date": "2021-02-30T12:00:00Z"}, [("send_scheduled_date is no date and time that exists", 2)]),
    ],
)  # fmt: skip
def test_an_update_that_cannot_be_is_422(vibes, body, expected) -> None:
    assert problems(refused(vibes, "PUT", SCHEDULED, 422, json={"created_by": 1, **body}), 422) == expected


def brought_to(vibes: Any, status: str) -> str:
    """A broadcast of this status."""
    if status in ("paused", "scheduled"):
        return PAUSED if status == "paused" else SCHEDULED
    if status == "failed":
        [record] = [it for it in vibes.records()["broadcasts"] if it["broadcast_id"] == "1"]
        vibes.put_record("broadcasts", {**record, "broadcast_id": "77", "status": "failed"})
        return f"{B}/77"
    url: str = schedule(vibes)["url"]
    if status == "deleted":
        assert vibes.delete(url).status_code == 200
    vibes.advance(HOUR + 30)
    if status == "canceled":
        assert vibes.delete(url).status_code == 200
    if status == "sent":
        vibes.advance(60)
    assert got(vibes, url)["status"] == status
    return url


@pytest.mark.parametrize("status", STATUSES)
def test_only_what_has_not_begun_or_is_paused_can_be_changed(vibes, status) -> None:
    url = brought_to(vibes, status)
    if status in ("scheduled", "paused"):
        assert put(vibes, url, name="Renamed")["status"] == status
        return
    answer = refused(vibes, "PUT", url, 422, json={"name": "Renamed"})
    assert problems(answer, 422) == [(f"A broadcast that is {status} cannot be changed", 6)]


# -- op 35: cancelling ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "then"), [("scheduled", "deleted"), ("in_progress", "canceled"), ("paused", "canceled")]
)
def test_what_has_not_ended_can_be_cancelled(vibes, status, then) -> None:
    url = brought_to(vibes, status)
    before = got(vibes, url)
    answer = vibes.delete(url)
    assert answer.status_code == 200
    broadcast = answer.json()
    assert broadcast == {**before, "status": then, "updated_at": broadcast["updated_at"]}
    vibes.advance(100 * 365 * 24 * HOUR)
    assert got(vibes, url) == broadcast


@pytest.mark.parametrize("status", ["sent", "failed", "canceled", "deleted"])
def test_what_has_ended_stays_as_it_is(vibes, status) -> None:
    url = brought_to(vibes, status)
    answer = refused(vibes, "DELETE", url, 422)
    assert problems(answer, 422) == [(f"A broadcast that is {status} cannot be cancelled", 6)]
