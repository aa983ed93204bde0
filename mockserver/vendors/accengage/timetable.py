"""When a schedule sends next, and on which days it does not (our reference, sections 8 and 9)."""

from __future__ import annotations

import calendar
import json
from datetime import UTC, datetime, timedelta

from mockserver.store import Record
from mockserver.vendors.accengage import numbers
from mockserver.vendors.accengage.errors import not_found
from mockserver.world import World

_STEPS = {
    "DAILY": ("DAY", 1),
    "WEEKLY": ("WEEK", 1),
    "MONTHLY": ("MONTH", 1),
    "YEARLY": ("YEAR", 1),
}
_LENGTHS = {"HOUR": timedelta(hours=1), "DAY": timedelta(days=1), "WEEK": timedelta(weeks=1)}


def schedule_of(world: World, partner_id: str, message_id: int) -> Record:
    """The schedule of the application's push message. Raises Refused, 404, when either is not there."""
    numbers.own(world, "messages", partner_id, message_id, "Message")
    schedule = world.get("schedules", str(message_id))
    if schedule is None:
        raise not_found(f"A schedule of message {message_id}")
    return schedule


def wait(world: World, schedule: Record) -> None:
    """Keep a schedule, and have it fire at its next date unless it is inactive."""
    world.put("schedules", schedule)
    if schedule.get("status", "ACTIVE") == "ACTIVE":
        seconds = read(schedule["nextSendingDate"]).timestamp() - world.now
        world.later(seconds, "schedules.fire", message_id=schedule["messageId"], armed=schedule["armed"])


def read(text: str) -> datetime:
    """A date with its own offset, UTC without one. Raises ValueError."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def occurrence(schedule: Record, count: int) -> str | None:
    """The date that lies `count` intervals after the schedule's anchor, in the same offset; None when there is none.

    Counted from the anchor, so that the 31st of a month stays the 31st where there is one.
    """
    if schedule["type"] == "SINGLE":
        return None
    anchor = read(schedule["anchor"])
    unit, number = _STEPS.get(schedule["type"]) or (schedule["intervalUnit"], schedule["interval"])
    try:
        if unit in _LENGTHS:
            found = anchor + _LENGTHS[unit] * (number * count)
        else:
            found = _months_later(anchor, number * count * (12 if unit == "YEAR" else 1))
    except (OverflowError, ValueError):
        return None
    return found.isoformat().replace("+00:00", "Z")


def _months_later(start: datetime, months: int) -> datetime:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start.replace(year=year, month=month + 1, day=min(start.day, calendar.monthrange(year, month + 1)[1]))


def inside(schedule: Record, moment: datetime) -> bool:
    """Whether a moment lies within the schedule's dates, which count as inside; without one that side is open."""
    start, end = schedule.get("startDate"), schedule.get("endDate")
    return (start is None or read(start) <= moment) and (end is None or moment <= read(end))


def excluded(schedule: Record, moment: datetime) -> bool:
    """Whether one of the schedule's exclusions holds at a moment, whose offset says which day it is."""
    return any(_holds(exclusion, moment) for exclusion in schedule["exclusions"])


def _holds(exclusion: Record, moment: datetime) -> bool:
    start, end = exclusion.get("startDate"), exclusion.get("endDate")
    if exclusion["type"] == "DATE":
        day = read(exclusion["startDate"])
        return day.date() == moment.astimezone(day.tzinfo).date()
    bounded = (start is None or read(start) <= moment) and (end is None or moment <= read(end))
    if exclusion["type"] == "PERIOD":
        return bounded
    return bounded and moment.isoweekday() in json.loads(exclusion["days"])
