"""Vibes: what the SDK in a mobile app sends, as stories and with bad input (reference section 13.4)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.people import JOHN, PHONE_ONLY, P, problems, refused

APP = "/mobile_apps/MyAppId01"
JOHNS, SAMPLES = "0d83b7e6-41f2-4a95-9e70-c6581fa3d247", "317ed8b0-c94a-4f26-8b53-9d60f1a7e5c8"
SAMPLE = "8e1b60f3-27ac-4d94-b5c7-13f09a6de428"
OWN, FORMER = "bodydouble-default-device-token", "bodydouble-former-device-token"
FACTS = {
    "os": "iOS",
    "os_version": "15.0.2",
    "sdk_version": "4.9.0",
    "app_version": "2.4.0",
    "hardware_make": "Apple",
    "hardware_model": "iPhone13,2",
    "advertising_id": None,
    "locale": "en_US",
    "timezone": "America/Chicago",
    "location": None,
}
LAUNCH = {"uuid": "6F9619FF", "type": "launch", "timestamp": "2021-10-28T11:58:04.217Z", "attributes": {}}
MESSAGE, EXPIRED, SAMPLES_MESSAGE = (
    "0b165b2a-3acb-44ed-ad61-77c419c31da1",
    "5d2f8c14-e7a0-4b96-83d1-f40b6c9e7a25",
    "7a90c3e6-14bd-4f58-92e7-d05b8a3f61c4",
)
INBOX = f"{APP}/persons/{JOHN}/messages"
ITEM, SAMPLES_ITEM = "e61b0a94-5d27-4f3c-8a1e-9b70c4d2f586", "3b8d5f72-c60e-4a19-b4e8-02f7d96a1c35"


@pytest.fixture
def vibes(account):
    return account("vibes", auth=("VibesUser", "Password123"))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"MobileAppToken {token}"}


class Phone:
    """An app on a phone, with the SDK in it: it keeps its credential, and renews it once when it is answered 401."""

    def __init__(self, vibes: Any, **facts: Any) -> None:
        self.vibes, self.facts = vibes, FACTS | facts
        self.id = self.token = ""

    @classmethod
    def johns(cls, vibes: Any) -> Phone:
        phone = cls(vibes)
        phone.id, phone.token = JOHNS, OWN
        return phone

    def register(self) -> Phone:
        answer = self.vibes.post(f"{APP}/devices", json={"device": self.facts}, auth=None)
        return self._credential(answer, 201)

    def renew(self) -> Phone:
        return self._credential(self.once("PUT", "", json={"device": self.facts}), 200)

    def once(self, method: str, below: str = "", **options: Any) -> Any:
        path = below if below.startswith("/mobile_apps") else f"{APP}/devices/{self.id}{below}"
        headers = options.pop("headers", {})
        return self.vibes.request(method, path, headers=bearer(self.token) | headers, auth=None, **options)

    def send(self, method: str, below: str = "", status: int = 204, **options: Any) -> Any:
        answer = self.once(method, below, **options)
        if answer.status_code == 401:
            self.renew()
            answer = self.once(method, below, **options)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def person(self) -> dict[str, Any]:
        return self.send("GET", "/person", 200)

    def reached_by(self, push_token: str) -> Phone:
        self.send("POST", "/push_registration", json={"device": {"push_token": push_token}})
        return self

    def seen(self) -> dict[str, Any]:
        """As the company reads it."""
        answer = self.vibes.get(f"{APP}/devices/{self.id}")
        assert answer.status_code == 200, answer.text
        return answer.json()["device"]

    def _credential(self, answer: Any, status: int) -> Phone:
        assert answer.status_code == status, answer.text
        body = answer.json()
        assert set(body) == {"auth_token", "device"}
        assert set(body["device"]) == {"vibes_device_id"}
        assert self.id in ("", body["device"]["vibes_device_id"])
        self.id, self.token = body["device"]["vibes_device_id"], body["auth_token"]
        return self


def devices(vibes: Any, person: str) -> list[str]:
    return [it["vibes_device_id"] for it in vibes.get(f"{P}/{person}/push_devices").json()]


# -- stories ----------------------------------------------------------------------------------------------------------


def test_the_life_of_a_phone(vibes) -> None:
    phone = Phone(vibes).register()
    about = {"vibes_device_id": phone.id, "push_token": None, "url": f"{APP}/devices/{phone.id}"}
    assert phone.seen() == {**FACTS, "os": "IOS", **about}
    assert phone.send("GET", APP, 200) == {"app_id": "MyAppId01", "inbox_enabled": True}
    anonymous = phone.person()
    assert (anonymous["external_person_id"], anonymous["mobile_phone"]) == (None, None)
    assert vibes.get(f"{P}/{anonymous['person_key']}").json() == anonymous
    assert devices(vibes, anonymous["person_key"]) == [phone.id]

    phone.reached_by("push-1")
    phone.send("PATCH", json={"device": {"location": {"latitude": 41.9, "longitude": -87.6}}})
    assert (phone.seen()["push_token"], phone.seen()["location"]["latitude"]) == ("push-1", 41.9)

    vibes.post(f"{APP}/devices/{phone.id}/assign", json={"external_person_id": "EXT542399"})  # by the company's server
    known = vibes.get(f"{P}/external/EXT542399").json()
    assert phone.person() == known
    assert phone.id in devices(vibes, "external/EXT542399")
    assert devices(vibes, anonymous["person_key"]) == []

    vibes.happens("inbox_message_sent", app_id="MyAppId01", person_key=known["person_key"], content="Hi")
    inbox = f"{APP}/persons/{known['person_key']}/messages"
    [message] = phone.send("GET", inbox, 200)
    assert (message["content"], message["read"]) == ("Hi", False)
    at = f"{inbox}/{message['message_uid']}"
    assert phone.send("PUT", at, 200, json={"read": True}) == phone.send("GET", at, 200) == {**message, "read": True}

    assert vibes.happens("device_token_expired", app_id="MyAppId01", vibes_device_id=phone.id) == "expired"
    before = phone.token
    phone.send("DELETE", "/push_registration")  # is answered 401 at first
    assert phone.token != before
    assert phone.seen()["push_token"] is None

    phone.send("DELETE")
    problems(vibes.get(f"{APP}/devices/{phone.id}"), 404)
    assert phone.id not in devices(vibes, "external/EXT542399")


def test_a_phone_whose_token_was_imported_moves_over(vibes) -> None:
    """A silent push reaches the app by the imported token: it registers, and is the device of the import from then."""
    imported = {"platform": "IOS", "token": "from-elsewhere", "external_person_id": "EXT-M"}
    vibes.post(f"{APP}/migrations/import_batches", json={"devices": [imported]})
    vibes.advance(60)
    [before] = devices(vibes, "external/EXT-M")
    item = vibes.happens("silent_push_sent", app_id="MyAppId01", push_token="from-elsewhere")

    phone = Phone(vibes).register().reached_by("from-elsewhere")
    confirmed = {"migration_item_id": item, "vibes_device_id": phone.id}
    for _ in range(2):
        phone.send("PUT", f"{APP}/migrations/callbacks", json=confirmed)

    assert devices(vibes, "external/EXT-M") == [phone.id]
    assert phone.person()["external_person_id"] == "EXT-M"
    problems(vibes.get(f"{APP}/devices/{before}"), 404)
    [kept] = [it for it in vibes.records()["migration_items"] if it["migration_item_id"] == item]
    assert kept["vibes_device_id"] == phone.id
    assert vibes.get(f"{APP}/migrations/device_migrations/from-elsewhere").json()[0]["status"] == "SUCCESS"


def test_a_phone_of_somebody_known_stays_theirs_when_an_import_had_its_token(vibes) -> None:
    phone = Phone(vibes).register()
    phone.send("POST", "/assign", 200, json={"external_person_id": "EXT542399"})
    phone.reached_by("ios-b58d2f16")  # imported for another person
    assert phone.person()["external_person_id"] == "EXT542399"
    assert devices(vibes, SAMPLE) == []


def test_an_import_of_a_registered_token_finds_the_phone(vibes) -> None:
    phone = Phone(vibes).register().reached_by("push-1")
    wanted = {"platform": "IOS", "token": "push-1", "external_person_id": "EXT-M"}
    vibes.post(f"{APP}/migrations/import_batches", json={"devices": [wanted]})
    vibes.advance(60)
    assert devices(vibes, "external/EXT-M") == [phone.id]
    assert phone.person()["external_person_id"] == "EXT-M"


def test_a_push_token_reaches_one_phone(vibes) -> None:
    old, new = Phone(vibes).register().reached_by("push-1"), Phone(vibes).register()
    new.reached_by("push-1")
    assert (old.seen()["push_token"], new.seen()["push_token"]) == (None, "push-1")
    assert old.person()["person_key"] != new.person()["person_key"]


def test_a_phone_tells_the_same_event_twice(vibes) -> None:
    phone = Phone.johns(vibes)
    for uuids in (("a",), ("a", "b")):
        body = {"events": [{**LAUNCH, "uuid": it} for it in uuids]}
        phone.send("POST", "/events", 202, json=body, headers={"X-Event-Type": "launch"})
    kept = vibes.records()["device_events"]
    assert [(it["vibes_device_id"], it["uuid"]) for it in kept] == [(JOHNS, "a"), (JOHNS, "b")]


def test_the_inbox_newest_first_and_without_what_has_expired(vibes) -> None:
    phone = Phone.johns(vibes)
    assert [it["message_uid"] for it in phone.send("GET", INBOX, 200)] == [MESSAGE]
    sent = vibes.happens(
        "inbox_message_sent", app_id="MyAppId01", person_key="wd1377r4", content="New", subject="About"
    )
    first, second = phone.send("GET", INBOX, 200)
    assert (first["message_uid"], first["subject"], second["message_uid"]) == (sent, "About", MESSAGE)
    assert phone.send("GET", INBOX.replace(JOHN, "wd1377r4"), 200) == [first, second]
    phone.send("PUT", f"{INBOX}/{sent}", 200, json={"expires_at": "2021-10-28T14:00:10.000+02:00"})
    assert len(phone.send("GET", INBOX, 200)) == 2
    vibes.advance(10)
    assert phone.send("GET", INBOX, 200) == [second]
    for uid in (sent, EXPIRED, SAMPLES_MESSAGE, "none"):
        assert problems(phone.once("GET", f"{INBOX}/{uid}"), 404) == [("The message was not found", 4)]


@pytest.mark.parametrize(
    ("below", "change", "after"),
    [
        ("", {"location": None}, {"location": None}),
        ("", {"app_version": "3.0"}, {"app_version": "3.0", "location": {"latitude": 41.8843, "longitude": -87.6324}}),
        ("", {}, {"app_version": "2.3.1"}),
        ("", {"os": "Android", "push_token": "no", "vibes_device_id": "no"}, {"os": "ANDROID"}),
    ],
)
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_what_a_change_leaves_out_stays_and_null_removes(vibes, method, below, change, after) -> None:
    phone = Phone.johns(vibes)
    body = {"device": {"os": "iOS", **change} if method == "PUT" else change}
    before = phone.seen()
    assert phone.once(method, below, json=body).status_code == {"PATCH": 204, "PUT": 200}[method]
    assert phone.seen() == before | after


def test_nothing_is_kept_of_a_change_that_changes_nothing(vibes) -> None:
    before = vibes.records()
    vibes.advance(10)
    Phone.johns(vibes).send("PATCH", json={"device": {"os": "iOS", "app_version": "2.3.1"}})
    Phone.johns(vibes).reached_by("ios-7c41e09b")
    assert vibes.records() == before


# -- who may call -----------------------------------------------------------------------------------------------------

CALLS = {
    "get_app": ("GET", APP, {}),
    "update_device": ("PATCH", "", {"json": {"device": {"app_version": "3"}}}),
    "unregister_device": ("DELETE", "", {}),
    "get_device_person": ("GET", "/person", {}),
    "register_push": ("POST", "/push_registration", {"json": {"device": {"push_token": "t"}}}),
    "unregister_push": ("DELETE", "/push_registration", {}),
    "upload_events": ("POST", "/events", {"json": {"events": [LAUNCH]}, "headers": {"X-Event-Type": "launch"}}),
    "list_messages": ("GET", INBOX, {}),
    "get_message": ("GET", f"{INBOX}/{MESSAGE}", {}),
    "update_message": ("PUT", f"{INBOX}/{MESSAGE}", {"json": {"read": True}}),
    "confirm_migration": (
        "PUT",
        f"{APP}/migrations/callbacks",
        {"json": {"migration_item_id": ITEM, "vibes_device_id": JOHNS}},
    ),
}
RENEW = {"renew_device": ("PUT", "", {"json": {"device": {"os": "iOS"}}})}
calls = pytest.mark.parametrize("name", [*CALLS, *RENEW])


def make(phone: Phone, name: str, **changes: Any) -> Any:
    method, below, options = (CALLS | RENEW)[name]
    return phone.once(method, below, **{**options, **changes})


@calls
@pytest.mark.parametrize(
    ("header", "message"),
    [
        (None, "The auth_token is missing"),
        ("MobileAppToken", "The auth_token is wrong or has expired"),
        ("MobileAppToken nobodys", "The auth_token is wrong or has expired"),
        (f"MobileAppToken {OWN}x", "The auth_token is wrong or has expired"),
        (f"MobileAppToken {OWN.upper()}", "The auth_token is wrong or has expired"),
        (f"Bearer {OWN}", "The auth_token is missing"),
        (OWN, "The auth_token is missing"),
        ("Basic VmliZXNVc2VyOlBhc3N3b3JkMTIz", "The auth_token is missing"),
    ],
)
def test_without_its_token_it_is_401_and_nothing_happens(vibes, name, header, message) -> None:
    before, (method, below, options) = vibes.records(), (CALLS | RENEW)[name]
    headers = options.get("headers", {}) | ({} if header is None else {"Authorization": header})
    path = below if below.startswith("/mobile_apps") else f"{APP}/devices/{JOHNS}{below}"
    answer = vibes.request(method, path, auth=None, **{**options, "headers": headers})
    assert problems(answer, 401) == [(message, 8)]
    assert answer.headers["WWW-Authenticate"].startswith("MobileAppToken")
    assert vibes.records() == before


@calls
def test_a_token_that_was_renewed_is_good_for_renewal_only(vibes, name) -> None:
    phone = Phone.johns(vibes)
    phone.token = FORMER
    assert make(phone, name).status_code == (200 if name in RENEW else 401)


def test_a_renewal_ends_the_earlier_token(vibes) -> None:
    phone = Phone.johns(vibes).renew()
    assert phone.token not in (OWN, FORMER)
    assert phone.once("GET", "/person").status_code == 200
    earlier = Phone.johns(vibes)
    assert earlier.once("GET", "/person").status_code == 401
    assert earlier.renew().token not in (OWN, phone.token)
    assert phone.once("GET", "/person").status_code == 401


@calls
def test_a_token_opens_neither_another_device_nor_what_is_unknown(vibes, name) -> None:
    before, phone = vibes.records(), Phone.johns(vibes)
    _, below, _ = (CALLS | RENEW)[name]
    elsewhere = {"MyAppId01": ("OtherAppId01", "NoAppId01")}
    if name != "confirm_migration" and below != APP:
        elsewhere |= {JOHNS: (SAMPLES, "no-such-device")} if not below.startswith("/") or below[1] != "m" else {}
        elsewhere |= {JOHN: (SAMPLE, "nobody")} if JOHN in below else {}
    for own, (another, unknown) in elsewhere.items():
        for there, status in ((another, 403), (unknown, 404)):
            assert _moved(phone, name, own, there).status_code == status, there
    assert vibes.records() == before


def _moved(phone: Phone, name: str, own: str, there: str) -> Any:
    method, below, options = (CALLS | RENEW)[name]
    path = below if below.startswith("/mobile_apps") else f"{APP}/devices/{JOHNS}{below}"
    return phone.once(method, path.replace(own, there), **options)


@calls
def test_the_token_of_a_device_that_is_gone_is_404(vibes, name) -> None:
    phone = Phone.johns(vibes)
    phone.send("DELETE")
    assert problems(make(phone, name), 404) == [("The device was not found", 4)]


def test_an_app_assigns_its_own_device_and_no_other(vibes) -> None:
    phone = Phone.johns(vibes)
    assert phone.send("POST", "/assign", 200, json={"person_key": PHONE_ONLY})["person_key"] == PHONE_ONLY
    assert devices(vibes, PHONE_ONLY) == [JOHNS]
    path = f"{APP}/devices/{SAMPLES}/assign"
    refused(vibes, "POST", path, 403, json={"person_key": PHONE_ONLY}, headers=bearer(OWN), auth=None)
    for header, message in (
        ("MobileAppToken nobodys", "The auth_token is wrong or has expired"),
        ("Basic VmliZXNVc2VyOndyb25n", "The username or the password is wrong"),
        ("", "The username or the password is wrong"),
    ):
        answer = refused(vibes, "POST", path, 401, json={}, headers={"Authorization": header}, auth=None)
        assert problems(answer, 401) == [(message, 8)]
        assert answer.headers["WWW-Authenticate"].split()[0] == (header.split() or ["Basic"])[0]


def test_the_limit_holds_for_each_device_and_for_registrations_together(account) -> None:
    vibes = account("vibes", rate_limits=True, auth=("VibesUser", "Password123"))
    phone, other = Phone.johns(vibes), Phone(vibes).register()
    assert {phone.once("GET", "/person").status_code for _ in range(100)} == {200}
    assert problems(phone.once("GET", "/person"), 429) == [("Too Many Requests", 10)]
    assert {it.status_code for it in (other.once("GET", "/person"), vibes.get(f"{APP}/devices/{JOHNS}"))} == {200}
    body = {"device": FACTS}
    assert {vibes.post(f"{APP}/devices", json=body, auth=None).status_code for _ in range(99)} == {201}
    refused(vibes, "POST", f"{APP}/devices", 429, json=body, auth=None)
    vibes.advance(1)
    assert phone.once("GET", "/person").status_code == 200


# -- bad input --------------------------------------------------------------------------------------------------------

PLACE = {"latitude": 41.9, "longitude": -87.6}
DEVICE_FAULTS = [
    ({}, [("device is required", 1)]),
    ({"device": None}, [("device must be an object", 2)]),
    ({"device": {"os": "NOKIA"}}, [("device.os must be IOS, ANDROID, iOS or Android", 2)]),
    (
        {"device": {"os": None}},
        [("device.os must be IOS, ANDROID, iOS or Android", 2), ("device.os must be a string", 2)],
    ),
    ({"device": {"os": "iOS", "app_version": 2}}, [("device.app_version must be a string or null", 2)]),
    ({"device": {"os": "iOS", "location": {"latitude": 1}}}, [("device.location.longitude is required", 1)]),
    (
        {"device": {"os": "iOS", "location": {**PLACE, "latitude": 90.1}}},
        [("device.location.latitude has a wrong format", 2)],
    ),
    ({"device": {"os": "iOS", "location": "here"}}, [("device.location must be an object or null", 2)]),
    (
        {"device": {"os": "NOKIA", "location": {**PLACE, "longitude": "x"}, "locale": []}},
        [
            ("device.os must be IOS, ANDROID, iOS or Android", 2),
            ("device.locale must be a string or null", 2),
            ("device.location.longitude must be a number", 2),
        ],
    ),
]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
@pytest.mark.parametrize(("body", "expected"), DEVICE_FAULTS)
def test_a_device_that_cannot_be_is_422_with_all_that_is_wrong(vibes, method, body, expected) -> None:
    path = f"{APP}/devices" + ("" if method == "POST" else f"/{JOHNS}")
    answer = refused(vibes, method, path, 422, json=body, headers=bearer(OWN), auth=None)
    assert sorted(problems(answer, 422)) == sorted(expected)


def test_a_device_without_a_system_is_422_unless_it_only_changes(vibes) -> None:
    body = {"device": {"app_version": "3"}}
    answer = refused(vibes, "POST", f"{APP}/devices", 422, json=body, auth=None)
    assert problems(answer, 422) == [("device.os is required", 1)]
    assert problems(Phone.johns(vibes).once("PUT", json=body), 422) == [("device.os is required", 1)]
    Phone.johns(vibes).send("PATCH", json=body)


def test_a_device_of_an_unknown_app_is_404(vibes) -> None:
    answer = refused(vibes, "POST", "/mobile_apps/NoAppId01/devices", 404, json={"device": FACTS}, auth=None)
    assert problems(answer, 404) == [("The app was not found", 4)]


@pytest.mark.parametrize(
    ("name", "body", "message", "code"),
    [
        ("register_push", {}, "device is required", 1),
        ("register_push", {"device": {}}, "device.push_token is required", 1),
        ("register_push", {"device": {"push_token": ""}}, "device.push_token must not be empty", 1),
        ("register_push", {"device": {"push_token": None}}, "device.push_token must be a string", 2),
        ("upload_events", {}, "events is required", 1),
        ("upload_events", {"events": []}, "events must not be empty", 1),
        ("upload_events", {"events": [{**LAUNCH, "timestamp": "now"}]}, "events[0].timestamp has a wrong format", 2),
        (
            "upload_events",
            {"events": [LAUNCH, {**LAUNCH, "timestamp": "2021-02-30T00:00:00Z"}]},
            "events[1].timestamp is no time that exists",
            2,
        ),
        ("upload_events", {"events": [{**LAUNCH, "uuid": ""}]}, "events[0].uuid must not be empty", 1),
        ("upload_events", {"events": [{**LAUNCH, "attributes": []}]}, "events[0].attributes must be an object", 2),
        (
            "upload_events",
            {"events": [{**LAUNCH, "type": "clickthru"}, LAUNCH]},
            "X-Event-Type must be the type of the first event",
            2,
        ),
        ("update_message", {"read": 1}, "read must be true or false", 2),
        ("update_message", {"expires_at": "tomorrow"}, "expires_at has a wrong format", 2),
        ("update_message", {"expires_at": "2021-02-30T00:00:00Z"}, "expires_at is no time that exists", 2),
        ("confirm_migration", {"vibes_device_id": JOHNS}, "migration_item_id is required", 1),
        ("confirm_migration", {"migration_item_id": ITEM}, "vibes_device_id is required", 1),
        (
            "confirm_migration",
            {"migration_item_id": "", "vibes_device_id": JOHNS},
            "migration_item_id must not be empty",
            1,
        ),
    ],
)
def test_what_cannot_be_processed_is_422_and_changes_nothing(vibes, name, body, message, code) -> None:
    before = vibes.records()
    assert problems(make(Phone.johns(vibes), name, json=body), 422) == [(message, code)]
    assert vibes.records() == before


@pytest.mark.parametrize("header", [{}, {"X-Event-Type": ""}, {"X-Event-Type": "event"}, {"X-Event-Type": "Launch"}])
def test_events_without_a_known_type_in_the_header_are_400(vibes, header) -> None:
    before = vibes.records()
    [(message, _)] = problems(make(Phone.johns(vibes), "upload_events", headers=header), 400)
    assert message.startswith("X-Event-Type ")
    assert vibes.records() == before


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"migration_item_id": "none", "vibes_device_id": JOHNS}, 404, "The migration item was not found"),
        ({"migration_item_id": ITEM, "vibes_device_id": "none"}, 404, "The device was not found"),
        ({"migration_item_id": ITEM, "vibes_device_id": SAMPLES}, 403, "This token does not open the device or person"),
        (
            {"migration_item_id": SAMPLES_ITEM, "vibes_device_id": JOHNS},
            409,
            "Another device has confirmed this migration item",
        ),
    ],
)
def test_a_migration_that_is_not_this_devices(vibes, body, status, message) -> None:
    before = vibes.records()
    assert problems(make(Phone.johns(vibes), "confirm_migration", json=body), status)[0][0] == message
    assert vibes.records() == before


def test_the_mdn_of_the_person_has_the_form_of_the_version(vibes) -> None:
    phone = Phone.johns(vibes)
    assert phone.person()["mobile_phone"]["mdn"] == "2995551234"
    version_2 = phone.send("GET", "/person", 200, headers={"X-API-Version": "2"})
    assert version_2["mobile_phone"]["mdn"] == "+12995551234"


@pytest.mark.parametrize(
    ("happening", "facts"),
    [
        ("device_token_expired", {"app_id": "MyAppId01", "vibes_device_id": "none"}),
        ("device_token_expired", {"app_id": "EmptyAppId1", "vibes_device_id": JOHNS}),
        ("inbox_message_sent", {"app_id": "MyAppId01", "person_key": "nobody", "content": "Hi"}),
        ("inbox_message_sent", {"app_id": "NoAppId01", "person_key": JOHN, "content": "Hi"}),
        ("silent_push_sent", {"app_id": "MyAppId01", "push_token": "none"}),
        ("silent_push_sent", {"app_id": "NoAppId01", "push_token": "ios-7c41e09b"}),
    ],
)
def test_what_cannot_happen_is_said(vibes, happening, facts) -> None:
    from mockserver.errors import NotFound

    with pytest.raises(NotFound):
        vibes.happens(happening, **facts)
