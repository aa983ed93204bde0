"""Recipes for geofences, beacons and geogroups (section 16 of our reference)."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.recipes import got, recipe
from contracts.vendors.accengage.paging import walk

FENCE = "list_geofences", "create_geofence", "get_geofence", "update_geofence"
LIST_FENCES, CREATE_FENCE, GET_FENCE, UPDATE_FENCE = (f"geofences.{name}" for name in FENCE)
LIST_BEACONS, CREATE_BEACON, GET_BEACON, UPDATE_BEACON = (
    f"beacons.{name.replace('geofence', 'beacon')}" for name in FENCE
)
GROUPS, CREATE_GROUP = "geogroups.list_geogroups", "geogroups.create_geogroup"
ADD_BEACON, REMOVE_BEACON = "geogroups.add_geogroup_beacon", "geogroups.remove_geogroup_beacon"
ADD_FENCE, REMOVE_FENCE = "geogroups.add_geogroup_geofence", "geogroups.remove_geogroup_geofence"


def _kind(client: Client) -> str:
    return "beacon" if "beacon" in client.operation else "geofence"


def _id(kind: str, number: Any) -> dict[str, Any]:
    return {f"{kind}Id": number}


def place(client: Client, kind: str, **info: Any) -> int:
    """A new geofence or beacon."""
    value = client.value(client.call(f"{kind}s.create_{kind}", body={"info": info})) or {}
    return int(value.get("id") or 0)


def group(client: Client, number: int) -> dict[str, Any]:
    """The geogroup as it is listed."""
    found: list[dict[str, Any]] = [it for it in walk(client, GROUPS) if it.get("id") == number]
    return found[0] if found else {}


@recipe(UPDATE_FENCE, 200)
@recipe(UPDATE_BEACON, 200)
def life_of_a_place(client: Client) -> None:
    """20.18: created, read, listed, changed."""
    kind = _kind(client)
    where = {"latitude": 48.8566, "longitude": 2.3522} if kind == "geofence" else {"uuid": "F7826DA6", "minor": 2}
    there = {"latitude": 49.0097, "longitude": 2.5479} if kind == "geofence" else {"uuid": "E91E0893", "minor": 8}
    new: dict[str, Any] = {"name": "Recipe", "radius": 200, "major": 1, **where}
    number = place(client, kind, **new)
    for info in (new, {"name": "Other", "radius": 300, "major": 7, "more": [1, {"deep": True}], **there}):
        if info["name"] == "Other":
            client.call(client.operation, **_id(kind, number), body={"info": info})
        read = client.value(client.call(f"{kind}s.get_{kind}", **_id(kind, number)))
        client.expect(read == {"id": number, "info": info}, "read-your-write", "what was written, and the id", read)
        rows = walk(client, f"{kind}s.list_{kind}s")
        client.expect(rows[-1:] == [read], "pages", "the newest at the end of the list", rows[-1:])
        ids = [row["id"] for row in rows]
        client.expect(ids == sorted(set(ids)), "pages", "ascending ids", ids)


@recipe(CREATE_FENCE, 400, anywhere=True)
@recipe(CREATE_BEACON, 400, anywhere=True)
@recipe(UPDATE_FENCE, 400)
@recipe(UPDATE_BEACON, 400)
def without_info(client: Client) -> None:
    """20.18: and nothing changes."""
    kind = _kind(client)
    before = walk(client, f"{kind}s.list_{kind}s") if client.has_world else []
    bodies: tuple[Any, ...] = ({}, {"name": "x"}, {"info": "x"}, {"info": None})
    for body in bodies:
        client.call(client.operation, body=body)
        got(client, 400, "rejects-invalid", f"{body}")
    after = walk(client, f"{kind}s.list_{kind}s") if client.has_world else []
    client.expect(after == before, "refusal-changes-nothing", "the same list", after)


@recipe(GET_FENCE, 404)
@recipe(GET_BEACON, 404)
@recipe(UPDATE_FENCE, 404)
@recipe(UPDATE_BEACON, 404)
def a_place_that_there_is_not(client: Client) -> None:
    """16: 405 of the page's examples, and one of another application."""
    kind = _kind(client)
    for number in (405, 478 if kind == "geofence" else 406):
        client.call(client.operation, **_id(kind, number))
        got(client, 404, "no-leak-between-accounts", f"{kind} {number}")
    for text in ("abc", "0", "-1"):
        client.call(client.operation, **_id(kind, text))
        got(client, 400, "rejects-invalid", f"the id {text}")


