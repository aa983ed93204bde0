"""Messages to the phones that hold items of a wallet campaign: the older way, beside updating an item."""

from __future__ import annotations

from mockserver.errors import NotFound
from mockserver.exchange import Reply
from mockserver.store import Record
from mockserver.vendors.vibes import passes
from mockserver.world import World

_MOST = 50


def list_wallet_messages(world: World, company_key: str, wallet_id: str) -> Reply:
    """200 with the last 50 messages, the last one first. Raises NotFound."""
    campaign = passes.campaign_of(world, company_key, wallet_id)
    return Reply([passes.shown_message(campaign, it) for it in passes.messages(world, campaign, _MOST)])


def send_wallet_message(world: World, company_key: str, wallet_id: str, body: Record) -> Reply:
    """201 with the message, which is sent already. Raises NotFound, Invalid."""
    campaign = passes.campaign_of(world, company_key, wallet_id)
    message = passes.send(world, campaign, body["notification"], body.get("group_code"), body.get("wallet_item_ids"))
    return Reply(passes.shown_message(campaign, message), 201)


def get_wallet_message(world: World, company_key: str, wallet_id: str, message_id: str) -> Reply:
    """200 with the message. Raises NotFound."""
    campaign = passes.campaign_of(world, company_key, wallet_id)
    message = world.get("wallet_messages", message_id)
    if message is None or message["wallet_id"] != wallet_id:
        raise NotFound("The message was not found")
    return Reply(passes.shown_message(campaign, message))
