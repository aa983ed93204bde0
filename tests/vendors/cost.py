"""What an answer costs, counted rather than timed: the same on any machine, however busy."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


def calls(act: Callable[[], object], of: str | None = None) -> int:
    """How many functions are called on the way, those written in C and the steps of generators among them; or how often
    one that is written in Python, by its qualified name.

    A look-up that goes through all records makes at least one call for each.
    """
    count = 0

    def note(frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call") if of is None else event == "call" and frame.f_code.co_qualname == of

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(before)
    return count
