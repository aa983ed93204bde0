"""A small model of the people of one or more companies: who is meant by a request, and what becomes of them.

It follows sections 4.1, 4.2, 4.4 and 4.6 of our reference, and knows nothing of HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# A change: `external`, `mdn` and `fields`; what is not in it stays, None removes.
Change = dict[str, Any]
LISTS = frozenset({"interests"})


@dataclass(slots=True, eq=False)
class Person:
    """One person. `fixed` are members that never change; `shown` is the last answer that showed them, if none changed
    them since."""

    company: str
    external: str | None = None
    mdn: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    fixed: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, Any] | None = None

    def change(self, change: Change) -> None:
        """Take a change over."""
        self.external = change.get("external", self.external)
        self.mdn = change.get("mdn", self.mdn)
        given = change.get("fields", {})
        self.fields = {} if given is None else {**self.fields, **given}
        self.shown = None


@dataclass(slots=True)
class Outcome:
    """What a request leads to: its status, and the person that it made or changed."""

    status: int
    person: Person | None = None


class Directory:
    """The people that a sequence has made."""

    def __init__(self) -> None:
        self.people: list[Person] = []
        self.former: set[tuple[str, str]] = set()

    def by_external(self, company: str, external: str | None) -> Person | None:
        return self._one(company, "external", external)

    def by_mdn(self, company: str, mdn: str | None) -> Person | None:
        return self._one(company, "mdn", mdn)

    def add(self, company: str, change: Change) -> Outcome:
        """4.2: an MDN or an external id that is known merges, unless two people would become one."""
        external, mdn = change.get("external"), change.get("mdn")
        owner, namesake = self.by_mdn(company, mdn), self.by_external(company, external)
        if owner is not None and external is not None and owner.external not in (None, external):
            return Outcome(409)
        if owner is not None and namesake not in (None, owner):
            return Outcome(409)
        met = owner or namesake
        if met is None:
            person = Person(company)
            self.people.append(person)
            self._changed(person, change)
            return Outcome(201, person)
        return self.update(met, change)

    def update(self, person: Person, change: Change) -> Outcome:
        """4.6: an MDN is never replaced, and neither it nor an external id taken from somebody else."""
        mdn, external = change.get("mdn"), change.get("external")
        if mdn is not None and person.mdn not in (None, mdn):
            return Outcome(409)
        if self.by_mdn(person.company, mdn) not in (None, person):
            return Outcome(409)
        if self.by_external(person.company, external) not in (None, person):
            return Outcome(409)
        self._changed(person, change)
        return Outcome(200, person)

    def update_by_external(self, company: str, external: str, change: Change) -> Outcome:
        """4.6: an unknown external id adds a person, or leads to the owner of the MDN."""
        known = self.by_external(company, external)
        if known is not None:
            return self.update(known, change)
        return self.add(company, {**change, "external": external})

    def _one(self, company: str, name: str, value: str | None) -> Person | None:
        if value is None:
            return None
        return next((it for it in self.people if it.company == company and getattr(it, name) == value), None)

    def _changed(self, person: Person, change: Change) -> None:
        before = {person.external, person.mdn}
        person.change(change)
        gone = before - {person.external, person.mdn, None}
        self.former |= {(person.company, str(value)) for value in gone}


def mdn_in(version: str, mdn: str) -> str:
    """A number as a version of the API writes it."""
    return f"+1{mdn}" if version == "2" else mdn


def body_of(change: Change, version: str) -> dict[str, Any]:
    """The body that asks for a change. An MDN is removed in either of its two forms."""
    body: dict[str, Any] = {}
    if "external" in change:
        body["external_person_id"] = change["external"]
    if "mdn" in change:
        mdn = change["mdn"]
        removal = None if version == "1" else {"mdn": None}
        body["mobile_phone"] = {"mdn": mdn_in(version, mdn)} if mdn else removal
    if "fields" in change:
        body["custom_fields"] = change["fields"]
    return body


def members(person: Person, version: str, names: tuple[str, ...]) -> dict[str, Any]:
    """What a read must show of a person, in the form of `flat`."""
    fields = {name: person.fields.get(name) or ([] if name in LISTS else None) for name in names}
    mdn = mdn_in(version, person.mdn) if person.mdn else None
    return {**person.fixed, "external_person_id": person.external, "mdn": mdn, **fields}


def flat(body: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """A body with its MDN and custom fields on top, choices by their option_key; empty for what is no object."""
    if not isinstance(body, dict):
        return {}
    found = {name: value for name, value in body.items() if name not in ("mobile_phone", "custom_fields")}
    if "mobile_phone" in body:
        phone = body["mobile_phone"]
        found["mdn"] = phone.get("mdn") if isinstance(phone, dict) else phone
    given = body.get("custom_fields")
    if isinstance(given, dict):
        found |= {name: _key(given[name]) or ([] if name in LISTS else None) for name in names if name in given}
    return found


def _key(value: Any) -> Any:
    if isinstance(value, list):
        return [_key(item) for item in value]
    return value.get("option_key") if isinstance(value, dict) else value
