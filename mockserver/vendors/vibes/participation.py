"""Taking part in an acquisition campaign, from opt-in message to answer (Add a participant; Acquisition Callbacks).

PENDING ── Y ──> CONFIRMED, and subscribed to the campaign's list
        ── N ──> REJECTED, and blocked from being added to this campaign again
        ── expire_date passes ──> EXPIRED, silently

An auto-confirming campaign begins at CONFIRMED. What the API calls SUBSCRIBED is CONFIRMED in callbacks and records.
"""

from __future__ import annotations

from typing import Any

from mockserver.clock import iso
from mockserver.store import Record, joined
from mockserver.vendors.vibes import campaigns, handsets, happenings, membership, profile
from mockserver.vendors.vibes import mdn as numbers
from mockserver.world import World

PENDING, CONFIRMED, REJECTED, EXPIRED = "PENDING", "CONFIRMED", "REJECTED", "EXPIRED"


def pending(world: World, acquisition_id: str, person_key: str) -> Record | None:
    """The participation of a person in a campaign that waits for an answer."""
    wanted = joined(acquisition_id, person_key, PENDING)
    return world.one("participations", {"acquisition_id+person_key+status": wanted})


def pending_of(world: World, person: Record) -> list[Record]:
    """All that wait for a person's answer, oldest first."""
    return world.find("participations", {"person_key+status": joined(person["person_key"], PENDING)})


def pending_in(world: World, acquisition_id: str) -> list[Record]:
    """All of a campaign that wait for an answer, oldest first."""
    return world.find("participations", {"acquisition_id+status": joined(acquisition_id, PENDING)})


def begin(world: World, campaign: Record, person: Record) -> Record:
    """A new participation of a person who has an MDN, subscribed at once where the campaign confirms by itself."""
    participation: Record = {
        "id": world.ids.uuid("participation"),
        "company_key": campaign["company_key"],
        "acquisition_id": campaign["acquisition_id"],
        "person_key": person["person_key"],
        "keyword": next(iter(campaign["keywords"]), None),
        "participation_date": world.time(),
    }
    if campaign.get("auto_confirm"):
        participation |= {"status": CONFIRMED, "expire_date": None}
        world.put("participations", participation)
        happenings.participant_added(world, person, campaign, participation)
        membership.begin(world, person, campaign["subscription_list_id"], campaign["acquisition_id"])
        return participation
    seconds = world.switches["opt_in_seconds"]
    participation |= {"status": PENDING, "expire_date": iso(world.now + seconds)}
    world.put("participations", participation)
    happenings.participant_added(world, person, campaign, participation)
    world.later(seconds, "participation.expire", participation_id=participation["id"])
    reply = handsets.reply(world, profile.mdn_of(person) or "")
    if reply is not None:
        after = world.switches["opt_in_reply_seconds"]
        world.later(after, "participation.answer", participation_id=participation["id"], confirmed=reply == "Y")
    return participation


def answer(world: World, participation_id: str, confirmed: bool) -> None:
    """Due work: the owner of the number answers the opt-in message with yes or no. Too late, it changes nothing."""
    participation = world.get("participations", participation_id)
    if participation is None or participation["status"] != PENDING:
        return
    campaign = world.get("acquisition_campaigns", participation["acquisition_id"])
    person = world.get("persons", participation["person_key"])
    if campaign is None or person is None:
        return  # deleted through the control API
    changed = {**participation, "status": CONFIRMED if confirmed else REJECTED}
    world.put("participations", changed)
    happenings.participant_changed(world, person, campaign, changed)
    if confirmed:
        membership.begin(world, person, campaign["subscription_list_id"], campaign["acquisition_id"])
    else:
        world.put("confirmation_blocks", {"id": _block(campaign, profile.mdn_of(person))})


def expire(world: World, participation_id: str) -> None:
    """Due work: nobody answered in time. No callback tells of it."""
    participation = world.get("participations", participation_id)
    if participation is not None and participation["status"] == PENDING:
        world.put("participations", {**participation, "status": EXPIRED})


def blocked(world: World, campaign: Record, number: str) -> bool:
    """Whether the number answered No to this campaign before."""
    return world.get("confirmation_blocks", _block(campaign, number)) is not None


def unblock(world: World, campaign: Record, number: str) -> None:
    """Forget that the number answered No: its owner joins by keyword after all."""
    world.delete("confirmation_blocks", _block(campaign, number))


def shown(world: World, participation: Record, version: str) -> dict[str, Any] | None:
    """A participation, the MDN as the version has it; None when its person or campaign is gone from the world."""
    campaign = world.get("acquisition_campaigns", participation["acquisition_id"])
    person = world.get("persons", participation["person_key"])
    if campaign is None or person is None:
        return None
    number = profile.mdn_of(person)
    found: dict[str, Any] = {
        "person": {
            "id": person["person_id"],
            "external_id": person["external_person_id"],
            "mobile_phone": {"mdn": numbers.show(number, version)} if number else None,
            "url": profile.url(person),
        },
        "acquisition_campaign": {
            "id": campaign["acquisition_id"],
            "description": campaign["description"],
            "url": campaigns.url(campaign),
            "keyword": participation.get("keyword"),
        },
        "participation_date": participation["participation_date"],
    }
    if participation["expire_date"] is not None:
        found["expire_date"] = participation["expire_date"]
    status = participation["status"]
    return {**found, "status": "SUBSCRIBED" if status == CONFIRMED else status}


def _block(campaign: Record, number: str | None) -> str:
    return f"{campaign['acquisition_id']}/{number}"
