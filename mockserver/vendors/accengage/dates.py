"""Dates in bodies: ISO 8601 as in RFC 3339, read as UTC without an offset (Campaigns, Create)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.clock import epoch
from mockserver.vendors.accengage.errors import invalid


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
