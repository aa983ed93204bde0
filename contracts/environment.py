"""The gate's only door to time, randomness, environment variables and temporary files."""

from __future__ import annotations

import os
import random
import secrets
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

Dice = random.Random


def now() -> float:
    """Seconds on a clock that only goes forward; for durations."""
    return time.monotonic()


def today() -> date:
    """The date in UTC, for the expiry of known failures."""
    return datetime.now(tz=UTC).date()


def sleep(seconds: float) -> None:
    """Wait; 0 or less returns at once."""
    if seconds > 0:
        time.sleep(seconds)


def variables() -> Mapping[str, str]:
    """The environment variables."""
    return os.environ


def dice(seed: int, purpose: str) -> Dice:
    """A generator of its own for one purpose: the same seed and purpose give the same numbers."""
    return Dice(f"{seed}:{purpose}")


def token() -> str:
    """Eight letters that are new each time."""
    return secrets.token_hex(4)


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A directory that is gone after its `with` block."""
    return tempfile.TemporaryDirectory(prefix="bodydouble-")


def working_directory() -> Path:
    """The directory that relative paths are relative to."""
    return Path.cwd()
