"""What happened in an app, as the SDK in it uploads it (iOS SDK, EventTracker)."""

from __future__ import annotations

from mockserver.exchange import Reply
from mockserver.store import Record
from mockserver.vendors.vibes import moments
from mockserver.vendors.vibes.errors import Code, Error, invalid
from mockserver.world import World

_KEPT = ("uuid", "type", "timestamp", "attributes")


def upload_events(world: World, vibes_device_id: str, x_event_type: str, body: Record) -> Reply:
    """202; an event that was uploaded before counts once. Raises Invalid."""
    events = body["events"]
    errors = [
        Error(f"events[{place}].timestamp is no time that exists", Code.FORMAT)
        for place, event in enumerate(events)
        if moments.read(event["timestamp"]) is None
    ]
    if events[0]["type"] != x_event_type:
        errors.append(Error("X-Event-Type must be the type of the first event", Code.FORMAT))
    if errors:
        raise invalid(errors)
    for event in events:
        key = f"{vibes_device_id}/{event['uuid']}"
        if world.get("device_events", key) is None:
            kept = {name: event[name] for name in _KEPT if name in event}
            world.put("device_events", {"id": key, "vibes_device_id": vibes_device_id, **kept})
    return Reply(None, 202)
