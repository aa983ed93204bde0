"""What happens in a company that its callbacks tell of: one function for each type (Technical Overview, Callbacks).

Each queues a callback for every registration of its type that is active, in the transaction of what happened; without
registrations it costs one look-up. A phone number has the form of the version that the registration was made in.

Records are those of the kind they are named for, in full. Where a type tells of what another module shows (a list, a
wallet item), the caller passes what it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from mockserver.clock import epoch
from mockserver.outbox import Callback
from mockserver.store import Record, joined
from mockserver.vendors.vibes import mdn as numbers
from mockserver.vendors.vibes import profile
from mockserver.world import World

_Body = Callable[[str], dict[str, Any]]
"""From the version of a registration to what its callback tells."""


def person_added(world: World, person: Record) -> None:
    """A new person record."""
    _tell(world, person["company_key"], "person_added", _person(world, person))


def person_updated(world: World, person: Record) -> None:
    """A person was changed, by whatever call; an add that met somebody known is one."""
    _tell(world, person["company_key"], "person_updated", _person(world, person))


def subscription_added(world: World, person: Record, subscription: Record) -> None:
    """A confirmed subscription. It has `subscription_list_id` and `opt_in_date`, and may have `acquisition_id`."""
    _subscription(world, "subscription_added", person, subscription)


def subscription_removed(world: World, person: Record, subscription: Record) -> None:
    """A subscription that was closed: it also has `opt_out_date` and `opt_out_reason`."""
    _subscription(world, "subscription_removed", person, subscription)


def subscription_list_added(world: World, company_key: str, subscription_list: Record) -> None:
    """A list was made; it is passed as a read shows it."""
    _tell(world, company_key, "subscription_list_added", lambda _: {"subscription_list": subscription_list})


def subscription_list_updated(world: World, company_key: str, subscription_list: Record) -> None:
    """A list was changed; it is passed as a read shows it."""
    _tell(world, company_key, "subscription_list_updated", lambda _: {"subscription_list": subscription_list})


def participant_added(world: World, person: Record, campaign: Record, participation: Record) -> None:
    """Somebody was asked to confirm: `ack_participant_added`, and the company-wide `company_participant_added`.

    The campaign has `acquisition_id`, `description`, `keywords`, `subscription_list_id`; the participation has
    `participation_date`, `expire_date` and `status` (PENDING).
    """
    made = _participant(person, campaign, participation)

    def company_wide(version: str) -> dict[str, Any]:
        return {
            "participant": {
                **made(version)["participant"],
                "subscription_list": {"id": campaign["subscription_list_id"]},
            }
        }

    _tell(world, person["company_key"], "ack_participant_added", made, campaign["acquisition_id"])
    _tell(world, person["company_key"], "company_participant_added", company_wide)


def participant_changed(world: World, person: Record, campaign: Record, participation: Record) -> None:
    """Somebody said yes or no: `status` is CONFIRMED or REJECTED. A time-out and an automatic yes tell nobody."""
    made = _participant(person, campaign, participation)
    _tell(world, person["company_key"], "ack_participant_changed", made, campaign["acquisition_id"])


def event_processed(world: World, company_key: str, event: Record, action: Record) -> None:
    """An event was routed or processed. `event` has `event_id`, `event_type`, `event_data`, maybe `debug_data`;
    `action` has `type`, `status`, `status_reason`, maybe `resource_url`."""
    told = {name: event.get(name) for name in ("event_id", "event_type", "event_data", "debug_data")}
    made = {"event_processed": {**told, "action": {"resource_url": None, **action}}}
    _tell(world, company_key, "event_processed", lambda _: made, event["event_type"].lower(), or_any=True)


def device_added(world: World, person: Record, device: Record) -> None:
    """A device was added to a person, or moved to them."""
    _device(world, "device_added", person, device)


def device_updated(world: World, person: Record, device: Record) -> None:
    """A person's device was changed."""
    _device(world, "device_updated", person, device)


def device_removed(world: World, person: Record, device: Record) -> None:
    """A device was removed, or moved away from this person."""
    _device(world, "device_removed", person, device)


def wallet_item_install(world: World, company_key: str, campaign: Record, item: Record, instance: Record) -> None:
    """A pass was put into a wallet. The campaign has `wallet_id` and `url`; the item is passed as a read shows it; the
    instance has `wallet_instance_uid`, `provider`, `registered_at`, `unregistered_at`."""
    _wallet(world, "wallet_item_install", company_key, campaign, item, instance)


def wallet_item_remove(world: World, company_key: str, campaign: Record, item: Record, instance: Record) -> None:
    """A pass was removed from a wallet: `unregistered_at` says when."""
    _wallet(world, "wallet_item_remove", company_key, campaign, item, instance)


def unmatched_message_received(world: World, company_key: str, source_code: Record, message: Record) -> None:
    """A text message that no campaign and no keyword matches. `source_code` has `code`, `country_code`, `code_type`,
    `default_response`, `response_sent`; `message` has `mdn` (E.164), `carrier_id`, `message`, `message_id`, `txn_id`.
    """

    def made(version: str) -> dict[str, Any]:
        return {
            "participant": {"mdn": numbers.show(message["mdn"], version), "carrier_id": message["carrier_id"]},
            "source_code": {"company_key": company_key, **source_code},
            **{name: message[name] for name in ("message", "message_id", "txn_id")},
            "receipt_date": world.time(),
        }

    subject = joined(source_code["code"], source_code["country_code"])
    _tell(world, company_key, "unmatched_message_received", made, subject)


