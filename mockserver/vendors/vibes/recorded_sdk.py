"""What the SDK of an app was answered tells of its device, the person who has it, and their inbox.

No token is taken from a recording: proxies mask them, and a fixture is a file that others read. Each device has one
that is made up here, and `notes` says which.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mockserver.clock import iso
from mockserver.recorded import Seen, put
from mockserver.store import Record
from mockserver.vendors.vibes import auth, identity, installations
from mockserver.world import World
from specs import Operation

CARRIED = frozenset(("sdk_devices.register_push", "sdk_events.upload_events"))
_TOKENS = frozenset(("device_token", "former_device_token"))


def opens(world: World, operation: Operation, given: Mapping[str, str]) -> dict[str, str]:
    """The token of the device that a request is of; nothing where customers may ask too, or no device is known."""
    if not any(_TOKENS.issuperset(it) for it in operation.security) or ("basic",) in operation.security:
        return {}
    token = next((it["auth_token"] for it in world.find("device_tokens") if _is_of(world, it, given)), None)
    return {} if token is None else {"Authorization": f"MobileAppToken {token}"}


def notes(world: World) -> Iterator[str]:
    """By which token each device is opened."""
    for it in world.find("device_tokens"):
        device, token = it["vibes_device_id"], it["auth_token"]
        if world.get("devices", device) is not None:
            yield f"the token of device {device} is not taken from the recording; here it is {token}"


def credential(world: World, seen: Seen) -> None:
    """A device as it said that it is, of somebody who is not known yet unless the recording tells later."""
    vibes_device_id, app_id = seen.value["device"]["vibes_device_id"], seen.given["app_id"]
    new = {
        "vibes_device_id": vibes_device_id,
        "push_token": None,
        "created_at": iso(seen.at),
        "updated_at": iso(seen.at),
    }
    known = world.get("devices", vibes_device_id) or {**new, "person_key": f"owner of {vibes_device_id}"}
    said = {name: it for name, it in seen.asked["device"].items() if name in installations.SAID}
    os = seen.asked["device"]["os"].upper()
    put(world, "devices", {**known, **said, "os": os, "app_id": app_id})
    _give_token(world, vibes_device_id, app_id)


def holder(world: World, seen: Seen) -> None:
    """Whose the device is, and so whose the app is."""
    vibes_device_id, app_id = seen.given["vibes_device_id"], seen.given["app_id"]
    company_key = seen.value["url"].split("/")[2]
    if world.get("companies", company_key) is None:
        world.put("companies", {"company_key": company_key, "name": company_key})
    world.put("apps", {**(world.get("apps", app_id) or {"app_id": app_id}), "company_key": company_key})
    known = world.get("devices", vibes_device_id)
    if known is not None:
        world.put("devices", {**known, "person_key": seen.value["person_key"]})
        _give_token(world, vibes_device_id, app_id)


def app(world: World, seen: Seen) -> None:
    known = world.get("apps", seen.value["app_id"])
    if known is not None:
        world.put("apps", {**known, "inbox_enabled": seen.value["inbox_enabled"]})


def message(world: World, seen: Seen) -> None:
    """A message in the inbox of the person of the path."""
    known = world.get("apps", seen.given["app_id"])
    owner = identity.by_key(world, known["company_key"], seen.given["person_key"]) if known else None
    if owner is not None:
        whose = {"app_id": seen.given["app_id"], "person_key": owner["person_key"]}
        put(world, "inbox_messages", {"read": False, "created_at": iso(seen.at), **seen.value, **whose})


def _give_token(world: World, vibes_device_id: str, app_id: str) -> None:
    """The one token of a device: the first device has that of the `default` fixture, so that nobody needs to say it."""
    mine = world.find("device_tokens", {"vibes_device_id": vibes_device_id})
    kept = next((it["auth_token"] for it in mine if it["auth_token"].startswith("bodydouble-")), None)
    free = world.get("device_tokens", auth.DEVICE_TOKEN) is None
    token = kept or (auth.DEVICE_TOKEN if free else f"bodydouble-token-of-{vibes_device_id}")
    for it in mine:
        world.delete("device_tokens", it["auth_token"])
    kept_by = {"vibes_device_id": vibes_device_id, "app_id": app_id}
    world.put("device_tokens", {"auth_token": token, **kept_by, "ended": False})


def _is_of(world: World, token: Record, given: Mapping[str, str]) -> bool:
    device = world.get("devices", token["vibes_device_id"])
    if device is None or token["app_id"] != given.get("app_id"):
        return False
    if "vibes_device_id" in given:
        return bool(device["vibes_device_id"] == given["vibes_device_id"])
    owner = world.get("persons", device["person_key"])
    named = given.get("person_key")
    return named is None or (owner is not None and named in (owner["person_key"], owner.get("person_id")))


TELLS = {
    "DeviceCredential": credential,
    "sdk_devices.get_device_person": holder,
    "App": app,
    "InboxMessage": message,
}
