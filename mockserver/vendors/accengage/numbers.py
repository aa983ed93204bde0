"""Technical ids: positive integers, ascending, each given out once over all applications."""

from __future__ import annotations

from mockserver.store import Record
from mockserver.vendors.accengage.errors import not_found
from mockserver.world import World

# Which kinds share a sequence; messages of all sorts have one. All of them declare `id` as ordered.
SEQUENCES: dict[str, tuple[str, ...]] = {
    "campaigns": ("campaigns",),
    "messages": ("messages", "instant_messages", "inapps", "alarms", "inboxes"),
    "schedules": (),
    "targets": ("targets",),
    "geofences": ("geofences",),
    "beacons": ("beacons",),
    "geogroups": ("geogroups",),
}


def next_id(world: World, sequence: str) -> int:
    """The next id: above all that were given out, also of what is deleted, and above those that a fixture brought."""
    given = world.get("sequences", sequence)
    highest = [given["last"]] if given else [0]
    for kind in SEQUENCES[sequence]:
        highest += [record["id"] for record in world.find(kind, order="-id", limit=1)]
    following = max(highest) + 1
    world.put("sequences", {"name": sequence, "last": following})
    return int(following)


def own(world: World, kind: str, partner_id: str, number: int, what: str) -> Record:
    """The application's record with this id. Raises Refused, 404, also for another application's."""
    record = world.get(kind, str(number))
    if record is None or record["partnerId"] != partner_id:
        raise not_found(f"{what} {number}")
    return record
