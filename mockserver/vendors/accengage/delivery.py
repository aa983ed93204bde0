"""How a message gets to its devices: it is being sent for a while, and then it is sent or has failed.

The page names the three states by the labels of its refusals; how long and how is a choice of the world's switches.
"""

from __future__ import annotations

from collections.abc import Iterable

from mockserver.store import Record
from mockserver.vendors.accengage import addressees, numbers
from mockserver.world import World


def begin(world: World, message: Record) -> None:
    """From now on the message is being sent, until the time of `sending_seconds` has passed."""
    world.put("messages", {**message, "state": "sending"})
    world.later(world.switches["sending_seconds"], "delivery.finish", message_id=message["id"])


def finish(world: World, message_id: int) -> None:
    """Due work: what is being sent is sent, or has failed, as `sending_outcome` says."""
    message = world.get("messages", str(message_id))
    if message is None or message["state"] != "sending":
        return
    outcome = world.switches["sending_outcome"]
    world.put("messages", {**message, "state": outcome})
    if outcome == "sent":
        _reach(world, message, addressees.devices(world, message), message.get("campaignId"))


def finish_instant(world: World, message_id: int) -> None:
    """Due work: an instant message is with its devices, in the name of its parent's campaign."""
    message = world.get("instant_messages", str(message_id))
    parent = world.get("messages", str(message["parentId"])) if message else None
    devices = [world.get("devices", str(number)) for number in (message["devices"] if message else ())]
    if message is not None and world.switches["sending_outcome"] == "sent":
        campaign = parent.get("campaignId") if parent else None
        _reach(world, message, [it for it in devices if it is not None], campaign)


def _reach(world: World, message: Record, devices: Iterable[Record], campaign: int | None) -> None:
    """Note that the devices were targeted (Targets)."""
    owner = {"partnerId": message["partnerId"], "messageId": message["id"], "date": world.time()}
    if campaign is not None:
        owner["campaignId"] = campaign
    for device in devices:
        number = numbers.next_id(world, "targets")
        world.put("targets", {"id": number, "deviceId": device["fields"]["UDID"], **owner})
