"""The vendor's pages as stories: one customer's day, told through the API (Technical Overview, CRM Integration, Push
Token Import). What a page says is done step by step, and each step must be seen in what the next ones read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.vendors.conftest import NOON, Account, InProcess
from tests.vendors.people import V2

C, APP = "/companies/ABC123", "/mobile_apps/MyAppId01"
P, LISTS, A = f"{C}/mobiledb/persons", f"{C}/mobiledb/subscription_lists", f"{C}/campaigns/acquisition"
PRINTED = {"Content-Type": "Application/JSON", "Authorization": "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="}
# As printed under "Example API Version 1" and "Example API Version 2".
VERSION_1 = {
    "external_person_id": "EXT542342",
    "mobile_phone": {"mdn": "2995551234"},
    "custom_fields": {"first_name": "John", "last_name": "Doe"},
}
VERSION_2 = {**VERSION_1, "mobile_phone": {"mdn": "+12995551234"}}


@pytest.fixture(scope="module", params=["memory", "sqlite"])
def app(request, tmp_path_factory) -> Iterator[Any]:
    """A handler cannot tell the stores apart: each story is told in both."""
    kept = tmp_path_factory.mktemp("store") / "vibes.db"
    made = create_app(
        Settings(vendors=("vibes",), store="memory" if request.param == "memory" else f"sqlite:///{kept}")
    )
    yield made
    made.worlds.store.close()


@pytest.fixture
def crm(app, runner) -> Iterator[Account]:
    """The customer's CRM system, with the headers that the pages print, at a company where nobody is yet."""
    world = app.worlds.create(fixture="empty", frozen_at=NOON, rate_limits=False)["name"]
    with Account(app, "vibes", world, InProcess(app, runner), headers=PRINTED) as account:
        yield account
    app.worlds.drop(world)


def text(crm: Any, message: str, mdn: str = "+12995551234") -> str:
    return crm.happens("text_message", company_key="ABC123", mdn=mdn, message=message)


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def subscriptions(crm: Any, person: str, **query: Any) -> list[dict[str, Any]]:
    return ok(crm.get(f"{P}/{person}/subscriptions", params=query))


def subscribed(crm: Any, list_id: str, **query: Any) -> bool:
    return len(ok(crm.get(f"{LISTS}/{list_id}/subscribers", params=query))) == 1


# -- Technical Overview [S:001]: Example API Version 1 and 2 ----------------------------------------------------------


@pytest.mark.parametrize(("body", "version"), [(VERSION_1, {}), (VERSION_2, V2)])
def test_the_printed_participant_joins_in_either_version(crm, body, version) -> None:
    made = ok(crm.post(f"{A}/abc123/participants/", json=body, headers=PRINTED | version), 201)
    assert made["status"] == "PENDING"
    assert made["person"]["mobile_phone"] == body["mobile_phone"]
    again = ok(crm.post(f"{A}/abc123/participants/", json=body, headers=PRINTED | version))
    assert again == made
    person = ok(crm.get(f"{P}/external/EXT542342"))
    assert {name: person["custom_fields"][name] for name in ("first_name", "last_name")} == body["custom_fields"]


def test_the_version_2_example_without_its_header_is_refused_and_adds_nobody(crm) -> None:
    answer = crm.post(f"{A}/abc123/participants/", json=VERSION_2)
    assert answer.status_code == 400
    assert answer.json() == {"errors": [{"message": "The MDN must have 10 digits under X-API-Version 1", "code": 2}]}
    assert crm.get(f"{P}/external/EXT542342").status_code == 404


# -- CRM Integration [S:002] ------------------------------------------------------------------------------------------


def test_situation_one_a_new_subscriber_of_a_text_message_is_in_the_platform(crm) -> None:
    """From the page: "When a new Subscriber comes into your mobile database through a … (SMS) opt-in"."""
    assert text(crm, "OFFERS") == "pending"
    assert not subscribed(crm, "1234", mdn="2995551234")
    assert text(crm, "Y") == "confirmed"
    assert subscribed(crm, "1234", mdn="2995551234")
    [person] = ok(crm.get(P, params={"mdn": "2995551234"}))
    [subscription] = subscriptions(crm, person["person_key"])
    assert subscription["person"] == {"id": person["person_id"], "url": person["url"]}
    assert subscription["acquisition_campaign"] == {"id": "2342312", "url": f"{A}/2342312"}
    for name in ("person", "subscription_list", "acquisition_campaign"):
        assert crm.get(subscription[name]["url"]).status_code == 200
    assert ok(crm.get(subscription["url"])) == subscription


