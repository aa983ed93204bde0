"""Lists of devices that are changed by program and targeted by messages (REST API Documentation, Static lists)."""

from __future__ import annotations

from typing import Any

from mockserver.exchange import Reply, Request
from mockserver.store import Record
from mockserver.vendors.accengage import dates, membership, userbase
from mockserver.vendors.accengage.errors import Refused, invalid, not_found
from mockserver.vendors.accengage.paging import page_of
from mockserver.world import World


def list_static_lists(world: World, request: Request, partner_id: str, page: int) -> Reply:
    """200 with a page, in the order of their ids."""

    def fetch(offset: int, limit: int) -> list[Record]:
        found = world.find("lists", membership.of_application(partner_id), "id", offset, limit)
        return [{name: it[name] for name in ("listId", "name", "externalId") if name in it} for it in found]

    return page_of(request, page, "lists", fetch)


def create_static_list(world: World, partner_id: str, body: Record) -> Reply:
    """200 with the id: the caller's, or the one after the largest. Raises Refused: 409 for an id that another has."""
    list_id = body.get("listId")
    if list_id is None:
        last = world.find("lists", membership.of_application(partner_id), "-id", 0, 1)
        list_id = last[0]["listId"] + 1 if last else 1
    if membership.find_list(world, partner_id, list_id) is not None:
        raise Refused(409, f"A static list with the listId {list_id} already exists")
    external_id = body.get("externalId")
    if external_id is not None and membership.find_list_by_external_id(world, partner_id, external_id) is not None:
        raise Refused(409, f"A static list with the externalId {external_id} already exists")
    known = {"externalId": external_id} if external_id is not None else {}
    made = {"id": membership.key_of(partner_id, list_id), "partnerId": partner_id, "listId": list_id}
    world.put("lists", {**made, "name": body["name"], **known})
    return Reply({"listId": list_id})


def list_static_list_devices(world: World, request: Request, partner_id: str, list_id: int, page: int) -> Reply:
    """200 with a page of members; of a list that there is not, none."""
    key = membership.key_of(partner_id, list_id)
    return page_of(request, page, "users", lambda offset, limit: membership.page(world, key, offset, limit))


def upsert_static_list_devices(world: World, partner_id: str, list_id: int, body: Record) -> Reply:
    """200 once the change is queued. Raises Refused: 404, or 400 for a field that finds no device."""
    return _queued(world, partner_id, list_id, body, "put")


def remove_static_list_devices(world: World, partner_id: str, list_id: int, body: Record) -> Reply:
    """200 once the change is queued. Raises Refused: 404, or 400 for a field that finds no device."""
    return _queued(world, partner_id, list_id, body, "remove")


def change_members(world: World, partner_id: str, list_key: str, users: list[Record], how: str) -> None:
    """Due work: a change of a list leaves the queue."""
    if world.get("lists", list_key) is None:
        return  # deleted through the control API
    for user in users:
        if how == "remove" or (user["expiresAt"] is not None and user["expiresAt"] <= world.now):
            membership.remove(world, partner_id, list_key, user)
        else:
            membership.put(world, partner_id, list_key, user)


def _queued(world: World, partner_id: str, list_id: int, body: Record, how: str) -> Reply:
    if membership.find_list(world, partner_id, list_id) is None:
        raise not_found(f"A table associated with the list {list_id}")
    users = [_named(user, f"users.{place}") for place, user in enumerate(body["users"])]
    known = set(userbase.names(world, partner_id))
    indexed = userbase.indexed(world, partner_id)
    asked = dict.fromkeys(user["field"] for user in users)
    reasons = [f"The field {name} cannot be found for devices of the app" for name in asked if name not in known]
    reasons += [f"The field {name} is not indexed" for name in asked if name in known and name not in indexed]
    if reasons:
        raise invalid(*reasons)
    facts: dict[str, Any] = {"partner_id": partner_id, "list_key": membership.key_of(partner_id, list_id)}
    world.later(world.switches["list_queue_seconds"], "static_lists.change_members", **facts, users=users, how=how)
    return Reply({})


def _named(user: Record, place: str) -> Record:
    """Whom a user of the body means, and until when. Raises Refused for a date that is none."""
    ((field, value),) = user["device"].items()
    expires = user.get("expireAt")
    until = None if expires is None else dates.javascript(f"{place}.expireAt", expires)
    return {"field": "UDID" if field == "deviceId" else field, "value": value, "expiresAt": until}
