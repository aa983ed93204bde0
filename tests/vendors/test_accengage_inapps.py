"""Accengage in-apps and alarms (O52 to O67 of our reference): what they share, and what is each one's own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.accengage import walked
from tests.vendors.signed import IOS, WEB, A, Signed, ok, refused

INAPP = {"name": "Banner", "messages": [{"template": {"type": "popup", "title": "Hi"}, "extra": [1]}], "more": {"a": 1}}
ALARM = {"name": "Alarm", "messages": [{"text": "Wake up", "template": "yes_no", "buttons": [{"id": 0}]}]}
KINDS = {"inapps": (INAPP, 2158, "welcome"), "alarms": (ALARM, 2164, "morning")}
kinds = pytest.mark.parametrize("kind", KINDS)
CODE, GLOSSY = {"type": "custom", "templateValue": "banner"}, {"type": "custom", "templateValue": "full_screen"}


@pytest.fixture
def vendor(account: Any) -> Any:
    return account("accengage", auth=Signed())


def make(vendor: Any, kind: str, **more: Any) -> int:
    return int(ok(vendor.post(f"{A}/{kind}", json={**KINDS[kind][0], **more}))["id"])


@kinds
def test_what_was_written_is_read_by_both_ids_and_listed(vendor: Any, kind: str) -> None:
    body = KINDS[kind][0]
    number = make(vendor, kind, externalId="ext/1 é", partnerId="otherPartnerId", sent=True, id=7)
    shown = {**body, "id": number, "externalId": "ext/1 é", "isActive": False}
    assert ok(vendor.get(f"{A}/{kind}/{number}")) == shown
    assert ok(vendor.get(f"{A}/{kind}/external/ext%2F1%20%C3%A9")) == shown
    rows = walked(vendor, f"{A}/{kind}", kind)
    assert rows[-1] == shown
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)


@kinds
def test_what_was_changed_by_one_id_is_seen_by_the_other(vendor: Any, kind: str) -> None:
    body = KINDS[kind][0]
    number = make(vendor, kind, externalId="one", isActive=True, campaignId=92)
    by_id, by_name = f"{A}/{kind}/{number}", f"{A}/{kind}/external/one"
    assert ok(vendor.put(by_name, json={**body, "name": "New"})) == {}
    changed = {**body, "id": number, "externalId": "one", "isActive": True, "campaignId": 92, "name": "New"}
    assert ok(vendor.get(by_id)) == changed
    assert ok(vendor.put(by_id, json={**body, "externalId": "two", "id": 5})) == {}
    assert ok(vendor.get(f"{A}/{kind}/external/two"))["id"] == number
    refused(vendor, "GET", by_name, 404)


def test_messages_of_all_kinds_share_their_ids(vendor: Any) -> None:
    numbers = [make(vendor, "inapps"), make(vendor, "alarms"), make(vendor, "inapps")]
    assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]
    refused(vendor, "GET", f"{A}/alarms/{numbers[0]}", 404)
    refused(vendor, "GET", f"{A}/inapps/{numbers[1]}", 404)


@kinds
def test_an_external_id_is_unique_in_its_application_and_kind(vendor: Any, kind: str) -> None:
    body, number, name = KINDS[kind]
    refused(vendor, "POST", f"{A}/{kind}", 400, json={**body, "externalId": name})
    other = make(vendor, kind, externalId="mine")
    refused(vendor, "PUT", f"{A}/{kind}/{other}", 400, json={**body, "externalId": name})
    elsewhere = "alarms" if kind == "inapps" else "inapps"
    make(vendor, elsewhere, externalId="mine")
    ok(vendor.post(f"{IOS}/{kind}", json={**body, "externalId": name}))
    ok(vendor.put(f"{A}/{kind}/external/{name}", json={**body, "externalId": name}))
    assert ok(vendor.get(f"{A}/{kind}/external/{name}"))["id"] == number


@kinds
@pytest.mark.parametrize(
    ("path", "status"),
    [("2159", 404), ("2170", 404), ("2171", 404), ("0", 400), ("-1", 400), ("abc", 400), ("1e3", 400),
     ("external/nobodys", 404), ("external/2158", 404)],
)  # fmt: skip
def test_what_there_is_not(vendor: Any, kind: str, path: str, status: int) -> None:
    body = KINDS[kind][0]
    refused(vendor, "GET", f"{A}/{kind}/{path}", status)
    refused(vendor, "PUT", f"{A}/{kind}/{path}", status, json=body)
    refused(vendor, "PUT", f"{A}/{kind}/{path}/status", status, json={"isActive": True})


def test_the_words_of_an_alarm_that_there_is_not(vendor: Any) -> None:
    assert refused(vendor, "GET", f"{A}/alarms/123458", 404) == ["Type, application and message ID mismatch"]


# -- status -----------------------------------------------------------------------------------------------------------


@kinds
def test_a_status_is_set_once(vendor: Any, kind: str) -> None:
    number = make(vendor, kind, externalId="one")
    for path, wanted, status in (
        (number, True, 200),
        ("external/one", True, 204),
        ("external/one", False, 200),
        (number, False, 204),
    ):
        answer = vendor.put(f"{A}/{kind}/{path}/status", json={"isActive": wanted})
        assert (answer.status_code, answer.content) == (status, b"")
        assert ok(vendor.get(f"{A}/{kind}/{number}"))["isActive"] is wanted


@kinds
@pytest.mark.parametrize("body", [{}, {"isActive": None}, {"isActive": "true"}, {"isActive": 1}, [], True])
def test_a_status_that_cannot_be(vendor: Any, kind: str, body: Any) -> None:
    _, number, name = KINDS[kind]
    for path in (number, f"external/{name}"):
        refused(vendor, "PUT", f"{A}/{kind}/{path}/status", 400, json=body)


# -- what a body may say ----------------------------------------------------------------------------------------------


def both(vendor: Any, kind: str, status: int, app: str = A, **more: Any) -> list[str]:
    """The words of the refusal, of a creation and of both updates."""
    body = {**KINDS[kind][0], **more}
    found = refused(vendor, "POST", f"{app}/{kind}", status, json=body)
    if app == A:
        _, number, name = KINDS[kind]
        assert refused(vendor, "PUT", f"{A}/{kind}/{number}", status, json=body) == found
        assert refused(vendor, "PUT", f"{A}/{kind}/external/{name}", status, json=body) == found
    return found


@kinds
@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("name", ""), ("name", 7), ("messages", []), ("messages", {}), ("messages", [7]), ("externalId", ""),
        ("campaignId", "91"), ("campaignId", 93), ("campaignId", 123), ("segments", []), ("lists", [{}]),
        ("triggers", {"displayCapping": -1}), ("triggers", {"events": {"inclusion": "x"}}), ("isActive", "no"),
        ("triggers", {"startDate": "2018-02-30T00:00:00Z"}),
        ("triggers", {"startDate": "2018-03-01T00:00:00Z", "endDate": "2018-02-01T00:00:00Z"}),
        ("triggers", {"geolocations": {"inclusion": [{"id": 404, "transition": "fly"}]}}),
    ],
)  # fmt: skip
def test_a_body_that_cannot_be(vendor: Any, kind: str, member: str, value: Any) -> None:
    both(vendor, kind, 400, **{member: value})


@kinds
@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"segments": {"campaign": [2, 99]}}, "Segment 99"),
        ({"segments": {"test": [5]}}, "Segment 5"),
        ({"lists": [{"id": 9000}]}, "9000"),
        ({"lists": [{"externalId": "nobodys"}]}, "nobodys"),
        ({"triggers": {"geolocations": {"inclusion": [{"id": 405}]}}}, "Can not find geolocation with id 405"),
        ({"triggers": {"geolocations": {"exclusion": [{"id": 478}]}}}, "Can not find geolocation with id 478"),
        ({"triggers": {"geolocations": {"inclusion": [{"id": 404, "type": "geogroup"}]}}}, "geolocation with id 404"),
        ({"triggers": {"beacons": {"inclusion": [{"id": 404}, {"id": 406}]}}}, "Can not find beacon with id 406"),
        ({"triggers": {"events": {"inclusion": ["nothing"]}}}, "Can not find event with id nothing"),
        ({"triggers": {"views": {"exclusion": ["nowhere"]}}}, "Can not find view with id nowhere"),
        ({"triggers": {"states": {"inclusion": [{"name": "noState"}]}}}, "Can not find state with id noState"),
    ],
)
def test_what_the_application_does_not_have(vendor: Any, kind: str, more: Any, message: str) -> None:
    assert message in both(vendor, kind, 404, **more)[0]


@kinds
def test_all_that_the_application_has(vendor: Any, kind: str) -> None:
    triggers = {
        "geolocations": {"inclusion": [{"id": 404}], "exclusion": [{"id": 422, "type": "geogroup"}]},
        "beacons": {"inclusion": [{"id": 404, "transition": "exit"}]},
        "events": {"inclusion": ["purchase", "1001"]},
        "views": {"inclusion": ["home"]},
        "states": {"inclusion": [{"name": "myState", "contains": "BlueSky"}]},
    }
    more = {"triggers": triggers, "segments": {"test": [1], "campaign": [2]}, "lists": [{"id": 1235}], "campaignId": 91}
    number = make(vendor, kind, **more)
    assert ok(vendor.get(f"{A}/{kind}/{number}"))["triggers"] == triggers


@kinds
def test_a_language_stands_once(vendor: Any, kind: str) -> None:
    one = KINDS[kind][0]["messages"][0]
    both(vendor, kind, 400, messages=[{**one, "language": "en"}, {**one, "language": "en"}])
    make(vendor, kind, messages=[{**one, "language": "en"}, {**one, "language": "fr"}])


# -- templates of in-apps ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        ({"type": "popup", "title": "Hi"}, {"type": "popup", "title": "Salut"}, 200),
        (CODE, {**CODE, "text": "other"}, 200),
        (CODE, GLOSSY, 400),
        ({"type": "popup"}, CODE, 400),
        ({"type": "custom"}, {"type": "custom"}, 400),
        ({"type": "film"}, {"type": "film"}, 400),
        ({"type": "popup", "buttons": [{"action": "close"}]}, {"type": "popup"}, 400),
        ({"type": "popup", "buttons": [{"id": "0", "action": "dance"}]}, {"type": "popup"}, 400),
        ({"type": "custom", "templateValue": "nobodys"}, {"type": "custom", "templateValue": "nobodys"}, 404),
    ],
)
def test_templates_are_the_same_in_all_languages(vendor: Any, first: Any, second: Any, status: int) -> None:
    body = {"name": "x", "messages": [{"language": "en", "template": first}, {"language": "fr", "template": second}]}
    if status == 200:
        assert ok(vendor.post(f"{A}/inapps", json=body))["id"]
    else:
        refused(vendor, "POST", f"{A}/inapps", status, json=body)


def test_the_type_of_a_template_stays(vendor: Any) -> None:
    both_messages = [{"template": CODE}]
    words = refused(vendor, "PUT", f"{A}/inapps/2158", 400, json={"name": "x", "messages": both_messages})
    assert "can not be changed" in words[0]
    number = make(vendor, "inapps", messages=both_messages)
    assert ok(vendor.put(f"{A}/inapps/{number}", json={"name": "x", "messages": [{"template": GLOSSY}]})) == {}


def test_a_browser_template_is_for_ios_only(vendor: Any) -> None:
    body = {"name": "x", "messages": [{"template": {"type": "browser", "url": "https://example.com"}}]}
    refused(vendor, "POST", f"{A}/inapps", 400, json=body)
    refused(vendor, "POST", f"{IOS}/inapps", 400, json={"name": "x", "messages": [{"template": {"type": "browser"}}]})
    assert ok(vendor.post(f"{IOS}/inapps", json=body))["id"]


def test_an_action_opens_a_template_that_there_is(vendor: Any) -> None:
    for name, status in (("banner", 200), ("nobodys", 404)):
        message = {"template": {"type": "popup"}, "action": {"templateValue": name, "anything": 1}}
        assert vendor.post(f"{A}/inapps", json={"name": "x", "messages": [message]}).status_code == status


# -- alarms -----------------------------------------------------------------------------------------------------------


def test_alarms_are_for_android_and_ios_only(vendor: Any) -> None:
    words = ["Webservice can only be used for Android or iOS messages"]
    assert refused(vendor, "POST", f"{WEB}/alarms", 400, json=ALARM) == words
    assert refused(vendor, "PUT", f"{WEB}/alarms/2164", 400, json=ALARM) == words
    assert walked(vendor, f"{WEB}/alarms", "alarms") == []
    refused(vendor, "GET", f"{WEB}/alarms/2164", 404)
    assert ok(vendor.post(f"{IOS}/alarms", json=ALARM))["id"]


@pytest.mark.parametrize(
    ("messages", "status"),
    [
        ([{"text": "a", "template": "yes_no"}, {"text": "b", "template": "yes_no"}], 200),
        ([{"text": "a"}, {"text": "b"}], 200),
        ([{"text": "a", "template": "yes_no"}, {"text": "b"}], 400),
        ([{"text": "a", "template": "yes_no"}, {"text": "b", "template": "one_button"}], 400),
        ([{"text": "a", "template": "nobodys"}], 404),
        ([{"text": "a", "collapseKey": "nobodys"}], 404),
        ([{"text": "a", "collapseKey": "news"}], 200),
        ([{"text": "a", "buttons": [{"id": 0}]}], 200),
        ([{"title": "a"}], 400),
        ([{"text": "a", "buttons": [{"id": 0, "action": "dance"}]}], 400),
    ],
)
def test_templates_of_alarms(vendor: Any, messages: Any, status: int) -> None:
    body = {"name": "x", "messages": messages}
    if status == 200:
        assert ok(vendor.post(f"{A}/alarms", json=body))["id"]
    else:
        refused(vendor, "POST", f"{A}/alarms", status, json=body)


def test_buttons_on_ios_need_a_template(vendor: Any) -> None:
    refused(
        vendor, "POST", f"{IOS}/alarms", 400, json={"name": "x", "messages": [{"text": "a", "buttons": [{"id": 0}]}]}
    )


@pytest.mark.parametrize(
    "programmation",
    [{"duration": 5}, {"type": 7}, {"type": "timer", "duration": -1}, {"type": "date", "date": "2030-02-30T00:00:00Z"}],
)
def test_settings_that_cannot_be(vendor: Any, programmation: Any) -> None:
    both(vendor, "alarms", 400, settings={"programmation": programmation})
