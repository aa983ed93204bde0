"""Who is on which list, since when, and how they left (subscriptions of a person; Subscription List API Methods).

A record of kind `subscriptions` is one stay on one list. `active` is true, and missing once the person has left, so
that the store lets a person be on a list once at most. Joining again is another record.
"""

from __future__ import annotations

from typing import Any

from mockserver.errors import NotFound
from mockserver.store import Record, joined
from mockserver.vendors.vibes import happenings, profile
from mockserver.world import World

_NOT_SUBSCRIBED = "The person is not subscribed to this list"


def known_list(world: World, company_key: str, subscription_list_id: str) -> Record:
    """A subscription list of the company. Raises NotFound."""
    found = world.get("subscription_lists", subscription_list_id)
    if found is None or found["company_key"] != company_key:
        raise NotFound("The subscription list was not found")
    return found


def active(world: World, person_key: str, subscription_list_id: str) -> Record | None:
    """The subscription that keeps a person on a list."""
    wanted = joined(person_key, subscription_list_id, True)
    return world.one("subscriptions", {"person_key+subscription_list_id+active": wanted})


def known(world: World, person: Record, subscription_list_id: str) -> Record:
    """The active subscription. Raises NotFound, also where only ended ones exist."""
    found = active(world, person["person_key"], subscription_list_id)
    if found is None:
        raise NotFound(_NOT_SUBSCRIBED)
    return found


def of(world: World, person: Record, active_only: bool = True) -> list[Record]:
    """A person's subscriptions, oldest first, those that ended included where wanted."""
    if active_only:
        return world.find("subscriptions", {"person_key+active": joined(person["person_key"], True)})
    return world.find("subscriptions", {"person_key": person["person_key"]})


def begin(
    world: World, person: Record, subscription_list_id: str, acquisition_id: str | None = None
) -> tuple[Record, bool]:
    """The subscription of a person to a list, and whether it is new. `acquisition_id` names what led to it."""
    found = active(world, person["person_key"], subscription_list_id)
    if found is not None:
        return found, False
    subscription: Record = {
        "id": world.ids.uuid("subscription"),
        "company_key": person["company_key"],
        "person_key": person["person_key"],
        "subscription_list_id": subscription_list_id,
        "acquisition_id": acquisition_id,
        "active": True,
        "opt_in_date": world.time(),
    }
    world.put("subscriptions", subscription)
    happenings.subscription_added(world, person, subscription)
    return subscription, True


def end(world: World, person: Record, subscription: Record, reason: str) -> Record:
    """The person's subscription as ended now, for an `opt_out_reason` such as `user_opt_out`."""
    ended = {name: value for name, value in subscription.items() if name != "active"}
    ended |= {"opt_out_date": world.time(), "opt_out_reason": reason}
    world.put("subscriptions", ended)
    happenings.subscription_removed(world, person, ended)
    return ended


def shown(person: Record, subscription: Record) -> dict[str, Any]:
    """A subscription of the person; one that is active has neither date nor reason of an opt-out."""
    company_key, list_id = person["company_key"], subscription["subscription_list_id"]
    found: dict[str, Any] = {
        "person": {"id": person["person_id"], "url": profile.url(person)},
        "subscription_list": {"id": list_id, "url": list_url(company_key, list_id)},
        "opt_in_date": subscription["opt_in_date"],
    }
    found |= {name: subscription[name] for name in ("opt_out_date", "opt_out_reason") if name in subscription}
    acquisition_id = subscription.get("acquisition_id")
    if acquisition_id is not None:
        url = f"/companies/{company_key}/campaigns/acquisition/{acquisition_id}"
        found["acquisition_campaign"] = {"id": acquisition_id, "url": url}
    return {**found, "url": f"{profile.url(person)}/subscriptions/{list_id}"}


def list_url(company_key: str, subscription_list_id: str) -> str:
    """The path of a list on the host."""
    return f"/companies/{company_key}/mobiledb/subscription_lists/{subscription_list_id}"
