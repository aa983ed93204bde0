"""Times in answers: two are alike within a tolerance, on the clocks of those who gave them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,:](\d{1,9}))?)? ?(Z|z|UTC|GMT|[+-]\d\d:?\d\d)? ?"
)
# As Volt MX writes them: 06/20/2016 11:03:15 AM IST. Two in one zone can be compared, whatever the zone is.
_AMERICAN = re.compile(r"(\d\d)/(\d\d)/(\d{4}) (\d\d):(\d\d):(\d\d) ([AP])M ([A-Z]{2,5})")
_HTTP = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
_NAMED = re.compile(r"(?:_at|_on|time|timestamp|date|expires|expiry|[a-z](?:At|On|Time|Date))$")
_FRACTION = re.compile(r"[.,]9+")
# Seconds since 1970, or milliseconds, from the year 2001 to 2286.
_SECONDS, _MILLISECONDS = range(10**9, 10**10), range(10**12, 10**13)


def moment(text: str) -> float | None:
    """Seconds since 1970 of a time in ISO 8601, loosely, as HTTP writes it, or as Americans do; None for other text.

    A zone that is known by its letters alone is read as UTC.
    """
    found = _TIME.fullmatch(text)
    try:
        if american := _AMERICAN.fullmatch(text):
            month, day, year, hour, minute, second = map(int, american.groups()[:6])
            hour = hour % 12 + (12 if american[7] == "P" else 0)
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
        if found is None:
            return parsedate_to_datetime(text).timestamp() if _HTTP.fullmatch(text) else None
        year, month, day, hour, minute = map(int, found.group(1, 2, 3, 4, 5))
        fraction = int(f"{found[7] or '0':0<6}"[:6])
        return datetime(year, month, day, hour, minute, int(found[6] or 0), fraction, _zone(found[8])).timestamp()
    except (ValueError, OverflowError):
        return None


def stamp(name: str, value: int | float) -> float | None:
    """Seconds since 1970 of a number that a member's name says is a time; None for any other number."""
    if not _NAMED.search(name):
        return None
    whole = int(value)
    return float(value) if whole in _SECONDS else value / 1000 if whole in _MILLISECONDS else None


def form(text: str) -> str:
    """How a time is written: the same for two times in one format."""
    return _FRACTION.sub(".9", re.sub(r"\d|[AP](?=M )", "9", text))


@dataclass(frozen=True, slots=True)
class Clocks:
    """How far the two sides' clocks are ahead of ours, in seconds, and what they may differ by besides."""

    baseline: float = 0.0
    candidate: float = 0.0
    tolerance: float = 5.0

    def alike(self, baseline: float, candidate: float) -> bool:
        """Whether two moments are the same, by the calendar or by the clock of each side."""
        apart = candidate - baseline
        return min(abs(apart), abs(apart - (self.candidate - self.baseline))) <= self.tolerance


def _zone(text: str | None) -> timezone:
    if text is None or text[0] not in "+-":
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))
