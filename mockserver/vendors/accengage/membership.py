"""Who is in a static list: looked up, added, removed, and out again when their time has come (Static lists).

A list's key sorts as its number does: `myPartnerId/00000000000000001234`. A member is a device with the second at which
it leaves the list, if it ever does.
"""

from __future__ import annotations

from typing import Any

from mockserver.clock import iso
from mockserver.store import AtMost, Between, Record, joined
from mockserver.vendors.accengage import userbase
from mockserver.world import World


def key_of(partner_id: str, list_id: int) -> str:
    return f"{partner_id}/{list_id:020d}"


def of_application(partner_id: str) -> dict[str, Any]:
    """What finds all lists of an application, in the order of `id`."""
    return {"id": Between(f"{partner_id}/", f"{partner_id}/~")}


def find_list(world: World, partner_id: str, list_id: int) -> Record | None:
    return world.get("lists", key_of(partner_id, list_id))


def find_list_by_external_id(world: World, partner_id: str, external_id: str) -> Record | None:
    return world.one("lists", {"partnerId+externalId": joined(partner_id, external_id)})


def page(world: World, list_key: str, offset: int, limit: int) -> list[Record]:
    """Members as the API shows them, those first that came first."""
    _let_go(world)
    found = world.find("members", {"list": list_key}, None, offset, limit)
    return [{"deviceId": it["deviceId"], "expireAt": _written(it["expiresAt"])} for it in found]


def holds(world: World, list_key: str, udid: str) -> bool:
    """Whether the device is in the list now."""
    _let_go(world)
    return world.get("members", f"{list_key}/{udid}") is not None


def put(world: World, partner_id: str, list_key: str, user: Record) -> None:
    """Have a device in the list until `expiresAt`. One that is in it already stays in its place; one that there is not
    is passed over."""
    device = _device(world, partner_id, user)
    if device is not None:
        udid = device["fields"]["UDID"]
        member = {"id": f"{list_key}/{udid}", "list": list_key, "deviceId": udid, "expiresAt": user["expiresAt"]}
        world.put("members", member)


def remove(world: World, partner_id: str, list_key: str, user: Record) -> None:
    """Have a device no longer in the list, if it was."""
    device = _device(world, partner_id, user)
    if device is not None:
        world.delete("members", f"{list_key}/{device['fields']['UDID']}")


def _device(world: World, partner_id: str, user: Record) -> Record | None:
    return userbase.first(world, partner_id, {user["field"]: user["value"]})


def _let_go(world: World) -> None:
    """Members whose time has come leave all lists of the world: whoever looks next must not see them."""
    for member in world.find("members", {"expiresAt": AtMost(world.now)}, "expiresAt"):
        world.delete("members", member["id"])


def _written(seconds: float | None) -> str | None:
    return None if seconds is None else iso(seconds, "seconds" if seconds == int(seconds) else "milliseconds")
