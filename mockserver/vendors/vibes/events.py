"""Events of the customer's own, which trigger messages set up in the platform (Events API)."""

from __future__ import annotations

from mockserver.errors import NotFound
from mockserver.exchange import Reply
from mockserver.store import Record
from mockserver.vendors.vibes import happenings, routing
from mockserver.vendors.vibes import mdn as numbers
from mockserver.vendors.vibes.errors import Code, Error, invalid
from mockserver.world import World


def add_event(world: World, company_key: str, body: Record, x_api_version: str) -> Reply:
    """202 with the event's id; what becomes of it, only callbacks tell. Raises Invalid."""
    data = dict(body["event_data"])
    if data.get("mdn") is not None:
        try:
            data["mdn"] = numbers.read(data["mdn"], x_api_version)
        except ValueError as error:
            raise invalid([Error(str(error), Code.FORMAT)]) from None
    event = {**body, "event_id": body.get("event_id") or world.ids.uuid("event")}
    key = f"{company_key}/{event['event_id']}"
    used = world.get("events", key) is not None
    if not used:
        world.put("events", {"id": key, "company_key": company_key, "event_type": event["event_type"]})
    world.later(0, "events.route_event", company_key=company_key, event=event, recipient=data, used=used)
    return Reply({"event_id": event["event_id"]}, 202)


def route_event(world: World, company_key: str, event: Record, recipient: Record, used: bool) -> None:
    """Due work: find the message that the event triggers, and whom it is for."""
    if used:
        happenings.event_processed(world, company_key, event, routing.FAILED)
        return
    try:
        route = routing.route(world, company_key, event, recipient)
    except routing.NoWay as reason:
        happenings.event_processed(world, company_key, event, reason.action)
        return
    happenings.event_processed(world, company_key, event, routing.accepted(company_key, route))
    facts = {"company_key": company_key, "event": event, "recipient": recipient, "route_id": route["id"]}
    world.later(world.switches["event_seconds"], "events.process_event", **facts)


def process_event(world: World, company_key: str, event: Record, recipient: Record, route_id: str) -> None:
    """Due work: make the message and hand it to the carrier."""
    route = world.get("event_routes", route_id)
    try:
        if route is None:
            raise NotFound("The message was removed meanwhile")
        action = routing.process(world, company_key, route, recipient)
    except NotFound:
        action = routing.FAILED
    happenings.event_processed(world, company_key, event, action)
