"""Whom the targets of an instant message mean (REST API Documentation, Instant messages; our reference, section 7).

A target that fails for itself is a Refused that the caller may drop; what refuses the whole call is raised at once.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from mockserver.store import Record, joined
from mockserver.vendors.accengage import addressees, userbase
from mockserver.vendors.accengage.errors import Refused, invalid
from mockserver.world import World

_LISTS = frozenset(("staticListId", "staticListExternalId"))
_NOT_FIELDS = _LISTS | {"segmentId", "data"}
_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "$eq": operator.eq,
    "$ne": operator.ne,
    "$lt": operator.lt,
    "$lte": operator.le,
    "$gt": operator.gt,
    "$gte": operator.ge,
}
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_OLDEST_WEB = "b3.1.0"


def check_kinds(targets: Sequence[Record]) -> None:
    """Raises Refused when segments, static lists and fields stand in one call."""
    kinds = {kind for target in targets for kind in _kinds(target)}
    if len(kinds) > 1:
        raise invalid("Using segments, lists and/or filters in the same Instant Message")


def devices(world: World, app: Record, target: Record) -> list[Record] | Refused:
    """The devices that a target means, or why it fails for itself: it has no indexed field with equality.

    Raises Refused for a field that the application does not have, and for an unknown segment or list.
    """
    partner_id = app["partnerId"]
    if "segmentId" in target:
        return _known(world, partner_id, addressees.segment(world, partner_id, target["segmentId"])["devices"])
    if _LISTS & target.keys():
        number, external_id = target.get("staticListId"), target.get("staticListExternalId")
        return addressees.members(world, partner_id, addressees.static_list(world, partner_id, number, external_id))
    criteria = _criteria(target)
    userbase.check_known(world, partner_id, criteria)
    indexed = userbase.indexed(world, partner_id)
    key = next((name for name, (sign, _) in criteria.items() if name in indexed and sign == "$eq"), None)
    if key is None:
        return invalid(f"Using non indexed criterions to query: {', '.join(criteria) or 'none'}")
    value = _text(criteria[key][1])
    found = world.find("devices", {f"partnerId+fields.{key}": joined(partner_id, value)})
    return [it for it in found if all(_holds(userbase.shown(it).get(name), *how) for name, how in criteria.items())]


def columns(target: Record, names: Iterable[str]) -> set[str]:
    """Those names that the columns of a static list fill in, `${a4p_city}` for instance, where it is the target."""
    return {name for name in names if name.startswith("a4p_")} if _LISTS & target.keys() else set()


def reachable(app: Record, device: Record) -> bool:
    """Web devices are reached from version b3.1.0 on."""
    return app["platform"] != "web" or _version(device) >= _parts(_OLDEST_WEB)


def _kinds(target: Record) -> set[str]:
    found = {"fields"} if target.keys() - _NOT_FIELDS else set()
    if "segmentId" in target:
        found.add("segment")
    return found | ({"list"} if _LISTS & target.keys() else set())


def _criteria(target: Record) -> dict[str, tuple[str, Any]]:
    """Operator and value by field; a plain value means equality."""
    found = {}
    for name, value in target.items():
        if name not in _NOT_FIELDS:
            field = "UDID" if name == "deviceId" else name
            found[field] = next(iter(value.items())) if isinstance(value, Mapping) else ("$eq", value)
    return found


def _holds(have: Any, sign: str, wanted: Any) -> bool:
    """Numbers are compared as numbers, everything else as text; a field without a value is only unequal."""
    if have is None:
        return sign == "$ne"
    numbers = _number(have), _number(wanted)
    if None in numbers:
        return _COMPARED[sign](_text(have), _text(wanted))
    return _COMPARED[sign](*numbers)


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value) else None
    return None if isinstance(value, bool) else float(value)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _known(world: World, partner_id: str, udids: Iterable[str]) -> list[Record]:
    found = (userbase.by_udid(world, partner_id, udid) for udid in udids)
    return [device for device in found if device is not None]


def _version(device: Record) -> tuple[int, ...]:
    return _parts(str(device["fields"].get("sw_version") or ""))


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdecimal() else 0 for part in version.lstrip("b").split("."))
