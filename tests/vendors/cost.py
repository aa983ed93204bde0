"""What an answer costs, counted rather than timed: the same on any machine, however busy."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


def calls(act: Callable[[], object]) -> int:
    """How many functions are called on the way, those written in C and the steps of generators among them.

    A look-up that goes through all records makes at least one call for each.
    """
    count = 0

    def note(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(before)
    return count
