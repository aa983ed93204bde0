"""Vibes tells of what happens to persons, subscriptions, participants and devices: each thing once, and nothing where
nothing happened (reference section 14.3). What a callback's body says and how it is sent is tested elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.outbox import DELIVERIES
from tests.vendors.people import BODY, JOHN, PHONE_ONLY, P

A, APP = "/companies/ABC123/campaigns/acquisition", "/mobile_apps/MyAppId01"
PHONE, ANONYMOUS_PHONE = "0d83b7e6-41f2-4a95-9e70-c6581fa3d247", "6a1f0c52-7b9e-4d38-8c04-b2e95d7713fa"
NEW = {"external_person_id": "EXT-N", "mobile_phone": {"mdn": "2995550142"}}
TYPES = [
    ("person_added", ""),
    ("person_updated", ""),
    *[(name, list_id) for name in ("subscription_added", "subscription_removed") for list_id in ("1234", "ABC12345")],
    *[(f"ack_participant_{name}", it) for name in ("added", "changed") for it in ("abc123", "Kwnl5OL3")],
    ("device_added", "MyAppId01"),
    ("device_updated", "MyAppId01"),
    ("device_removed", "MyAppId01"),
]
TOKEN = {"Authorization": "MobileAppToken bodydouble-default-device-token"}


@pytest.fixture
def vibes(account):
    """A customer who wants to be told of everything, much later, so that nothing is sent meanwhile."""
    made = account("vibes", switches={"callback_delay": 1_000_000}, auth=("VibesUser", "Password123"))
    for number, (name, subject) in enumerate(TYPES):
        made.put_record(
            "callbacks",
            {
                "callback_id": f"CB{number}",
                "company_key": "ABC123",
                "callback_type": name,
                "happening": name,
                "subject": subject,
                "destination": {"url": "http://192.0.2.1/", "method": "POST", "content_type": "application/json"},
                "start_date": "2020-01-01T00:00:00Z",
                "end_date": None,
                "api_version": "1",
                "created_at": "2020-01-01T00:00:00Z",
                "updated_at": "2020-01-01T00:00:00Z",
            },
        )
    return made


def told(vibes: Any) -> list[str]:
    """The types of what is to be told, in order."""
    with vibes.app.worlds.open(vibes.world):
        return [it["type"] for it in vibes.app.worlds.store.find(vibes.world, DELIVERIES)]


def text(message: str, mdn: str = "+12995551234") -> tuple[str, Any]:
    return "text", {"company_key": "ABC123", "mdn": mdn, "message": message}


ASKED = ("POST", f"{A}/abc123/participants", BODY)
STEPS: dict[str, tuple[list[Any], list[str]]] = {
    "added": ([("POST", P, NEW)], ["person_added"]),
    "merged": ([("POST", P, {**BODY, "custom_fields": {"first_name": "J"}})], ["person_updated"]),
    "same again": ([("PUT", f"{P}/{JOHN}", BODY), ("PUT", f"{P}/{JOHN}", {})], []),
    "refused": ([("PUT", f"{P}/{JOHN}", {"mobile_phone": {"mdn": "2995550142"}})], []),
    "upserted": ([("PUT", f"{P}/external/EXT-N", {})], ["person_added"]),
    "asked twice": ([ASKED, ASKED], ["ack_participant_added"]),
    "confirmed": (
        [ASKED, text("Y")],
        ["ack_participant_added", "ack_participant_changed", "subscription_added"],
    ),
    "declined": ([ASKED, text("N")], ["ack_participant_added", "ack_participant_changed"]),
    "expired": ([ASKED, ("wait", 90_000)], ["ack_participant_added"]),
    "confirmed by itself": (
        [("POST", f"{A}/Kwnl5OL3/participants", NEW)],
        ["person_added", "ack_participant_added", "subscription_added"],
    ),
    "refused participant": (
        [("POST", f"{A}/2342312/participants", {**BODY, "custom_fields": {"first_name": "J"}})],
        [],
    ),
    "unsubscribed twice": ([("DELETE", f"{P}/{JOHN}/subscriptions/1234", None)] * 2, ["subscription_removed"]),
    "subscribed twice": ([("PUT", f"{P}/{JOHN}/subscriptions/ABC12345", None)] * 2, ["subscription_added"]),
    "stopped": ([text("STOP"), text("STOP")], ["subscription_removed"]),
    "device moved twice": (
        [("POST", f"{APP}/devices/{PHONE}/assign", {"person_key": PHONE_ONLY})] * 2,
        ["device_removed", "device_added"],
    ),
    "device registered": (
        [("POST", f"{APP}/devices", {"device": {"os": "iOS"}})],
        ["person_added", "device_added"],
    ),
    "device changed and renewed": (
        [
            ("sdk", "PATCH", f"{APP}/devices/{PHONE}", {"device": {"app_version": "3.0"}}),
            ("sdk", "PUT", f"{APP}/devices/{PHONE}", {"device": {"os": "iOS", "app_version": "3.0"}}),
        ],
        ["device_updated"],
    ),
    "device reached and silenced": (
        [
            *[("sdk", "POST", f"{APP}/devices/{PHONE}/push_registration", {"device": {"push_token": "t1"}})] * 2,
            *[("sdk", "DELETE", f"{APP}/devices/{PHONE}/push_registration", None)] * 2,
        ],
        ["device_updated", "device_updated"],
    ),
    "device in the place of an imported one": (
        [("sdk", "POST", f"{APP}/devices/{PHONE}/push_registration", {"device": {"push_token": "APNSToken"}})],
        ["device_removed", "device_updated"],
    ),
    "device unregistered twice": ([("sdk", "DELETE", f"{APP}/devices/{PHONE}", None)] * 2, ["device_removed"]),
    "device refused": ([("sdk", "PATCH", f"{APP}/devices/{PHONE}", {"device": {"os": "NOKIA"}})], []),
    "device named": (
        [("POST", f"{APP}/devices/{ANONYMOUS_PHONE}/assign", {"external_person_id": "EXT-N"})],
        ["person_updated"],
    ),
    "device imported": (
        [
            ("POST", f"{APP}/migrations/import_batches", {"devices": [{"platform": "IOS", "token": "t1"}]}),
            ("wait", 60),
        ],
        ["person_added", "device_added"],
    ),
    "tags": ([("POST", f"{P}/{JOHN}/tags", {"tag": "new"}), ("DELETE", f"{P}/{JOHN}/tags", None)], []),
}


@pytest.mark.parametrize(("steps", "expected"), STEPS.values(), ids=STEPS)
def test_each_thing_that_happens_is_told_once(vibes, steps, expected) -> None:
    for kind, *what in steps:
        if kind == "wait":
            vibes.advance(*what)
        elif kind == "text":
            vibes.happens("text_message", **what[0])
        elif kind == "sdk":
            method, path, body = what
            vibes.request(method, path, headers=TOKEN, auth=None, **({} if body is None else {"json": body}))
        else:
            path, body = what
            vibes.request(kind, path, **({} if body is None else {"json": body}))
    assert told(vibes) == expected
