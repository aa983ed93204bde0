"""Acquisition campaigns, the ways onto a subscription list, made in the platform (Acquisition Campaign API)."""

from __future__ import annotations

from typing import Any

from mockserver.clock import epoch
from mockserver.errors import NotFound
from mockserver.store import Record
from mockserver.world import World


def known(world: World, company_key: str, acquisition_id: str) -> Record:
    """A campaign of the company. Raises NotFound."""
    found = world.get("acquisition_campaigns", acquisition_id)
    if found is None or found["company_key"] != company_key:
        raise NotFound("The acquisition campaign was not found")
    return found


def status(world: World, campaign: Record) -> str:
    """`scheduled`, `active`, `past` by the world's clock, or `deleted`."""
    if campaign.get("deleted"):
        return "deleted"
    if world.now < epoch(campaign["start_date"]):
        return "scheduled"
    end_date = campaign.get("end_date")
    return "past" if end_date is not None and world.now >= epoch(end_date) else "active"


def active(world: World, where: Record, most: int | None = None) -> list[Record]:
    """The campaigns among those found by `where` that are active now, oldest first, and no more than `most`."""
    return [it for it in world.find("acquisition_campaigns", where) if status(world, it) == "active"][:most]


def url(campaign: Record) -> str:
    """The path of a campaign on the host."""
    return f"/companies/{campaign['company_key']}/campaigns/acquisition/{campaign['acquisition_id']}"


def shown(world: World, campaign: Record) -> dict[str, Any]:
    """The campaign with the status it has now."""
    return {
        "acquisition_id": campaign["acquisition_id"],
        "description": campaign["description"],
        "campaign_type": {"code": "ACQUISITION"},
        "status": status(world, campaign),
        "start_date": campaign["start_date"],
        "end_date": campaign.get("end_date"),
        "acquisition_campaign": {"keywords": campaign["keywords"]},
        "sourcecode": campaign.get("sourcecode"),
        "url": url(campaign),
        "created_date": campaign["created_date"],
        "updated_date": campaign["updated_date"],
    }
