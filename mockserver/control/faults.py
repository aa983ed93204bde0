"""Faults asked for in a world, and the catalogue of what can be asked for."""

from __future__ import annotations

import dataclasses
from typing import Any

from mockserver.errors import Invalid, NotFound
from mockserver.exchange import Reply
from mockserver.faults import CATALOGUE
from mockserver.store import Record
from mockserver.world import FAULTS
from mockserver.worlds import Worlds

_EVERY = "*"
_TYPES = {"int | None": "integer", "int": "integer", "float": "number", "bool": "boolean", "str": "string"}
_COMMON = frozenset(("kind", "vendor", "operation", "probability", "count"))


def list_kinds() -> Reply:
    """What can be asked to go wrong, with the parameters of each kind."""
    return Reply(
        [
            {
                "kind": kind,
                "summary": fault.summary,
                "parameters": [
                    {"name": it.name, "type": _TYPES[str(it.type)], "default": it.default}
                    for it in dataclasses.fields(fault)
                ],
            }
            for kind, fault in CATALOGUE.items()
        ]
    )


def list_faults(worlds: Worlds, world: str) -> Reply:
    """The faults asked for, oldest first; the first that strikes a request is the one. Raises UnknownWorld."""
    with worlds.open(world) as settings:
        return Reply(worlds.faults(settings))


def add_fault(worlds: Worlds, world: str, body: dict[str, Any]) -> Reply:
    """Ask for a fault. Raises UnknownWorld, Invalid for a vendor, operation or parameter that there is not."""
    vendor, operation = body.get("vendor", _EVERY), body.get("operation", _EVERY)
    _check_target(worlds, vendor, operation)
    _check_parameters(body)
    with worlds.open(world) as settings:
        record: Record = {
            "id": f"{worlds.store.bump(settings['name'], 'faults'):06d}",
            **body,
            "vendor": vendor,
            "operation": operation,
            "probability": body.get("probability", 1),
            "count": body.get("count"),
        }
        worlds.store.put(settings["name"], FAULTS, record["id"], record)
    return Reply(record, 201)


def clear_faults(worlds: Worlds, world: str) -> Reply:
    """Nothing goes wrong any more. Raises UnknownWorld."""
    with worlds.open(world) as settings:
        for record in worlds.faults(settings):
            worlds.store.delete(settings["name"], FAULTS, record["id"])
    return Reply(None, 204)


def remove_fault(worlds: Worlds, world: str, fault_id: str) -> Reply:
    """Take one fault back. Raises UnknownWorld, NotFound."""
    with worlds.open(world) as settings:
        if not worlds.store.delete(settings["name"], FAULTS, fault_id):
            raise NotFound(
                f"world {world!r} has no fault {fault_id!r}", detail="a fault with a count is gone once it is used up"
            )
    return Reply(None, 204)


def _check_target(worlds: Worlds, vendor: str, operation: str) -> None:
    if vendor != _EVERY and vendor not in worlds.vendors:
        raise Invalid(f"body.vendor: unknown vendor {vendor!r}; served are {', '.join(sorted(worlds.vendors))}, or '*'")
    vendors = worlds.vendors.values() if vendor == _EVERY else [worlds.vendors[vendor]]
    if operation != _EVERY and not any(operation in it.spec.operations for it in vendors):
        raise Invalid(
            f"body.operation: {'no vendor' if vendor == _EVERY else vendor} has an operation {operation!r}",
            detail="GET /_control/operations lists the operationIds; '*' means all",
        )


def _check_parameters(body: dict[str, Any]) -> None:
    known = [field.name for field in dataclasses.fields(CATALOGUE[body["kind"]])]
    for name in body.keys() - _COMMON:
        if name not in known:
            raise Invalid(f"body.{name}: a fault of kind {body['kind']!r} has no such parameter; it has {known}")
