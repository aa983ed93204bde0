"""Vibes events and callbacks (reference sections 11, 12 and 14), sent to a real receiver."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mockserver.vendors.vibes import happenings
from mockserver.vendors.vibes.registrations import TYPES
from specs import read
from tests.receiver import Receiver
from tests.vendors.callbacks import APP, CALLBACKS, CAMPAIGN, EVENTS, LIST, C, delivered, register, told
from tests.vendors.people import BY_KEY, JOHN, V2, P, problems

AUTH = ("VibesUser", "Password123")
CRM = "https://crm.example.com/hook"
NARROWED: dict[str, dict[str, str]] = {
    kind: dict.fromkeys(it.members, "x") for kind, it in TYPES.items() if it.members and not it.open
}


@pytest.fixture
def vibes(account: Callable[..., Any]) -> Any:
    return account("vibes", auth=AUTH)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as opened:
        yield opened


@pytest.fixture
def sent(vibes: Any, runner: asyncio.Runner, receiver: Receiver) -> Callable[[], list[tuple[str, Any]]]:
    return lambda: told(vibes, runner, receiver)


# Registrations


def test_a_registration_is_completed_and_read_back(vibes: Any) -> None:
    made = register(vibes, CRM, "subscription_added", subscription_added={"list_id": LIST}, url="mine", callback_id="x")
    callback_id = made["callback_id"]
    assert made == {
        "callback_id": callback_id,
        "callback_type": "subscription_added",
        "event_type": "subscription_added",
        "destination": {"url": CRM, "method": "POST", "content_type": "application/json"},
        "start_date": "2021-10-28T12:00:00Z",
        "end_date": None,
        "subscription_added": {"list_id": LIST},
        "url": f"{CALLBACKS}/{callback_id}",
        "created_at": "2021-10-28T12:00:00Z",
        "updated_at": "2021-10-28T12:00:00Z",
    }
    assert vibes.get(made["url"]).json() == made
    assert vibes.get(CALLBACKS, params={"callback_type": "subscription_added"}).json() == [made]
    assert vibes.get(CALLBACKS).json()[-1] == made


@pytest.mark.parametrize("kind", TYPES)
def test_every_type(vibes: Any, kind: str) -> None:
    narrowed = NARROWED.get(kind)
    made = register(vibes, CRM, kind, **({kind: narrowed} if narrowed else {}))
    assert made.get(kind) == narrowed
    if narrowed:
        body = {"callback_type": kind, "destination": {"url": CRM}}
        wanted = [(f"{kind}.{member} is required", 1) for member in narrowed]
        assert problems(vibes.post(CALLBACKS, json=body), 422) == wanted


@pytest.mark.parametrize(
    ("kind", "other", "member"),
    [
        ("subscription_removed", "subscription_added", "list_id"), ("device_removed", "device_added", "app_id"),
        ("wallet_item_remove", "wallet_item_install", "campaign_token"),
    ],
)  # fmt: skip
def test_the_object_of_the_opposite_type_is_taken(vibes: Any, kind: str, other: str, member: str) -> None:
    made = register(vibes, CRM, kind, **{other: {member: "x"}})
    assert made[kind] == {member: "x"}
    assert other not in made


def test_callback_type_wins_over_event_type(vibes: Any) -> None:
    assert register(vibes, CRM, "person_added", event_type="person_updated")["event_type"] == "person_added"
    body = {"event_type": "person_updated", "destination": {"url": CRM}}
    assert vibes.post(CALLBACKS, json=body).json()["callback_type"] == "person_updated"


@pytest.mark.parametrize(
    "body",
    [
        {"destination": {"url": CRM}},
        {"callback_type": "person_sneezed", "destination": {"url": CRM}},
        {"callback_type": "person_added"},
        {"callback_type": "person_added", "destination": {}},
        {"callback_type": "person_added", "destination": {"url": "ftp://crm.example.com"}},
        {"callback_type": "person_added", "destination": {"url": "https://h/" + "x" * 1015}},
        {"callback_type": "person_added", "destination": {"url": CRM, "method": "GET"}},
        {"callback_type": "person_added", "destination": {"url": CRM, "content_type": "text/xml"}},
        {"callback_type": "person_added", "destination": {"url": CRM}, "end_date": "2021-10-28T12:00:00Z"},
        {"callback_type": "person_added", "destination": {"url": CRM}, "end_date": "2031-13-41T12:00:00Z"},
        {"callback_type": "person_added", "destination": {"url": CRM}, "start_date": "2031-01-02T00:00Z",
         "end_date": "2031-01-01T00:00:00.000Z"},
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_registered(vibes: Any, body: dict[str, Any]) -> None:
    before = vibes.records()
    assert problems(vibes.post(CALLBACKS, json=body), 422)
    assert vibes.records() == before


def test_a_url_of_1024_characters(vibes: Any) -> None:
    assert register(vibes, "https://h/" + "x" * 1014, "person_added")


def test_registered_twice(vibes: Any) -> None:
    """The same type, list and URL in an overlapping time."""
    narrowed = {"subscription_added": {"list_id": LIST}}
    body = {"callback_type": "subscription_added", "destination": {"url": CRM}, **narrowed}
    first = register(vibes, CRM, "subscription_added", **narrowed, end_date="2031-01-01T00:00:00Z")
    for time in ({}, {"start_date": "2030-12-31T23:59Z"}, {"end_date": "2021-10-28T12:00:01Z"}):
        assert problems(vibes.post(CALLBACKS, json={**body, **time}), 409)
    for other in (
        {"start_date": "2031-01-01T00:00:00Z"},
        {"destination": {"url": CRM + "2"}},
        {"subscription_added": {"list_id": "ABC12345"}},
    ):
        assert vibes.post(CALLBACKS, json={**body, **other}).status_code == 201
    vibes.delete(first["url"])
    assert vibes.post(CALLBACKS, json={**body, "end_date": "2031-01-01T00:00:00Z"}).status_code == 201


def test_one_registration_of_a_type_by_switch(account: Callable[..., Any]) -> None:
    vibes = account("vibes", auth=AUTH, switches={"callback_registrations": "one"})
    register(vibes, CRM, "person_added")
    body = {"callback_type": "person_add", "destination": {"url": CRM + "2"}}
    assert problems(vibes.post(CALLBACKS, json=body), 409)


@pytest.mark.parametrize("kind", ["wallet_item_install", "wallet_item_remove", "unmatched_message_received"])
def test_one_registration_of_a_code_or_wallet_campaign(vibes: Any, kind: str) -> None:
    register(vibes, CRM, kind, **{kind: NARROWED[kind]})
    body = {"callback_type": kind, "destination": {"url": CRM + "2"}, kind: NARROWED[kind]}
    assert problems(vibes.post(CALLBACKS, json=body), 409)


def test_fifty_destinations(vibes: Any) -> None:
    for number in range(50):
        register(vibes, f"{CRM}/{number}", "person_updated")
    body = {"callback_type": "person_updated", "destination": {"url": CRM}}
    assert problems(vibes.post(CALLBACKS, json=body), 422) == [("A callback type has at most 50 destinations", 7)]
    register(vibes, CRM, "person_added")


def test_cancelling(vibes: Any) -> None:
    made = register(vibes, CRM, "person_added")
    ahead = register(vibes, CRM, "person_updated", start_date="2031-01-01T00:00:00Z")
    assert {it["callback_id"] for it in vibes.get(CALLBACKS).json()} >= {made["callback_id"], ahead["callback_id"]}
    vibes.advance(60)
    ended = vibes.delete(made["url"]).json()
    assert (ended["start_date"], ended["end_date"]) == ("2021-10-28T12:00:00Z", "2021-10-28T12:01:00Z")
    both = vibes.delete(ahead["url"]).json()
    assert both["start_date"] == both["end_date"] == "2021-10-28T12:01:00Z"
    listed = {it["callback_id"] for it in vibes.get(CALLBACKS).json()}
    assert not listed & {made["callback_id"], ahead["callback_id"]}
    vibes.advance(60)
    assert vibes.delete(made["url"]).json() == vibes.get(made["url"]).json() == ended


def test_a_callback_of_another_company_is_unknown(vibes: Any, account: Callable[..., Any]) -> None:
    foreign = vibes.get(f"{CALLBACKS}/nobody")
    assert problems(foreign, 404) == [("The callback was not found", 4)]
    there = type(vibes)(vibes.app, "vibes", vibes.world, vibes._transport, auth=("OtherUser", "OtherPassword1"))
    made = there.post(
        "/companies/XYZ789/config/callbacks", json={"callback_type": "person_added", "destination": {"url": CRM}}
    )
    path = f"{CALLBACKS}/{made.json()['callback_id']}"
    assert [vibes.get(path).status_code, vibes.delete(path).status_code] == [404, 404]
    vibes.post(P, json={"external_person_id": "EXT-NEW"})
    assert _pending(vibes) == 0


# Delivery


def test_headers_and_common_members(vibes: Any, runner: asyncio.Runner, receiver: Receiver) -> None:
    made = register(vibes, receiver.url(), "person_updated", destination={
        "url": receiver.url(), "method": "PUT", "content_type": "text/json"})  # fmt: skip
    receiver.answers["/hook"] = [500, 200]
    vibes.put(BY_KEY, json={"custom_fields": {"first_name": "Jo"}})
    delivered(vibes, runner, receiver)
    vibes.advance(300)
    first, second = delivered(vibes, runner, receiver)
    for number, got in ((1, first), (2, second)):
        event = got.event
        assert {name: value for name, value in got.headers.items() if name.startswith(("x-", "content-type"))} == {
            "content-type": "text/json",
            "x-event-id": event,
            "x-company-id": "ABC123",
            "x-callback-id": made["callback_id"],
            "x-delivery-attempts": str(number),
            "x-event-type": "person_updated",
        }
        body = got.body
        assert body.pop("person")["custom_fields"]["first_name"] == "Jo"
        assert (got.method, body) == ("PUT", {
            "callback_id": made["callback_id"], "event_id": event, "callback_type": "person_updated",
            "event_type": "person_updated", "event_date": "2021-10-28T12:00:00Z", "delivery_attempt": str(number),
        })  # fmt: skip
    assert first.event == second.event


def test_newer_bodies_by_switch(account: Callable[..., Any], runner: asyncio.Runner, receiver: Receiver) -> None:
    vibes = account("vibes", auth=AUTH, switches={"callback_members": "newer"})
    register(vibes, receiver.url(), "person_updated")
    vibes.put(BY_KEY, json={"custom_fields": {"first_name": "Jo"}})
    (got,) = delivered(vibes, runner, receiver)
    assert got.body.keys() == {"event_id", "callback_type", "event_type", "event_date", "person"}


def test_the_configured_scheme(vibes: Any, runner: asyncio.Runner, receiver: Receiver) -> None:
    """Every five minutes, five times, then the failure queue."""
    receiver.answers["/hook"] = [503]
    register(vibes, receiver.url(), "person_updated")
    vibes.put(BY_KEY, json={"custom_fields": {"first_name": "Jo"}})
    for seconds, expected in ((0, 1), (299, 1), (1, 2), (300, 3), (300, 4), (300, 5), (300, 6), (3600, 6)):
        vibes.advance(seconds)
        assert len(delivered(vibes, runner, receiver)) == expected
    assert [it.attempt for it in receiver.requests] == [1, 2, 3, 4, 5, 6]
    assert _deliveries(vibes)[0]["status"] == "failed"


def test_switches_of_delivery(account: Callable[..., Any], runner: asyncio.Runner, receiver: Receiver) -> None:
    switches = {"callback_duplicates": True, "callback_delay": 7, "callback_retries": 1, "callback_retry_seconds": 2}
    vibes = account("vibes", auth=AUTH, switches=switches)
    register(vibes, receiver.url(), "person_updated")
    vibes.put(BY_KEY, json={"custom_fields": {"first_name": "Jo"}})
    vibes.advance(6)
    assert delivered(vibes, runner, receiver) == []
    vibes.advance(1)
    assert [it.attempt for it in delivered(vibes, runner, receiver)] == [1, 2]
    receiver.answers["/hook"] = [500]
    vibes.put(BY_KEY, json={"custom_fields": {"first_name": "Joe"}})
    vibes.advance(7)
    delivered(vibes, runner, receiver)
    vibes.advance(2)
    delivered(vibes, runner, receiver)
    vibes.advance(100)
    assert len(delivered(vibes, runner, receiver)) == 4
    assert len({it.event for it in receiver.requests}) == 2


def test_shuffled_by_switch(account: Callable[..., Any], runner: asyncio.Runner, receiver: Receiver) -> None:
    vibes = account("vibes", auth=AUTH, switches={"callback_order": "shuffled"})
    register(vibes, receiver.url(), "person_updated")
    for number in range(12):
        vibes.put(BY_KEY, json={"custom_fields": {"first_name": f"{number:02}"}})
    assert delivered(vibes, runner, receiver) == []
    vibes.advance(1)
    names = [it.body["person"]["custom_fields"]["first_name"] for it in delivered(vibes, runner, receiver)]
    assert names != sorted(names)
    assert sorted(names) == [f"{number:02}" for number in range(12)]


def test_nothing_is_sent_outside_of_the_dates(vibes: Any, runner: asyncio.Runner, receiver: Receiver) -> None:
    receiver.answers["/hook"] = [500]
    dates = {"start_date": "2021-10-28T12:10:00Z", "end_date": "2021-10-28T12:20:00Z"}
    register(vibes, receiver.url(), "person_updated", **dates)
    seen = []
    for name in ("early", "in time", "", "late"):
        if name:
            vibes.put(BY_KEY, json={"custom_fields": {"first_name": name}})
        seen.append(len(delivered(vibes, runner, receiver)))
        vibes.advance(600 if name == "early" else 300)
    assert seen == [0, 1, 2, 2], "the second is the retry at 12:15; the one at 12:20 is too late"
    assert [it["status"] for it in _deliveries(vibes)] == ["cancelled"]


def test_after_cancelling_not_even_a_retry_is_sent(vibes: Any, runner: asyncio.Runner, receiver: Receiver) -> None:
    receiver.answers["/hook"] = [500]
    made = register(vibes, receiver.url(), "person_updated")
    vibes.put(BY_KEY, json={"custom_fields": {"first_name": "Jo"}})
    delivered(vibes, runner, receiver)
    vibes.delete(made["url"])
    vibes.put(BY_KEY, json={"custom_fields": {"first_name": "Joe"}})
    vibes.advance(3600)
    assert len(delivered(vibes, runner, receiver)) == 1
    assert [it["status"] for it in _deliveries(vibes)] == ["cancelled"]


@pytest.mark.parametrize(("version", "mdn"), [("1", "2995551234"), ("2", "+12995551234")])
def test_the_version_of_the_registration_decides_the_mdn(
    vibes: Any, sent: Callable[[], Any], receiver: Receiver, version: str, mdn: str
) -> None:
    register(vibes, receiver.url(), "person_updated", version)
    for headers in ({}, V2):
        vibes.put(BY_KEY, json={"custom_fields": {"first_name": f"By {len(headers)}"}}, headers=headers)
    assert [body["person"]["mobile_phone"]["mdn"] for _, body in sent()] == [mdn, mdn]


def test_every_destination_is_told_of_the_same_event(vibes: Any, runner: asyncio.Runner, receiver: Receiver) -> None:
    ids = [register(vibes, receiver.url(path), "person_updated")["callback_id"] for path in ("/a", "/b")]
    vibes.put(BY_KEY, json={"custom_fields": {"first_name": "Jo"}})
    delivered(vibes, runner, receiver)
    (one,), (two,) = receiver.at("/a"), receiver.at("/b")
    assert one.event == two.event
    assert [one.headers["x-callback-id"], two.headers["x-callback-id"]] == ids


def test_an_alias_is_kept(vibes: Any, runner: asyncio.Runner, receiver: Receiver) -> None:
    register(vibes, receiver.url(), "person_add")
    vibes.post(P, json={"external_person_id": "EXT-NEW"})
    (got,) = delivered(vibes, runner, receiver)
    assert (got.headers["x-event-type"], got.body["callback_type"]) == ("person_add", "person_add")


def test_a_refused_call_tells_nobody(vibes: Any, sent: Callable[[], Any], receiver: Receiver) -> None:
    register(vibes, receiver.url(), "person_updated")
    assert vibes.put(BY_KEY, json={"mobile_phone": {"mdn": "2995550142"}}).status_code == 409
    assert sent() == []


# What happens


def test_persons(vibes: Any, sent: Callable[[], Any], receiver: Receiver) -> None:
    for kind in ("person_added", "person_updated"):
        register(vibes, receiver.url(), kind)
    person = vibes.post(P, json={"external_person_id": "EXT-NEW", "mobile_phone": {"mdn": "2995550142"}}).json()
    vibes.post(P, json={"mobile_phone": {"mdn": "2995550142"}})
    vibes.put(f"{P}/{person['person_key']}", json={"external_person_id": "EXT-NEW"})
    changed = vibes.put(f"{P}/external/EXT-NEW", json={"custom_fields": {"first_name": "Ana"}})
    assert changed.status_code == 200
    vibes.put(f"{P}/external/EXT-OTHER", json={})
    found = sent()
    assert [(kind, body["person"]["external_person_id"]) for kind, body in found] == [
        ("person_added", "EXT-NEW"), ("person_updated", "EXT-NEW"), ("person_updated", "EXT-NEW"),
        ("person_added", "EXT-OTHER"),
    ]  # fmt: skip
    assert found[0][1]["person"] == person
    assert found[2][1]["person"] == vibes.get(f"{P}/{person['person_key']}").json()


def test_devices_and_persons_of_an_import(vibes: Any, sent: Callable[[], Any], receiver: Receiver) -> None:
    register(vibes, receiver.url(), "person_added")
    register(vibes, receiver.url(), "device_added", device_added={"app_id": APP})
    register(vibes, receiver.url("/other"), "device_added", device_added={"app_id": "EmptyAppId1"})
    devices = [{"platform": "IOS", "token": "t1", "external_person_id": "EXT-NEW"}]
    vibes.post(f"/mobile_apps/{APP}/migrations/import_batches", json={"devices": devices})
    assert sent() == []
    vibes.advance(60)
    (one, added), (two, device) = sent()
    assert (one, two) == ("person_added", "device_added")
    assert device["person"]["external_id"] == added["person"]["external_person_id"] == "EXT-NEW"
    pushed = device["push_device"]
    assert (pushed["app_id"], pushed["push_token"], pushed["device_os"]) == (APP, "t1", "IOS")
    assert vibes.get(pushed["url"]).status_code == 200


def test_a_device_that_moves(vibes: Any, sent: Callable[[], Any], receiver: Receiver) -> None:
    for kind in ("device_added", "device_removed"):
        register(vibes, receiver.url(), kind, device_added={"app_id": APP})
    device = f"/mobile_apps/{APP}/devices/0d83b7e6-41f2-4a95-9e70-c6581fa3d247/assign"
    for _ in range(2):
        assert vibes.post(device, json={"external_person_id": "ex1234"}).status_code == 200
    assert [(kind, body["person"]["external_id"]) for kind, body in sent()] == [
        ("device_removed", "EXT542342"), ("device_added", "ex1234"),
    ]  # fmt: skip


def test_only_what_a_registration_is_narrowed_to(vibes: Any, sent: Callable[[], Any], receiver: Receiver) -> None:
    register(vibes, receiver.url(), "subscription_removed", subscription_removed={"list_id": "ABC12345"})
    assert vibes.delete(f"{P}/{JOHN}/subscriptions/{LIST}").status_code == 200
    assert sent() == []


def test_what_no_call_causes(vibes: Any, sent: Callable[[], Any], receiver: Receiver) -> None:
    """Lists made in the platform, passes and messages of handsets: their functions, called as others will."""
    register(vibes, receiver.url(), "subscription_list_added")
    register(vibes, receiver.url(), "subscription_list_updated")
    for kind in ("wallet_item_install", "wallet_item_remove"):
        register(vibes, receiver.url(), kind, **{kind: {"campaign_token": "f7k2"}})
    code = {"source_code": "65302", "country_code": "US"}
    register(vibes, receiver.url(), "unmatched_message_received", "2", unmatched_message_received=code)
    register(vibes, receiver.url(), "device_updated", device_updated={"app_id": APP})
    shown = vibes.get(f"{C}/mobiledb/subscription_lists/{LIST}").json()
    person = next(it for it in vibes.records()["persons"] if it["person_key"] == JOHN)
    device = next(it for it in vibes.records()["devices"] if it["app_id"] == APP)
    item = {"wallet_item_id": "i1", "tokens": {"a": "b"}, "url": "/items/i1", "expiration_date": None}
    instance = {"registered_at": "2021-10-28T12:00:00Z", "wallet_instance_uid": "u1", "provider": "google"}
    campaign = {"wallet_id": "f7k2", "url": "/wallet/f7k2"}
    source = {
        "code": "65302",
        "country_code": "US",
        "code_type": "SHORT_CODE",
        "default_response": "?",
        "response_sent": True,
    }
    message = {"mdn": "+12995551234", "carrier_id": "104", "message": "hey", "message_id": "m1", "txn_id": "t1"}
    worlds = vibes.app.worlds
    with worlds.open(vibes.world) as settings:
        world = worlds.world(settings, "vibes")
        happenings.subscription_list_added(world, "ABC123", shown)
        happenings.subscription_list_updated(world, "ABC123", shown)
        happenings.wallet_item_install(world, "ABC123", campaign, item, instance)
        happenings.wallet_item_remove(world, "ABC123", campaign, item, {**instance, "unregistered_at": world.time()})
        happenings.unmatched_message_received(world, "ABC123", source, message)
        happenings.device_updated(world, person, device)
    found = dict(sent())
    assert found["subscription_list_added"] == found["subscription_list_updated"] == {"subscription_list": shown}
    assert found["wallet_item_install"]["wallet_instance"]["unregistered_at"] is None
    assert found["wallet_item_remove"]["wallet_instance"]["unregistered_at"] == "2021-10-28T12:00:00Z"
    assert found["unmatched_message_received"]["participant"]["mdn"] == "+12995551234"
    assert found["device_updated"]["push_device"]["vibes_device_id"] == device["vibes_device_id"]


# Events


def _event(vibes: Any, data: Any, event_type: str = "day_of_delivery", **more: Any) -> str:
    answer = vibes.post(EVENTS, json={"event_type": event_type, "event_data": data, **more})
    assert answer.status_code == 202, answer.text
    found: str = answer.json()["event_id"]
    return found


def _actions(found: list[tuple[str, Any]]) -> list[tuple[str, str, str]]:
    return [
        (it["type"], it["status"], it["status_reason"])
        for it in (body["event_processed"]["action"] for kind, body in found if kind == "event_processed")
    ]


ACCEPTED = ("routing", "processing", "accepted_by_event_triggered_message")
QUEUED = ("processing", "processing", "message_queued")


@pytest.mark.parametrize(
    "data",
    [
        {"external_person_id": "EXT542342"}, {"mdn": "2995551234"}, {"person_key": JOHN}, {"person_id": "wd1377r4"},
        {"vibes_device_id": "0d83b7e6-41f2-4a95-9e70-c6581fa3d247"},
    ],
    ids=str,
)  # fmt: skip
def test_an_event_is_routed_and_then_processed(
    vibes: Any, runner: asyncio.Runner, receiver: Receiver, sent: Callable[[], Any], data: dict[str, str]
) -> None:
    register(vibes, receiver.url(), "event_processed")
    event_id = _event(vibes, data, "Day_Of_Delivery", debug_data={"shop": 7})
    vibes.advance(1)
    found = sent()
    assert _actions(found) == [ACCEPTED, QUEUED]
    processed = found[0][1]["event_processed"]
    assert (processed["event_id"], processed["event_type"], processed["event_data"], processed["debug_data"]) == (
        event_id, "Day_Of_Delivery", data, {"shop": 7},
    )  # fmt: skip
    assert processed["action"]["resource_url"] == f"{C}/mobiledb/event_triggered_messages/7781"
    assert found[1][1]["event_processed"]["event_id"] == event_id
    one, two = receiver.requests
    assert one.event != two.event


@pytest.mark.parametrize(
    ("event_type", "data", "reason"),
    [
        ("nothing_bound", {"person_key": JOHN}, "no_route_rules"),
        ("day_of_delivery", {"person_key": "nobody"}, "person_not_found"),
        ("weekly_reward", {"person_key": "c41f7be2-8d05-4f6e-a3b9-60d2e8517f9c"}, "person_not_in_subscription_list"),
        ("day_of_delivery", {"person_key": "2b7d4c19-e05f-4a38-9c62-d81f3e70a5b4"}, "carrier_not_supported"),
    ],
)
def test_an_event_that_leads_nowhere(
    vibes: Any, sent: Callable[[], Any], receiver: Receiver, event_type: str, data: dict[str, str], reason: str
) -> None:
    register(vibes, receiver.url(), "event_processed")
    _event(vibes, data, event_type)
    vibes.advance(1)
    assert _actions(sent()) == [("routing", "failed", reason)]


def test_an_event_that_takes_a_code(vibes: Any, sent: Callable[[], Any], receiver: Receiver) -> None:
    register(vibes, receiver.url(), "event_processed")
    before = vibes.records()["incentive_issuances"]
    _event(vibes, {"person_key": JOHN}, "weekly_reward")
    vibes.advance(1)
    assert _actions(sent()) == [ACCEPTED, QUEUED]
    (made,) = [it for it in vibes.records()["incentive_issuances"] if it not in before]
    assert made["external_issuee_id"] == "EXT542342"


def test_an_event_without_a_code_left(vibes: Any, sent: Callable[[], Any], receiver: Receiver) -> None:
    register(vibes, receiver.url(), "event_processed")
    vibes.put_record("event_routes", {"id": "1", "company_key": "ABC123", "event_type": "gift", "pool_id": 104})
    _event(vibes, {"person_key": JOHN}, "gift")
    vibes.advance(1)
    assert _actions(sent()) == [ACCEPTED, ("processing", "failed", "no_incentive_codes")]


def test_an_event_id_works_once(vibes: Any, sent: Callable[[], Any], receiver: Receiver) -> None:
    register(vibes, receiver.url(), "event_processed")
    for _ in range(2):
        assert _event(vibes, {"person_key": JOHN}, event_id="E-1") == "E-1"
        vibes.advance(1)
    assert _actions(sent()) == [ACCEPTED, QUEUED, ("processing", "failed", "unexpected_error")]


def test_events_of_one_type(vibes: Any, sent: Callable[[], Any], receiver: Receiver) -> None:
    register(vibes, receiver.url(), "event_processed", event_processed={"event_type": "Nothing_Bound"})
    _event(vibes, {"person_key": JOHN})
    _event(vibes, {"person_key": JOHN}, "nothing_bound")
    vibes.advance(1)
    assert [body["event_processed"]["event_type"] for _, body in sent()] == ["nothing_bound"]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ({"event_data": {"person_key": JOHN}}, {}),
        ({"event_type": "x"}, {}),
        ({"event_type": "x", "event_data": {}}, {}),
        ({"event_type": "x y", "event_data": {"person_key": JOHN}}, {}),
        ({"event_type": "x", "event_data": {"mdn": "+12995551234"}}, {}),
        ({"event_type": "x", "event_data": {"mdn": "2995551234"}}, V2),
    ],
    ids=str,
)
def test_events_that_are_refused(vibes: Any, body: dict[str, Any], headers: dict[str, str]) -> None:
    before = vibes.records()
    assert problems(vibes.post(EVENTS, json=body, headers=headers), 422)
    assert vibes.records() == before


# Test events


@pytest.mark.parametrize("kind", TYPES)
def test_a_test_event_of_every_type_is_like_a_real_one(
    vibes: Any, runner: asyncio.Runner, receiver: Receiver, kind: str
) -> None:
    narrowed = NARROWED.get(kind)
    register(vibes, receiver.url(), kind, **({kind: narrowed} if narrowed else {}))
    before = vibes.records()
    campaign = {"api_key": "x", "description": "Mine", "keyword": "WORD"}
    body = {
        "callback_type": kind,
        "participant": {"acquisition_campaign": campaign, "mobile_phone": {"mdn": "2995550142"}},
    }
    answer = vibes.post(f"{C}/config/callback_events/test", json=body)
    assert (answer.status_code, answer.json()) == (201, {**body, "event_id": answer.json()["event_id"]})
    (got,) = [it for it in delivered(vibes, runner, receiver) if it.headers["x-event-type"] == kind]
    assert got.event == got.body["event_id"] == answer.json()["event_id"]
    assert vibes.records() == before
    _as_documented(kind, got.body)
    if kind == "ack_participant_added":
        participant = got.body["participant"]
        assert participant["acquisition_campaign"]["description"] == "Mine"
        assert participant["person"]["id"] == "test0000"
        assert participant["person"]["mobile_phone"] == {"mdn": "2995550142"}


def test_a_test_event_needs_a_callback_and_a_campaign(vibes: Any) -> None:
    path = f"{C}/config/callback_events/test"
    assert problems(vibes.post(path, json={"callback_type": "person_added"}), 404)
    body = {"callback_type": "ack_participant_added", "participant": {"acquisition_campaign": {"api_key": CAMPAIGN}}}
    assert problems(vibes.post(path, json=body), 404)
    register(vibes, CRM, "ack_participant_added", ack_participant_added={"campaign_id": "another"})
    assert problems(vibes.post(path, json=body), 404)
    assert problems(vibes.post(path, json={"callback_type": "ack_participant_added"}), 422) == [
        ("participant.acquisition_campaign.api_key is required", 1)
    ]
    register(vibes, CRM, "ack_participant_added", ack_participant_added={"campaign_id": CAMPAIGN})
    assert vibes.post(path, json={**body, "partipant": body["participant"]}).status_code == 201
    assert problems(vibes.post(path, json={}), 422)
    wrong = {"callback_type": "person_added", "participant": {"mobile_phone": {"mdn": "+12995551234"}}}
    assert problems(vibes.post(path, json=wrong), 422)


def _as_documented(kind: str, body: Any) -> None:
    spec = read("vibes")
    operation = spec.operations["callbacks.add_callback"].raw["callbacks"][kind]
    item = spec.resolve(operation["$ref"])["{$request.body#/destination/url}"]
    schema = item["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert [str(it) for it in spec.schemas.validator(schema, "request").problems(body, kind)] == []


def _deliveries(vibes: Any) -> list[dict[str, Any]]:
    from mockserver.outbox import DELIVERIES

    with vibes.app.worlds.open(vibes.world):
        found: list[dict[str, Any]] = vibes.app.worlds.store.find(vibes.world, DELIVERIES)
    return found


def _pending(vibes: Any) -> int:
    return len(_deliveries(vibes))
