"""What callbacks tell, type by type: the part of a body that is the type's own (schemas `…Told` of the spec).

Each is a function of the version that a registration was made in, which decides the form of phone numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.store import Record
from mockserver.vendors.vibes import mdn as numbers
from mockserver.vendors.vibes import profile
from mockserver.world import World

Told = Callable[[str], dict[str, Any]]
"""From the version of a registration to what it is told."""


def person(world: World, known: Record) -> Told:
    return lambda version: {"person": profile.shown(world, known, version)}


def subscription(known: Record, subscribed: Record) -> Told:
    """All members of the CRM page's samples, and those that newer pages give the person."""
    company, list_id = f"/companies/{known['company_key']}", subscribed["subscription_list_id"]
    acquisition_id = subscribed.get("acquisition_id")
    ended = {name: subscribed[name] for name in ("opt_out_date", "opt_out_reason") if subscribed.get(name)}
    campaign = {"id": acquisition_id, "url": f"{company}/campaigns/acquisition/{acquisition_id}"}

    def told(version: str) -> dict[str, Any]:
        found = {
            "person": {
                "id": known["person_id"],
                "external_id": known["external_person_id"],
                "external_person_id": known["external_person_id"],
                "person_key": known["person_key"],
                "url": profile.url(known),
                "mobile_phone": _phone(known, version),
            },
            "subscription_list": {"id": list_id, "url": f"{company}/mobiledb/subscription_lists/{list_id}"},
            "opt_in_date": subscribed["opt_in_date"],
            **ended,
            **({"acquisition_campaign": campaign} if acquisition_id else {}),
            "url": f"{profile.url(known)}/subscriptions/{list_id}",
        }
        return {"subscription": found}

    return told


def participant(known: Record, campaign: Record, participation: Record, company_wide: bool = False) -> Told:
    """`company_wide`: as a callback for all campaigns of a company has it, with the list."""
    acquisition_id, keywords = campaign["acquisition_id"], campaign.get("keywords") or [None]
    dates = {name: participation.get(name) for name in ("participation_date", "expire_date")}
    listed = {"subscription_list": {"id": campaign["subscription_list_id"]}} if company_wide else {}

    def told(version: str) -> dict[str, Any]:
        found = {
            "person": {
                "id": known["person_id"],
                "external_id": known["external_person_id"],
                "mobile_phone": _phone(known, version),
                "url": profile.url(known),
            },
            "acquisition_campaign": {
                "id": acquisition_id,
                "description": campaign["description"],
                "url": f"/companies/{known['company_key']}/campaigns/acquisition/{acquisition_id}",
                "keyword": participation.get("keyword") or keywords[0],
            },
            **dates,
            "status": participation["status"],
            **listed,
        }
        return {"participant": found}

    return told


def event(processed: Record, action: Record) -> Told:
    names = ("event_id", "event_type", "event_data", "debug_data")
    found = {name: processed[name] for name in names if processed.get(name) is not None}
    return lambda _: {"event_processed": {**found, "action": action}}


def device(known: Record, moved: Record) -> Told:
    app_id = moved["app_id"]
    found = {
        "person": {
            "person_id": known["person_id"],
            "external_id": known["external_person_id"],
            "url": profile.url(known),
        },
        "push_device": {
            "app_id": app_id,
            "vibes_device_id": moved["vibes_device_id"],
            "push_token": moved.get("push_token"),
            "device_os": moved["os"],
            "url": f"/mobile_apps/{app_id}/devices/{moved['vibes_device_id']}",
        },
    }
    return lambda _: found


def wallet(campaign: Record, item: Record, instance: Record) -> Told:
    about_instance = ("registered_at", "unregistered_at", "wallet_instance_uid", "provider")
    found = {
        "wallet_instance": {name: instance.get(name) for name in about_instance},
        "wallet_item": {
            "uuid": item["wallet_item_id"],
            "wallet_object_uid": item.get("wallet_object_uid", item["wallet_item_id"]),
            **{name: item.get(name) for name in ("expiration_date", "tokens", "url")},
        },
        "wallet_campaign": {
            "wallet_campaign_uid": campaign.get("wallet_campaign_uid", campaign["wallet_id"]),
            "token": campaign["wallet_id"],
            "url": campaign["url"],
        },
    }
    return lambda _: found


def message(world: World, company_key: str, source_code: Record, received: Record) -> Told:
    def told(version: str) -> dict[str, Any]:
        return {
            "participant": {"mdn": numbers.show(received["mdn"], version), "carrier_id": received["carrier_id"]},
            "source_code": {"company_key": company_key, **source_code},
            **{name: received[name] for name in ("message", "message_id", "txn_id")},
            "receipt_date": world.time(),
        }

    return told


def _phone(known: Record, version: str) -> dict[str, str] | None:
    number = profile.mdn_of(known)
    return {"mdn": numbers.show(number, version)} if number else None
