"""Whose a push device is (Associate device with person record; Push Device Callbacks)."""

from __future__ import annotations

from mockserver.store import Record
from mockserver.vendors.vibes import happenings
from mockserver.world import World


def give(world: World, device: Record, person: Record) -> Record:
    """The device, now of this person; nothing happens when it is theirs already. A new device has no `person_key`."""
    before = device.get("person_key")
    if before == person["person_key"]:
        return device
    holder = world.get("persons", before) if before is not None else None
    given = {**device, "person_key": person["person_key"], "updated_at": world.time()}
    world.put("devices", given)
    if holder is not None:
        happenings.device_removed(world, holder, device)
    happenings.device_added(world, person, given)
    return given