def active(world: World, company_key: str, happening: str, subject: str = "") -> Iterator[Record]:
    """The registrations of a type and of what it is narrowed to, as far as they are active now; oldest first."""
    wanted = joined(company_key, happening, subject)
    for registration in world.find("callbacks", {"company_key+happening+subject": wanted}):
        if is_active(world, registration):
            yield registration


def is_active(world: World, registration: Record) -> bool:
    """Whether a registration has begun and not ended."""
    end = registration["end_date"]
    return epoch(registration["start_date"]) <= world.now and (end is None or world.now < epoch(end))


def post(world: World, registration: Record, event_id: str, told: dict[str, Any]) -> None:
    """Queue what a registration is told of an event. What differs from attempt to attempt is added by `sending`."""
    name, destination = registration["callback_type"], registration["destination"]
    common = {"event_id": event_id, "callback_type": name, "event_type": name, "event_date": world.time()}
    facts = {"callback_id": registration["callback_id"], "company_key": registration["company_key"]}
    callback = Callback(name, event_id, destination["url"], {**common, **told}, destination["method"], facts)
    held = 1 if world.switches["callback_order"] == "shuffled" else 0
    world.send(callback, world.switches["callback_delay"] + held)


def _tell(world: World, company_key: str, happening: str, made: _Body, subject: str = "", or_any: bool = False) -> None:
    """Queue an event for every registration that wants it. `or_any`: also for those that are narrowed to nothing."""
    found = list(active(world, company_key, happening, subject))
    if or_any and subject:
        found += active(world, company_key, happening)
    if not found:
        return
    event_id = world.ids.text("event", 12).upper()
    for registration in found:
        post(world, registration, event_id, made(registration["api_version"]))


def _person(world: World, person: Record) -> _Body:
    return lambda version: {"person": profile.shown(world, person, version)}


def _phone(person: Record, version: str) -> dict[str, str] | None:
    number = profile.mdn_of(person)
    return {"mdn": numbers.show(number, version)} if number else None


def _subscription(world: World, happening: str, person: Record, subscription: Record) -> None:
    """All members of the CRM page's samples, and those that newer pages give the person."""
    company, list_id = f"/companies/{person['company_key']}", subscription["subscription_list_id"]
    acquisition_id = subscription.get("acquisition_id")
    ended = {name: subscription[name] for name in ("opt_out_date", "opt_out_reason") if subscription.get(name)}
    campaign = {"id": acquisition_id, "url": f"{company}/campaigns/acquisition/{acquisition_id}"}

    def made(version: str) -> dict[str, Any]:
        told = {
            "person": {
                "id": person["person_id"],
                "external_id": person["external_person_id"],
                "external_person_id": person["external_person_id"],
                "person_key": person["person_key"],
                "url": profile.url(person),
                "mobile_phone": _phone(person, version),
            },
            "subscription_list": {"id": list_id, "url": f"{company}/mobiledb/subscription_lists/{list_id}"},
            "opt_in_date": subscription["opt_in_date"],
            **ended,
            **({"acquisition_campaign": campaign} if acquisition_id else {}),
            "url": f"{profile.url(person)}/subscriptions/{list_id}",
        }
        return {"subscription": told}

    _tell(world, person["company_key"], happening, made, list_id)


def _participant(person: Record, campaign: Record, participation: Record) -> _Body:
    acquisition_id, keywords = campaign["acquisition_id"], campaign.get("keywords") or [None]

    def made(version: str) -> dict[str, Any]:
        told = {
            "person": {
                "id": person["person_id"],
                "external_id": person["external_person_id"],
                "mobile_phone": _phone(person, version),
                "url": profile.url(person),
            },
            "acquisition_campaign": {
                "id": acquisition_id,
                "description": campaign["description"],
                "url": f"/companies/{person['company_key']}/campaigns/acquisition/{acquisition_id}",
                "keyword": keywords[0],
            },
            **{name: participation[name] for name in ("participation_date", "expire_date", "status")},
        }
        return {"participant": told}

    return made


def _device(world: World, happening: str, person: Record, device: Record) -> None:
    app_id = device["app_id"]
    told = {
        "person": {
            "person_id": person["person_id"],
            "external_id": person["external_person_id"],
            "url": profile.url(person),
        },
        "push_device": {
            "app_id": app_id,
            "vibes_device_id": device["vibes_device_id"],
            "push_token": device["push_token"],
            "device_os": device["os"],
            "url": f"/mobile_apps/{app_id}/devices/{device['vibes_device_id']}",
        },
    }
    _tell(world, person["company_key"], happening, lambda _: told, app_id)


def _wallet(world: World, happening: str, company_key: str, campaign: Record, item: Record, instance: Record) -> None:
    told = {
        "wallet_instance": {
            name: instance.get(name) for name in ("registered_at", "unregistered_at", "wallet_instance_uid", "provider")
        },
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
    _tell(world, company_key, happening, lambda _: told, campaign["wallet_id"])
