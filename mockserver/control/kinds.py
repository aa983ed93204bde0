"""The kinds of records that vendors keep: how they are found, and what they are held to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.control.operations import type_of
from mockserver.exchange import Reply
from mockserver.fixtures import record_problem, schema_of
from mockserver.vendor import Vendor
from mockserver.worlds import Worlds
from specs.loading import resolved
from specs.samples import sample

_SEEDS = 20


def list_kinds(worlds: Worlds, vendor: str | None = None) -> Reply:
    """The kinds of one vendor or of all. Raises NotFound for an unknown vendor."""
    chosen = worlds.vendors.values() if vendor is None else [worlds.vendor(vendor)]
    return Reply([_facts(it, kind) for it in chosen for kind in it.kinds])


def get_kind(worlds: Worlds, vendor: str, kind: str) -> Reply:
    """One kind, with its members and a record that its schema allows. Raises NotFound."""
    worlds.kind(vendor, kind)
    known = worlds.vendor(vendor)
    schema = schema_of(known, kind)
    members: dict[str, dict[str, Any]] = {}
    for part in _parts(known, schema, 0):
        required = part.get("required", ())
        for name in {**part.get("properties", {}), **dict.fromkeys(required)}:
            meant, _ = resolved(known.spec.document, part.get("properties", {}).get(name, {}))
            found = members.setdefault(name, {"name": name, "type": None, "required": False, "description": ""})
            found["type"] = found["type"] or type_of(meant)
            found["required"] = found["required"] or name in required
            found["description"] = found["description"] or str(meant.get("description", "")).strip()
    return Reply({**_facts(known, kind), "members": [*members.values()], "example": _example(known, kind, schema)})


def _facts(vendor: Vendor, kind: str) -> dict[str, Any]:
    known = vendor.kinds[kind]
    found = dict.fromkeys((known.key, *known.unique, *known.searched, *known.ordered))
    return {"vendor": vendor.name, "kind": kind, "key": known.key, "unique": [*known.unique], "indexed": [*found]}


def _parts(vendor: Vendor, schema: Mapping[str, Any], depth: int) -> Iterator[Mapping[str, Any]]:
    """A schema and what its `allOf` adds to it."""
    meant, _ = resolved(vendor.spec.document, schema)
    yield meant
    for part in meant.get("allOf", ()) if depth < 16 else ():
        yield from _parts(vendor, part, depth + 1)


def _example(vendor: Vendor, kind: str, schema: Mapping[str, Any]) -> dict[str, Any] | None:
    """A record to begin from; None where none is found that the schema allows."""
    key = vendor.kinds[kind].key
    if not schema:
        return {key: "1"}
    made = (sample(schema, vendor.spec.document, seed, "response") for seed in range(_SEEDS))
    return next((it for it in made if record_problem(vendor, kind, it) is None), None)
