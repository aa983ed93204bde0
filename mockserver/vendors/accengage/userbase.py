"""The devices of an application and the fields that they have: which exist, which are indexed, who is meant.

A device record holds `fields` by name; its technical `id` is a field too. `id` and `UDID` are never changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mockserver.store import Record, Taken, joined
from mockserver.vendors.accengage.errors import invalid
from mockserver.vendors.accengage.kinds import INDEXABLE
from mockserver.world import World

FIXED = ("id", "UDID")
_FOUND_BY = ("UDID", "token", *INDEXABLE)


def names(world: World, partner_id: str) -> list[str]:
    """The fields of the application's devices, in their order."""
    return [field["name"] for field in _fields(world, partner_id)]


def indexed(world: World, partner_id: str) -> frozenset[str]:
    """The fields by which a device can be found."""
    return frozenset(it["name"] for it in _fields(world, partner_id) if it.get("indexed") and it["name"] in _FOUND_BY)


def check_known(world: World, partner_id: str, asked: Iterable[str]) -> None:
    """Raises Refused for fields that the application does not have."""
    known = names(world, partner_id)
    unknown = [name for name in dict.fromkeys(asked) if name not in known]
    if unknown:
        raise invalid(f"The field(s) do(es) not exist for this application: {', '.join(unknown)}")


def listed(fields: Mapping[str, Any]) -> list[str]:
    """The names in `fields[1]=…&fields[2]=…` or `fields[]=…`, each once, by their numbers; those without one stand
    last, in turn."""
    ordered = sorted(fields.items(), key=lambda it: (0, int(it[0])) if it[0].isdecimal() else (1, 0))
    found = [name for _, value in ordered for name in (value if isinstance(value, list) else [value])]
    return list(dict.fromkeys(found))


def by_udid(world: World, partner_id: str, udid: str) -> Record | None:
    return first(world, partner_id, {"UDID": udid})


def first(world: World, partner_id: str, values: Mapping[str, Any]) -> Record | None:
    """The device that has all these values, of several the one known first. The fields must be indexed."""
    return world.one("devices", {f"partnerId+fields.{name}": joined(partner_id, it) for name, it in values.items()})


def shown(device: Record) -> Record:
    """All fields that the device has, by name."""
    return {"id": device["id"], **device["fields"]}


def chosen(device: Record | None, fields: Iterable[str]) -> Record:
    """These fields of a device, null where it has none, or where there is no such device any more."""
    values = shown(device) if device else {}
    return {name: values.get(name) for name in fields}


def change(world: World, device: Record, changes: Record) -> None:
    """Set fields of a device. Raises Refused when another device has a token that is to be set."""
    try:
        world.put("devices", {**device, "fields": {**device["fields"], **changes}})
    except Taken as taken:
        raise invalid(f"Another device has this {taken.field.rpartition('.')[2]}") from None


def _fields(world: World, partner_id: str) -> list[Record]:
    app = world.get("apps", partner_id)
    found: list[Record] = app["fields"] if app else []
    return found
