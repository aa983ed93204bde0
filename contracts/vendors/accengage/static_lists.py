"""Recipes for static lists (section 12 of our reference). Changes are queued, so what they did is waited for."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.recipes import got, recipe
from contracts.vendors.accengage.devices import ALICE, BRUNO, IPHONE
from contracts.vendors.accengage.paging import walk

LIST, CREATE = "static_lists.list_static_lists", "static_lists.create_static_list"
MEMBERS = "static_lists.list_static_list_devices"
UPSERT, REMOVE = "static_lists.upsert_static_list_devices", "static_lists.remove_static_list_devices"
LONG_ENOUGH = 3600
_ALICE: dict[str, Any] = {"device": {"deviceId": ALICE}}
_BRUNO_BY_FIELD: dict[str, Any] = {"device": {"clientId": "43"}}


def make(client: Client, **body: Any) -> int:
    """A new list's id."""
    value = client.value(client.call(CREATE, body={"name": "Recipe", **body})) or {}
    return int(value.get("listId") or 1)


def members(client: Client, list_id: int) -> dict[str, Any]:
    """UDID and date of each member, once the queue has got to it."""
    client.world.advance(LONG_ENOUGH)
    rows = walk(client, MEMBERS, listId=list_id)
    client.expect(len({row["deviceId"] for row in rows}) == len(rows), "pages", "each device once", rows)
    return {row["deviceId"]: row.get("expireAt") for row in rows}


@recipe(CREATE, 200)
@recipe(CREATE, 409)
def ids_of_lists(client: Client) -> None:
    """20.43: a generated id is new; the same id twice is 409."""
    known = {row["listId"] for row in walk(client, LIST)}
    generated = make(client)
    client.expect(generated not in known, "read-your-write", "an id that no list had", generated)
    chosen = max(known | {generated}) + 10
    client.expect(make(client, listId=chosen) == chosen, "read-your-write", "the id that was chosen")
    client.call(CREATE, body={"name": "Again", "listId": chosen})
    got(client, 409, "provokes", "a listId that a list has")
    client.call(CREATE, body={"name": "Again", "externalId": "newsletter"})
    got(client, 409, "provokes", "an externalId that a list has")
    now = [row["listId"] for row in walk(client, LIST)]
    client.expect(now == sorted(known | {generated, chosen}), "pages", "the two new lists, in the order of ids", now)


@recipe(CREATE, 400, anywhere=True)
def a_list_that_cannot_be(client: Client) -> None:
    """12 and 20.17: and nothing is made."""
    before = walk(client, LIST)
    bodies: tuple[dict[str, Any], ...] = ({}, {"listId": 7}, {"name": "x", "listId": 0}, {"name": "x", "listId": "a"})
    for body in bodies:
        client.call(CREATE, body=body)
        got(client, 400, "rejects-invalid", f"{body}")
    after = walk(client, LIST)
    client.expect(after == before, "refusal-changes-nothing", "the same lists", after)


@recipe(UPSERT, 200)
@recipe(REMOVE, 200)
def life_of_a_member(client: Client) -> None:
    """20.45 to 20.49: added by UDID and by field, once, with the latest date; leaves by itself, or is removed."""
    number = make(client)
    until = "2030-01-01T00:00:00Z"
    client.call(UPSERT, listId=number, body={"users": [_ALICE, {**_BRUNO_BY_FIELD, "expireAt": until}]})
    found = members(client, number)
    client.expect(found.keys() == {ALICE, BRUNO}, "read-your-write", "both devices", found)
    client.expect(found.get(ALICE) is None and str(found.get(BRUNO))[:10] == until[:10], "read-your-write", "dates")
    for date in (until, "2031-01-01T00:00:00Z", "2029-01-01T00:00:00Z", None):
        expire = {} if date is None else {"expireAt": date}
        client.call(UPSERT, listId=number, body={"users": [{"device": {"clientId": "42"}, **expire}]})
        found = members(client, number)
        same = (found.get(ALICE) or "")[:10] == (date or "")[:10]
        client.expect(same and ALICE in found, "read-your-write", "the date of the last change, or none", found)
    for date in ("2032-01-01T00:00:00Z", "2028-01-01T00:00:00Z"):
        client.call(UPSERT, listId=number, body={"users": [{**_ALICE, "expireAt": date}]})
        found = members(client, number)
        client.expect(str(found.get(ALICE))[:10] == date[:10], "read-your-write", f"{date}, given by UDID", found)
    client.call(REMOVE, listId=number, body={"users": [_BRUNO_BY_FIELD]})
    client.call(REMOVE, listId=number, body={"users": [_BRUNO_BY_FIELD, {"device": {"deviceId": "nobody"}}]})
    got(client, 200, "idempotent-retry", "the removal of what is not there")
    found = members(client, number)
    client.expect(found.keys() == {ALICE}, "delete-deletes", "the device that was not removed", found)


