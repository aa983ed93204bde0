"""Which message an event triggers, and for whom (Events API; Event Processed Callback).

Messages that events trigger are set up in the platform: records of kind `event_routes`, which a fixture or the control
API writes. `event_type` is in lower case there: events are compared without regard to it.
"""

from __future__ import annotations

from mockserver.errors import Invalid
from mockserver.store import Record, joined
from mockserver.vendors.vibes import handsets, identity, incentives, profile
from mockserver.world import World

Action = dict[str, str]
FAILED: Action = {"type": "processing", "status": "failed", "status_reason": "unexpected_error"}
_QUEUED: Action = {"type": "processing", "status": "processing", "status_reason": "message_queued"}
_NO_CODES: Action = {"type": "processing", "status": "failed", "status_reason": "no_incentive_codes"}


class NoWay(Exception):
    """The event leads nowhere; `action` is what its callback says."""

    def __init__(self, reason: str) -> None:
        self.action: Action = {"type": "routing", "status": "failed", "status_reason": reason}
        super().__init__(reason)


def route(world: World, company_key: str, event: Record, recipient: Record) -> Record:
    """The message that an event triggers for its recipient. Raises NoWay."""
    wanted = joined(company_key, event["event_type"].lower())
    found = world.one("event_routes", {"company_key+event_type": wanted})
    if found is None:
        raise NoWay("no_route_rules")
    person = person_of(world, company_key, recipient)
    if person is None:
        raise NoWay("person_not_found")
    list_id = found.get("subscription_list_id")
    if list_id is not None and not _is_subscribed(world, person, list_id):
        raise NoWay("person_not_in_subscription_list")
    number = profile.mdn_of(person)
    if number is None or handsets.carrier_code(world, number) is None:
        raise NoWay("carrier_not_supported")
    return found


def accepted(company_key: str, found: Record) -> Action:
    """What the callback says of an event whose message is found."""
    return {
        "type": "routing",
        "status": "processing",
        "status_reason": "accepted_by_event_triggered_message",
        "resource_url": f"/companies/{company_key}/mobiledb/event_triggered_messages/{found['id']}",
    }


def process(world: World, company_key: str, found: Record, recipient: Record) -> Action:
    """Make the message, with an incentive code where it holds one. Raises NotFound for a pool that is gone."""
    if found.get("pool_id") is not None:
        pool = incentives.pool_of(world, company_key, found["pool_id"])
        person = person_of(world, company_key, recipient)
        external = person["external_person_id"] if person else None
        try:
            incentives.issue(world, pool, {"external_issuee_id": external} if external else {})
        except Invalid:
            return _NO_CODES
    return _QUEUED


def person_of(world: World, company_key: str, recipient: Record) -> Record | None:
    """Who is meant by one of the identifiers of `event_data`; the MDN is in E.164."""
    for name in ("person_key", "person_id"):
        if recipient.get(name):
            return identity.by_key(world, company_key, recipient[name])
    if recipient.get("external_person_id"):
        return identity.by_external_id(world, company_key, recipient["external_person_id"])
    if recipient.get("mdn"):
        return identity.by_mdn(world, company_key, recipient["mdn"])
    device = world.get("devices", str(recipient.get("vibes_device_id")))
    return identity.by_key(world, company_key, device["person_key"]) if device else None


def _is_subscribed(world: World, person: Record, list_id: str) -> bool:
    wanted = joined(person["person_key"], list_id, True)
    return world.one("subscriptions", {"person_key+subscription_list_id+active": wanted}) is not None
