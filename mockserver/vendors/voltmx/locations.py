"""Where devices are (reference, section 4.4; geolocation page)."""

from __future__ import annotations

from typing import Any

from mockserver.exchange import Reply
from mockserver.vendors.voltmx import register
from mockserver.vendors.voltmx.errors import Declined
from mockserver.vendors.voltmx.replies import Note
from mockserver.world import World


def update_location(world: World, body: dict[str, Any]) -> Reply:
    """Note the position of an active subscriber's device, in decimal degrees. Raises Declined."""
    record = register.by_ksid(world, body["ksid"])
    if record is None or not record["active"]:
        raise Declined("Invalid subscriber or subscriber not found", f"no active subscriber {body['ksid']}")
    latitude, longitude = float(body["latitude"]), float(body["longitude"])
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise Declined("Invalid longitude or latitude value.", "beyond 90 degrees of latitude or 180 of longitude")
    position = {"ksid": record["ksid"], "latitude": latitude, "longitude": longitude, "at": world.now}
    world.put("positions", {**position, "locname": body.get("locname", "")})
    return Reply(Note("Updated Successfully", str(world.ids.digits("location", 6))))
