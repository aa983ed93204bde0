"""Wallet campaigns, their items, and notifications to the phones that hold them (Wallet Campaign API)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from mockserver.errors import NotFound
from mockserver.store import Between, Record, joined
from mockserver.vendors.vibes import happenings
from mockserver.vendors.vibes.errors import Code, Error, invalid
from mockserver.world import World

# Higher than any time or number that a joined field ends in.
_LAST = "~"
_UNREACHABLE = "google"  # Google Pay does not support the notification (Update a wallet item)
_SHOWN = ("wallet_item_id", "group_code", "provider", "tokens", "locations", "strip_image", "expiration_date")


def campaigns(world: World, company_key: str, most: int) -> list[Record]:
    """The active campaigns of a company, the one updated last first."""
    field = "company_key+active+updated_at"
    return world.find("wallet_campaigns", {field: _all(company_key, True)}, f"-{field}", limit=most)


def campaign_of(world: World, company_key: str, wallet_id: str) -> Record:
    """Raises NotFound, also for a campaign of another company."""
    campaign = world.get("wallet_campaigns", wallet_id)
    if campaign is None or campaign["company_key"] != company_key:
        raise NotFound("The wallet campaign was not found")
    return campaign


def items(world: World, campaign: Record, group_code: str | None, offset: int, limit: int) -> list[Record]:
    """Active items of a campaign, or of one group in it, the one updated last first."""
    if group_code is None:
        field, values = "wallet_id+active+updated_at", _all(campaign["wallet_id"], True)
    else:
        field, values = "wallet_id+active+group_code+updated_at", _all(campaign["wallet_id"], True, group_code)
    return world.find("wallet_items", {field: values}, f"-{field}", offset, limit)


def item_of(world: World, campaign: Record, wallet_item_id: str) -> Record:
    """Raises NotFound, also for an item of another campaign."""
    item = world.get("wallet_items", f"{campaign['wallet_id']}/{wallet_item_id}")
    if item is None:
        raise NotFound("The wallet item was not found")
    return item


def install(world: World, campaign: Record, wallet_item_id: str, provider: str) -> None:
    """The pass is put into a wallet: its item is active from then on, and made if there is none yet, since links may
    name an item before it exists (Wallet Campaign API)."""
    key, now = f"{campaign['wallet_id']}/{wallet_item_id}", world.time()
    blank: Record = {
        "id": key,
        "wallet_id": campaign["wallet_id"],
        "wallet_item_id": wallet_item_id,
        "group_code": None,
        "tokens": {},
        "locations": [],
        "strip_image": None,
        "expiration_date": None,
        "created_at": now,
    }
    instance = {"wallet_instance_uid": world.ids.uuid("wallet instance"), "registered_at": now, "unregistered_at": None}
    item = world.get("wallet_items", key) or blank
    item = {**item, "provider": provider, "active": True, "instance": instance, "updated_at": now}
    world.put("wallet_items", item)
    _tell(world, happenings.wallet_item_install, campaign, item)


def remove(world: World, campaign: Record, item: Record) -> None:
    """The pass is taken out of the wallet: its item is not active any more."""
    instance = item.get("instance") or {"wallet_instance_uid": world.ids.uuid("wallet instance")}
    instance = {"registered_at": item["created_at"], **instance, "unregistered_at": world.time()}
    item = {**item, "active": False, "instance": instance, "updated_at": world.time()}
    world.put("wallet_items", item)
    _tell(world, happenings.wallet_item_remove, campaign, item)


def send(
    world: World,
    campaign: Record,
    notification: str,
    group_code: str | None = None,
    wallet_item_ids: Sequence[str] | None = None,
) -> Record:
    """The message, sent at once to the active items that are meant: all, those of a group, those named, or those named
    that are of the group. Raises Invalid when an item is named that does not exist.
    """
    wallet_id = campaign["wallet_id"]
    if wallet_item_ids is None:
        reached = _reached(world, wallet_id, group_code)
    else:
        wallet_item_ids = list(dict.fromkeys(wallet_item_ids))
        named = [world.get("wallet_items", f"{wallet_id}/{it}") for it in wallet_item_ids]
        unknown = [it for it, item in zip(wallet_item_ids, named, strict=True) if item is None]
        if unknown:
            raise invalid([Error(f"Unknown wallet items: {', '.join(unknown)}", Code.NOT_FOUND)])
        reached = sum(_reaches(item, group_code) for item in named if item is not None)
    number = world.count("wallet_messages", {"wallet_id": wallet_id}) + 1
    return world.put(
        "wallet_messages",
        {
            "message_id": world.ids.uuid("wallet message"),
            "wallet_id": wallet_id,
            "number": f"{number:09d}",
            "notification": notification,
            "group_code": group_code,
            "wallet_item_ids": wallet_item_ids,
            "recipient_count": reached,
            "created_at": world.time(),
        },
    )


def messages(world: World, campaign: Record, most: int) -> list[Record]:
    """The messages of a campaign, the last one first."""
    field = "wallet_id+number"
    return world.find("wallet_messages", {field: _all(campaign["wallet_id"])}, f"-{field}", limit=most)


def shown_campaign(campaign: Record) -> dict[str, Any]:
    """A campaign, as answers have it."""
    names = ("wallet_id", "name", "type", "smartlink_url", "created_at", "updated_at")
    return {**{name: campaign[name] for name in names}, "url": _url(campaign)}


def shown_item(campaign: Record, item: Record) -> dict[str, Any]:
    """An item, as answers have it."""
    return {
        **{name: item[name] for name in _SHOWN},
        "campaign_ref": {"wallet_id": campaign["wallet_id"], "url": _url(campaign)},
        "url": f"{_url(campaign)}/items/{quote(item['wallet_item_id'], safe='')}",
        "created_at": item["created_at"],
        "updated_at": item["updated_at"],
    }


def shown_message(campaign: Record, message: Record) -> dict[str, Any]:
    """A message, as answers have it."""
    names = ("message_id", "notification", "group_code", "wallet_item_ids", "recipient_count", "created_at")
    return {
        **{name: message[name] for name in names},
        "status": "sent",
        "url": f"{_url(campaign)}/messages/{message['message_id']}",
    }


def _tell(world: World, happening: Callable[..., None], campaign: Record, item: Record) -> None:
    instance = {**item["instance"], "provider": item["provider"]}
    happening(world, campaign["company_key"], shown_campaign(campaign), shown_item(campaign, item), instance)


def _all(*first: object) -> Between:
    """The values of a joined field that begin with these."""
    return Between(joined(*first, ""), joined(*first, _LAST))


def _reached(world: World, wallet_id: str, group_code: str | None) -> int:
    """How many active items of a campaign, or of a group in it, can show a notification; without reading them."""
    field, value = "wallet_id+active", joined(wallet_id, True)
    if group_code is not None:
        field, value = f"{field}+group_code", joined(value, group_code)
    there = world.count("wallet_items", {field: value})
    return there - world.count("wallet_items", {f"{field}+provider": joined(value, _UNREACHABLE)})


def _reaches(item: Record, group_code: str | None) -> bool:
    meant = group_code is None or item["group_code"] == group_code
    return meant and bool(item["active"]) and item["provider"] != _UNREACHABLE


def _url(campaign: Record) -> str:
    return f"/companies/{campaign['company_key']}/campaigns/wallet/{quote(campaign['wallet_id'], safe='')}"
