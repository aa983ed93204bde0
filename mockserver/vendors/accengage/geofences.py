"""Areas that messages can be triggered by (REST API Documentation, Geofences)."""

from __future__ import annotations

from mockserver.exchange import Reply, Request
from mockserver.store import Record
from mockserver.vendors.accengage import places
from mockserver.world import World


def list_geofences(world: World, request: Request, partner_id: str, page: int) -> Reply:
    """200 with a page, in the order of their ids."""
    return places.page(world, request, "geofences", partner_id, page)


def create_geofence(world: World, partner_id: str, body: Record) -> Reply:
    """200 with the new id."""
    return places.create(world, "geofences", partner_id, body)


def get_geofence(world: World, partner_id: str, geofence_id: int) -> Reply:
    """200 with what was written, and the id. Raises Refused, 404."""
    return Reply(places.shown(places.own(world, "geofences", partner_id, geofence_id)))


def update_geofence(world: World, partner_id: str, geofence_id: int, body: Record) -> Reply:
    """200. Raises Refused, 404."""
    return places.update(world, "geofences", partner_id, geofence_id, body)
