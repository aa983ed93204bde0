"""Fixtures: what there is to start from, records put on top of a world, and a world saved as a fixture."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import anyio.lowlevel
import orjson

from mockserver.control.opening import settled
from mockserver.errors import Conflict, Invalid
from mockserver.exchange import Reply, Stream
from mockserver.fixtures import FixtureError, Records, record_problem
from mockserver.vendor import Vendor
from mockserver.worlds import Worlds

_AT_ONCE = 250  # records that are written as one part


def list_fixtures(worlds: Worlds) -> Reply:
    """All fixtures by name, with the number of records of each kind."""
    found = worlds.fixtures.values()
    return Reply([{"name": fixture.name, "vendors": _counts(fixture.records)} for fixture in found])


def add_records(worlds: Worlds, world: str, body: dict[str, Any]) -> Reply:
    """Put a named fixture, or records, on top of what a world holds: all of them or, when it raises, none.

    Raises UnknownWorld; Invalid for what the kinds do not allow; Conflict for what another record has.
    """
    records = _named(worlds, body["name"]) if "name" in body else _checked(worlds, body["records"])
    with settled(worlds, world) as settings:
        for vendor, kinds in records.items():
            for kind, items in kinds.items():
                try:
                    worlds.load(settings["name"], worlds.vendor(vendor), kind, items)
                except FixtureError as error:
                    raise Conflict(f"nothing was put: {error.message}") from None
    return Reply({"vendors": _counts(records)})


def get_snapshot(worlds: Worlds, world: str) -> Reply:
    """All records of a world in the form of a fixture file, as they are together. Raises UnknownWorld."""
    found: dict[str, Records] = {}
    with settled(worlds, world):
        for name, vendor in worlds.vendors.items():
            kinds = {kind: worlds.store.find(world, known) for kind, known in vendor.kinds.items()}
            found[name] = {kind: records for kind, records in kinds.items() if records}
    return Reply(Stream(_written(found)))


async def _written(found: Mapping[str, Records]) -> AsyncIterator[bytes]:
    """The snapshot as JSON, other requests having their turn after every few hundred records."""
    ahead = b"{"
    for vendor, kinds in found.items():
        yield ahead + orjson.dumps(vendor) + b":{"
        ahead = b""
        for kind, records in kinds.items():
            yield ahead + orjson.dumps(kind) + b":["
            for start in range(0, len(records), _AT_ONCE):
                part = orjson.dumps(records[start : start + _AT_ONCE])[1:-1]
                yield b"," + part if start else part
                await anyio.lowlevel.checkpoint()
            ahead = b"],"
        yield b"]}" if kinds else b"}"
        ahead = b","
    yield b"}" if found else b"{}"


def _counts(records: Mapping[str, Records]) -> dict[str, dict[str, int]]:
    return {vendor: {kind: len(items) for kind, items in kinds.items()} for vendor, kinds in records.items()}


def _named(worlds: Worlds, name: str) -> Mapping[str, Records]:
    if name not in worlds.fixtures:
        raise Invalid(f"there is no fixture {name!r}; there are {', '.join(worlds.fixtures)}")
    return worlds.fixtures[name].records


def _checked(worlds: Worlds, records: Mapping[str, Records]) -> Mapping[str, Records]:
    for name, kinds in records.items():
        if name not in worlds.vendors:
            raise Invalid(f"body.records: unknown vendor {name!r}; served are {', '.join(sorted(worlds.vendors))}")
        vendor = worlds.vendors[name]
        for kind, items in kinds.items():
            if kind not in vendor.kinds:
                known = ", ".join(sorted(vendor.kinds)) or "none"
                raise Invalid(f"body.records.{name}: there is no kind {kind!r}; there are {known}")
            _check(vendor, kind, items)
    return records


def _check(vendor: Vendor, kind: str, items: list[dict[str, Any]]) -> None:
    seen: dict[str, int] = {}
    for index, record in enumerate(items):
        place = f"body.records.{vendor.name}.{kind}[{index}]"
        problem = record_problem(vendor, kind, record)
        if problem is not None:
            raise Invalid(f"{place} {problem[0]}")
        key = str(record[vendor.kinds[kind].key])
        if seen.setdefault(key, index) != index:
            raise Invalid(f"{place} has the same key as [{seen[key]}]: {key!r}")
