"""Dates in bodies: ISO 8601 as in RFC 3339, read as UTC without an offset (Campaigns, Create)."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from mockserver import clock
from mockserver.clock import epoch
from mockserver.vendors.accengage.errors import invalid

_ZONE = re.compile(r"GMT([+-][0-9]{4})(?: \([^()]*\))?$")
YEAR_1, YEAR_9999 = -62_135_596_800.0, 253_402_300_799.0
"""Between these seconds a time can be written."""


def seconds(name: str, text: str) -> float:
    """Seconds since the epoch. Raises Refused for a day that no calendar has; `name` is the member's, for the words."""
    try:
        return epoch(text)
    except (ValueError, OverflowError):
        raise invalid(f"{name} is no date: {text}") from None


def check_range(body: Mapping[str, Any], start: str = "startDate", end: str = "endDate") -> None:
    """Raises Refused when either is no date, or the end is before the start."""
    found = {name: seconds(name, body[name]) for name in (start, end) if body.get(name) is not None}
    if len(found) == 2 and found[end] < found[start]:
        raise invalid(f"{end} is before {start}")


def javascript(name: str, value: str | float) -> float:
    """Seconds since the epoch for what JavaScript's `Date` takes: ISO 8601, also with slashes, the form of e-mail (RFC
    2822), what its own `toString` writes, or milliseconds since the epoch. Without an offset it is UTC.

    Raises Refused for anything else, and for a time beyond the year 9999.
    """
    try:
        if isinstance(value, int | float):
            return clock.moment(value / 1000).timestamp()
        return epoch(value.replace("/", "-")) if value[:4].isdecimal() else _spelled(value)
    except (ValueError, OverflowError, OSError):
        raise invalid(f"{name} is no date: {value}") from None


def _spelled(text: str) -> float:
    """`Thu, 28 Oct 2021 12:10:00 GMT`, or `Thu Oct 28 2021 14:10:00 GMT+0200 (CEST)`. Raises ValueError."""
    found = parsedate_to_datetime(_ZONE.sub(r"\1", text))
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def months_before(seconds: float, months: int) -> float:
    """The same time of day as many months earlier, on the same day or the last one of a shorter month."""
    then = clock.moment(seconds)
    year, month = divmod(then.year * 12 + then.month - 1 - months, 12)
    day = min(then.day, monthrange(year, month + 1)[1])
    return then.replace(year=year, month=month + 1, day=day).timestamp()
