"""Switches: the documented choices of a vendor's behaviour, set per world."""

from __future__ import annotations

from typing import Any

from mockserver.exchange import Reply
from mockserver.store import Record
from mockserver.vendor import Vendor
from mockserver.worlds import Worlds


def list_switches(worlds: Worlds, world: str) -> Reply:
    """All vendors' switches as they stand in a world. Raises UnknownWorld."""
    with worlds.open(world) as settings:
        return Reply({name: _facts(vendor, settings) for name, vendor in worlds.vendors.items()})


def set_switches(worlds: Worlds, world: str, vendor: str, body: dict[str, Any]) -> Reply:
    """Set some of a vendor's switches and return all of them. Raises UnknownWorld, NotFound, Invalid."""
    known = worlds.vendor(vendor)
    worlds.check_switches({vendor: body})
    with worlds.open(world) as settings:
        chosen = settings["switches"]
        switches = {**chosen, vendor: {**chosen.get(vendor, {}), **body}}
        return Reply(_facts(known, worlds.change(settings, switches=switches)))


def _facts(vendor: Vendor, settings: Record) -> dict[str, Any]:
    values = {**vendor.defaults, **settings["switches"].get(vendor.name, {})}
    return {
        name: {
            "value": values[name],
            "default": switch.default,
            "choices": list(switch.choices),
            "summary": switch.summary,
        }
        for name, switch in vendor.switches.items()
    }
