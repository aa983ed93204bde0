"""When a broadcast goes out, to whom, and how its status moves with the world's clock (Broadcast API).

    scheduled -> in_progress -> sent | failed      scheduled -> deleted      in_progress <-> paused
                 in_progress, paused -> canceled

One that is sent by time zone is in progress from the first zone on earth in which its hour comes to the last.
"""

from __future__ import annotations

from typing import Any

from mockserver.clock import epoch, iso
from mockserver.store import Between, Record, joined
from mockserver.vendors.vibes import moments, values
from mockserver.vendors.vibes.errors import Code, Error
from mockserver.world import World

SCHEDULED, IN_PROGRESS, PAUSED = "scheduled", "in_progress", "paused"
_FIRST_ZONE, _ALL_ZONES = 14 * 3600, 26 * 3600  # UTC+14, and from there to UTC-12


def unknown_lists(world: World, company_key: str, wanted: list[str]) -> Error | None:
    """The error that names the subscription lists that the company does not have, if there are any."""
    found = {it: world.get("subscription_lists", it) for it in wanted}
    names = [name for name, it in found.items() if it is None or it["company_key"] != company_key]
    return Error(f"Unknown subscription lists: {', '.join(names)}", Code.NOT_FOUND) if names else None


def timed(world: World, broadcast: Record, errors: list[Error]) -> Record:
    """The broadcast with the time at which it begins, in the form that is kept; adds to `errors` why it has none."""
    schedule = broadcast["send_schedule"] or {}
    field = schedule.get("field_name")
    error = (
        values.unknown(values.defined(world, broadcast["company_key"]), {field: None}) if field is not None else None
    )
    if error is not None:
        errors.append(error)
    if _by_zone(broadcast):
        missing = [name for name in ("send_date", "send_time") if name not in schedule]
        errors += [Error(f"send_schedule.{name} is required", Code.REQUIRED) for name in missing]
        at = None if missing else moments.read(f"{schedule['send_date']}T{schedule['send_time']}Z")
        begins, member = (None if at is None else at - _FIRST_ZONE), "send_schedule.send_date"
        if missing:
            return broadcast
    else:
        member, text = "send_scheduled_date", broadcast["send_scheduled_date"]
        if text is None:
            errors.append(Error("send_scheduled_date, or send_schedule by_time_zone, is required", Code.REQUIRED))
            return broadcast
        begins = moments.read(text)
    if begins is None:
        errors.append(Error(f"{member} is no date and time that exists", Code.FORMAT))
        return broadcast
    return {**broadcast, "send_scheduled_date": iso(begins)}


def plan(world: World, broadcast: Record) -> None:
    """Have a scheduled broadcast begin at its time; one whose time has passed begins before the next request."""
    at = broadcast["send_scheduled_date"]
    seconds = max(0.0, epoch(at) - world.now)
    world.later(seconds, "broadcasts.begin_broadcast", broadcast_id=broadcast["broadcast_id"], at=at)


def catch_up(world: World) -> None:
    """Begin what a fixture has scheduled for a time that has passed: nothing else is due for it."""
    overdue = Between(joined(SCHEDULED, ""), joined(SCHEDULED, world.time()))
    for broadcast in world.find("broadcasts", {"status+send_scheduled_date": overdue}):
        if epoch(broadcast["send_scheduled_date"]) < world.now:
            begin(world, broadcast)


def begin(world: World, broadcast: Record) -> None:
    """From scheduled to in progress, to those who are subscribed now."""
    start = max(epoch(broadcast["send_scheduled_date"]), epoch(broadcast["created_at"]))
    delivery: dict[str, Any] = {"send_start_date": iso(start), "recipient_count": _recipients(world, broadcast)}
    changed = {**broadcast, "status": IN_PROGRESS, "delivery": delivery, "updated_at": iso(start)}
    _end_later(world, world.put("broadcasts", changed), start)


def finish(world: World, broadcast: Record) -> None:
    """From in progress to what the switch says."""
    status, delivery = world.switches["broadcast_outcome"], broadcast["delivery"]
    delivery = {**delivery, "enqueue_completed_date": world.time()}
    world.put("broadcasts", {**broadcast, "status": status, "delivery": delivery, "updated_at": world.time()})


def pause(world: World, broadcast: Record, resumed: bool) -> None:
    """From in progress to paused, or back; a broadcast that was resumed takes its whole time once more."""
    status = IN_PROGRESS if resumed else PAUSED
    changed = world.put("broadcasts", {**broadcast, "status": status, "updated_at": world.time()})
    if resumed:
        _end_later(world, changed, world.now)


def _end_later(world: World, broadcast: Record, start: float) -> None:
    """Have a broadcast end, unless its status is another by then: each has one end in view, told by `updated_at`."""
    seconds = world.switches["broadcast_seconds"] + (_ALL_ZONES if _by_zone(broadcast) else 0)
    left = max(0.0, start + seconds - world.now)
    facts = {"broadcast_id": broadcast["broadcast_id"], "since": broadcast["updated_at"]}
    world.later(left, "broadcasts.finish_broadcast", **facts)


def _by_zone(broadcast: Record) -> bool:
    return (broadcast["send_schedule"] or {}).get("method") == "by_time_zone"


def _recipients(world: World, broadcast: Record) -> int:
    """How many persons are on the lists, each counted once."""
    wanted = [joined(it, True) for it in dict.fromkeys(broadcast["targeting"]["source_lists"])]
    if len(wanted) == 1:
        return world.count("subscriptions", {"subscription_list_id+active": wanted[0]})
    found = (it for on in wanted for it in world.find("subscriptions", {"subscription_list_id+active": on}))
    return len({it["person_key"] for it in found})
