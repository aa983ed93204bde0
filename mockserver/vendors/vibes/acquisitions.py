"""Acquisition campaigns and who takes part in them (Acquisition API Methods; Add a participant)."""

from __future__ import annotations

from mockserver.errors import NotFound
from mockserver.exchange import Reply
from mockserver.store import Record
from mockserver.vendors.vibes import campaigns, enrolment, identity, membership, participation, search
from mockserver.vendors.vibes.errors import Code, Error, conflict
from mockserver.world import World

_MOST = 50
_SUBSCRIBED = Error("The person is already subscribed to the list of this campaign", Code.CONFLICT)


def list_pending_acquisitions(world: World, company_key: str, person_key: str, x_api_version: str) -> Reply:
    """200 with what waits for the person's answer, oldest first. Raises NotFound."""
    person = identity.known(identity.by_key(world, company_key, person_key))
    return _listed(world, participation.pending_of(world, person), x_api_version)


def list_pending_acquisitions_respelled(world: World, company_key: str, person_key: str, x_api_version: str) -> Reply:
    """The same under the path without the typing slip."""
    return list_pending_acquisitions(world, company_key, person_key, x_api_version)


def list_acquisition_campaigns(world: World, company_key: str) -> Reply:
    """200 with at most 50 active campaigns. Raises NotFound when there is none."""
    found = campaigns.active(world, {"company_key": company_key}, _MOST)
    if not found:
        raise NotFound("No acquisition campaign was found")
    return Reply([campaigns.shown(world, campaign) for campaign in found])


def get_acquisition_campaign(world: World, company_key: str, acquisition_id: str) -> Reply:
    """200 with the campaign. Raises NotFound."""
    return Reply(campaigns.shown(world, campaigns.known(world, company_key, acquisition_id)))


def find_participants(
    world: World,
    company_key: str,
    acquisition_id: str,
    x_api_version: str,
    mdn: str | None = None,
    person_id: str | None = None,
    external_person_id: str | None = None,
) -> Reply:
    """200 with the pending participations, oldest first: all, or that of one person. Raises NotFound, BadParameter."""
    campaign = campaigns.known(world, company_key, acquisition_id)
    wanted = search.Filters(mdn, person_id, external_person_id)
    if wanted == search.Filters():
        return _listed(world, participation.pending_in(world, campaign["acquisition_id"]), x_api_version)
    person = search.find(world, company_key, wanted, x_api_version)
    found = person and participation.pending(world, campaign["acquisition_id"], person["person_key"])
    return _listed(world, [found] if found else [], x_api_version)


def add_participant(world: World, company_key: str, acquisition_id: str, body: Record, x_api_version: str) -> Reply:
    """201 with a new participation, 200 with a pending one. Raises NotFound, BadParameter, Invalid, Conflict."""
    campaign = campaigns.known(world, company_key, acquisition_id)
    wanted = enrolment.read(world, campaign, body, x_api_version)
    list_id = campaign["subscription_list_id"]
    if wanted.person is not None and membership.active(world, wanted.person["person_key"], list_id) is not None:
        raise conflict([_SUBSCRIBED])
    person = enrolment.carry_out(world, company_key, wanted)
    waiting = participation.pending(world, campaign["acquisition_id"], person["person_key"])
    found = waiting or participation.begin(world, campaign, person)
    return Reply(participation.shown(world, found, x_api_version), 200 if waiting else 201)


def _listed(world: World, found: list[Record], version: str) -> Reply:
    shown = (participation.shown(world, it, version) for it in found)
    return Reply([it for it in shown if it is not None])
