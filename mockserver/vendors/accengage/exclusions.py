"""When a schedule does not send (REST API Documentation, Schedule Exclusions)."""

from __future__ import annotations

from mockserver.exchange import Reply
from mockserver.store import Record
from mockserver.vendors.accengage import dates, timetable
from mockserver.vendors.accengage.errors import invalid
from mockserver.world import World

_NEEDED = {"DAYS": ("days",), "DATE": ("startDate",), "PERIOD": ("startDate", "endDate")}


def create_schedule_exclusion(world: World, partner_id: str, message_id: int, body: Record) -> Reply:
    """200 without a body. Raises Refused: 404 without a message or a schedule; 400 for a second one of type DAYS, what
    lacks a member that its type needs, and dates outside of the schedule's."""
    schedule = timetable.schedule_of(world, partner_id, message_id)
    missing = [name for name in _NEEDED[body["type"]] if name not in body]
    if missing:
        raise invalid(*(f"{name} is needed with {body['type']}" for name in missing))
    dates.check_range(body)
    outside = [name for name in ("startDate", "endDate") if name in body and not _inside(schedule, body[name])]
    if outside:
        raise invalid(*(f"{name} is not between the dates of the schedule" for name in outside))
    if body["type"] == "DAYS" and any(it["type"] == "DAYS" for it in schedule["exclusions"]):
        raise invalid('Schedule exclusion type "DAYS" already exists.')
    world.put("schedules", {**schedule, "exclusions": [*schedule["exclusions"], body]})
    return Reply(None)


def list_schedule_exclusions(world: World, partner_id: str, message_id: int) -> Reply:
    """200 with all of them, oldest first. Raises Refused, 404."""
    return Reply(timetable.schedule_of(world, partner_id, message_id)["exclusions"])


def delete_schedule_exclusions(world: World, partner_id: str, message_id: int) -> Reply:
    """200 without a body, also when there is none. Raises Refused, 404."""
    schedule = timetable.schedule_of(world, partner_id, message_id)
    world.put("schedules", {**schedule, "exclusions": []})
    return Reply(None)


def _inside(schedule: Record, text: str) -> bool:
    return timetable.inside(schedule, timetable.read(text))
