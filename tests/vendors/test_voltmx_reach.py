"""Volt MX: what reaches subscribers or speaks of them: positions, pushes, users (reference, 4.4, 4.5, 4.7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.vendors.test_voltmx_subscribers import ADMIN, APP, DRAFT_APP, GONE, KNOWN, NOBODY, OTHER_APP, TOKEN

EVE, EVE_ELSEWHERE, FAY = "6338461620036073083", "4931474178235588403", "5814622093746120957"
USER = {"ksid": KNOWN, "firstName": "Rapp", "lastName": "Jordan", "email": "j@x.com", "country": "USA", "state": "TX"}
UNKNOWN, NO_PLACE = "Invalid subscriber or subscriber not found", "Invalid longitude or latitude value."
NO_APP, MALFORMED = "Invalid voltmx appId or application is not published with given appId", "Invalid request format."


@pytest.fixture
def client(account: Callable[..., Any]) -> Any:
    return account("voltmx", auth=ADMIN)


def unchanged(client: Any, call: Callable[[], Any]) -> Any:
    before = client.records()
    found = call()
    assert client.records() == before
    return found


def locate(client: Any, kind: str, ksid: Any, latitude: Any, longitude: Any) -> tuple[int, str]:
    if kind == "json":
        body = {"ksid": ksid, "latitude": latitude, "longitude": longitude, "locname": "Here"}
        answer = client.post("/api/v1/location", json=body, auth=None)
        assert answer.headers["content-type"] == "application/json;charset=UTF-8"
        said = answer.json()
        assert list(said) == ["id", "message"]
        assert bool(said["id"]) is (answer.status_code == 200)
        return answer.status_code, said["message"]
    text = f"<geolocation><ksid>{ksid}</ksid><latitude>{latitude}</latitude><longitude>{longitude}</longitude>"
    body = text + "<locname>Here</locname></geolocation>"
    answer = client.post("/api/v1/location", content=body, headers={"Content-Type": "text/xml"}, auth=None)
    assert answer.headers["content-type"] == "text/xml;charset=UTF-8"
    start = f"<geoLocationResponse><statusCode>{answer.status_code}</statusCode><description>"
    assert answer.text.startswith(start)
    return answer.status_code, answer.text.removeprefix(start).removesuffix("</description></geoLocationResponse>")


kinds = pytest.mark.parametrize("kind", ["json", "xml"])


@kinds
@pytest.mark.parametrize(("latitude", "longitude"), [("15.22", "45.75"), ("-90", "180"), (17.385, -78.4), (90, -180)])
def test_4_4_a_position_is_noted(client: Any, kind: str, latitude: Any, longitude: Any) -> None:
    assert locate(client, kind, KNOWN, latitude, longitude) == (200, "Updated Successfully")
    (position,) = client.records()["positions"]
    assert (position["ksid"], position["locname"]) == (KNOWN, "Here")
    assert (position["latitude"], position["longitude"]) == (float(latitude), float(longitude))
    locate(client, kind, KNOWN, "1", "2")
    assert len(client.records()["positions"]) == 1


def test_4_4_a_ksid_may_be_a_number(client: Any) -> None:
    assert locate(client, "json", int(KNOWN), "15.22", "45.75")[0] == 200


@kinds
@pytest.mark.parametrize(
    ("ksid", "latitude", "longitude", "message"),
    [
        (NOBODY, "1", "2", UNKNOWN),
        (GONE, "1", "2", UNKNOWN),
        (GONE, "91", "2", UNKNOWN),
        (KNOWN, "90.1", "2", NO_PLACE),
        (KNOWN, "1", "-180.1", NO_PLACE),
        (KNOWN, "north", "2", MALFORMED),
        ("x", "1", "2", MALFORMED),
    ],
)
def test_4_4_nobody_or_nowhere(client: Any, kind: str, ksid: str, latitude: str, longitude: str, message: str) -> None:
    found = unchanged(client, lambda: locate(client, kind, ksid, latitude, longitude))
    assert found == (400, message)


def test_23_no_position_once_unsubscribed(client: Any) -> None:
    client.post(f"/api/v1/subscribers/{KNOWN}/inactivate")
    assert locate(client, "json", KNOWN, "1", "2") == (400, UNKNOWN)


def message(*targets: dict[str, Any], **members: Any) -> dict[str, Any]:
    subscribers = {"subscribers": {"subscriber": list(targets)}} if targets else {}
    return {"type": "PUSH", "content": {"mimeType": "text/plain", "data": "Hi"}, **subscribers, **members}


def push(client: Any, *messages: dict[str, Any], app: str = APP, everywhere: Any = None) -> Any:
    """The details of a queued request, or the refusal as (status, message)."""
    one_or_more = messages[0] if len(messages) == 1 else list(messages)
    request: dict[str, Any] = {"appId": app, "messages": {"message": one_or_more}}
    if everywhere is not None:
        request["global"] = {"subscribers": everywhere}
    answer = client.post("/api/v1/messages/push", json={"messageRequest": request})
    said = answer.json()
    if answer.status_code == 200:
        assert said["message"] == "Request Queued. "
        assert said["id"].isdigit()
        return said["details"]
    assert said["id"] == ""
    return answer.status_code, said["message"]


def queued(details: Any) -> list[int]:
    return [int(it["description"].removeprefix("Number of Pushes queued:")) for it in details]


@pytest.mark.parametrize(
    ("targets", "number"),
    [
        ([{"ksid": KNOWN}], 1),
        ([{"ksid": int(KNOWN)}], 1),
        ([{"ksid": NOBODY}], 0),
        ([{"ksid": EVE_ELSEWHERE}], 0),
        ([{"deviceId": "5d41402abc4b2a76"}], 1),
        ([{"deviceId": "nobody"}], 0),
        ([{"ufid": "eve@example.com"}], 1),
        ([{"ufid": "eve@example.com"}, {"ksid": EVE}, {"ksid": FAY}], 2),
    ],
)
def test_4_5_targets_of_the_application_each_once(client: Any, targets: list[dict[str, Any]], number: int) -> None:
    assert queued(push(client, message(*targets))) == [number]
    (kept,) = client.records()["pushes"]
    assert (len(kept["ksids"]), kept["data"], kept["appId"]) == (number, "Hi", APP)


def test_25_a_ufid_reaches_each_of_its_devices(client: Any) -> None:
    for number in range(3):
        service = {"appId": APP, "deviceId": f"D{number}", "sid": f"S{number}", "osType": "iphone", "ufid": "zoe"}
        client.post("/vpns/subscription", json={"subscriptionService": {"subscribe": service}})
    assert queued(push(client, message({"ufid": "zoe"}))) == [3]


def test_23_who_has_left_is_not_counted(client: Any) -> None:
    client.post(f"/api/v1/subscribers/{EVE}/inactivate")
    assert queued(push(client, message({"ufid": "eve@example.com"}, {"ksid": KNOWN}))) == [1]
    assert queued(push(client, message({"ksid": GONE}), app=OTHER_APP)) == [0]


def test_4_5_segments(client: Any) -> None:
    found = push(client, message(subscribers={"segmentCriteria": "##4## OR ##3##"}))
    assert queued(found) == [3]
    assert queued(push(client, message(subscribers={"segmentCriteria": "##3##"}))) == [2]
    assert queued(push(client, message(subscribers={"segmentCriteria": "##9##"}))) == [0]
    assert queued(push(client, message(subscribers={"segmentCriteria": "##3##"}), app=OTHER_APP)) == [0]


def test_4_5_global_targets_are_added_to_each_message(client: Any) -> None:
    found = push(client, message({"ksid": KNOWN}), message(), everywhere={"subscriber": {"ksid": EVE}})
    assert queued(found) == [2, 1]
    assert found[0]["msgId"] != found[1]["msgId"]


def test_4_5_a_reference_comes_back_from_a_message_that_failed(client: Any) -> None:
    found = push(client, message({"ksid": KNOWN}, refId="r1"), message({"ksid": NOBODY}, refId="r2"))
    assert [it["refId"] for it in found] == ["", "r2"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"app": "nothing"}, (400, NO_APP)),
        ({"app": DRAFT_APP}, (400, NO_APP)),
        ({"members": {"type": "SMS"}}, (400, MALFORMED)),
        ({"members": {"overrideMessageId": "17"}}, (400, MALFORMED)),
        ({"members": {"content": {"mimeType": "text/plain"}}}, (400, MALFORMED)),
        ({"members": {"subscribers": {"subscriber": {"ksid": KNOWN, "ufid": "x"}}}}, (400, MALFORMED)),
        ({"members": {"subscribers": {}}}, (400, MALFORMED)),
        ({"members": {"subscribers": {"subscriber": []}}}, (400, MALFORMED)),
        ({"members": {"subscribers": {"segmentCriteria": "##a##"}}}, (400, MALFORMED)),
    ],
)
def test_4_5_what_cannot_be_sent(client: Any, given: dict[str, Any], expected: tuple[int, str]) -> None:
    sent = message({"ksid": KNOWN}, **given.get("members", {}))
    assert unchanged(client, lambda: push(client, sent, app=given.get("app", APP))) == expected


def test_4_5_a_waiting_message_is_replaced_until_its_time_comes(client: Any) -> None:
    (first,) = push(client, message({"ksid": KNOWN}, startTimestamp="1635422460000"))
    other = message({"ksid": EVE}, startTimestamp="1635422460000", overrideMessageId=first["msgId"])
    (second,) = push(client, other)
    assert second["msgId"] == first["msgId"]
    (kept,) = client.records()["pushes"]
    assert kept["ksids"] == [EVE]
    client.advance(60)
    assert push(client, other) == (400, MALFORMED)


def test_4_5_in_xml_and_answered_in_json(client: Any) -> None:
    body = (
        f"<messageRequest><appId>{APP}</appId><global/><messages><message><type>PUSH</type><subscribers>"
        f"<subscriber><ksid>{KNOWN}</ksid></subscriber><subscriber><ufid>eve@example.com</ufid></subscriber>"
        "</subscribers><content><data>Hi</data></content></message></messages></messageRequest>"
    )
    answer = client.post("/api/v1/messages/push", content=body, headers={"Content-Type": "text/xml"})
    assert answer.headers["content-type"] == "application/json;charset=UTF-8"
    assert queued(answer.json()["details"]) == [2]


def test_4_5_wants_credentials(client: Any) -> None:
    answer = client.post("/api/v1/messages/push", json={}, auth=("admin@example.com", "wrong"))
    assert (answer.status_code, answer.json()) == (401, {"id": "", "message": "Unauthorized request"})


def user(client: Any, headers: dict[str, str] | None = None, **members: Any) -> tuple[int, str, str]:
    body = {name: value for name, value in {**USER, **members}.items() if value is not None}
    answer = client.post("/api/v1/subscribeaudience", json=body, headers=headers, auth=None)
    return answer.status_code, answer.json()["id"], answer.json()["message"]


def test_4_7_a_user_is_added_then_updated(client: Any) -> None:
    status, number, _ = user(client, mobileNumber="+19876543210")
    assert (status, number.isdigit()) == (200, True)
    assert user(client, email="J@X.com", firstName="Eva", active=False)[:2] == (200, number)
    known = next(it for it in client.records()["users"] if it["id"] == number)
    wanted = {"firstName": "Eva", "lastName": "Jordan", "mobileNumber": "+19876543210", "active": False}
    assert wanted.items() <= known["attributes"].items()
    assert user(client, email="k@x.com")[1] != number


@pytest.mark.parametrize("field", ["ksid", "firstName", "lastName", "email", "country", "state"])
def test_4_7_mandatory_attributes(client: Any, field: str) -> None:
    assert unchanged(client, lambda: user(client, **{field: None})) == (400, "", MALFORMED)


def test_4_7_a_user_of_nobody(client: Any) -> None:
    assert unchanged(client, lambda: user(client, ksid=NOBODY)) == (400, "", "Invalid KSID")


@pytest.mark.parametrize(
    ("headers", "members", "status"),
    [
        ({}, {}, 401),
        ({}, {"authToken": "wrong"}, 401),
        ({"X-Device-AuthToken": "wrong"}, {}, 401),
        (TOKEN, {}, 200),
        ({}, {"authToken": "1234abc"}, 200),
        ({}, {"authToken": "wrong", "ksid": NOBODY}, 401),
        ({}, {"authToken": "wrong", "state": None}, 400),
    ],
)
def test_4_7_the_token_of_the_device_side(
    account: Callable[..., Any], headers: dict[str, str], members: dict[str, Any], status: int
) -> None:
    guarded = account("voltmx", switches={"authToken": "1234abc"})
    assert user(guarded, headers, **members)[0] == status
