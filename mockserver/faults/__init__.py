"""Faults: what can be asked of the mock to go wrong, one file each. CREATING_FAULTS.md says how to add one.

A fault is asked for through the control API, for one operation or all, with a probability drawn from the world's seed
and a number of times. It acts at one of two places: `instead` of the handler, or on the `wire`, as the answer is sent.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Protocol

from mockserver.exchange import Headers
from mockserver.faults.cut import Cut
from mockserver.faults.delay import Delay
from mockserver.faults.drop import Drop
from mockserver.faults.garble import Garble
from mockserver.faults.status import Status
from mockserver.store import Record, Store
from mockserver.world import FAULTS, World


@dataclass(frozen=True, slots=True)
class Wire:
    """The way out: `send` an answer whole, `start` one and send parts, or `abort` the connection."""

    send: Callable[[int, Headers, bytes], Awaitable[None]]
    send_part: Callable[[int, Headers, bytes], Awaitable[None]]
    abort: Callable[[], Awaitable[None]]


class Fault(Protocol):
    """What the pipeline needs of a fault. `carried_out`: whether the request takes effect all the same; `silent`: the
    client sees nothing of an answer."""

    kind: ClassVar[str]
    summary: ClassVar[str]
    silent: ClassVar[bool]
    status: int | None
    carried_out: bool

    async def deliver(self, status: int, headers: Headers, body: bytes, wire: Wire) -> None: ...


CATALOGUE: dict[str, type[Any]] = {it.kind: it for it in (Status, Delay, Drop, Cut, Garble)}


def build(record: Record) -> Fault:
    """The fault that a record of the control API describes. Raises KeyError and TypeError for what it cannot."""
    kind = CATALOGUE[record["kind"]]
    wanted = {field.name for field in fields(kind)}
    fault: Fault = kind(**{name: value for name, value in record.items() if name in wanted})
    return fault


def choose(store: Store, world: World, operation: str) -> tuple[Record, Fault] | None:
    """The first fault asked for that strikes this request, its remaining `count` lowered; None for most requests."""
    if not store.count(world.name, FAULTS):
        return None
    for record in store.find(world.name, FAULTS):
        if record["vendor"] not in (world.vendor, "*") or record["operation"] not in (operation, "*"):
            continue
        if record["probability"] < 1 and world.ids.chance(f"faults/{record['id']}") >= record["probability"]:
            continue
        if record["count"] is not None:
            if record["count"] <= 1:
                store.delete(world.name, FAULTS, record["id"])
            else:
                store.put(world.name, FAULTS, record["id"], {**record, "count": record["count"] - 1})
        return record, build(record)
    return None
