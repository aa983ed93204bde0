"""The only source of time. A world's clock is real time plus an offset, or stands still."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache


def now(offset: float, frozen: float | None) -> float:
    """What a Clock with these values says, without making one: every request asks."""
    return time.time() + offset if frozen is None else frozen


@dataclass(frozen=True, slots=True)
class Clock:
    """How a world tells the time: `offset` seconds from real time, or `frozen` at seconds since the epoch."""

    offset: float = 0.0
    frozen: float | None = None

    def now(self) -> float:
        """Seconds since the epoch, UTC."""
        return now(self.offset, self.frozen)

    def freeze(self, at: float | None = None) -> Clock:
        """Stands still, at `at` or at this moment."""
        return Clock(self.offset, self.now() if at is None else at)

    def release(self) -> Clock:
        """Runs again, from where it stood."""
        return self if self.frozen is None else Clock(self.frozen - time.time())

    def advance(self, seconds: float) -> Clock:
        """Later by `seconds`, which may not be negative."""
        if self.frozen is None:
            return Clock(self.offset + seconds)
        return Clock(self.offset, self.frozen + seconds)


def moment(epoch: float) -> datetime:
    """Seconds since the epoch as an aware datetime in UTC. Raises ValueError or OverflowError out of range."""
    return datetime.fromtimestamp(epoch, UTC)


def iso(epoch: float, precision: str = "seconds") -> str:
    """ISO 8601 in UTC with `Z`, to `seconds` or `milliseconds`."""
    if precision == "seconds":
        return _second(math.floor(epoch))
    return moment(epoch).isoformat(timespec=precision).replace("+00:00", "Z")


@lru_cache(maxsize=64)
def _second(whole: int) -> str:
    return moment(whole).isoformat(timespec="seconds").replace("+00:00", "Z")


@lru_cache(maxsize=1024)
def epoch(text: str) -> float:
    """Seconds since the epoch from ISO 8601; without an offset it is taken as UTC. Raises ValueError."""
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def stopwatch() -> float:
    """Seconds on a clock that only runs forward; for durations."""
    return time.perf_counter()


def pause(seconds: float) -> None:
    """Wait, of real time. For clients; nothing that serves a request may wait."""
    time.sleep(seconds)
