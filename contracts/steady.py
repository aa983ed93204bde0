"""The same seed draws the same values, whatever else is loaded.

Hypothesis mixes constants from the source of every loaded module outside site-packages into what it draws. Which these
are differs between `bodydouble verify`, a worker of pytest-xdist and a user's own pytest session.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def draws() -> Iterator[None]:
    """Inside, no constants of loaded modules are drawn. Hypothesis has no public switch for that.

    Where a newer Hypothesis has other insides this does nothing, and a test of ours says so.
    """
    from hypothesis.internal.conjecture import providers

    known: Any = providers
    if not (hasattr(known, "_get_local_constants") and hasattr(known, "CONSTANTS_CACHE")):
        yield
        return
    before, cache, none = known._get_local_constants, known.CONSTANTS_CACHE, known.Constants()
    known._get_local_constants, known.CONSTANTS_CACHE = (lambda: none), type(cache)(1024)
    try:
        yield
    finally:
        known._get_local_constants, known.CONSTANTS_CACHE = before, cache
