"""What answers tell of the records behind them. Most are kept as they were written: the way back is the id and the
application beside the body."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from typing import Any

from mockserver.clock import epoch
from mockserver.recorded import ALWAYS, Seen, put
from mockserver.store import Record
from mockserver.vendors.accengage import auth, membership, userbase
from mockserver.vendors.accengage.kinds import INDEXABLE
from mockserver.world import World

_INDEXED = ("UDID", "token", *INDEXABLE)


def account(world: World, seen: Seen) -> None:
    """The application of the path, and a user and a token that open all of them: a recording has none."""
    partner_id, email = seen.given.get("partner_id"), auth.CREDENTIALS["email"]
    if partner_id and world.get("apps", partner_id) is None:
        fields = [_field("id", 1), _field("UDID", ""), _field("token", "")]
        world.put("apps", {"partnerId": partner_id, "platform": "android", "fields": fields})
    apps = [it["partnerId"] for it in world.find("apps")]
    world.put("users", {"email": email, "api_key": auth.CREDENTIALS["api_key"], "apps": apps})
    world.put("access_tokens", {"access_token": auth.CREDENTIALS["access_token"], "email": email, "expires_at": None})


def stored(kind: str, **more: Any) -> Callable[[World, Seen], None]:
    """What is shown as it was written, with its id."""

    def tell(world: World, seen: Seen) -> None:
        known = world.get(kind, str(seen.value["id"]))
        extra = {name: known[name] if known else it for name, it in more.items()}
        put(world, kind, {**seen.value, **extra, "partnerId": seen.given["partner_id"]})

    return tell


def created(kind: str, **more: Any) -> Callable[[World, Seen], None]:
    """What a confirmed creation wrote: the answer only has the id."""

    def tell(world: World, seen: Seen) -> None:
        if world.get(kind, str(seen.value["id"])) is None:
            written = {name: it for name, it in seen.asked.items() if name not in ("partnerId", "sent")}
            put(world, kind, {**written, **more, "id": seen.value["id"], "partnerId": seen.given["partner_id"]})

    return tell


def static_list(world: World, seen: Seen) -> None:
    _list(world, seen, seen.value)


def static_list_created(world: World, seen: Seen) -> None:
    _list(world, seen, {**seen.asked, "listId": seen.value["listId"]})


def members(world: World, seen: Seen) -> None:
    """Who is in a list; of a list that no answer names nothing can be said."""
    key = membership.key_of(seen.given["partner_id"], int(seen.given["list_id"]))
    for user in seen.value["users"]:
        until = None if user["expireAt"] is None else epoch(user["expireAt"])
        udid = user["deviceId"]
        world.put("members", {"id": f"{key}/{udid}", "list": key, "deviceId": udid, "expiresAt": until})


def schedule(world: World, seen: Seen) -> None:
    """A schedule as it stands: it counts from the date that is next."""
    message_id = int(seen.given["message_id"])
    known = world.get("schedules", str(message_id)) or {"exclusions": []}
    counting = {"armed": 1, "anchor": seen.value["nextSendingDate"], "count": 0}
    world.put("schedules", {**seen.value, **counting, "messageId": message_id, "exclusions": known["exclusions"]})


def exclusions(world: World, seen: Seen) -> None:
    known = world.get("schedules", seen.given["message_id"])
    if known is not None:
        world.put("schedules", {**known, "exclusions": seen.value})


def device(world: World, seen: Seen) -> None:
    """All fields of one device."""
    _device(world, seen.given["partner_id"], seen.value["data"])


def devices(world: World, seen: Seen) -> None:
    """Lines of CSV, the first of which names the fields; without a UDID nobody can tell whose they are."""
    lines = seen.value or [[]]
    for line in lines[1:]:
        values = {name: it for name, it in zip(lines[0], line, strict=True) if it != "" or name in _INDEXED}
        if values.get("UDID"):
            _device(world, seen.given["partner_id"], values)
    app = world.get("apps", seen.given["partner_id"])
    if app is not None and "fields" not in seen.given:  # all of them, in their order
        known = {it["name"]: it for it in app["fields"]}
        world.put("apps", {**app, "fields": [known.get(name) or _field(name, "") for name in lines[0]]})


def row(kind: str) -> Callable[[World, Seen], None]:
    """A click or a target: it has no id, so that the same row twice is one."""

    def tell(world: World, seen: Seen) -> None:
        shown = {name: it for name, it in seen.value.items() if name != "data"}
        number = zlib.crc32(json.dumps([seen.given["partner_id"], shown], sort_keys=True).encode()) + 1
        owner = {"campaignId": int(seen.given["campaign_id"])} if "campaign_id" in seen.given else {}
        world.put(kind, {**owner, **shown, "id": number, "partnerId": seen.given["partner_id"]})

    return tell


def day(world: World, seen: Seen) -> None:
    partner_id = seen.given["partner_id"]
    world.put("stats", {**seen.value, "id": f"{partner_id}/{seen.value['date']}", "partnerId": partner_id})


def _list(world: World, seen: Seen, value: Record) -> None:
    partner_id = seen.given["partner_id"]
    kept: Record = {name: value[name] for name in ("listId", "name", "externalId") if name in value}
    key = membership.key_of(partner_id, value["listId"])
    put(world, "lists", {**kept, "id": key, "partnerId": partner_id})


def _device(world: World, partner_id: str, values: Record) -> None:
    """A device with these of its fields, which the application has too, then."""
    app = world.get("apps", partner_id)
    known = userbase.by_udid(world, partner_id, values["UDID"])
    fields = {name: it for name, it in values.items() if name != "id"}
    number = int(values["id"]) if "id" in values else known["id"] if known else zlib.crc32(values["UDID"].encode()) + 1
    if app is not None:
        there = {it["name"] for it in app["fields"]}
        more = [_field(name, it) for name, it in fields.items() if name not in there]
        world.put("apps", {**app, "fields": [*app["fields"], *more]})
    kept = {**(known["fields"] if known else {}), **fields}
    put(world, "devices", {"id": number, "partnerId": partner_id, "fields": kept})


def _field(name: str, value: Any) -> Record:
    kind = "boolean" if isinstance(value, bool) else "number" if isinstance(value, int | float) else "string"
    return {"name": name, "type": kind, **({"indexed": True} if name in _INDEXED else {})}


TELLS = {
    ALWAYS: account,
    "StoredCampaign": stored("campaigns"),
    "campaigns.create_campaign": created("campaigns"),
    "StoredMessage": stored("messages", state="new"),
    "messages.create_message": created("messages", state="new"),
    "StoredGeofence": stored("geofences"),
    "geofences.create_geofence": created("geofences"),
    "StoredBeacon": stored("beacons"),
    "beacons.create_beacon": created("beacons"),
    "StoredGeogroup": stored("geogroups"),
    "geogroups.create_geogroup": created("geogroups", beacons=[], geofences=[]),
    "StoredInapp": stored("inapps"),
    "inapps.create_inapp": created("inapps"),
    "StoredAlarm": stored("alarms"),
    "alarms.create_alarm": created("alarms"),
    "inboxes.create_inbox": created("inboxes"),
    "StaticList": static_list,
    "static_lists.create_static_list": static_list_created,
    "static_lists.list_static_list_devices": members,
    "schedules.get_schedule": schedule,
    "exclusions.list_schedule_exclusions": exclusions,
    "devices.search_device": device,
    "devices.list_devices": devices,
    "Click": row("clicks"),
    "Target": row("targets"),
    "DailyStat": day,
}
CARRIED = frozenset(
    (
        "schedules.create_schedule", "exclusions.create_schedule_exclusion", "geogroups.add_geogroup_beacon",
        "geogroups.add_geogroup_geofence",
    )
)  # fmt: skip
