"""Subscribers: the newer way to subscribe, and their administration (reference, sections 4.1 to 4.3)."""

from __future__ import annotations

from typing import Any

from mockserver.exchange import Reply, Request
from mockserver.vendors.voltmx import register
from mockserver.vendors.voltmx.auth import is_device
from mockserver.vendors.voltmx.errors import UNAUTHORIZED, Declined, Refused
from mockserver.vendors.voltmx.replies import Note
from mockserver.world import World

UNKNOWN_APP = "Invalid Volt MX application ID"
UNKNOWN_KSID = "Invalid KSID"
NOT_DELETABLE = "Please provide valid ksids with inactive status"


def list_subscribers(world: World, start: int, page_size: int) -> Reply:
    """The subscribers from position `start`, oldest first. `pageSize` 5 gives six, as the page has it, unless the
    switch `inclusivePaging` says otherwise."""
    size = page_size + 1 if world.switches["inclusivePaging"] else page_size
    rows = world.find("subscriptions", offset=start, limit=size)
    return Reply(
        {"total": world.count("subscriptions"), "subscribers": [register.subscriber(world, it) for it in rows]}
    )


def change_subscriber(world: World, request: Request, body: dict[str, Any]) -> Reply:
    """Subscribe or unsubscribe a device, as the payload says; the checks have the order of section 2.6. Raises
    Declined."""
    service = body["subscriptionService"]
    if not is_device(world, request.header("x-device-authtoken")):
        raise Declined(UNAUTHORIZED, "X-Device-AuthToken is missing or differs from the configured value", 401)
    wanted = service.get("subscribe") or service["unsubscribe"]
    if "appId" in wanted and world.get("apps", wanted["appId"]) is None:
        raise Declined(UNKNOWN_APP, f"no application {wanted['appId']!r}")
    return _subscribe(world, request, wanted) if "subscribe" in service else _unsubscribe(world, wanted)


def get_subscriber(world: World, ksid: str) -> Reply:
    """200 with the record. Raises Declined: an unknown KSID is a 400 here."""
    record = register.by_ksid(world, ksid)
    if record is None:
        raise Declined(UNKNOWN_KSID, f"no subscriber has the KSID {ksid}")
    return Reply(register.subscriber(world, record))


def inactivate_subscriber(world: World, ksid: str) -> Reply:
    """End a subscription as unsubscribing does; ending it again is a success too. Raises Declined."""
    record = register.by_ksid(world, ksid)
    if record is None:
        raise Declined("Invalid request format", f"no subscriber has the KSID {ksid}")
    world.put("subscriptions", {**record, "active": False})
    return Reply(Note("Subscriber Status updated successfully. ", record["ksid"]))


def delete_subscribers(world: World, body: dict[str, Any]) -> Reply:
    """Delete inactive subscribers, all or none of those that are named. Raises Declined."""
    ksids = {str(int(ksid)) for ksid in body["ksids"]}
    for ksid in ksids:
        record = register.by_ksid(world, ksid)
        if record is None or record["active"]:
            raise Declined(NOT_DELETABLE, f"{ksid} is {'active' if record else 'nobody'}; nothing was deleted")
    for ksid in ksids:
        for kind in ("subscriptions", "details", "positions"):
            world.delete(kind, ksid)
    return Reply(Note("Subscribers deleted successfully"))


def _subscribe(world: World, request: Request, wanted: dict[str, Any]) -> Reply:
    system = register.os_type(wanted)
    if system == "blackberry" and wanted["deviceId"][:2].lower() == "0x":
        raise Declined("Invalid request format", "a BlackBerry deviceId is sent without its first two characters, `0x`")
    known = register.matches(world, wanted)
    if len(known) > 1:
        reason = f"deviceId and sid belong to different subscriptions: {', '.join(known)}"
        raise Declined(register.UNCLEAR.message, reason)
    record = next(iter(known.values()), None)
    subscription = world.put("subscriptions", register.renewed(world, record, wanted, system))
    register.describe(world, request, subscription["ksid"], wanted.get("deviceName"))
    updated = record is not None and record["active"]
    return Reply(Note("Update successful." if updated else "Subscription successful.", subscription["ksid"]))


def _unsubscribe(world: World, wanted: dict[str, Any]) -> Reply:
    try:
        record = register.named(world, wanted)
    except Refused as refused:
        unclear = refused.outcome == register.UNCLEAR
        raise Declined(refused.outcome.message if unclear else UNKNOWN_KSID, refused.reason) from None
    if not record["active"]:
        return Reply(Note("Already unsubscribed.", record["ksid"]))
    world.put("subscriptions", {**record, "active": False})
    return Reply(Note("Unsubscription successful.", record["ksid"]))
