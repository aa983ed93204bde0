"""What a callback sent for a test tells: of nobody, and in the same words as a real one (Test callback events)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mockserver.clock import iso
from mockserver.store import Record
from mockserver.vendors.vibes import mdn as numbers
from mockserver.vendors.vibes import tellings
from mockserver.vendors.vibes.errors import Code, Error, invalid
from mockserver.world import World

_DAY = 86_400
_NEED_CAMPAIGN = frozenset({"ack_participant_added", "ack_participant_changed"})


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What to tell, by the version of a registration; `subject` None: to every registration of the type."""

    made: Callable[[str], dict[str, Any]]
    subject: str | None


def read(world: World, company_key: str, kind: str, body: Record, version: str) -> Rehearsal:
    """What a body asks for, made from dummies. Raises Invalid."""
    given = body.get("participant") or body.get("partipant") or {}
    campaign = given.get("acquisition_campaign") or {}
    errors: list[Error] = []
    api_key = campaign.get("api_key")
    if kind in _NEED_CAMPAIGN and not api_key:
        errors.append(Error("participant.acquisition_campaign.api_key is required", Code.REQUIRED))
    mdn, number = (given.get("mobile_phone") or {}).get("mdn"), "+12995550100"
    try:
        number = number if mdn is None else numbers.read(mdn, version)
    except ValueError as error:
        errors.append(Error(str(error), Code.FORMAT))
    if errors:
        raise invalid(errors)
    person = _person(world, company_key, (given.get("person") or {}).get("id"), number)
    list_id = (given.get("subscription_list") or {}).get("id", "TEST1234")
    return Rehearsal(_TOLD[kind](world, person, campaign, list_id), api_key if kind in _NEED_CAMPAIGN else None)


def _person(world: World, company_key: str, person_id: str | None, number: str) -> Record:
    now = world.time()
    return {
        "person_key": "00000000-0000-4000-8000-000000000000",
        "person_id": person_id or "test0000",
        "company_key": company_key,
        "external_person_id": "TEST-PERSON",
        "mobile_phone": {"mdn": number, "carrier_code": "104"},
        "timezone": "US/Central",
        "timezone_source": "area_code",
        "custom_fields": {},
        "created_at": now,
        "updated_at": now,
    }


def _told_person(world: World, person: Record, _campaign: Record, _list_id: str) -> tellings.Told:
    return tellings.person(world, person)


def _subscription(ended: bool) -> Callable[[World, Record, Record, str], tellings.Told]:
    def told(world: World, person: Record, campaign: Record, list_id: str) -> tellings.Told:
        subscription = {
            "subscription_list_id": list_id,
            "opt_in_date": iso(world.now - _DAY),
            "acquisition_id": campaign.get("api_key"),
        }
        if ended:
            subscription |= {"opt_out_date": world.time(), "opt_out_reason": "user_opt_out"}
        return tellings.subscription(person, subscription)

    return told


def _list(world: World, person: Record, _campaign: Record, list_id: str) -> tellings.Told:
    url = f"/companies/{person['company_key']}/mobiledb/subscription_lists/{list_id}"
    links = {"subscribers_url": f"{url}/subscribers", "acquisition_campaigns_url": f"{url}/acquisition_campaigns"}
    return lambda _: {"subscription_list": {"id": list_id, "name": "Test list", "url": url, **links}}


def _participant(status: str, company_wide: bool = False) -> Callable[[World, Record, Record, str], tellings.Told]:
    def told(world: World, person: Record, given: Record, list_id: str) -> tellings.Told:
        campaign = {
            "acquisition_id": given.get("api_key", "TESTCAMP"),
            "description": given.get("description", "Test campaign"),
            "keywords": [given.get("keyword", "TEST")],
            "subscription_list_id": list_id,
        }
        dates = {"participation_date": world.time(), "expire_date": iso(world.now + _DAY)}
        return tellings.participant(person, campaign, {**dates, "status": status}, company_wide)

    return told


def _event(world: World, person: Record, _campaign: Record, _list_id: str) -> tellings.Told:
    event = {
        "event_id": "test-event",
        "event_type": "test_event",
        "event_data": {"external_person_id": person["external_person_id"]},
    }
    action = {"type": "routing", "status": "failed", "status_reason": "no_route_rules"}
    return tellings.event(event, action)


def _device(_world: World, person: Record, _campaign: Record, _list_id: str) -> tellings.Told:
    device = {"app_id": "TestApp", "vibes_device_id": "test-device", "push_token": "test-token", "os": "IOS"}
    return tellings.device(person, device)


def _wallet(removed: bool) -> Callable[[World, Record, Record, str], tellings.Told]:
    def told(world: World, person: Record, _campaign: Record, _list_id: str) -> tellings.Told:
        url = f"/companies/{person['company_key']}/campaigns/wallet/TESTWALLET"
        item = {"wallet_item_id": "test-item", "tokens": {"first_name": "Test"}, "url": f"{url}/items/test-item"}
        instance = {
            "registered_at": iso(world.now - _DAY),
            "unregistered_at": world.time() if removed else None,
            "wallet_instance_uid": "test-instance",
            "provider": "google",
        }
        return tellings.wallet({"wallet_id": "TESTWALLET", "url": url}, item, instance)

    return told


def _message(world: World, person: Record, _campaign: Record, _list_id: str) -> tellings.Told:
    source_code = {
        "code": "65301",
        "country_code": "US",
        "code_type": "SHORT_CODE",
        "default_response": "Sorry, we did not understand.",
        "response_sent": True,
    }
    message = {
        "mdn": person["mobile_phone"]["mdn"],
        "carrier_id": "104",
        "message": "This is a test",
        "message_id": "test-message",
        "txn_id": "test-transaction",
    }
    return tellings.message(world, person["company_key"], source_code, message)


_TOLD: dict[str, Callable[[World, Record, Record, str], tellings.Told]] = {
    "person_added": _told_person,
    "person_updated": _told_person,
    "subscription_added": _subscription(ended=False),
    "subscription_removed": _subscription(ended=True),
    "subscription_list_added": _list,
    "subscription_list_updated": _list,
    "ack_participant_added": _participant("PENDING"),
    "ack_participant_changed": _participant("CONFIRMED"),
    "company_participant_added": _participant("PENDING", company_wide=True),
    "event_processed": _event,
    "device_added": _device,
    "device_updated": _device,
    "device_removed": _device,
    "wallet_item_install": _wallet(removed=False),
    "wallet_item_remove": _wallet(removed=True),
    "unmatched_message_received": _message,
}
