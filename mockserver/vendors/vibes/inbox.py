"""The messages that an app shows to the person who has the device (iOS SDK, InboxMessage).

That the person in a path is the one who has the caller's device was found out on the way in. A message that has expired
is gone.
"""

from __future__ import annotations

from typing import Any

from mockserver.errors import NotFound
from mockserver.exchange import Reply
from mockserver.store import Record, joined
from mockserver.vendors.vibes import identity, installations, moments
from mockserver.vendors.vibes.errors import Code, Error, invalid
from mockserver.world import World

_TEXTS = ("subject", "detail", "expires_at", "collapse_key")
_OBJECTS = ("images", "inbox_custom_data", "client_app_data", "apprefdata")


def list_messages(world: World, app_id: str, person_key: str) -> Reply:
    """200 with the messages of the person in the app, newest first."""
    found = world.find("inbox_messages", {"app_id+person_key": joined(app_id, _key(world, app_id, person_key))})
    found.sort(key=lambda it: moments.read(it["created_at"]) or 0.0)
    return Reply([_shown(it) for it in reversed(found) if _lasts(world, it)])


def get_message(world: World, app_id: str, person_key: str, message_uid: str) -> Reply:
    """200 with the message. Raises NotFound."""
    return Reply(_shown(_known(world, app_id, person_key, message_uid)))


def update_message(world: World, app_id: str, person_key: str, message_uid: str, body: Record) -> Reply:
    """200 with the message as it is now. Raises NotFound, and Invalid for a time that does not exist."""
    message = _known(world, app_id, person_key, message_uid)
    changes: Record = {name: body[name] for name in ("read", "expires_at") if name in body}
    if changes.get("expires_at") is not None and moments.read(changes["expires_at"]) is None:
        raise invalid([Error("expires_at is no time that exists", Code.FORMAT)])
    return Reply(_shown(world.put("inbox_messages", {**message, **changes})))


def _known(world: World, app_id: str, person_key: str, message_uid: str) -> Record:
    message = world.get("inbox_messages", message_uid)
    mine = (app_id, _key(world, app_id, person_key))
    if message is None or (message["app_id"], message["person_key"]) != mine or not _lasts(world, message):
        raise NotFound("The message was not found")
    return message


def _key(world: World, app_id: str, person_key: str) -> str:
    """The `person_key` of whoever a path names, be it by the deprecated `person_id`."""
    company_key = installations.app_of(world, app_id)["company_key"]
    found: str = identity.known(identity.by_key(world, company_key, person_key))["person_key"]
    return found


def _lasts(world: World, message: Record) -> bool:
    end = message.get("expires_at")
    return end is None or (moments.read(end) or 0.0) > world.now


def _shown(message: Record) -> dict[str, Any]:
    shown = {name: message[name] for name in ("message_uid", "content", "read", "created_at")}
    return shown | {name: message.get(name) for name in _TEXTS} | {name: message.get(name, {}) for name in _OBJECTS}
