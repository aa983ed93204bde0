"""Dates and times of requests: ISO 8601 in any of the forms that the vendor's samples show."""

from __future__ import annotations

from mockserver.clock import epoch


def read(text: str) -> float | None:
    """Seconds since the epoch; None for what has the form of a time but does not exist, such as 30 February."""
    try:
        return epoch(text.upper())
    except (ValueError, OverflowError):
        return None
