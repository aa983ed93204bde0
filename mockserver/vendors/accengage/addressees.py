"""Segments and static lists that a body names: whether they are there (our reference, sections 2.5 and 2.6)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from mockserver.store import Record
from mockserver.vendors.accengage import membership, userbase
from mockserver.vendors.accengage.errors import Refused, not_found
from mockserver.world import World

_ALL = 10**9


def check(world: World, partner_id: str, body: Mapping[str, Any]) -> None:
    """Raises Refused, 404, for a segment or a list that the application does not have."""
    for numbers in body.get("segments", {}).values():
        for number in numbers if isinstance(numbers, list) else ():
            segment(world, partner_id, number)
    for named in body.get("lists", ()):
        static_list(world, partner_id, named.get("id"), named.get("externalId"))


def segment(world: World, partner_id: str, number: int | str) -> Record:
    """The application's segment. Raises Refused, 404."""
    found = world.get("segments", str(number))
    if found is None or found["partnerId"] != partner_id:
        raise not_found(f"Segment {number}")
    return found


def static_list(world: World, partner_id: str, number: int | str | None, external_id: str | None) -> Record:
    """The application's static list, by its number, or else by its external id. Raises Refused, 404."""
    if number is not None:
        found = membership.find_list(world, partner_id, int(number))
    else:
        found = membership.find_list_by_external_id(world, partner_id, str(external_id))
    if found is None:
        raise not_found(f"Static list {external_id if number is None else number}")
    return found


def devices(world: World, message: Record) -> list[Record]:
    """The devices of a message's campaign segments and static lists, each once; what is gone by now counts for none."""
    partner_id = message["partnerId"]
    found = []
    for number in message.get("segments", {}).get("campaign", ()):
        segment_known = world.get("segments", str(number))
        found += [userbase.by_udid(world, partner_id, udid) for udid in (segment_known or {"devices": ()})["devices"]]
    for named in message.get("lists", ()):
        with suppress(Refused):
            found += members(
                world, partner_id, static_list(world, partner_id, named.get("id"), named.get("externalId"))
            )
    return list({it["id"]: it for it in found if it is not None}.values())


def members(world: World, partner_id: str, found: Record) -> list[Record]:
    """The devices in a static list now."""
    udids = [it["deviceId"] for it in membership.page(world, found["id"], 0, _ALL)]
    devices = (userbase.by_udid(world, partner_id, udid) for udid in udids)
    return [device for device in devices if device is not None]
