"""Whether the server is there, and what it serves."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version

from mockserver.exchange import Reply
from mockserver.worlds import Worlds


def get_health(worlds: Worlds) -> Reply:
    """Version, kind of store, vendors and number of worlds."""
    vendors = [
        {"name": name, "title": it.spec.title, "url": it.base, "operations": len(it.spec.operations)}
        for name, it in worlds.vendors.items()
    ]
    return Reply(
        {
            "status": "ok",
            "version": _version(),
            "store": worlds.store.name,
            "vendors": vendors,
            "worlds": len(worlds.names()),
        }
    )


@cache
def _version() -> str:
    try:
        return version("bodydouble")
    except PackageNotFoundError:  # run from a source tree that is not installed
        return "0"
