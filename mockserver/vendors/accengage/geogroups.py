"""Groups of geofences and beacons (REST API Documentation, Geogroups)."""

from __future__ import annotations

from mockserver.exchange import Reply, Request
from mockserver.store import Record, Taken, joined
from mockserver.vendors.accengage import numbers, places
from mockserver.vendors.accengage.errors import invalid, not_found
from mockserver.vendors.accengage.paging import page_of
from mockserver.world import World

_EXTERNAL = "ext:"


def create_geogroup(world: World, partner_id: str, body: Record) -> Reply:
    """200 with the new id. Raises Refused for an external id that another group of the application has."""
    own = {"id": numbers.next_id(world, "geogroups"), "partnerId": partner_id, "beacons": [], "geofences": []}
    try:
        world.put("geogroups", {**body, **own})
    except Taken:
        raise invalid(f"Another geogroup has the externalId {body['externalId']}") from None
    return Reply({"id": own["id"]})


def list_geogroups(world: World, request: Request, partner_id: str, page: int) -> Reply:
    """200 with a page, in the order of their ids."""

    def fetch(offset: int, limit: int) -> list[Record]:
        return [places.shown(it) for it in world.find("geogroups", {"partnerId": partner_id}, None, offset, limit)]

    return page_of(request, page, "geogroups", fetch)


def add_geogroup_beacon(world: World, partner_id: str, geogroup_id: str, body: Record) -> Reply:
    """200, also when it is in the group already. Raises Refused, 404."""
    return _change(world, partner_id, geogroup_id, "beacons", body["id"], there=True)


def remove_geogroup_beacon(world: World, partner_id: str, geogroup_id: str, body: Record) -> Reply:
    """200, also when it is not in the group. Raises Refused, 404."""
    return _change(world, partner_id, geogroup_id, "beacons", body["id"], there=False)


def add_geogroup_geofence(world: World, partner_id: str, geogroup_id: str, body: Record) -> Reply:
    """200, also when it is in the group already. Raises Refused, 404."""
    return _change(world, partner_id, geogroup_id, "geofences", body["id"], there=True)


def remove_geogroup_geofence(world: World, partner_id: str, geogroup_id: str, body: Record) -> Reply:
    """200, also when it is not in the group. Raises Refused, 404."""
    return _change(world, partner_id, geogroup_id, "geofences", body["id"], there=False)


def _change(world: World, partner_id: str, geogroup_id: str, kind: str, number: int, *, there: bool) -> Reply:
    group = _group(world, partner_id, geogroup_id)
    places.own(world, kind, partner_id, number)
    others = [it for it in group[kind] if it != number]
    if there and number not in group[kind]:
        world.put("geogroups", {**group, kind: [*group[kind], number]})
    elif not there and len(others) < len(group[kind]):
        world.put("geogroups", {**group, kind: others})
    return Reply({})


def _group(world: World, partner_id: str, geogroup_id: str) -> Record:
    """By its number, or by its external id after `ext:`."""
    if not geogroup_id.startswith(_EXTERNAL):
        return numbers.own(world, "geogroups", partner_id, int(geogroup_id), "Geogroup")
    external_id = geogroup_id.removeprefix(_EXTERNAL)
    group = world.one("geogroups", {"partnerId+externalId": joined(partner_id, external_id)})
    if group is None:
        raise not_found(f"Geogroup {geogroup_id}")
    return group
