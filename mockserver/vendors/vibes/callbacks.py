"""Registrations of callbacks, and callbacks sent for a test (Callbacks API; Test callback events)."""

from __future__ import annotations

from mockserver.errors import NotFound
from mockserver.exchange import Reply
from mockserver.store import Record
from mockserver.vendors.vibes import happenings, rehearsals
from mockserver.vendors.vibes import registrations as known
from mockserver.world import World


def list_callbacks(world: World, company_key: str, callback_type: str | None = None) -> Reply:
    """200 with what is active or will be, oldest first."""
    kind = None if callback_type is None else known.happening(callback_type)
    return Reply([known.shown(it) for it in known.lasting(world, company_key, kind)])


def add_callback(world: World, company_key: str, body: Record, x_api_version: str) -> Reply:
    """201 with the callback. Raises Invalid, and Conflict when there is one like it."""
    wanted = known.read(world, company_key, body, x_api_version)
    known.check_free(world, wanted)
    return Reply(known.shown(world.put("callbacks", wanted)), 201)


def get_callback(world: World, company_key: str, callback_id: str) -> Reply:
    """200 with the callback, also one that has ended. Raises NotFound."""
    return Reply(known.shown(known.known(world, company_key, callback_id)))


def cancel_callback(world: World, company_key: str, callback_id: str) -> Reply:
    """200 with the callback as it ended. Raises NotFound."""
    ended = known.cancelled(world, known.known(world, company_key, callback_id))
    return Reply(known.shown(world.put("callbacks", ended)))


def send_test_event(world: World, company_key: str, body: Record, x_api_version: str) -> Reply:
    """201 with the id that the callback will carry. Raises Invalid, and NotFound when none is registered."""
    kind = known.happening(body["callback_type"])
    told = rehearsals.read(world, company_key, kind, body, x_api_version)
    found = [
        it
        for it in known.lasting(world, company_key, kind)
        if happenings.is_active(world, it) and told.subject in (None, it["subject"])
    ]
    if not found:
        raise NotFound("No active callback of this type was found")
    event_id = happenings.new_event(world)
    for registration in found:
        happenings.post(world, registration, event_id, told.made(registration["api_version"]))
    return Reply({**body, "event_id": event_id}, 201)
