"""What happens in a company that its callbacks tell of: one function for each type (Technical Overview, Callbacks).

Each queues a callback for every registration of its type that is active, in the transaction of what happened; without
registrations it costs one look-up.

Records are those of the kind they are named for, in full. Where a type tells of what another module shows (a list, a
wallet item), the caller passes what it shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver.clock import epoch
from mockserver.outbox import Callback
from mockserver.store import Record, joined
from mockserver.vendors.vibes import tellings
from mockserver.world import World


def person_added(world: World, person: Record) -> None:
    """A new person record."""
    _tell(world, person["company_key"], "person_added", tellings.person(world, person))


def person_updated(world: World, person: Record) -> None:
    """A person was changed, by whatever call; an add that met somebody known is one."""
    _tell(world, person["company_key"], "person_updated", tellings.person(world, person))


def subscription_added(world: World, person: Record, subscription: Record) -> None:
    """A confirmed subscription. It has `subscription_list_id` and `opt_in_date`, and may have `acquisition_id`."""
    told = tellings.subscription(person, subscription)
    _tell(world, person["company_key"], "subscription_added", told, subscription["subscription_list_id"])


def subscription_removed(world: World, person: Record, subscription: Record) -> None:
    """A subscription that was closed: it also has `opt_out_date` and `opt_out_reason`."""
    told = tellings.subscription(person, subscription)
    _tell(world, person["company_key"], "subscription_removed", told, subscription["subscription_list_id"])


def subscription_list_added(world: World, company_key: str, subscription_list: Record) -> None:
    """A list was made; it is passed as a read shows it."""
    _tell(world, company_key, "subscription_list_added", lambda _: {"subscription_list": subscription_list})


def subscription_list_updated(world: World, company_key: str, subscription_list: Record) -> None:
    """A list was changed; it is passed as a read shows it."""
    _tell(world, company_key, "subscription_list_updated", lambda _: {"subscription_list": subscription_list})


def participant_added(world: World, person: Record, campaign: Record, participation: Record) -> None:
    """Somebody was asked to confirm: `ack_participant_added`, and the company-wide `company_participant_added`.

    The campaign has `acquisition_id`, `description`, `keywords`, `subscription_list_id`; the participation has
    `participation_date`, `expire_date` and `status`.
    """
    company_key = person["company_key"]
    told = tellings.participant(person, campaign, participation)
    _tell(world, company_key, "ack_participant_added", told, campaign["acquisition_id"])
    told = tellings.participant(person, campaign, participation, company_wide=True)
    _tell(world, company_key, "company_participant_added", told)


def participant_changed(world: World, person: Record, campaign: Record, participation: Record) -> None:
    """Somebody said yes or no: `status` is CONFIRMED or REJECTED. A time-out and an automatic yes tell nobody."""
    told = tellings.participant(person, campaign, participation)
    _tell(world, person["company_key"], "ack_participant_changed", told, campaign["acquisition_id"])


def event_processed(world: World, company_key: str, event: Record, action: Record) -> None:
    """An event was routed or processed. `event` has `event_id`, `event_type`, `event_data`, maybe `debug_data`;
    `action` has `type`, `status`, `status_reason`, maybe `resource_url`."""
    told = tellings.event(event, action)
    _tell(world, company_key, "event_processed", told, event["event_type"].lower(), or_any=True)


def device_added(world: World, person: Record, device: Record) -> None:
    """A device was added to a person, or moved to them."""
    _tell(world, person["company_key"], "device_added", tellings.device(person, device), device["app_id"])


def device_updated(world: World, person: Record, device: Record) -> None:
    """A person's device was changed."""
    _tell(world, person["company_key"], "device_updated", tellings.device(person, device), device["app_id"])


def device_removed(world: World, person: Record, device: Record) -> None:
    """A device was removed, or moved away from this person."""
    _tell(world, person["company_key"], "device_removed", tellings.device(person, device), device["app_id"])


def wallet_item_install(world: World, company_key: str, campaign: Record, item: Record, instance: Record) -> None:
    """A pass was put into a wallet. The campaign has `wallet_id` and `url`; the item is passed as a read shows it; the
    instance has `wallet_instance_uid`, `provider`, `registered_at`, `unregistered_at`."""
    _tell(world, company_key, "wallet_item_install", tellings.wallet(campaign, item, instance), campaign["wallet_id"])


def wallet_item_remove(world: World, company_key: str, campaign: Record, item: Record, instance: Record) -> None:
    """A pass was removed from a wallet: `unregistered_at` says when."""
    _tell(world, company_key, "wallet_item_remove", tellings.wallet(campaign, item, instance), campaign["wallet_id"])


def unmatched_message_received(world: World, company_key: str, source_code: Record, message: Record) -> None:
    """A text message that no campaign and no keyword matches. `source_code` has `code`, `country_code`, `code_type`,
    `default_response`, `response_sent`; `message` has `mdn` (E.164), `carrier_id`, `message`, `message_id`, `txn_id`.
    """
    told = tellings.message(world, company_key, source_code, message)
    subject = joined(source_code["code"], source_code["country_code"])
    _tell(world, company_key, "unmatched_message_received", told, subject)


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


def new_event(world: World) -> str:
    """The id of an event, the same in all callbacks that tell of it."""
    return world.ids.text("callback_event", 12).upper()


def post(world: World, registration: Record, event_id: str, told: dict[str, Any]) -> None:
    """Queue what a registration is told of an event. What differs from attempt to attempt is added by `sending`."""
    name, destination = registration["callback_type"], registration["destination"]
    common = {"event_id": event_id, "callback_type": name, "event_type": name, "event_date": world.time()}
    facts = {"callback_id": registration["callback_id"], "company_key": registration["company_key"]}
    callback = Callback(name, event_id, destination["url"], {**common, **told}, destination["method"], facts)
    held = 1 if world.switches["callback_order"] == "shuffled" else 0
    world.send(callback, world.switches["callback_delay"] + held)


def _tell(
    world: World, company_key: str, happening: str, told: tellings.Told, subject: str = "", or_any: bool = False
) -> None:
    """Queue an event for every registration that wants it. `or_any`: also for those that are narrowed to nothing."""
    found = list(active(world, company_key, happening, subject))
    if or_any:
        found += active(world, company_key, happening)
    if not found:
        return
    event_id = new_event(world)
    for registration in found:
        post(world, registration, event_id, told(registration["api_version"]))
