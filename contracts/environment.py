"""The gate's only door to time, randomness, environment variables and temporary files."""

from __future__ import annotations

import os
import random
import secrets
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

_LITTLE = 0.05
Dice = random.Random


def now() -> float:
    """Seconds on a clock that only goes forward; for durations."""
    return time.monotonic()


def epoch() -> float:
    """Seconds since the epoch by the calendar's clock; for what a request says about its own time."""
    return time.time()


def clock() -> float:
    """Seconds since 1970 on this machine's calendar; for times in answers."""
    return time.time()


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


@contextmanager
def storing(directory: str) -> Iterator[None]:
    """Inside, Hypothesis and its workers keep what they note of the code in a directory, unless the user named one."""
    name = "HYPOTHESIS_STORAGE_DIRECTORY"
    if name in os.environ:
        yield
        return
    os.environ[name] = directory
    try:
        yield
    finally:
        del os.environ[name]


def working_directory() -> Path:
    """The directory that relative paths are relative to."""
    return Path.cwd()


@contextmanager
def stoppable() -> Iterator[None]:
    """Inside, SIGTERM is what Ctrl-C is, so that what was begun is put in order again; unless somebody handles it.

    Neither is lost where Python can raise nothing, while garbage is collected, say: it comes again a little later.
    """
    here = threading.current_thread() is threading.main_thread()
    if not here or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    unraisable = sys.unraisablehook

    def come_again(lost: Any) -> None:
        if issubclass(lost.exc_type, KeyboardInterrupt):
            threading.Timer(_LITTLE, os.kill, (os.getpid(), signal.SIGINT)).start()
        else:
            unraisable(lost)

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.unraisablehook = come_again
    try:
        yield
    finally:
        sys.unraisablehook = unraisable
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


@contextmanager
def unbroken() -> Iterator[None]:
    """Inside, the first Ctrl-C (or SIGTERM, where that is the same) waits for the end of the block; a second does not.

    For what must not be lost half-way: a request that may make something, and the note that it did.
    """
    here = threading.current_thread() is threading.main_thread()
    before = {it: signal.getsignal(it) for it in (signal.SIGINT, signal.SIGTERM)} if here else {}
    pending: list[int] = []

    def wait(number: int, _: object) -> None:
        if pending:
            raise KeyboardInterrupt
        pending.append(number)

    held = {number: handler for number, handler in before.items() if handler is signal.default_int_handler}
    for number in held:
        signal.signal(number, wait)
    try:
        yield
    finally:
        for number, handler in held.items():
            signal.signal(number, handler)
    if pending:
        raise KeyboardInterrupt
