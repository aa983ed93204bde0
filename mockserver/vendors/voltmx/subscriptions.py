"""Subscribe and unsubscribe a device (reference, section 2; Subscription and Unsubscription pages)."""

from __future__ import annotations

import hmac
from typing import Any

from mockserver.exchange import Reply, Request
from mockserver.store import joined
from mockserver.vendors.voltmx.errors import Refused
from mockserver.vendors.voltmx.register import MALFORMED, NO_SUBSCRIPTION, UNCLEAR, describe, renewed
from mockserver.vendors.voltmx.register import matches as _matches
from mockserver.vendors.voltmx.register import named as _named
from mockserver.vendors.voltmx.register import os_type as _os_type
from mockserver.vendors.voltmx.replies import Outcome
from mockserver.world import World
from specs.codecs import is_xml

__all__ = ["MALFORMED", "NO_SUBSCRIPTION", "UNAUTHORIZED", "UNCLEAR", "UNKNOWN_APP", "change_subscription", "joined"]

UNAUTHORIZED = Outcome(401, "Unauthorized request. The authToken is invalid.")
UNKNOWN_APP = Outcome(404, "Invalid Application ID.")
UNKNOWN_APP_TO_UNSUBSCRIBE = Outcome(404, "Invalid Volt MX Application ID.")
_DUPLICATE = "Duplicate subscription. SID element has ID of existing subscription."


def change_subscription(world: World, request: Request, body: dict[str, Any]) -> Reply:
    """Subscribe or unsubscribe, as the payload says. Checks in the order of section 2.6: format (the spec), token,
    application, platform rules, matching. Raises Refused."""
    service = body if is_xml(request.media_type) else body["subscriptionService"]
    if "subscribe" in service:
        outcome = _subscribe(world, service["subscribe"])
        describe(world, request, outcome.ksid)
    else:
        outcome = _unsubscribe(world, service["unsubscribe"])
    return Reply(outcome, outcome.code)


def _subscribe(world: World, wanted: dict[str, Any]) -> Outcome:
    _check_token(world, wanted)
    if world.get("apps", wanted["appId"]) is None:
        raise Refused(UNKNOWN_APP, f"no application {wanted['appId']!r}")
    os_type = _os_type(wanted)
    if os_type == "blackberry" and wanted["deviceId"][:2].lower() == "0x":
        raise Refused(MALFORMED, "a BlackBerry deviceId is sent without its first two characters, `0x`")
    known = _matches(world, wanted)
    if len(known) > 1:
        raise Refused(UNCLEAR, f"deviceId and sid belong to different subscriptions: {', '.join(known)}")
    record = next(iter(known.values()), None)
    subscription = renewed(world, record, wanted, os_type)
    if subscription == record:
        return Outcome(201, _DUPLICATE, subscription["ksid"])
    world.put("subscriptions", subscription)
    updated = record is not None and record["active"]
    return Outcome(200, "Update successful." if updated else "Subscription successful.", subscription["ksid"])


def _unsubscribe(world: World, wanted: dict[str, Any]) -> Outcome:
    _check_token(world, wanted)
    if "appId" in wanted and world.get("apps", wanted["appId"]) is None:
        raise Refused(UNKNOWN_APP_TO_UNSUBSCRIBE, f"no application {wanted['appId']!r}")
    record = _named(world, wanted)
    if not record["active"]:
        return Outcome(200, "Already unsubscribed.", record["ksid"])
    world.put("subscriptions", {**record, "active": False})
    return Outcome(200, "Unsubscription successful.", record["ksid"])


def _check_token(world: World, wanted: dict[str, Any]) -> None:
    """The server-wide `authToken`, which guards both services once it is set (section 1)."""
    expected, given = world.switches["authToken"], wanted.get("authToken", "")
    if expected is None:
        return
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), expected.encode()):
        raise Refused(UNAUTHORIZED, "authToken is missing or differs from the configured one")
