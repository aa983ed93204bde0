"""Users, whom a subscription reaches (reference, section 3, E15; Subscribe Users page)."""

from __future__ import annotations

from typing import Any

from mockserver.exchange import Reply, Request
from mockserver.vendors.voltmx import register
from mockserver.vendors.voltmx.auth import is_device
from mockserver.vendors.voltmx.errors import UNAUTHORIZED, Declined
from mockserver.vendors.voltmx.replies import Note
from mockserver.world import World

_ATTRIBUTES = (
    "firstName", "lastName", "country", "state", "mobileNumber", "active", "emailSubscription", "smsSubscription",
    "voiceSubscription", "lastActiveDate",
)  # fmt: skip


def subscribe_user(world: World, request: Request, body: dict[str, Any]) -> Reply:
    """Add the user with this e-mail, or overwrite what is given of their attributes. Raises Declined."""
    if not is_device(world, request.header("x-device-authtoken"), body.get("authToken")):
        raise Declined(UNAUTHORIZED, "authToken is missing or differs from the configured value", 401)
    record = register.by_ksid(world, body["ksid"])
    if record is None:
        raise Declined("Invalid KSID", f"no subscriber has the KSID {body['ksid']}")
    key = body["email"].lower()
    known = world.get("users", key)
    user = known or {"email": key, "id": str(world.ids.digits("user", 18)), "attributes": {}}
    given = {name: body[name] for name in _ATTRIBUTES if name in body}
    world.put("users", {**user, "ksid": record["ksid"], "attributes": {**user["attributes"], **given}})
    return Reply(Note("User updated successfully." if known else "User created successfully.", user["id"]))
