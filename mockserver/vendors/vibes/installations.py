"""A device as the SDK on it has it: registered, changed, reached by push, gone; and the tokens that it calls with.

`said` and `changes` are members of a device in the form of requests. One that is missing stays as it is, None removes.
"""

from __future__ import annotations

from typing import Any

from mockserver.errors import NotFound
from mockserver.store import Record, joined
from mockserver.vendors.vibes import happenings, identity, ownership, profile
from mockserver.vendors.vibes.errors import UnknownApp
from mockserver.world import World

SAID = (
    "os_version",
    "sdk_version",
    "app_version",
    "hardware_make",
    "hardware_model",
    "advertising_id",
    "locale",
    "timezone",
    "location",
)


def app_of(world: World, app_id: str) -> Record:
    """Raises UnknownApp."""
    app = world.get("apps", app_id)
    if app is None:
        raise UnknownApp
    return app


def known(world: World, app_id: str, vibes_device_id: str) -> Record:
    """A device. Raises NotFound, also for a device of another app."""
    device = world.get("devices", vibes_device_id)
    if device is None or device["app_id"] != app_id:
        raise NotFound("The device was not found")
    return device


def add(world: World, app: Record, said: Record) -> Record:
    """A new device, of a new person whom nobody knows yet (Associate Person to Device)."""
    person = identity.add(world, app["company_key"], {})
    device = {
        "vibes_device_id": world.ids.uuid("device"),
        "app_id": app["app_id"],
        "push_token": None,
        "created_at": world.time(),
        **_members(said),
    }
    return ownership.give(world, device, person)


def change(world: World, device: Record, changes: Record) -> Record:
    """The device with what the SDK says; the same record when nothing differs, and then nobody is told."""
    return _put(world, device, _members(changes))


def reach(world: World, device: Record, push_token: str) -> Record:
    """The device, reached by this push token from now on; whatever device of its app had the token loses it."""
    holder = world.one("devices", {"app_id+push_token": joined(device["app_id"], push_token)})
    if holder is not None and holder["vibes_device_id"] != device["vibes_device_id"]:
        if world.one("device_tokens", {"vibes_device_id": holder["vibes_device_id"]}) is None:
            device = _take_over(world, device, holder)
        else:
            silence(world, holder)
    return _put(world, device, {"push_token": push_token})


def silence(world: World, device: Record) -> Record:
    """The device, reached by no push any more."""
    return _put(world, device, {"push_token": None})


def remove(world: World, device: Record) -> None:
    """The device is gone. Its tokens stay known, so that whoever comes with one is told that it is."""
    world.delete("devices", device["vibes_device_id"])
    person = world.get("persons", device["person_key"])
    if person is not None:
        happenings.device_removed(world, person, device)


def fresh_token(world: World, device: Record) -> str:
    """A token for a device; the one that it had has ended."""
    end_token(world, device["vibes_device_id"])
    token = world.ids.text("device token", 22)
    known_by = {"vibes_device_id": device["vibes_device_id"], "app_id": device["app_id"]}
    world.put("device_tokens", {"auth_token": token, **known_by, "ended": False})
    return token


def end_token(world: World, vibes_device_id: str) -> bool:
    """Whether the device had a token that was good until now."""
    good = world.find("device_tokens", {"vibes_device_id+ended": joined(vibes_device_id, False)})
    for one in good:
        world.put("device_tokens", {**one, "ended": True})
    return bool(good)


def _take_over(world: World, device: Record, imported: Record) -> Record:
    """The device in the place of an imported one, which was the same phone before an SDK spoke for it. It goes to the
    person of the import unless it is somebody's who is known."""
    own, other = (world.get("persons", it["person_key"]) for it in (device, imported))
    remove(world, imported)
    anonymous = own is None or (own["external_person_id"] is None and profile.mdn_of(own) is None)
    return ownership.give(world, device, other) if other is not None and anonymous else device


def _put(world: World, device: Record, changes: Record) -> Record:
    if all(device.get(name) == value for name, value in changes.items()):
        return device
    changed = world.put("devices", {**device, **changes, "updated_at": world.time()})
    person = world.get("persons", device["person_key"])
    if person is not None:
        happenings.device_updated(world, person, changed)
    return changed


def _members(said: Record) -> dict[str, Any]:
    found = {name: said[name] for name in SAID if name in said}
    return found | ({"os": said["os"].upper()} if "os" in said else {})