def test_situation_two_the_crm_keeps_the_person_up_to_date(crm) -> None:
    """By the Vibes id, by the CRM's own id, and where only the number is known by "Add Person", which merges."""
    text(crm, "JOIN")
    [person] = ok(crm.get(P, params={"mdn": "2995551234"}))
    assert ok(crm.put(f"{P}/{person['person_id']}", json=VERSION_1)) == VERSION_1
    changed = {"custom_fields": {"first_name": "Jonathan"}}
    assert ok(crm.put(f"{P}/external/EXT542342", json=changed)) == changed
    merged = ok(crm.post(f"{P}/", json={"mobile_phone": {"mdn": "2995551234"}, "custom_fields": {"last_name": "Roe"}}))
    assert (merged["person_key"], merged["external_person_id"]) == (person["person_key"], "EXT542342")
    assert (merged["custom_fields"]["first_name"], merged["custom_fields"]["last_name"]) == ("Jonathan", "Roe")
    refused = crm.put(f"{P}/external/EXT542342", json={"mobile_phone": {"mdn": "2995550142"}})
    assert (refused.status_code, refused.content) == (409, b"")
    assert subscribed(crm, "ABC12345", external_person_id="EXT542342")


def test_the_preference_center_signs_up_through_a_campaign_not_by_adding_the_person(crm) -> None:
    """From the page: "When a Person adds a mobile number to your preference center and you want to sign them up"."""
    ok(crm.post(f"{P}/", json=VERSION_1), 201)
    assert subscriptions(crm, "external/EXT542342") == []
    ok(crm.post(f"{A}/abc123/participants/", json=VERSION_1), 201)
    crm.advance(3600)
    assert text(crm, "yes") == "confirmed"
    [subscription] = subscriptions(crm, "external/EXT542342")
    assert (subscription["subscription_list"]["id"], subscription["opt_in_date"]) == (
        "ABC12345",
        "2021-10-28T13:00:00Z",
    )


def test_situation_three_an_opt_out_on_the_phone_is_final_until_the_next_opt_in(crm) -> None:
    ok(crm.post(f"{A}/Kwnl5OL3/participants/", json=VERSION_1), 201)
    crm.advance(86_400)
    assert text(crm, "STOP") == "1 subscriptions ended"
    assert subscriptions(crm, "external/EXT542342") == []
    [ended] = subscriptions(crm, "external/EXT542342", active_only="false")
    assert (ended["opt_out_date"], ended["opt_out_reason"]) == ("2021-10-29T12:00:00Z", "user_opt_out")
    assert not subscribed(crm, "ABC12345", mdn="2995551234")
    assert crm.delete(f"{P}/external/EXT542342/subscriptions/ABC12345").status_code == 404
    ok(crm.post(f"{A}/Kwnl5OL3/participants/", json=VERSION_1), 201)
    assert [("opt_out_date" in it) for it in subscriptions(crm, "external/EXT542342", active_only="false")] == [
        True,
        False,
    ]


def test_the_sample_person_and_list_of_the_callbacks_are_in_the_default_world(account) -> None:
    vibes = account("vibes", headers=PRINTED)
    [subscription] = ok(vibes.get(f"{P}/ABC123/subscriptions"))
    assert subscription == {
        "person": {"id": "ABC123", "url": f"{P}/ABC123"},
        "subscription_list": {"id": "1234", "url": f"{LISTS}/1234"},
        "opt_in_date": "2017-01-15T15:34:52Z",
        "acquisition_campaign": {"id": "2342312", "url": f"{A}/2342312"},
        "url": f"{P}/ABC123/subscriptions/1234",
    }
    assert ok(vibes.get(f"{P}/ABC123"))["external_person_id"] == "ex1234"


# -- Push Token Import [S:000] ----------------------------------------------------------------------------------------


def test_imported_tokens_are_the_devices_of_the_persons_of_the_crm(crm) -> None:
    """From the page: "makes the customer's devices immediately addressable for push notifications"."""
    ok(crm.post(f"{P}/", json={"external_person_id": "ABC123"}), 201)
    devices = [
        {"platform": "IOS", "token": "APNSToken", "external_person_id": "ABC123"},
        {"platform": "ANDROID", "token": "FCMToken2"},
    ]
    batch = ok(crm.post(f"{APP}/migrations/import_batches", json={"devices": devices}), 201)
    assert ok(crm.get(f"{P}/external/ABC123/push_devices")) == []
    crm.advance(15 * 60)
    done = ok(crm.get(f"{APP}/migrations/import_batches/{batch['batch_id']}"))
    assert (done["success_count"], done["pending_count"]) == (2, 0)
    [device] = ok(crm.get(f"{P}/external/ABC123/push_devices"))
    assert (device["os"], device["push_token"]) == ("IOS", "APNSToken")
    assert ok(crm.get(device["url"])) == {"device": device}
    ok(crm.post(f"{P}/", json=VERSION_1), 201)
    owner = ok(crm.post(f"{device['url']}/assign", json={"external_person_id": "EXT542342"}))
    assert owner["external_person_id"] == "EXT542342"
    assert ok(crm.get(f"{P}/external/EXT542342/push_devices")) == [device]
    assert ok(crm.get(f"{P}/external/ABC123/push_devices")) == []
