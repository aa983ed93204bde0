"""What the SDK in an app says of the device that it runs on (iOS SDK, APIDefinition).

That the device in a path is the caller's own was found out on the way in.
"""

from __future__ import annotations

from mockserver.exchange import Reply
from mockserver.store import Record
from mockserver.vendors.vibes import identity, installations, profile
from mockserver.world import World


def register_device(world: World, app_id: str, body: Record) -> Reply:
    """201 with a token for a new device. Raises UnknownApp."""
    device = installations.add(world, installations.app_of(world, app_id), body["device"])
    return Reply(_credential(world, device), 201)


def renew_device(world: World, app_id: str, vibes_device_id: str, body: Record) -> Reply:
    """200 with a fresh token of the device, which is as it says now; the earlier token has ended."""
    device = installations.known(world, app_id, vibes_device_id)
    return Reply(_credential(world, installations.change(world, device, body["device"])))


def update_device(world: World, app_id: str, vibes_device_id: str, body: Record) -> Reply:
    """204, once the device is as it says."""
    installations.change(world, installations.known(world, app_id, vibes_device_id), body["device"])
    return Reply(None, 204)


def unregister_device(world: World, app_id: str, vibes_device_id: str) -> Reply:
    """204, once the device is gone."""
    installations.remove(world, installations.known(world, app_id, vibes_device_id))
    return Reply(None, 204)


def get_device_person(world: World, app_id: str, vibes_device_id: str, x_api_version: str) -> Reply:
    """200 with the person who has the device."""
    device = installations.known(world, app_id, vibes_device_id)
    person = identity.known(world.get("persons", device["person_key"]))
    return Reply(profile.shown(world, person, x_api_version))


def register_push(world: World, app_id: str, vibes_device_id: str, body: Record) -> Reply:
    """204, once pushes reach the device by the token."""
    device = installations.known(world, app_id, vibes_device_id)
    installations.reach(world, device, body["device"]["push_token"])
    return Reply(None, 204)


def unregister_push(world: World, app_id: str, vibes_device_id: str) -> Reply:
    """204; no push reaches the device, whether one did before or not."""
    installations.silence(world, installations.known(world, app_id, vibes_device_id))
    return Reply(None, 204)


def _credential(world: World, device: Record) -> Record:
    token = installations.fresh_token(world, device)
    return {"auth_token": token, "device": {"vibes_device_id": device["vibes_device_id"]}}
