"""What happens outside the API: a person with a phone (Acquisition Callbacks; CRM Integration) and with passes on it,
and what marketers do in the platform itself.

Vibes Platform words: Y, YES or a zip code confirms, N or NO declines, STOP and its like leave all lists. Anything else
is a keyword of a campaign, or matches nothing.
"""

from __future__ import annotations

import re

from mockserver.errors import Invalid, NotFound
from mockserver.store import Record, joined
from mockserver.vendors.vibes import (
    campaigns,
    handsets,
    happenings,
    identity,
    incentives,
    installations,
    membership,
    participation,
    passes,
    transmission,
)
from mockserver.vendors.vibes import mdn as numbers
from mockserver.world import World

_YES = re.compile(r"Y|YES|[0-9]{5}", re.ASCII)
_NO = frozenset({"N", "NO"})
_STOP = frozenset({"STOP", "STOPALL", "END", "QUIT", "CANCEL", "UNSUBSCRIBE"})


def text_message(world: World, company_key: str, mdn: str, message: str) -> str:
    """Somebody texts to a short code of a company; `mdn` is their number in E.164.

    Raises Invalid for an unknown company or a number in another form.
    """
    if world.get("companies", company_key) is None:
        raise Invalid(f"there is no company {company_key!r}")
    try:
        number = numbers.read(mdn, "2")
    except ValueError:
        raise Invalid(f"{mdn!r} is no number in E.164") from None
    word = message.strip().upper()
    person = identity.by_mdn(world, company_key, number)
    if person is not None and word in _STOP:
        return _leave(world, person)
    waiting = participation.pending_of(world, person) if person is not None else []
    if waiting and (_YES.fullmatch(word) or word in _NO):
        participation.answer(world, waiting[-1]["id"], word not in _NO)
        return "declined" if word in _NO else "confirmed"
    for campaign in campaigns.active(world, {"company_key": company_key}):
        if word in (keyword.upper() for keyword in campaign["keywords"]):
            return _join(world, campaign, person, number)
    return _unmatched(world, company_key, number, message)


def pass_installed(world: World, company_key: str, wallet_id: str, wallet_item_id: str, provider: str = "apple") -> str:
    """Somebody puts a pass of a wallet campaign into their wallet; `provider` is apple or google.

    Raises Invalid for another provider, NotFound for an unknown campaign.
    """
    if provider not in ("apple", "google"):
        raise Invalid(f"provider must be apple or google, not {provider!r}")
    passes.install(world, passes.campaign_of(world, company_key, wallet_id), wallet_item_id, provider)
    return "installed"


def pass_removed(world: World, company_key: str, wallet_id: str, wallet_item_id: str) -> str:
    """Somebody takes a pass out of their wallet. Raises NotFound."""
    campaign = passes.campaign_of(world, company_key, wallet_id)
    item = passes.item_of(world, campaign, wallet_item_id)
    if not item["active"]:
        return "removed already"
    passes.remove(world, campaign, item)
    return "removed"


def broadcast_paused(world: World, broadcast_id: str) -> str:
    """A broadcast that is in progress is halted until `broadcast_resumed`."""
    return _pause(world, broadcast_id, transmission.IN_PROGRESS, False)


def broadcast_resumed(world: World, broadcast_id: str) -> str:
    """A broadcast that is paused goes on."""
    return _pause(world, broadcast_id, transmission.PAUSED, True)


def incentive_codes_loaded(world: World, company_key: str, pool_id: int, codes: str) -> str:
    """Codes, with blanks between them, are loaded into a pool. Raises NotFound, and Invalid for codes too long."""
    pool = incentives.pool_of(world, company_key, pool_id)
    return f"{incentives.load(world, pool, codes.split())} codes loaded"


def device_token_expired(world: World, app_id: str, vibes_device_id: str) -> str:
    """The token of a device has had its time: the SDK is answered 401 until it renews it. Raises NotFound."""
    device = installations.known(world, app_id, vibes_device_id)
    return "expired" if installations.end_token(world, device["vibes_device_id"]) else "no token to expire"


def inbox_message_sent(world: World, app_id: str, person_key: str, content: str, subject: str = "") -> str:
    """Marketers put a message into the inbox of a person. Raises NotFound for an unknown app or person."""
    app = installations.app_of(world, app_id)
    person = identity.known(identity.by_key(world, app["company_key"], person_key))
    message = {
        "message_uid": world.ids.uuid("inbox message"),
        "app_id": app_id,
        "person_key": person["person_key"],
        "content": content,
        "subject": subject or None,
        "read": False,
        "created_at": world.time(),
    }
    return str(world.put("inbox_messages", message)["message_uid"])


def silent_push_sent(world: World, app_id: str, push_token: str) -> str:
    """The platform asks the app behind an imported token to move over. Raises NotFound for a token of no device.

    Says the `migration_item_id` that the push names.
    """
    installations.app_of(world, app_id)
    if world.one("devices", {"app_id+push_token": joined(app_id, push_token)}) is None:
        raise NotFound(f"no device of app {app_id!r} has the push token {push_token!r}")
    item = {"migration_item_id": world.ids.uuid("migration item"), "app_id": app_id, "push_token": push_token}
    return str(world.put("migration_items", {**item, "vibes_device_id": None})["migration_item_id"])


def _pause(world: World, broadcast_id: str, wanted: str, resumed: bool) -> str:
    broadcast = world.get("broadcasts", broadcast_id)
    if broadcast is None:
        raise NotFound(f"there is no broadcast {broadcast_id!r}")
    if broadcast["status"] != wanted:
        return f"still {broadcast['status']}"
    transmission.pause(world, broadcast, resumed)
    return "resumed" if resumed else "paused"


def _leave(world: World, person: Record) -> str:
    """A stop word declines what waits for an answer, and ends every subscription."""
    for waiting in participation.pending_of(world, person):
        participation.answer(world, waiting["id"], False)
    left = membership.of(world, person)
    for subscription in left:
        membership.end(world, person, subscription, "user_opt_out")
    return f"{len(left)} subscriptions ended"


def _join(world: World, campaign: Record, person: Record | None, number: str) -> str:
    """A keyword joins its campaign, whatever was answered before; the person is added when unknown."""
    person = person or identity.add(world, campaign["company_key"], {"mdn": number})
    if membership.active(world, person["person_key"], campaign["subscription_list_id"]) is not None:
        return "subscribed already"
    if participation.pending(world, campaign["acquisition_id"], person["person_key"]) is not None:
        return "pending already"
    participation.unblock(world, campaign, number)
    return str(participation.begin(world, campaign, person)["status"]).lower()


def _unmatched(world: World, company_key: str, number: str, message: str) -> str:
    told = {
        "mdn": number,
        "carrier_id": handsets.carrier_code(world, number),
        "message": message,
        "message_id": world.ids.uuid("message"),
        "txn_id": world.ids.uuid("transaction"),
    }
    active = campaigns.active(world, {"company_key": company_key})
    code = next((it["sourcecode"] for it in active if it.get("sourcecode")), "")
    source = {
        "code": code,
        "country_code": "US",
        "code_type": "SHORT",
        "default_response": None,
        "response_sent": False,
    }
    happenings.unmatched_message_received(world, company_key, source, told)
    return "unmatched"
