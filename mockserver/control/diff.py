"""In what two worlds differ, found a bounded number of records at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from mockserver.control.opening import settled
from mockserver.errors import BadParameter
from mockserver.exchange import Reply
from mockserver.store import Kind, Record
from mockserver.worlds import Worlds

LOOKED_AT = 5_000
_MOST_MEMBERS = 100
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a comparison has come: a kind, and how many of its records here, and then there, were looked at."""

    vendor: str
    kind: str
    known: Kind
    offset: int = 0

    def __str__(self) -> str:
        return f"{self.vendor}/{self.kind}/{self.offset}"


def diff_worlds(
    worlds: Worlds,
    world: str,
    other: str,
    *,
    limit: int,
    vendor: str | None = None,
    kind: str | None = None,
    start: str | None = None,
) -> Reply:
    """The records that only one world has or that differ, and `next`, where to go on.

    Raises UnknownWorld, NotFound, BadParameter. Both worlds are read as they are then, one after the other.
    """
    places = _places(worlds, vendor, kind)
    if start is not None:
        places = _from(places, start)
    found: list[dict[str, Any]] = []
    budget, following = LOOKED_AT, None
    for place in places:
        looked, more = _compare(worlds, world, other, place, budget, limit - len(found), found)
        budget -= looked
        if more is not None:
            following = str(_Place(place.vendor, place.kind, place.known, more))
            break
    return Reply({"kinds": _counts(worlds, world, other, vendor, kind), "differences": found, "next": following})


def _places(worlds: Worlds, vendor: str | None, kind: str | None) -> list[_Place]:
    if kind is not None:
        if vendor is None:
            raise BadParameter("`kind` goes with `vendor`")
        return [_Place(vendor, kind, worlds.kind(vendor, kind))]
    chosen = worlds.vendors.values() if vendor is None else [worlds.vendor(vendor)]
    return [_Place(it.name, name, known) for it in chosen for name, known in it.kinds.items()]


def _from(places: list[_Place], start: str) -> list[_Place]:
    *name, offset = start.split("/")
    for index, place in enumerate(places):
        if [place.vendor, place.kind] == name and offset.isdecimal():
            return [_Place(place.vendor, place.kind, place.known, int(offset)), *places[index + 1 :]]
    raise BadParameter(f"`start` is what an answer called `next`, not {start!r}")


def _compare(
    worlds: Worlds, world: str, other: str, place: _Place, budget: int, most: int, found: list[dict[str, Any]]
) -> tuple[int, int | None]:
    """Add what differs in a kind to `found`. How many records were looked at, and the offset to go on from; None when
    the kind is done. Records of this world come first, then those of the other that this one lacks."""
    kind, looked, most = place.known, 0, len(found) + most
    here = _count(worlds, world, kind)
    last = here + _count(worlds, other, kind)
    at = place.offset
    for owner, partner, first, end in ((world, other, 0, here), (other, world, here, last)):
        if not first <= at < end:
            continue
        if len(found) >= most or looked >= budget:
            return looked, at
        with settled(worlds, owner):
            mine = worlds.store.find(owner, kind, offset=at - first, limit=min(budget - looked, end - at))
        with settled(worlds, partner):
            theirs = [worlds.store.get(partner, kind, str(record[kind.key])) for record in mine]
        for record, its in zip(mine, theirs, strict=True):
            difference = _difference(record, its) if owner == world else _addition(its)
            if difference is not None:
                facts = {"vendor": place.vendor, "kind": place.kind, "key": str(record[kind.key])}
                found.append({**facts, **difference})
            looked, at = looked + 1, at + 1
            if len(found) >= most:
                break
    return looked, at if at < last and (len(found) >= most or looked >= budget) else None


def _addition(here: Record | None) -> dict[str, Any] | None:
    return {"change": "added", "members": []} if here is None else None


def _difference(here: Record, there: Record | None) -> dict[str, Any] | None:
    if there is None:
        return {"change": "removed", "members": []}
    if here is there:  # as in a fork, where most records are
        return None
    members = [*islice(_members(here, there, ""), _MOST_MEMBERS)]
    return {"change": "changed", "members": members} if members else None


def _members(here: Any, there: Any, at: str) -> Iterator[dict[str, Any]]:
    """The members that differ, the smallest that do; a list counts as one."""
    if isinstance(here, dict) and isinstance(there, dict):
        for name in {**here, **there}:
            yield from _members(here.get(name, _ABSENT), there.get(name, _ABSENT), f"{at}.{name}" if at else name)
    elif here is _ABSENT or there is _ABSENT or here != there or type(here) is not type(there):
        sides = (("here", here), ("there", there))
        yield {"member": at, **{side: value for side, value in sides if value is not _ABSENT}}


def _count(worlds: Worlds, world: str, kind: Kind) -> int:
    with settled(worlds, world):
        return worlds.store.count(world, kind)


def _counts(worlds: Worlds, world: str, other: str, vendor: str | None, kind: str | None) -> list[dict[str, Any]]:
    counted = []
    for name in (world, other):
        with settled(worlds, name):
            counted.append(worlds.store.kinds(name))
    return [
        {
            "vendor": it.vendor,
            "kind": it.kind,
            "here": counted[0].get(it.known.name, 0),
            "there": counted[1].get(it.known.name, 0),
        }
        for it in _places(worlds, vendor, kind)
    ]
