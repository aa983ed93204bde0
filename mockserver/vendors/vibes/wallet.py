"""Wallet campaigns and their items (Wallet methods; Wallet Campaign API; Update a wallet item)."""

from __future__ import annotations

from mockserver.errors import NotFound
from mockserver.exchange import Reply
from mockserver.store import Record
from mockserver.vendors.vibes import moments, passes
from mockserver.vendors.vibes.errors import Code, Error, invalid
from mockserver.world import World

_MOST = 50
_PLAIN = ("group_code", "strip_image", "expiration_date")


def list_wallet_campaigns(world: World, company_key: str) -> Reply:
    """200 with at most 50 active campaigns, the one updated last first. Raises NotFound when there is none."""
    found = passes.campaigns(world, company_key, _MOST)
    if not found:
        raise NotFound("No wallet campaign was found")
    return Reply([passes.shown_campaign(campaign) for campaign in found])


def get_wallet_campaign(world: World, company_key: str, wallet_id: str) -> Reply:
    """200 with the campaign. Raises NotFound."""
    return Reply(passes.shown_campaign(passes.campaign_of(world, company_key, wallet_id)))


def list_wallet_items(
    world: World, company_key: str, wallet_id: str, page: int, per_page: int, group_code: str | None = None
) -> Reply:
    """200 with a page of the active items, the one updated last first. Raises NotFound."""
    campaign = passes.campaign_of(world, company_key, wallet_id)
    found = passes.items(world, campaign, group_code, (page - 1) * per_page, per_page)
    return Reply([passes.shown_item(campaign, item) for item in found])


def get_wallet_item(world: World, company_key: str, wallet_id: str, wallet_item_id: str) -> Reply:
    """200 with the item. Raises NotFound."""
    campaign = passes.campaign_of(world, company_key, wallet_id)
    return Reply(passes.shown_item(campaign, passes.item_of(world, campaign, wallet_item_id)))


def update_wallet_item(world: World, company_key: str, wallet_id: str, wallet_item_id: str, body: Record) -> Reply:
    """200 with the item's new state; a notification in the body is sent. Raises NotFound, Invalid."""
    campaign = passes.campaign_of(world, company_key, wallet_id)
    item = passes.item_of(world, campaign, wallet_item_id)
    changed = _changed(item, body)
    if changed != item:
        item = world.put("wallet_items", {**changed, "updated_at": world.time()})
    notification = (body.get("passbook") or {}).get("notification")
    if notification:
        passes.send(world, campaign, notification, wallet_item_ids=[wallet_item_id])
    return Reply(passes.shown_item(campaign, item))


def _changed(item: Record, body: Record) -> Record:
    """The item with what a body says; what cannot be written is passed over. Raises Invalid."""
    changed = {**item, **{name: body[name] for name in _PLAIN if name in body}}
    if changed["expiration_date"] is not None and moments.read(changed["expiration_date"]) is None:
        raise invalid([Error("expiration_date is no date and time that exists", Code.FORMAT)])
    if "locations" in body:
        changed["locations"] = body["locations"] or []
    if "tokens" in body:
        merged = {} if body["tokens"] is None else {**item["tokens"], **body["tokens"]}
        changed["tokens"] = {name: value for name, value in merged.items() if value is not None}
    return changed
