"""Messages that lie in the inbox of the application (REST API Documentation, Inboxes).

No call sends one: a record with `sent` is one that was. Whether a device has read or archived it is kept beside.
"""

from __future__ import annotations

from mockserver.exchange import Reply
from mockserver.store import Record
from mockserver.vendors.accengage import addressees, criteria, dates, membership, stored, userbase
from mockserver.vendors.accengage.errors import Label, NotThere, Refused
from mockserver.world import World


def create_inbox(world: World, partner_id: str, body: Record) -> Reply:
    """200 with the new id. Raises Refused: 400 for what cannot be, 404 for what there is not."""
    _check(world, partner_id, body)
    return stored.create(world, "inboxes", partner_id, body)


def update_inbox(world: World, partner_id: str, inbox_id: int, body: Record) -> Reply:
    """200. Raises Refused: 400 when it was sent already, as the creation, and 404."""
    return _update(world, _by_id(world, partner_id, inbox_id), body)


def set_inbox_status(world: World, partner_id: str, inbox_id: int, udid: str, body: Record) -> Reply:
    """200 without a body. Raises Refused, 404, and NotThere for a device that the message is not for."""
    return _set_status(world, _by_id(world, partner_id, inbox_id), udid, body)


def update_inbox_by_external_id(world: World, partner_id: str, external_id: str, body: Record) -> Reply:
    """200. Raises Refused: 400 when it was sent already, as the creation, and 404."""
    return _update(world, _by_external_id(world, partner_id, external_id), body)


def set_inbox_status_by_external_id(world: World, partner_id: str, external_id: str, udid: str, body: Record) -> Reply:
    """200 without a body. Raises Refused, 404, and NotThere for a device that the message is not for."""
    return _set_status(world, _by_external_id(world, partner_id, external_id), udid, body)


def _by_id(world: World, partner_id: str, number: int) -> Record:
    return stored.known(stored.by_id(world, "inboxes", partner_id, number), f"Inbox message {number}")


def _by_external_id(world: World, partner_id: str, external_id: str) -> Record:
    return stored.known(
        stored.by_external_id(world, "inboxes", partner_id, external_id), f"Inbox message {external_id}"
    )


def _update(world: World, known: Record, body: Record) -> Reply:
    _check(world, known["partnerId"], body)
    if known.get("sent"):
        raise Refused(400, "The inbox message was already sent", label=Label.SENT)
    return stored.update(world, "inboxes", known, body)


def _check(world: World, partner_id: str, body: Record) -> None:
    app = world.get("apps", partner_id) or {"partnerId": partner_id}
    criteria.check_languages(body["messages"])
    if body.get("expirationDate") is not None:
        dates.seconds("expirationDate", body["expirationDate"])
    addressees.check(world, partner_id, body)
    criteria.check_named(app, "events", body.get("events", ()))


def _set_status(world: World, inbox: Record, udid: str, body: Record) -> Reply:
    changes: Record = {name: body[name] for name in ("readDate", "archivedDate") if name in body}
    for name, date in changes.items():
        if date is not None:
            dates.seconds(name, date)
    if not _available(world, inbox, udid):
        raise NotThere("This message is not available for this user")
    key = f"{inbox['id']}/{udid}"
    known = world.get("inbox_states", key) or {"readDate": None, "archivedDate": None}
    world.put("inbox_states", {**known, **changes, "id": key, "inbox": inbox["id"], "deviceId": udid})
    return Reply()


def _available(world: World, inbox: Record, udid: str) -> bool:
    """Whether the message is for this device: for all of the application, unless segments or lists say for whom."""
    partner_id = inbox["partnerId"]
    if userbase.by_udid(world, partner_id, udid) is None:
        return False
    segments = [number for found in inbox.get("segments", {}).values() for number in found]
    lists = inbox.get("lists", ())
    if not segments and not lists:
        return True
    if any(udid in (world.get("segments", str(number)) or {"devices": ()})["devices"] for number in segments):
        return True
    found = [addressees.static_list(world, partner_id, it.get("id"), it.get("externalId")) for it in lists]
    return any(membership.holds(world, it["id"], udid) for it in found)
