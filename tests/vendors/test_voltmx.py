"""The Subscription API of Volt MX, by the numbers of the engineering reference (sections 2.5 to 2.9, and 7)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import httpx
import pytest
from defusedxml.ElementTree import fromstring

PATH = "/vpns/subscription"
DONE, UPDATED, GONE, GONE_BEFORE = (
    "Subscription successful.", "Update successful.", "Unsubscription successful.", "Already unsubscribed.",
)  # fmt: skip
DUPLICATE = {
    "json": "Duplicate subscription. SID element has ID of existing subscription.",
    "xml": "Duplicate subscription. SID element has the ID of existing subscription.",
}
MALFORMED = "Invalid request format."
UNAUTHORIZED = "Unauthorized request. The authToken is invalid."
UNCLEAR = "Subscription unclear. Found multiple subscriptions with given input. Check your SID and DEVICE ID"
NO_APP, NO_APP_TO_LEAVE = "Invalid Application ID.", "Invalid Volt MX Application ID."
NO_SUBSCRIPTION = "No valid subscription exists."
FAILED = "Server failed to process the request."
APP, OTHER_APP = "20096-6548262167", "testApp"
DEVICE = {"appId": APP, "deviceId": "D1", "sid": "T1", "osType": "androidgcm"}
KNOWN = "9073640394665981874"  # of the default fixture: APP, device e4d909c290d0fb1c

Outcome = tuple[int, str, str]


class Voltmx:
    """Speaks one of the two formats. An outcome is (statusCode, ksid, message without its final blank)."""

    def __init__(self, account: Any, format: str) -> None:
        self.account = account
        self.format = format
        self.message = ""

    def send(self, service: dict[str, Any]) -> httpx.Response:
        if self.format == "json":
            answer: httpx.Response = self.account.post(PATH, json={"subscriptionService": service})
            return answer
        root = Element("subscriptionService")
        for name, fields in service.items():
            below = SubElement(root, name)
            for field, value in fields.items():
                SubElement(below, field).text = value
        return self.account.post(PATH, content=tostring(root), headers={"Content-Type": "text/xml;charset=UTF-8"})

    def outcome(self, service: dict[str, Any]) -> Outcome:
        answer = self.send(service)
        if self.format == "json":
            assert answer.headers["content-type"] == "application/json;charset=UTF-8"
            assert answer.json().keys() == {"subscriptionResponse"}
            members = answer.json()["subscriptionResponse"]
        else:
            assert answer.headers["content-type"] == "text/xml;charset=UTF-8"
            assert answer.text.startswith("<subscriptionResponse><statusCode>")
            members = {child.tag: child.text for child in fromstring(answer.content)}
        assert list(members) == ["statusCode", "ksid", "message"]
        assert all(isinstance(value, str) for value in members.values())
        code = int(members["statusCode"])
        assert answer.status_code == code
        assert (members["ksid"] == "-1") is (code >= 400)  # property 8
        assert code >= 400 or re.fullmatch("[1-9][0-9]{0,18}", members["ksid"])
        self.message = members["message"]
        blank = code == 500 or (self.format == "xml") is (code != 403)
        assert self.message.endswith(" ") is blank  # 2.5, as printed
        return code, members["ksid"], self.message.strip()

    def subscribe(self, *left_out: str, **fields: str) -> Outcome:
        wanted = {name: value for name, value in {**DEVICE, **fields}.items() if name not in left_out}
        return self.outcome({"subscribe": wanted})

    def unsubscribe(self, **fields: str) -> Outcome:
        return self.outcome({"unsubscribe": fields})

    @property
    def records(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.account.records()["subscriptions"]
        return found

    def record(self, ksid: str) -> dict[str, Any]:
        return next(record for record in self.records if record["ksid"] == ksid)


@pytest.fixture(params=["json", "xml"])
def voltmx(request: pytest.FixtureRequest, account: Callable[..., Any]) -> Voltmx:
    return Voltmx(account("voltmx"), request.param)


@pytest.fixture(params=["json", "xml"])
def guarded(request: pytest.FixtureRequest, account: Callable[..., Any]) -> Voltmx:
    return Voltmx(account("voltmx", switches={"authToken": "1234abc"}), request.param)


def unchanged(voltmx: Voltmx, call: Callable[[], Outcome]) -> Outcome:
    before = voltmx.records
    found = call()
    assert voltmx.records == before
    return found


def test_1_and_2_a_new_subscription_and_its_duplicates(voltmx: Voltmx) -> None:
    known = {record["ksid"] for record in voltmx.records}
    code, ksid, message = voltmx.subscribe()
    assert (code, message) == (200, DONE)
    assert ksid not in known
    for _ in range(3):
        assert unchanged(voltmx, voltmx.subscribe) == (201, ksid, DUPLICATE[voltmx.format])
    assert voltmx.subscribe(deviceId="D2", sid="T2")[1] != ksid


@pytest.mark.parametrize("changed", [{"sid": "T2"}, {"ufid": "b"}, {"osType": "iphone"}, {"deviceId": "D2"}])
def test_3_and_4_a_change_is_an_update(voltmx: Voltmx, changed: dict[str, str]) -> None:
    ksid = voltmx.subscribe(ufid="a")[1]
    assert voltmx.subscribe(**{"ufid": "a", **changed}) == (200, ksid, UPDATED)
    assert voltmx.record(ksid) == {**DEVICE, "ufid": "a", "ksid": ksid, "active": True, **changed}


def test_3_a_token_that_was_replaced_is_free(voltmx: Voltmx) -> None:
    ksid = voltmx.subscribe()[1]
    voltmx.subscribe(sid="T2")
    code, other, message = voltmx.subscribe(deviceId="D2")
    assert (code, message, other != ksid) == (200, DONE, True)


def test_4_a_ufid_that_is_left_out_stays(voltmx: Voltmx) -> None:
    ksid = voltmx.subscribe(ufid="a")[1]
    assert voltmx.subscribe()[0] == 201
    voltmx.subscribe(sid="T2")
    assert voltmx.record(ksid)["ufid"] == "a"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"osType": "androidgcm"}, {"osType": "android", "isGCM": "true"}),
        ({"osType": "android", "isGCM": "true"}, {"osType": "AndroidGCM"}),
        ({"osType": "iphone"}, {"osType": "iPhone"}),
        ({"osType": "windows8"}, {"osType": "Windows8", "isGCM": "false"}),
        ({"osType": "webfcm"}, {"osType": "webfcm", "isGCM": "true"}),
    ],
)
def test_5_equal_spellings(voltmx: Voltmx, first: dict[str, str], second: dict[str, str]) -> None:
    ksid = voltmx.subscribe(**first)[1]
    assert voltmx.subscribe(**second)[:2] == (201, ksid)


def test_android_that_is_not_gcm_is_another(voltmx: Voltmx) -> None:
    ksid = voltmx.subscribe()[1]
    assert voltmx.subscribe(osType="android", isGCM="false") == (200, ksid, UPDATED)
    assert voltmx.record(ksid)["osType"] == "android"


@pytest.mark.parametrize(("value", "stored"), [(True, "androidgcm"), (False, "android")])
def test_is_gcm_may_be_a_boolean_in_json(account: Callable[..., Any], value: bool, stored: str) -> None:
    voltmx = Voltmx(account("voltmx"), "json")
    ksid = voltmx.outcome({"subscribe": {**DEVICE, "osType": "android", "isGCM": value}})[1]
    assert voltmx.record(ksid)["osType"] == stored


def test_6_two_subscriptions_at_once_are_unclear(voltmx: Voltmx) -> None:
    voltmx.subscribe(deviceId="A", sid="1")
    voltmx.subscribe(deviceId="B", sid="2")
    assert unchanged(voltmx, lambda: voltmx.subscribe(deviceId="A", sid="2")) == (403, "-1", UNCLEAR)


def test_only_active_holders_of_a_token_count(voltmx: Voltmx) -> None:
    first = voltmx.subscribe(deviceId="A", sid="1")[1]
    voltmx.unsubscribe(ksid=first)
    code, second, message = voltmx.subscribe(deviceId="B", sid="1")
    assert (code, message, second != first) == (200, DONE, True)


def test_7_applications_do_not_interfere(voltmx: Voltmx) -> None:
    one, two = voltmx.subscribe()[1], voltmx.subscribe(appId=OTHER_APP)[1]
    assert one != two
    voltmx.unsubscribe(ksid=one)
    assert (voltmx.record(one)["active"], voltmx.record(two)["active"]) == (False, True)


@pytest.mark.parametrize("keys", [("ksid",), ("appId", "deviceId"), ("ksid", "appId", "deviceId"), ("ksid", "appId")])
def test_10_and_11_unsubscribing(voltmx: Voltmx, keys: tuple[str, ...]) -> None:
    ksid = voltmx.subscribe()[1]
    given = {name: value for name, value in {**DEVICE, "ksid": ksid}.items() if name in keys}
    assert voltmx.unsubscribe(**given) == (200, ksid, GONE)
    assert voltmx.record(ksid)["active"] is False
    for _ in range(2):
        assert unchanged(voltmx, lambda: voltmx.unsubscribe(**given)) == (200, ksid, GONE_BEFORE)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"ksid": "-1"}, (404, NO_SUBSCRIPTION)),
        ({"ksid": "1"}, (404, NO_SUBSCRIPTION)),
        ({"ksid": "9" * 19}, (404, NO_SUBSCRIPTION)),
        ({"ksid": "9" * 20}, (400, MALFORMED)),
        ({"ksid": "abc"}, (400, MALFORMED)),
        ({"ksid": ""}, (400, MALFORMED)),
        ({"ksid": "1.5"}, (400, MALFORMED)),
        ({}, (400, MALFORMED)),
        ({"appId": APP}, (400, MALFORMED)),
        ({"deviceId": "e4d909c290d0fb1c"}, (400, MALFORMED)),
        ({"appId": APP, "deviceId": "nobody"}, (404, NO_SUBSCRIPTION)),
        ({"appId": APP, "deviceId": "0x2b631c8d"}, (404, NO_SUBSCRIPTION)),
        ({"appId": "nothing", "deviceId": "e4d909c290d0fb1c"}, (404, NO_APP_TO_LEAVE)),
        ({"ksid": KNOWN, "appId": "nothing"}, (404, NO_APP_TO_LEAVE)),
        ({"ksid": "1", "appId": "nothing"}, (404, NO_APP_TO_LEAVE)),
        ({"ksid": KNOWN, "deviceId": "nobody"}, (404, NO_SUBSCRIPTION)),
        ({"ksid": KNOWN, "appId": OTHER_APP}, (404, NO_SUBSCRIPTION)),
        ({"ksid": KNOWN, "deviceId": "5d41402abc4b2a76"}, (403, UNCLEAR)),
        ({"ksid": KNOWN, "appId": OTHER_APP, "deviceId": "c81e728d9d4c2f63"}, (403, UNCLEAR)),
        ({"ksid": "1", "appId": APP, "deviceId": "5d41402abc4b2a76"}, (404, NO_SUBSCRIPTION)),
    ],
)
def test_12_what_cannot_be_unsubscribed(voltmx: Voltmx, given: dict[str, str], expected: tuple[int, str]) -> None:
    code, _, message = unchanged(voltmx, lambda: voltmx.unsubscribe(**given))
    assert (code, message) == expected


@pytest.mark.parametrize("ksid", [int(KNOWN), KNOWN, "0" + KNOWN[1:], 2**63, -1, 1.5, True, None])
def test_24_a_ksid_is_64_bits_digit_for_digit(account: Callable[..., Any], ksid: Any) -> None:
    voltmx = Voltmx(account("voltmx"), "json")
    code, answered, _ = voltmx.outcome({"unsubscribe": {"ksid": ksid}})
    expected = {int(KNOWN): 200, KNOWN: 200, "0" + KNOWN[1:]: 404, -1: 404}.get(ksid, 400) if ksid is not True else 400
    assert code == expected
    assert code != 200 or answered == KNOWN


def test_14_subscribing_again(voltmx: Voltmx) -> None:
    ksid = voltmx.subscribe()[1]
    voltmx.unsubscribe(ksid=ksid)
    assert voltmx.subscribe(sid="T9", ufid="z") == (200, ksid, DONE)
    assert voltmx.record(ksid) == {**DEVICE, "sid": "T9", "ufid": "z", "ksid": ksid, "active": True}
    assert voltmx.subscribe(sid="T9")[0] == 201


def test_15_the_formats_are_views_of_one_store(voltmx: Voltmx) -> None:
    ksid = voltmx.subscribe()[1]
    other = Voltmx(voltmx.account, "xml" if voltmx.format == "json" else "json")
    assert other.subscribe() == (201, ksid, DUPLICATE[other.format])
    assert other.unsubscribe(ksid=ksid) == (200, ksid, GONE)


@pytest.mark.parametrize(
    "token", [{}, {"authToken": "wrong"}, {"authToken": ""}, {"authToken": "1234ABC"}, {"authToken": "é"}]
)
def test_16_and_17_security(guarded: Voltmx, token: dict[str, str]) -> None:
    refused = (401, "-1", UNAUTHORIZED)
    assert unchanged(guarded, lambda: guarded.subscribe(**token)) == refused
    assert unchanged(guarded, lambda: guarded.unsubscribe(ksid=KNOWN, **token)) == refused
    assert guarded.subscribe(appId="nothing", **token) == refused  # 401 before 404
    assert guarded.unsubscribe(appId="nothing", deviceId="D", **token) == refused
    assert guarded.subscribe(osType="blackberry", deviceId="0x1", **token) == refused  # and before platform rules
    assert guarded.subscribe("sid", **token) == (400, "-1", MALFORMED)  # 400 before 401


def test_16_the_right_token(guarded: Voltmx, voltmx: Voltmx) -> None:
    code, ksid, _ = guarded.subscribe(authToken="1234abc")
    assert code == 200
    assert guarded.unsubscribe(ksid=ksid, authToken="1234abc")[0] == 200
    assert voltmx.subscribe(authToken="anything")[0] == 200  # security off: ignored


@pytest.mark.parametrize(("device", "code"), [("2b631c8d", 200), ("0x2b631c8d", 400), ("0X2b631c8d", 400), ("0", 200)])
def test_18_blackberry(voltmx: Voltmx, device: str, code: int) -> None:
    assert voltmx.subscribe(osType="BlackBerry", deviceId=device)[0] == code
    assert voltmx.subscribe(osType="windows", deviceId="0x1", sid="other")[0] == 200
    # An unknown application is found out before the platform's rules.
    assert voltmx.subscribe(osType="blackberry", deviceId=device, appId="nothing") == (404, "-1", NO_APP)


@pytest.mark.parametrize("field", ["appId", "deviceId", "sid", "osType"])
def test_19_mandatory_fields(voltmx: Voltmx, field: str) -> None:
    assert unchanged(voltmx, lambda: voltmx.subscribe(field)) == (400, "-1", MALFORMED)
    assert unchanged(voltmx, lambda: voltmx.subscribe(**{field: ""})) == (400, "-1", MALFORMED)


@pytest.mark.parametrize(
    "fields",
    [{"osType": it} for it in ("androidjpush", "xxxx", "i phone", "windows88", "iphone\n", "windows\u0660")]
    + [{"osType": "android"}, {"osType": "android", "isGCM": "yes"}, {"osType": "android", "isGCM": ""}],
)
def test_platforms_that_are_none(voltmx: Voltmx, fields: dict[str, str]) -> None:
    assert unchanged(voltmx, lambda: voltmx.subscribe(**fields)) == (400, "-1", MALFORMED)


def test_unknown_application(voltmx: Voltmx) -> None:
    assert unchanged(voltmx, lambda: voltmx.subscribe(appId="nothing")) == (404, "-1", NO_APP)


def test_unknown_fields_are_ignored(voltmx: Voltmx) -> None:
    assert voltmx.subscribe(colour="red")[0] == 200
    assert voltmx.subscribe()[0] == 201


def test_both_or_neither(voltmx: Voltmx) -> None:
    for service in ({}, {"subscribe": DEVICE, "unsubscribe": {"ksid": KNOWN}}, {"other": DEVICE}):
        assert unchanged(voltmx, lambda service=service: voltmx.outcome(service))[0] == 400


@pytest.mark.parametrize("format", ["json", "xml"])
@pytest.mark.parametrize(
    ("service", "code"), [({"subscribe": DEVICE}, 200), ({"unsubscribe": {"ksid": "1"}}, 404), ({}, 400)]
)
def test_20_http_status_mode(account: Callable[..., Any], format: str, service: dict[str, Any], code: int) -> None:
    mirror = Voltmx(account("voltmx"), format).send(service)
    always = Voltmx(account("voltmx", switches={"httpStatusMode": "always200"}), format).send(service)
    assert (mirror.status_code, always.status_code) == (code, 200)
    assert always.content == mirror.content
    assert always.headers["content-type"] == mirror.headers["content-type"]


@pytest.mark.parametrize("mode", ["mirror", "always200"])
def test_2_9_wrong_method_and_path_have_no_envelope(account: Callable[..., Any], mode: str) -> None:
    client = account("voltmx", switches={"httpStatusMode": mode})
    for method, path, code in (("GET", PATH, 405), ("PUT", PATH, 405), ("POST", "/vpns/other", 404)):
        answer = client.request(method, path)
        assert (answer.status_code, answer.content) == (code, b"")
    assert client.get(PATH).headers["allow"] == "POST"


@pytest.mark.parametrize("format", ["json", "xml"])
def test_message_text_trimmed(account: Callable[..., Any], format: str) -> None:
    client = account("voltmx", switches={"messageText": "trimmed"})
    for service in ({"subscribe": DEVICE}, {"unsubscribe": {"ksid": "1"}}, {}):
        text = Voltmx(client, format).send(service).text
        assert " </message>" not in text
        assert ' "}' not in text


def test_28_a_server_fault(voltmx: Voltmx) -> None:
    answer = voltmx.account.post(
        PATH, content=b"<a/>" if voltmx.format == "xml" else b"{}",
        headers={"Prefer": "code=500", "Content-Type": "text/xml" if voltmx.format == "xml" else "application/json"},
    )  # fmt: skip
    assert answer.status_code == 500
    assert FAILED + " " in answer.text
    assert ("<ksid>-1</ksid>" in answer.text) is (voltmx.format == "xml")


def test_29_the_pages_samples_in_their_order(voltmx: Voltmx) -> None:
    code, ksid, _ = voltmx.subscribe(osType="iphone")
    assert code == 200
    for platform in ("ipad", "androidgcm", "blackberry", "windows", "windows8", "webfcm"):
        assert voltmx.subscribe(osType=platform) == (200, ksid, UPDATED)
        if platform == "androidgcm":
            assert voltmx.subscribe(osType="android", isGCM="true")[:2] == (201, ksid)
