"""Push devices, and whose they are (Push Devices API Methods; Associate device with person record)."""

from __future__ import annotations

from typing import Any

from mockserver.exchange import Reply
from mockserver.store import Record
from mockserver.vendors.vibes import identity, installations, ownership, profile
from mockserver.world import World


def list_push_devices(world: World, company_key: str, person_key: str) -> Reply:
    """200 with the devices of a person, oldest first. Raises NotFound."""
    return _listed(world, identity.by_key(world, company_key, person_key))


def list_push_devices_by_external_id(world: World, company_key: str, external_person_id: str) -> Reply:
    """As `list_push_devices`. Raises NotFound."""
    return _listed(world, identity.by_external_id(world, company_key, external_person_id))


def get_device(world: World, app_id: str, vibes_device_id: str) -> Reply:
    """200 with the device under `device`. Raises NotFound, also for a device of another app."""
    return Reply({"device": _shown(installations.known(world, app_id, vibes_device_id))})


def assign_device(world: World, app_id: str, vibes_device_id: str, body: Record, x_api_version: str) -> Reply:
    """200 with the person who has the device now. Raises NotFound for an unknown device or `person_key`."""
    device = installations.known(world, app_id, vibes_device_id)
    company_key = installations.app_of(world, app_id)["company_key"]
    if body.get("person_key") is not None:
        person = identity.known(identity.by_key(world, company_key, body["person_key"]))
    else:
        person = _called(world, company_key, device, body["external_person_id"])
    ownership.give(world, device, person)
    return Reply(profile.shown(world, person, x_api_version))


def _called(world: World, company_key: str, device: Record, external_person_id: str) -> Record:
    """The person with an external id; if it is nobody's, whoever has the device is given it, unless they have one."""
    person = identity.by_external_id(world, company_key, external_person_id)
    if person is not None:
        return person
    holder, changes = world.get("persons", device["person_key"]), {"external_person_id": external_person_id}
    if holder is None or holder["external_person_id"] is not None:
        return identity.add(world, company_key, changes)
    return identity.change(world, holder, changes)


def _listed(world: World, person: Record | None) -> Reply:
    found = world.find("devices", {"person_key": identity.known(person)["person_key"]})
    return Reply([_shown(device) for device in found])


def _shown(device: Record) -> dict[str, Any]:
    """A device; null for what its SDK has not said, as for one that was imported."""
    found: dict[str, Any] = {"vibes_device_id": device["vibes_device_id"], "os": device["os"]}
    found |= {name: device.get(name) for name in ("push_token", *installations.SAID)}
    return {**found, "url": f"/mobile_apps/{device['app_id']}/devices/{device['vibes_device_id']}"}
