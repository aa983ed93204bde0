"""What the vendors' rate limits have left, in a world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from mockserver import ratelimit
from mockserver.clock import iso
from mockserver.control.opening import settled
from mockserver.exchange import Reply
from mockserver.vendor import Vendor
from mockserver.world import World
from mockserver.worlds import Worlds

_MOST = 100  # users of a class


def list_limits(worlds: Worlds, world: str) -> Reply:
    """Each vendor's budgets, and who has used how much of them in the window that is now. Raises UnknownWorld."""
    with settled(worlds, world) as settings:
        found = [
            facts
            for name, vendor in worlds.vendors.items()
            for facts in _budgets(worlds, worlds.world(settings, name), vendor)
        ]
    return Reply(found)


def _budgets(worlds: Worlds, world: World, vendor: Vendor) -> Iterator[dict[str, Any]]:
    operations = Counter(it.rate_class for it in vendor.spec.operations.values())
    for name, rate in vendor.spec.rate_classes.items():
        used = sorted(ratelimit.used(worlds.store, world, rate), key=lambda it: -it[1])
        yield {
            "vendor": vendor.name,
            "class": name,
            "requests": rate.requests,
            "seconds": rate.seconds,
            "operations": operations[name],
            "renewed_at": iso(ratelimit.renewed_at(world, rate), "milliseconds"),
            "users": [{"user": user, "used": count} for user, count in used[:_MOST]],
        }
