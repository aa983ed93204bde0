"""The lists that a company sends to; they are made in the platform (Subscription List API Methods)."""

from __future__ import annotations

from mockserver.exchange import Reply
from mockserver.store import Record
from mockserver.vendors.vibes import campaigns, membership, profile, search
from mockserver.world import World


def list_subscription_lists(world: World, company_key: str) -> Reply:
    """200 with all lists of the company, oldest first."""
    return Reply([_shown(it) for it in world.find("subscription_lists", {"company_key": company_key})])


def get_subscription_list(world: World, company_key: str, subscription_list_id: str) -> Reply:
    """200 with the list. Raises NotFound."""
    return Reply(_shown(membership.known_list(world, company_key, subscription_list_id)))


def list_acquisition_campaigns_of_list(world: World, company_key: str, subscription_list_id: str) -> Reply:
    """200 with the active campaigns that lead to the list. Raises NotFound."""
    known = membership.known_list(world, company_key, subscription_list_id)
    found = campaigns.active(world, {"subscription_list_id": known["id"]})
    return Reply([campaigns.shown(world, campaign) for campaign in found])


def find_subscribers(
    world: World,
    company_key: str,
    subscription_list_id: str,
    x_api_version: str,
    mdn: str | None = None,
    person_id: str | None = None,
    external_person_id: str | None = None,
) -> Reply:
    """200 with the person who is meant in an array, if they are subscribed. Raises NotFound, BadParameter."""
    known = membership.known_list(world, company_key, subscription_list_id)
    wanted = search.Filters(mdn, person_id, external_person_id)
    search.demand(wanted)
    person = search.find(world, company_key, wanted, x_api_version)
    if person is None or membership.active(world, person["person_key"], known["id"]) is None:
        return Reply([])
    return Reply([profile.shown(world, person, x_api_version)])


def _shown(known: Record) -> Record:
    url = membership.list_url(known["company_key"], known["id"])
    return {
        "id": known["id"],
        "name": known["name"],
        "url": url,
        "subscribers_url": f"{url}/subscribers",
        "acquisition_campaigns_url": f"{url}/acquisition_campaigns",
    }
