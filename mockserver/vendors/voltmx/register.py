"""Who is subscribed: the one store behind all endpoints (reference, sections 2.3, 2.6, 2.7 and 4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.clock import moment
from mockserver.exchange import Request
from mockserver.store import Record, joined
from mockserver.vendors.voltmx.errors import Refused
from mockserver.vendors.voltmx.replies import Outcome
from mockserver.world import World

MALFORMED = Outcome(400, "Invalid request format.")
UNCLEAR = Outcome(
    403, "Subscription unclear. Found multiple subscriptions with given input. Check your SID and DEVICE ID"
)
NO_SUBSCRIPTION = Outcome(404, "No valid subscription exists.")


def os_type(wanted: Mapping[str, Any]) -> str:
    """Canonical lower case; `android` with `isGCM` true is `androidgcm` (section 2.3)."""
    found = str(wanted["osType"]).lower()
    return "androidgcm" if found == "android" and wanted.get("isGCM") in (True, "true") else found


def matches(world: World, wanted: Mapping[str, Any]) -> dict[str, Record]:
    """Section 2.6: the record of this device, and the active ones that hold this token, by KSID."""
    of_device = world.find("subscriptions", {"appId+deviceId": joined(wanted["appId"], wanted["deviceId"])})
    of_token = world.find("subscriptions", {"appId+sid": joined(wanted["appId"], wanted["sid"])})
    return {record["ksid"]: record for record in of_device + [it for it in of_token if it["active"]]}


def renewed(world: World, record: Record | None, wanted: Mapping[str, Any], system: str) -> Record:
    """The subscription as a subscribe wants it, active; with a new KSID where there was no `record`."""
    return {
        "ksid": record["ksid"] if record else str(world.ids.digits("ksid", 18)),
        "appId": wanted["appId"],
        "deviceId": wanted["deviceId"],
        "sid": wanted["sid"],
        "osType": system,
        # An update without ufid keeps the stored one: leaving out is not erasing.
        "ufid": wanted.get("ufid", record["ufid"] if record else None),
        "active": True,
    }


def named(world: World, wanted: Mapping[str, Any]) -> Record:
    """Section 2.7: the record of the KSID, which the other keys must fit; else that of application and device.

    Raises Refused.
    """
    record = by_ksid(world, wanted["ksid"]) if "ksid" in wanted else None
    if "ksid" in wanted and record is None:
        raise Refused(NO_SUBSCRIPTION, f"no subscription has the KSID {wanted['ksid']}")
    app = wanted.get("appId", record["appId"] if record else None)
    device = wanted.get("deviceId", record["deviceId"] if record else None)
    by_device = world.one("subscriptions", {"appId+deviceId": joined(app, device)})
    if by_device is None:
        raise Refused(NO_SUBSCRIPTION, f"no subscription of device {device!r} in application {app!r}")
    if record is not None and record["ksid"] != by_device["ksid"]:
        raise Refused(UNCLEAR, f"the KSID names {record['ksid']}, application and device name {by_device['ksid']}")
    return by_device


def by_ksid(world: World, ksid: str | int) -> Record | None:
    """The record with this KSID, which a request may give as text or as a number."""
    return world.get("subscriptions", str(int(ksid)))


def describe(world: World, request: Request, ksid: str, device_name: str | None = None) -> None:
    """Note what only the subscriber pages show: when and by which client the record was made, the device's name."""
    known = world.get("details", ksid)
    if known is not None and device_name in (None, known["deviceName"]):
        return
    made = known or {"ksid": ksid, "created": world.now, "userAgent": request.header("user-agent") or ""}
    world.put("details", {**made, "deviceName": device_name if device_name is not None else made.get("deviceName", "")})


def subscriber(world: World, record: Record) -> dict[str, Any]:
    """A record as the subscriber pages show it (section 4.3): the KSID is a number, the time has its zone's name."""
    details = world.get("details", record["ksid"]) or {"created": 0.0, "userAgent": "", "deviceName": ""}
    return {
        "ksid": int(record["ksid"]),
        "appId": record["appId"],
        "ufid": record["ufid"] or "",
        "deviceId": record["deviceId"],
        "deviceName": details["deviceName"],
        "sid": record["sid"],
        "osType": record["osType"],
        "phoneNo": "",
        "createdDateStr": moment(details["created"]).strftime("%m/%d/%Y %I:%M:%S %p UTC"),
        "userAgent": details["userAgent"],
        "ipAddress": _ADDRESS,
        "subscriptionStatus": record["active"],
        "cloudStatus": record["active"],
    }


# The address of whoever subscribed. A world knows no network: one of those that RFC 5737 keeps for documentation.
_ADDRESS = "192.0.2.10"
