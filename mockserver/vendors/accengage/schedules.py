"""When a message is sent by itself (REST API Documentation, Schedule)."""

from __future__ import annotations

from mockserver.exchange import Reply
from mockserver.store import Record
from mockserver.vendors.accengage import dates, delivery, numbers, timetable
from mockserver.vendors.accengage.errors import Refused, invalid
from mockserver.world import World

_HIDDEN = frozenset(("messageId", "exclusions", "armed", "anchor", "count"))
_OWN = ("interval", "intervalUnit")


def create_schedule(world: World, partner_id: str, message_id: int, body: Record) -> Reply:
    """200 without a body. Raises Refused: 404, 400 for what is none or lies in the past, 403 when there is one."""
    numbers.own(world, "messages", partner_id, message_id, "Message")
    _check(body)
    if _past(world, body):
        raise invalid("Next sending date is outdated")
    if world.get("schedules", str(message_id)) is not None:
        raise Refused(403, f"Schedule already exists for message {message_id}")
    _arm(world, {"status": "ACTIVE", **_visible(body), "messageId": message_id, "exclusions": []})
    return Reply(None)


def get_schedule(world: World, partner_id: str, message_id: int) -> Reply:
    """200 with the schedule and its next date. Raises Refused, 404."""
    return Reply(_visible(timetable.schedule_of(world, partner_id, message_id)))


def update_schedule(world: World, partner_id: str, message_id: int, body: Record) -> Reply:
    """200 without a body; the exclusions stay. Raises Refused: 404, 400, and 403 for a date in the past, as printed."""
    known = timetable.schedule_of(world, partner_id, message_id)
    changed = {**known, **_visible(body)}
    _check(changed)
    if _past(world, body):
        raise Refused(403, "Next sending date is outdated")
    _arm(world, changed)
    return Reply(None)


def delete_schedule(world: World, partner_id: str, message_id: int) -> Reply:
    """200 without a body; the exclusions go too. Raises Refused, 404, also the second time."""
    timetable.schedule_of(world, partner_id, message_id)
    world.delete("schedules", str(message_id))
    return Reply(None)


def fire(world: World, message_id: int, armed: int) -> None:
    """Due work: the message is sent, unless the schedule is another by now, or its exclusions or dates forbid it; then
    the next date is set."""
    schedule, message = world.get("schedules", str(message_id)), world.get("messages", str(message_id))
    if schedule is None or message is None or schedule["armed"] != armed:
        return
    moment = timetable.read(schedule["nextSendingDate"])
    open_to_it = message["state"] == "new" or (schedule["type"] != "SINGLE" and message["state"] != "sending")
    if open_to_it and timetable.inside(schedule, moment) and not timetable.excluded(schedule, moment):
        delivery.begin(world, message)
    count = schedule["count"] + 1
    following = timetable.occurrence(schedule, count)
    if following is not None and not _over(schedule, following):
        timetable.wait(world, {**schedule, "nextSendingDate": following, "count": count})


def _check(schedule: Record) -> None:
    """Raises Refused for what the schema cannot say."""
    dates.check_range(schedule)
    dates.seconds("nextSendingDate", schedule["nextSendingDate"])
    missing = [name for name in _OWN if name not in schedule] if schedule["type"] == "CUSTOM" else []
    if missing:
        raise invalid(*(f"{name} is needed with CUSTOM" for name in missing))


def _past(world: World, schedule: Record) -> bool:
    return dates.seconds("nextSendingDate", schedule["nextSendingDate"]) < world.now


def _over(schedule: Record, text: str) -> bool:
    end = schedule.get("endDate")
    return end is not None and timetable.read(end) < timetable.read(text)


def _arm(world: World, schedule: Record) -> None:
    """Keep a schedule whose date was set, and wait for it."""
    armed = numbers.next_id(world, "schedules")
    timetable.wait(world, {**schedule, "armed": armed, "anchor": schedule["nextSendingDate"], "count": 0})


def _visible(schedule: Record) -> Record:
    return {name: value for name, value in schedule.items() if name not in _HIDDEN}
