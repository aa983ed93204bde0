"""What messages of different kinds are grouped by (REST API Documentation, Campaigns)."""

from __future__ import annotations

from mockserver.exchange import Reply, Request
from mockserver.store import Record
from mockserver.vendors.accengage import dates, numbers
from mockserver.vendors.accengage.paging import page_of
from mockserver.world import World


def list_campaigns(world: World, request: Request, partner_id: str, page: int) -> Reply:
    """200 with a page, in the order of their ids, which is that of their creation."""

    def fetch(offset: int, limit: int) -> list[Record]:
        return [_shown(it) for it in world.find("campaigns", {"partnerId": partner_id}, None, offset, limit)]

    return page_of(request, page, "campaigns", fetch)


def create_campaign(world: World, partner_id: str, body: Record) -> Reply:
    """200 with the new id. Raises Refused for dates that are none, or in the wrong order."""
    dates.check_range(body)
    campaign = {**body, "id": numbers.next_id(world, "campaigns"), "partnerId": partner_id}
    world.put("campaigns", campaign)
    return Reply({"id": campaign["id"]})


def get_campaign(world: World, partner_id: str, campaign_id: int) -> Reply:
    """200 with what was written, and the id. Raises Refused, 404."""
    return Reply(_shown(numbers.own(world, "campaigns", partner_id, campaign_id, "Campaign")))


def update_campaign(world: World, partner_id: str, campaign_id: int, body: Record) -> Reply:
    """200; members left out keep their value, and what results must be valid. Raises Refused."""
    known = numbers.own(world, "campaigns", partner_id, campaign_id, "Campaign")
    changed = {**known, **body, "id": known["id"], "partnerId": partner_id}
    dates.check_range(changed)
    world.put("campaigns", changed)
    return Reply({})


def delete_campaign(world: World, partner_id: str, campaign_id: int) -> Reply:
    """200; its messages stay, without campaign. Raises Refused, 404, also the second time."""
    numbers.own(world, "campaigns", partner_id, campaign_id, "Campaign")
    for message in world.find("messages", {"campaignId": campaign_id}):
        world.put("messages", {name: value for name, value in message.items() if name != "campaignId"})
    world.delete("campaigns", str(campaign_id))
    return Reply({})


def _shown(campaign: Record) -> Record:
    return {name: value for name, value in campaign.items() if name != "partnerId"}
