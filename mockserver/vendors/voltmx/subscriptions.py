"""Subscribe and unsubscribe a device (reference, section 2; Subscription and Unsubscription pages)."""

from __future__ import annotations

import hmac
from typing import Any

from mockserver.exchange import Reply, Request
from mockserver.store import Record, joined
from mockserver.vendors.voltmx.errors import Refused
from mockserver.vendors.voltmx.replies import Outcome
from mockserver.world import World
from specs.codecs import is_xml

MALFORMED = Outcome(400, "Invalid request format.")
UNAUTHORIZED = Outcome(401, "Unauthorized request. The authToken is invalid.")
UNCLEAR = Outcome(
    403, "Subscription unclear. Found multiple subscriptions with given input. Check your SID and DEVICE ID"
)
UNKNOWN_APP = Outcome(404, "Invalid Application ID.")
UNKNOWN_APP_TO_UNSUBSCRIBE = Outcome(404, "Invalid Volt MX Application ID.")
NO_SUBSCRIPTION = Outcome(404, "No valid subscription exists.")
_DUPLICATE = "Duplicate subscription. SID element has ID of existing subscription."


def change_subscription(world: World, request: Request, body: dict[str, Any]) -> Reply:
    """Subscribe or unsubscribe, as the payload says. Checks in the order of section 2.6: format (the spec), token,
    application, platform rules, matching. Raises Refused."""
    service = body if is_xml(request.media_type) else body["subscriptionService"]
    if "subscribe" in service:
        outcome = _subscribe(world, service["subscribe"])
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
    subscription = {
        "ksid": record["ksid"] if record else str(world.ids.digits("ksid", 18)),
        "appId": wanted["appId"],
        "deviceId": wanted["deviceId"],
        "sid": wanted["sid"],
        "osType": os_type,
        # An update without ufid keeps the stored one: leaving out is not erasing.
        "ufid": wanted.get("ufid", record["ufid"] if record else None),
        "active": True,
    }
    if subscription == record:
        return Outcome(201, _DUPLICATE, subscription["ksid"])
    world.put("subscriptions", subscription)
    updated = record is not None and record["active"]
    return Outcome(200, "Update successful." if updated else "Subscription successful.", subscription["ksid"])


def _matches(world: World, wanted: dict[str, Any]) -> dict[str, Record]:
    """Section 2.6: the record of this device, and the active ones that hold this token, by KSID."""
    of_device = world.find("subscriptions", {"appId+deviceId": joined(wanted["appId"], wanted["deviceId"])})
    of_token = world.find("subscriptions", {"appId+sid": joined(wanted["appId"], wanted["sid"])})
    return {record["ksid"]: record for record in of_device + [it for it in of_token if it["active"]]}


def _unsubscribe(world: World, wanted: dict[str, Any]) -> Outcome:
    _check_token(world, wanted)
    if "appId" in wanted and world.get("apps", wanted["appId"]) is None:
        raise Refused(UNKNOWN_APP_TO_UNSUBSCRIBE, f"no application {wanted['appId']!r}")
    record = _named(world, wanted)
    if not record["active"]:
        return Outcome(200, "Already unsubscribed.", record["ksid"])
    world.put("subscriptions", {**record, "active": False})
    return Outcome(200, "Unsubscription successful.", record["ksid"])


def _named(world: World, wanted: dict[str, Any]) -> Record:
    """Section 2.7: the record of the KSID, which the other keys must fit; else that of application and device."""
    by_ksid = world.get("subscriptions", str(int(wanted["ksid"]))) if "ksid" in wanted else None
    if "ksid" in wanted and by_ksid is None:
        raise Refused(NO_SUBSCRIPTION, f"no subscription has the KSID {wanted['ksid']}")
    app = wanted.get("appId", by_ksid["appId"] if by_ksid else None)
    device = wanted.get("deviceId", by_ksid["deviceId"] if by_ksid else None)
    by_device = world.one("subscriptions", {"appId+deviceId": joined(app, device)})
    if by_device is None:
        raise Refused(NO_SUBSCRIPTION, f"no subscription of device {device!r} in application {app!r}")
    if by_ksid is not None and by_ksid["ksid"] != by_device["ksid"]:
        raise Refused(UNCLEAR, f"the KSID names {by_ksid['ksid']}, application and device name {by_device['ksid']}")
    return by_device


def _check_token(world: World, wanted: dict[str, Any]) -> None:
    """The server-wide `authToken`, which guards both services once it is set (section 1)."""
    expected, given = world.switches["authToken"], wanted.get("authToken", "")
    if expected is None:
        return
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), expected.encode()):
        raise Refused(UNAUTHORIZED, "authToken is missing or differs from the configured one")


def _os_type(wanted: dict[str, Any]) -> str:
    """Canonical lower case; `android` with `isGCM` true is `androidgcm` (section 2.3)."""
    os_type = str(wanted["osType"]).lower()
    if os_type == "android" and wanted.get("isGCM") in (True, "true"):
        return "androidgcm"
    return os_type
