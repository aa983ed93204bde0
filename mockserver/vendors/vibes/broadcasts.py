"""Messages to everybody on a list, sent at a time (Broadcast API Methods; Broadcast API)."""

from __future__ import annotations

from typing import Any

from mockserver.errors import NotFound
from mockserver.exchange import Reply, Request
from mockserver.store import Between, Record, joined
from mockserver.vendors.vibes import transmission
from mockserver.vendors.vibes.errors import Code, Error, invalid
from mockserver.vendors.vibes.transmission import IN_PROGRESS, PAUSED, SCHEDULED
from mockserver.world import World

_MOST = 100
_ENDS = {SCHEDULED: "deleted", IN_PROGRESS: "canceled", PAUSED: "canceled"}
_DEFAULTS: Record = {
    "channel": "sms",
    "source_short_code": None,
    "short_url_base": "http://vbs.cm/",
    "shorten_urls": True,
    "filters": [],
}


def list_broadcasts(world: World, company_key: str, status: str) -> Reply:
    """200 with at most 100 broadcasts of one status, the one that is to be sent last first."""
    transmission.catch_up(world)
    field = "company_key+status+send_scheduled_date"
    where = {field: Between(joined(company_key, status, ""), joined(company_key, status, "~"))}
    return Reply([_shown(it) for it in world.find("broadcasts", where, f"-{field}", limit=_MOST)])


def schedule_broadcast(world: World, request: Request, company_key: str, body: Record) -> Reply:
    """201 with the broadcast, which is scheduled. Raises Invalid."""
    blank: Record = {
        "broadcast_id": _free_id(world),
        "company_key": company_key,
        "status": SCHEDULED,
        "created_by": request.caller,
        "created_by_application": "api",
        "send_scheduled_date": None,
        "send_schedule": None,
        "targeting": _DEFAULTS,
        "delivery": {},
        "created_at": world.time(),
        "updated_at": world.time(),
    }
    broadcast = world.put("broadcasts", _changed(world, blank, body))
    transmission.plan(world, broadcast)
    return Reply(_shown(broadcast), 201)


def get_broadcast(world: World, company_key: str, broadcast_id: str) -> Reply:
    """200 with the broadcast. Raises NotFound."""
    return Reply(_shown(_known(world, company_key, broadcast_id)))


def update_broadcast(world: World, company_key: str, broadcast_id: str, body: Record) -> Reply:
    """200 with the broadcast. Raises NotFound, and Invalid, also for one that has begun."""
    broadcast = _known(world, company_key, broadcast_id)
    if broadcast["status"] not in (SCHEDULED, PAUSED):
        raise invalid([Error(f"A broadcast that is {broadcast['status']} cannot be changed", Code.STATE)])
    changed = _changed(world, broadcast, body)
    if changed != broadcast:
        changed = world.put("broadcasts", {**changed, "updated_at": world.time()})
    if changed["status"] == SCHEDULED and changed["send_scheduled_date"] != broadcast["send_scheduled_date"]:
        transmission.plan(world, changed)
    return Reply(_shown(changed))


def cancel_broadcast(world: World, company_key: str, broadcast_id: str) -> Reply:
    """200 with the broadcast, deleted if it was not begun and cancelled if it was. Raises NotFound, Invalid."""
    broadcast = _known(world, company_key, broadcast_id)
    status = _ENDS.get(broadcast["status"])
    if status is None:
        raise invalid([Error(f"A broadcast that is {broadcast['status']} cannot be cancelled", Code.STATE)])
    return Reply(_shown(world.put("broadcasts", {**broadcast, "status": status, "updated_at": world.time()})))


def begin_broadcast(world: World, broadcast_id: str, at: str) -> None:
    """Due work: a broadcast begins, unless it was moved to another time or deleted meanwhile."""
    broadcast = world.get("broadcasts", broadcast_id)
    if broadcast is not None and broadcast["status"] == SCHEDULED and broadcast["send_scheduled_date"] == at:
        transmission.begin(world, broadcast)


def finish_broadcast(world: World, broadcast_id: str, since: str) -> None:
    """Due work: a broadcast has been handed over, unless it was cancelled or paused meanwhile."""
    broadcast = world.get("broadcasts", broadcast_id)
    if broadcast is not None and broadcast["status"] == IN_PROGRESS and broadcast["updated_at"] == since:
        transmission.finish(world, broadcast)


def _known(world: World, company_key: str, broadcast_id: str) -> Record:
    transmission.catch_up(world)
    broadcast = world.get("broadcasts", broadcast_id)
    if broadcast is None or broadcast["company_key"] != company_key:
        raise NotFound("The broadcast was not found")
    return broadcast


def _free_id(world: World) -> str:
    found = str(world.ids.digits("broadcast", 7))
    while world.get("broadcasts", found) is not None:
        found = str(world.ids.digits("broadcast", 7))
    return found


def _changed(world: World, broadcast: Record, body: Record) -> Record:
    """The broadcast with what a body says; what the platform sets is passed over. Raises Invalid."""
    errors: list[Error] = []
    given: Record = {name: body[name] for name in ("name", "send_scheduled_date") if name in body}
    changed: Record = {**broadcast, **given}
    if "targeting" in body:
        given = body["targeting"]
        known = {name: given[name] for name in (*_DEFAULTS, "message_template", "source_lists") if name in given}
        changed["targeting"] = {**broadcast["targeting"], **known}
        error = transmission.unknown_lists(world, broadcast["company_key"], changed["targeting"]["source_lists"])
        if error is not None:
            errors.append(error)
    if "send_schedule" in body:
        given = body["send_schedule"]
        kept: Record = broadcast["send_schedule"] or {"method": "by_date"}
        changed["send_schedule"] = None if given is None else {**kept, **given}
    if changed["send_scheduled_date"] != broadcast["send_scheduled_date"] or "send_schedule" in body:
        changed = transmission.timed(world, changed, errors)
    if errors:
        raise invalid(errors)
    return changed


def _shown(broadcast: Record) -> dict[str, Any]:
    kept = {name: value for name, value in broadcast.items() if name != "company_key"}
    if kept["send_schedule"] is None:
        del kept["send_schedule"]
    return {**kept, "url": f"/companies/{broadcast['company_key']}/mobiledb/broadcasts/{broadcast['broadcast_id']}"}