@recipe(CREATE_GROUP, 400)
def a_group_that_cannot_be(client: Client) -> None:
    before = walk(client, GROUPS)
    bodies: tuple[dict[str, Any], ...] = ({}, {"name": 7}, {"name": "x", "externalId": "myGeogroupExternalId"})
    for body in bodies:
        client.call(CREATE_GROUP, body=body)
        got(client, 400, "rejects-invalid", f"{body}")
    after = walk(client, GROUPS)
    client.expect(after == before, "refusal-changes-nothing", "the same groups", after)


@recipe(ADD_BEACON, 200)
@recipe(ADD_FENCE, 200)
@recipe(REMOVE_BEACON, 200)
@recipe(REMOVE_FENCE, 200)
def members_by_either_id(client: Client) -> None:
    """20.56: adding and removing are idempotent, both forms of the group's id mean the same, and the rest stays."""
    kind = _kind(client)
    add, remove = f"geogroups.add_geogroup_{kind}", f"geogroups.remove_geogroup_{kind}"
    name = client.unique("recipe")
    made = client.value(client.call(CREATE_GROUP, body={"name": "Recipe", "externalId": name})) or {}
    number = int(made.get("id") or 0)
    member = place(client, kind, name="Recipe")
    shown = group(client, number).get("externalId")
    client.expect(shown == name, "read-your-write", "the group with its external id", shown)
    stays = place(client, kind, name="Stays")
    client.call(add, geogroupId=str(number), body={"id": stays})
    before = group(client, number)
    for operation, wanted in ((add, sorted([stays, member])), (remove, [stays])):
        for path in (str(number), f"ext:{name}"):
            client.call(operation, geogroupId=path, body={"id": member})
            got(client, 200, "idempotent-retry", f"the same change by {path}")
            found = group(client, number)
            members = sorted(found.get(f"{kind}s") or [])
            client.expect(members == wanted, "read-your-write", f"the members {wanted}", found)
            rest = {**found, f"{kind}s": before.get(f"{kind}s")}
            client.expect(rest == before, "read-your-write", f"the rest of the group as before: {before}", found)


@recipe(ADD_BEACON, 400)
@recipe(ADD_FENCE, 400)
@recipe(REMOVE_BEACON, 400)
@recipe(REMOVE_FENCE, 400)
@recipe(ADD_BEACON, 404)
@recipe(ADD_FENCE, 404)
@recipe(REMOVE_BEACON, 404)
@recipe(REMOVE_FENCE, 404)
def members_that_cannot_be(client: Client) -> None:
    """16: no `id`, no such group, no such member, and those of another application."""
    before = group(client, 422)
    known, foreign = {"id": 404}, {"id": 406 if _kind(client) == "beacon" else 478}
    cases: tuple[tuple[int, str, dict[str, Any]], ...] = (
        (400, "422", {}),
        (400, "ext:myGeogroupExternalId", {}),
        (400, "422", {"id": "404"}),
        (400, "shops", known),
        (400, "0", known),
        (404, "999", known),
        (404, "424", known),
        (404, "ext:nobodys", known),
        (404, "422", {"id": 405}),
        (404, "422", foreign),
    )
    for status, path, body in cases:
        client.call(client.operation, geogroupId=path, body=body)
        got(client, status, "provokes", f"{body} in the group {path}")
    after = group(client, 422)
    client.expect(after == before, "refusal-changes-nothing", "the group as before", after)
