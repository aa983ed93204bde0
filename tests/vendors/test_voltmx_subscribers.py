"""Volt MX's newer endpoints, by the sections of the engineering reference (3.1, 4.1 to 4.3, and properties of 7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

import specs

APP, OTHER_APP, DRAFT_APP = "20096-6548262167", "testApp", "30041-7712093358"
ADMIN = ("admin@example.com", "Engage#2016")
KNOWN, GONE = "9073640394665981874", "4927718950329103027"  # of the default fixture, active and not
NOBODY = "1234567890123"
DEVICE = {"appId": APP, "deviceId": "D1", "sid": "T1", "osType": "androidgcm"}
UNCLEAR = "Subscription unclear. Found multiple subscriptions with given input. Check your SID and DEVICE ID"
TOKEN = {"X-Device-AuthToken": "1234abc"}

Said = tuple[int, str, str]


class Console:
    """Calls the newer endpoints. What is said is (status, id, message without its final blank)."""

    def __init__(self, account: Any) -> None:
        self.account = account

    def said(self, answer: httpx.Response) -> Said:
        assert answer.headers["content-type"] == "application/json;charset=UTF-8"
        body = answer.json()
        assert list(body) == ["id", "message"]
        return answer.status_code, body["id"], body["message"].strip()

    def service(self, service: dict[str, Any], **options: Any) -> Said:
        answer = self.account.post("/api/v1/subscribers", json={"subscriptionService": service}, auth=None, **options)
        return self.said(answer)

    def subscribe(self, *left_out: str, headers: dict[str, str] | None = None, **fields: Any) -> Said:
        wanted = {name: value for name, value in {**DEVICE, **fields}.items() if name not in left_out}
        return self.service({"subscribe": wanted}, headers=headers)

    def unsubscribe(self, **keys: Any) -> Said:
        return self.service({"unsubscribe": keys})

    def legacy(self, service: dict[str, Any]) -> Said:
        answer = self.account.post("/vpns/subscription", json={"subscriptionService": service}, auth=None)
        said = answer.json()["subscriptionResponse"]
        return int(said["statusCode"]), said["ksid"], said["message"].strip()

    def get(self, ksid: str) -> httpx.Response:
        found: httpx.Response = self.account.get(f"/api/v1/subscribers/{ksid}")
        return found

    def inactivate(self, ksid: str) -> Said:
        return self.said(self.account.post(f"/api/v1/subscribers/{ksid}/inactivate"))

    def delete(self, body: Any) -> Said:
        return self.said(self.account.post("/api/v1/subscribers/delete/ksids", json=body))

    def page(self, **query: Any) -> dict[str, Any]:
        answer = self.account.get("/api/v1/subscribers", params=query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def unchanged(self, call: Callable[[], Said]) -> Said:
        before = self.account.records()
        found = call()
        assert self.account.records() == before
        return found


@pytest.fixture
def console(account: Callable[..., Any]) -> Console:
    return Console(account("voltmx", auth=ADMIN))


def test_4_1_created_then_modified(console: Console) -> None:
    status, ksid, message = console.subscribe(deviceName="First Device")
    assert (status, message) == (200, "Subscription successful.")
    assert console.subscribe() == (200, ksid, "Update successful.")  # a repeat is no 201 here
    assert console.subscribe(sid="T2", osType="iPhone") == (200, ksid, "Update successful.")
    seen = console.get(ksid).json()
    assert (seen["sid"], seen["osType"], seen["deviceName"]) == ("T2", "iphone", "First Device")


def test_4_1_a_new_name_of_the_device_is_shown(console: Console) -> None:
    ksid = console.subscribe(deviceName="First Device")[1]
    console.subscribe(deviceName="Second Device")
    assert console.get(ksid).json()["deviceName"] == "Second Device"


@pytest.mark.parametrize(
    ("left_out", "fields", "message"),
    [
        (("sid",), {}, "Invalid Request. SID Cannot be empty"),
        ((), {"sid": ""}, "Invalid Request. SID Cannot be empty"),
        (("deviceId",), {}, "Invalid Request. DEVICEID Cannot be empty"),
        ((), {"deviceId": ""}, "Invalid Request. DEVICEID Cannot be empty"),
        (("deviceId", "sid"), {}, "Invalid Request. SID Cannot be empty"),
        (("osType",), {}, "Error occurred at property subscriptionService->subscribe->osType"),
        ((), {"osType": "symbian"}, "Error occurred at property subscriptionService->subscribe->osType"),
        (("appId",), {}, "Invalid request format"),
        ((), {"sid": 7}, "Invalid request format"),
        ((), {"appId": "nothing"}, "Invalid Volt MX application ID"),
        ((), {"osType": "blackberry", "deviceId": "0x1"}, "Invalid request format"),
    ],
)
def test_4_1_each_refusal_has_its_text(
    console: Console, left_out: tuple[str, ...], fields: dict[str, Any], message: str
) -> None:
    assert console.unchanged(lambda: console.subscribe(*left_out, **fields)) == (400, "", message)


@pytest.mark.parametrize("service", [{}, {"subscribe": DEVICE, "unsubscribe": {"ksid": KNOWN}}])
def test_4_1_both_or_neither(console: Console, service: dict[str, Any]) -> None:
    assert console.unchanged(lambda: console.service(service)) == (400, "", "Invalid request format")


@pytest.mark.parametrize(
    "sent",
    [
        {"content": b"<subscriptionService/>", "headers": {"Content-Type": "text/xml"}},
        {"content": b"{", "headers": {"Content-Type": "application/json"}},
        {},
    ],
)
def test_4_1_only_json(console: Console, sent: dict[str, Any]) -> None:
    answer = console.account.post("/api/v1/subscribers", **sent)
    assert console.said(answer) == (400, "", "Invalid request format")


@pytest.mark.parametrize(
    ("fields", "stored"),
    [
        ({"osType": "androidjpush", "isJpush": True}, "androidjpush"),
        ({"osType": "android"}, "android"),
        ({"osType": "android", "isGCM": "true"}, "androidgcm"),
        ({"osType": "windows", "isGCM": 7}, "windows"),
    ],
)
def test_4_1_platforms(console: Console, fields: dict[str, Any], stored: str) -> None:
    ksid = console.subscribe(**fields)[1]
    assert console.get(ksid).json()["osType"] == stored


def test_4_1_two_matches_are_a_bad_request(console: Console) -> None:
    console.subscribe()
    console.subscribe(deviceId="D2", sid="T2")
    assert console.unchanged(lambda: console.subscribe(sid="T2")) == (400, "", UNCLEAR)


def test_21_both_endpoints_share_their_subscriptions(console: Console) -> None:
    ksid = console.subscribe()[1]
    assert console.legacy({"subscribe": DEVICE})[:2] == (201, ksid)
    assert console.legacy({"unsubscribe": {"ksid": ksid}})[:2] == (200, ksid)
    assert console.unsubscribe(ksid=ksid) == (200, ksid, "Already unsubscribed.")
    assert console.subscribe() == (200, ksid, "Subscription successful.")
    other = console.legacy({"subscribe": {**DEVICE, "deviceId": "D2", "sid": "T2"}})[1]
    assert console.subscribe(deviceId="D2", sid="T2") == (200, other, "Update successful.")
    assert console.legacy({"subscribe": {**DEVICE, "appId": "nothing"}})[0] == 404
    assert console.subscribe(appId="nothing")[0] == 400


def test_4_2_unsubscribing(console: Console) -> None:
    assert console.unsubscribe(ksid=KNOWN) == (200, KNOWN, "Unsubscription successful.")
    assert console.unsubscribe(ksid=int(KNOWN)) == (200, KNOWN, "Already unsubscribed.")
    assert console.get(KNOWN).json()["subscriptionStatus"] is False


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"ksid": NOBODY}, "Invalid KSID"),
        ({"appId": APP, "deviceId": "nobody"}, "Invalid KSID"),
        ({"ksid": KNOWN, "deviceId": "5d41402abc4b2a76"}, UNCLEAR),
        ({"ksid": KNOWN, "appId": "nothing"}, "Invalid Volt MX application ID"),
        ({"ksid": "12x"}, "Invalid request format"),
        ({"appId": APP}, "Invalid request format"),
    ],
)
def test_4_2_what_cannot_be_unsubscribed(console: Console, keys: dict[str, str], message: str) -> None:
    assert console.unchanged(lambda: console.unsubscribe(**keys)) == (400, "", message)


@pytest.mark.parametrize("headers", [{}, {"X-Device-AuthToken": "wrong"}, {"X-Device-AuthToken": ""}])
def test_3_1_the_device_token_once_it_is_set(account: Callable[..., Any], headers: dict[str, str]) -> None:
    guarded = Console(account("voltmx", switches={"authToken": "1234abc"}))
    refused = (401, "", "Unauthorized request")
    assert guarded.unchanged(lambda: guarded.subscribe(headers=headers)) == refused
    assert guarded.subscribe(headers=headers, appId="nothing") == refused  # 401 before the application
    assert guarded.subscribe("sid", headers=headers)[0] == 400  # 400 before 401
    assert guarded.service({"unsubscribe": {"ksid": KNOWN}}, headers=headers) == refused
    assert guarded.subscribe(headers=TOKEN)[0] == 200


ADMINISTRATION = [
    ("GET", "/api/v1/subscribers", {}),
    ("GET", f"/api/v1/subscribers/{KNOWN}", {}),
    ("POST", f"/api/v1/subscribers/{KNOWN}/inactivate", {}),
    ("POST", "/api/v1/subscribers/delete/ksids", {"json": {"ksids": [GONE]}}),
]


@pytest.mark.parametrize(("method", "path", "options"), ADMINISTRATION)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Basic nonsense"},
        {"Authorization": "Bearer x"},
        {"Authorization": httpx.BasicAuth("admin@example.com", "wrong")._auth_header},
        {"X-VoltMX-Authorization": "unknown"},
    ],
)
def test_3_1_administration_wants_credentials(
    account: Callable[..., Any], method: str, path: str, options: dict[str, Any], headers: dict[str, str]
) -> None:
    console = Console(account("voltmx"))
    answer = console.account.request(method, path, headers=headers, **options)
    assert console.said(answer) == (401, "", "Unauthorized request")
    assert answer.headers["www-authenticate"].startswith("Basic")


@pytest.mark.parametrize(("method", "path", "options"), ADMINISTRATION)
def test_3_1_a_claims_token_will_do_while_it_lives(
    account: Callable[..., Any], method: str, path: str, options: dict[str, Any]
) -> None:
    client = account("voltmx", headers={"X-VoltMX-Authorization": "short-lived"})
    token = {"value": "short-lived", "userid": "admin@example.com", "exp": 1_635_422_460_000}  # a minute after noon
    client.put_record("claims_tokens", token)
    assert client.request(method, path, **options).status_code == 200
    client.advance(60)
    assert client.request(method, path, **options).status_code == 401


def test_4_3_a_subscriber(console: Console) -> None:
    ksid = console.subscribe(ufid="ana@example.com", deviceName="First Device")[1]
    answer = console.get(ksid)
    assert answer.json() == {
        "ksid": int(ksid),
        **DEVICE,
        "ufid": "ana@example.com",
        "deviceName": "First Device",
        "phoneNo": "",
        "createdDateStr": "10/28/2021 12:00:00 PM UTC",
        "userAgent": console.account.headers["user-agent"],
        "ipAddress": "192.0.2.10",
        "subscriptionStatus": True,
        "cloudStatus": True,
    }


def test_4_3_a_record_of_the_older_endpoint_has_its_time(console: Console) -> None:
    ksid = console.legacy({"subscribe": DEVICE})[1]
    console.account.advance(3600)
    console.legacy({"subscribe": {**DEVICE, "sid": "T2"}})
    seen = console.get(ksid).json()
    assert (seen["createdDateStr"], seen["ufid"], seen["deviceName"]) == ("10/28/2021 12:00:00 PM UTC", "", "")


def test_24_a_ksid_is_a_number_digit_for_digit(console: Console) -> None:
    assert f'"ksid":{KNOWN},' in console.get(KNOWN).text


@pytest.mark.parametrize("ksid", [NOBODY, "-1", "0", "abc", "9" * 19, "9" * 20])
def test_4_3_an_unknown_ksid_is_a_bad_request(console: Console, ksid: str) -> None:
    assert console.said(console.get(ksid)) == (400, "", "Invalid KSID")
    assert console.inactivate(ksid) == (400, "", "Invalid request format")


def test_4_3_inactivating_is_unsubscribing(console: Console) -> None:
    for _ in range(2):
        assert console.inactivate(KNOWN) == (200, KNOWN, "Subscriber Status updated successfully.")
    assert console.legacy({"unsubscribe": {"ksid": KNOWN}}) == (200, KNOWN, "Already unsubscribed.")


def test_22_only_who_is_inactive_can_be_deleted(console: Console) -> None:
    ksid = console.subscribe()[1]
    refused = (400, "", "Please provide valid ksids with inactive status")
    assert console.unchanged(lambda: console.delete({"ksids": [ksid]})) == refused
    console.unsubscribe(ksid=ksid)
    assert console.delete({"ksids": [ksid]}) == (200, "", "Subscribers deleted successfully")
    assert console.get(ksid).status_code == 400
    assert console.legacy({"unsubscribe": {"ksid": ksid}})[0] == 404
    status, again, message = console.subscribe()
    assert (status, message, again != ksid) == (200, "Subscription successful.", True)


@pytest.mark.parametrize("other", [KNOWN, NOBODY, "-1"])
def test_4_3_one_who_cannot_be_deleted_saves_all(console: Console, other: str) -> None:
    found = console.unchanged(lambda: console.delete({"ksids": [GONE, other]}))
    assert found == (400, "", "Please provide valid ksids with inactive status")


@pytest.mark.parametrize("body", [{}, {"ksids": []}, {"ksids": "1"}, {"ksids": [1.5]}])
def test_4_3_no_ksids(console: Console, body: Any) -> None:
    assert console.unchanged(lambda: console.delete(body)) == (400, "", "Please provide ksids to delete")


def test_4_3_ksids_as_numbers_and_twice(console: Console) -> None:
    assert console.delete({"ksids": [int(GONE), GONE]})[0] == 200


def test_4_3_the_end_of_a_page_is_inclusive(console: Console) -> None:
    for number in range(3):
        console.subscribe(deviceId=f"P{number}", sid=f"P{number}")
    whole = console.page(start=0, pageSize=100)
    assert (whole["total"], len(whole["subscribers"])) == (8, 8)
    assert console.page(start=0, pageSize=5)["subscribers"] == whole["subscribers"][:6]
    assert console.page(start=6, pageSize=5)["subscribers"] == whole["subscribers"][6:]
    assert console.page(start=1, pageSize=0)["subscribers"] == whole["subscribers"][1:2]
    assert console.page(start=8, pageSize=5) == {"total": 8, "subscribers": []}
    assert console.page()["subscribers"] == whole["subscribers"]
    assert whole["subscribers"][0] == console.get(KNOWN).json()


def test_4_3_exclusive_pages_by_switch(account: Callable[..., Any]) -> None:
    console = Console(account("voltmx", auth=ADMIN, switches={"inclusivePaging": False}))
    assert len(console.page(start=0, pageSize=2)["subscribers"]) == 2
    assert console.page(start=0, pageSize=0)["subscribers"] == []


@pytest.mark.parametrize("query", [{"start": -1}, {"pageSize": -1}, {"start": "x"}, {"pageSize": 2**31}])
def test_4_3_no_such_page(console: Console, query: dict[str, Any]) -> None:
    answer = console.account.get("/api/v1/subscribers", params=query)
    assert console.said(answer) == (400, "", "Invalid request")


FAILURES = {
    "subscribers.inactivate_subscriber": "Failed to update subscriber status",
    "subscribers.delete_subscribers": "Failed to delete the subscriber",
    "subscribers.get_subscriber": "Server failure to process request",
}


@pytest.mark.parametrize(("operation", "message"), FAILURES.items())
def test_4_3_a_server_fault_has_the_text_of_its_page(console: Console, operation: str, message: str) -> None:
    facts = specs.read("voltmx").operations[operation]
    body = b'{"ksids": ["1"]}' if facts.body else b""
    headers = {"Prefer": "code=500", **({"Content-Type": "application/json"} if body else {})}
    path = facts.path.replace("{ksid}", KNOWN)
    answer = console.account.request(facts.method, path, content=body, headers=headers)
    assert console.said(answer) == (500, "", message)


def test_the_status_mode_of_the_older_endpoint_does_not_reach_the_newer_ones(account: Callable[..., Any]) -> None:
    console = Console(account("voltmx", auth=ADMIN, switches={"httpStatusMode": "always200"}))
    assert console.get(NOBODY).status_code == 400