@recipe(UPSERT, 200, check="delete-deletes", frozen_at="2029-12-31T12:00:00Z")
def a_member_leaves_by_itself(client: Client) -> None:
    """20.46."""
    number = make(client)
    client.call(UPSERT, listId=number, body={"users": [{**_ALICE, "expireAt": "2030-01-01T00:00:00Z"}]})
    found = members(client, number)
    client.expect(found.keys() == {ALICE}, "read-your-write", "the device before its time", found)
    client.world.advance(12 * LONG_ENOUGH)
    found = members(client, number)
    client.expect(not found, "delete-deletes", "an empty list after `expireAt`", found)


@recipe(MEMBERS, 200)
def a_list_that_there_is_not(client: Client) -> None:
    """20.44: empty on read."""
    found = client.value(client.call(MEMBERS, listId=9000)) or {}
    client.expect(found.get("users") == [], "unknown-id", "no devices in a list that there is not", found)


@recipe(UPSERT, 404)
@recipe(REMOVE, 404)
def a_change_of_a_list_that_there_is_not(client: Client) -> None:
    """20.44: 404 on write."""
    client.call(client.operation, listId=9000, body={"users": [_ALICE]})
    got(client, 404, "unknown-id", "a list that there is not")


@recipe(UPSERT, 400)
@recipe(REMOVE, 400)
def a_change_that_cannot_be(client: Client) -> None:
    """12: no `users`, an unknown field, one that is not indexed; and ids that are no positive integers."""
    before = members(client, 1235)
    bodies: tuple[dict[str, Any], ...] = (
        {},
        {"users": [_ALICE, {"device": {"flagada": "x"}}]},
        {"users": [_ALICE, {"device": {"model": "Pixel 2"}}]},
        {"users": [{"device": {}}]},
        {"users": [{**_ALICE, "expireAt": "soon"}]},
    )
    for body in bodies:
        client.call(client.operation, listId=1235, body=body)
        got(client, 400, "rejects-invalid", f"{body}")
    for number in ("0", "-1", "abc"):
        client.call(client.operation, listId=number)
        got(client, 400, "rejects-invalid", f"the list {number}")
    after = members(client, 1235)
    client.expect(after == before, "refusal-changes-nothing", "the members as before", after)


@recipe(MEMBERS, 200, check="pages")
def pages_of_members(client: Client) -> None:
    """20.7: every member once."""
    number = make(client)
    key = f"myPartnerId/{number:020d}"
    for n in range(120):
        name = f"{key}/U{n}"
        member = {"id": name, "list": key, "deviceId": f"U{n}", "expiresAt": None}
        client.world.put("accengage", "members", name.replace("/", "%2F"), member)
    rows = [row["deviceId"] for row in walk(client, MEMBERS, listId=number)]
    client.expect(rows == [f"U{n}" for n in range(120)], "pages", "each member once", rows)


@recipe(CREATE, 200, check="no-leak-between-accounts")
@recipe(UPSERT, 200, check="no-leak-between-accounts")
def a_list_belongs_to_its_application(client: Client) -> None:
    """1.7: an id, or external id, of a list is chosen anew in each application, and so is who is in it."""
    other: dict[str, Any] = {"partnerId": "mySecondPartnerId"}
    before = members(client, 1235)
    client.call(CREATE, **other, body={"name": "Recipe", "listId": 1235, "externalId": "newsletter"})
    got(client, 200, "accepts-valid", "an id that a list of another application has")
    client.call(UPSERT, **other, listId=1235, body={"users": [{"device": {"clientId": "42"}}]})
    client.world.advance(LONG_ENOUGH)
    there = [row["deviceId"] for row in walk(client, MEMBERS, **other, listId=1235)]
    client.expect(there == [IPHONE], "read-your-write", "the application's own device alone", there)
    after = members(client, 1235)
    client.expect(after == before, "no-leak-between-accounts", f"the other list as before: {before}", after)
