"""Bluetooth beacons that messages can be triggered by (REST API Documentation, Beacons)."""

from __future__ import annotations

from mockserver.exchange import Reply, Request
from mockserver.store import Record
from mockserver.vendors.accengage import places
from mockserver.world import World


def list_beacons(world: World, request: Request, partner_id: str, page: int) -> Reply:
    """200 with a page, in the order of their ids."""
    return places.page(world, request, "beacons", partner_id, page)


def create_beacon(world: World, partner_id: str, body: Record) -> Reply:
    """200 with the new id."""
    return places.create(world, "beacons", partner_id, body)


def get_beacon(world: World, partner_id: str, beacon_id: int) -> Reply:
    """200 with what was written, and the id. Raises Refused, 404."""
    return Reply(places.shown(places.own(world, "beacons", partner_id, beacon_id)))


def update_beacon(world: World, partner_id: str, beacon_id: int, body: Record) -> Reply:
    """200. Raises Refused, 404."""
    return places.update(world, "beacons", partner_id, beacon_id, body)
