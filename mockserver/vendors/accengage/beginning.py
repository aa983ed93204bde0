"""What the records of a fixture set going."""

from __future__ import annotations

from mockserver.vendors.accengage import timetable
from mockserver.world import World


def begin(world: World) -> None:
    """Schedules wait for their next date, as if they had been made by a call."""
    for schedule in world.find("schedules"):
        timetable.wait(world, schedule)
