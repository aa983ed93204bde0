"""Named starting points of a world: YAML files, checked against the kinds' schemas before anything is served.

A file is `{vendor: {kind: [record, …]}}`. A vendor's own files lie in its `fixtures/`; a user's file may cover several
vendors. A vendor that a fixture leaves out starts from its `default`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson

from mockserver.store import Record, getter
from mockserver.vendor import Vendor
from specs.loading import SpecError, line_of, load
from specs.schemas import Problem

Records = dict[str, list[Record]]


class FixtureError(SpecError):
    """A fixture that cannot be used; it carries file and line."""


@dataclass(frozen=True, slots=True)
class Fixture:
    """Records by vendor and kind. `digest` changes with the content."""

    name: str
    records: Mapping[str, Records]
    digest: str


def fixtures(vendors: Mapping[str, Vendor], files: Iterable[Path] = ()) -> dict[str, Fixture]:
    """All fixtures by name: the vendors' own, and the user's `files`, each named by its stem. Raises FixtureError."""
    own = {name: {stem: _read(path, vendors) for stem, path in it.fixtures.items()} for name, it in vendors.items()}
    users = {path.stem: _read(path, vendors) for path in files}
    names = {"default", "empty", *users, *[stem for stems in own.values() for stem in stems]}
    found = {}
    for name in sorted(names):
        records: dict[str, Records] = {}
        for vendor in vendors:
            layers = (users.get(name, {}), own[vendor].get(name, {}), own[vendor].get("default", {}))
            records[vendor] = next((layer[vendor] for layer in layers if vendor in layer), {})
        digest = blake2b(orjson.dumps(records, option=orjson.OPT_SORT_KEYS), digest_size=6).hexdigest()
        found[name] = Fixture(name, records, digest)
    return found


def _read(path: Path, vendors: Mapping[str, Vendor]) -> dict[str, Records]:
    document = load(path)
    if not isinstance(document, dict):
        raise FixtureError("expected `vendor: {kind: [records]}`", path, 1)
    found: dict[str, Records] = {}
    for vendor, kinds in document.items():
        if vendor not in vendors:
            continue  # a file may cover vendors that are not being served
        if not isinstance(kinds, dict):
            raise FixtureError(f"{vendor}: expected kinds with lists of records", path, line_of(path, [vendor]))
        for kind, records in kinds.items():
            _check(path, vendors[vendor], kind, records)
        found[vendor] = kinds
    return found


def _check(path: Path, vendor: Vendor, kind: str, records: Any) -> None:
    where: list[str | int] = [vendor.name, kind]
    if kind not in vendor.kinds:
        names = ", ".join(sorted(vendor.kinds))
        raise FixtureError(f"{vendor.name} has no kind {kind!r}; it has {names}", path, line_of(path, where))
    if not isinstance(records, list):
        raise FixtureError(f"{kind}: expected a list of records", path, line_of(path, where))
    known = vendor.kinds[kind]
    taken: dict[tuple[str, Any], int] = {}
    for index, record in enumerate(records):
        problem = record_problem(vendor, kind, record)
        if problem is not None:
            message, steps = problem
            raise FixtureError(f"{kind}[{index}] {message}", path, line_of(path, [*where, index, *steps]))
        for field in (known.key, *known.unique):
            value = getter(field)(record)
            if value is not None and taken.setdefault((field, value), index) != index:
                message = f"{kind}[{index}] has the same {field} as [{taken[field, value]}]: {value!r}"
                raise FixtureError(message, path, line_of(path, [*where, index, *field.split(".")]))


def record_problem(vendor: Vendor, kind: str, record: Any) -> tuple[str, list[str | int]] | None:
    """What is wrong with a record of a kind, and the steps to it; None when nothing is."""
    for found in record_problems(vendor, kind, record):
        where = "" if found.keyword == "key" else f" (at {'.'.join(map(str, found.path)) or 'the record'})"
        return found.message + where, list(found.path)
    return None


def record_problems(vendor: Vendor, kind: str, record: Any) -> Iterator[Problem]:
    """All that is wrong with a record of a kind. Only of one with a key it is said what its schema objects to."""
    known = vendor.kinds[kind]
    if not isinstance(record, dict):
        yield Problem("body", (), "key", "is not a record (a mapping)")
    elif not isinstance(record.get(known.key), str | int):
        yield Problem("body", (), "key", f"lacks its key {known.key!r}")
    elif known.schema is not None:
        yield from vendor.spec.schemas.validator(schema_of(vendor, kind), "response").problems(record, "body")


def schema_of(vendor: Vendor, kind: str) -> Mapping[str, Any]:
    """What records of a kind are held to, its references leading into the vendor's spec; {} where that is nothing.

    Raises SpecError for a component that the spec does not have.
    """
    schema = vendor.kinds[kind].schema
    if isinstance(schema, str):
        found: Mapping[str, Any] = vendor.spec.resolve(f"#/components/schemas/{schema}")
        return found
    return schema or {}
