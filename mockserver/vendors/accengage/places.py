"""Geofences and beacons, which differ in what `info` holds only, and that nobody checks (Geofences; Beacons).

A place is kept as it was written, with its id and its application.
"""

from __future__ import annotations

from mockserver.exchange import Reply, Request
from mockserver.store import Record
from mockserver.vendors.accengage import numbers
from mockserver.vendors.accengage.paging import page_of
from mockserver.world import World

_WORDS = {"geofences": "Geofence", "beacons": "Beacon"}


def page(world: World, request: Request, kind: str, partner_id: str, page: int) -> Reply:
    """200 with a page, in the order of their ids."""

    def fetch(offset: int, limit: int) -> list[Record]:
        return [shown(it) for it in world.find(kind, {"partnerId": partner_id}, None, offset, limit)]

    return page_of(request, page, kind, fetch)


def create(world: World, kind: str, partner_id: str, body: Record) -> Reply:
    """200 with the new id."""
    place = {**body, "id": numbers.next_id(world, kind), "partnerId": partner_id}
    world.put(kind, place)
    return Reply({"id": place["id"]})


def own(world: World, kind: str, partner_id: str, number: int) -> Record:
    """The application's place with this id. Raises Refused, 404."""
    return numbers.own(world, kind, partner_id, number, _WORDS[kind])


def update(world: World, kind: str, partner_id: str, number: int, body: Record) -> Reply:
    """200; `info` is replaced, other members that are left out stay. Raises Refused, 404."""
    known = own(world, kind, partner_id, number)
    world.put(kind, {**known, **body, "id": known["id"], "partnerId": partner_id})
    return Reply({})


def shown(record: Record) -> Record:
    """A record as the API shows it."""
    return {name: value for name, value in record.items() if name != "partnerId"}
