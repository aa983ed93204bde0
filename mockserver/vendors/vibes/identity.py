"""Who a person is: looked up, taken for the same, added and changed (Person API; CRM Integration, Situation Two).

`changes` are what a request asks for, in the form that is kept: `mdn`, `external_person_id`, `custom_fields`. One that
is missing stays as it is, None removes.
"""

from __future__ import annotations

from typing import Any

from mockserver.errors import NotFound
from mockserver.store import Record, Taken, joined
from mockserver.vendors.vibes import handsets, happenings, profile
from mockserver.vendors.vibes import mdn as numbers
from mockserver.vendors.vibes.errors import Code, Error, conflict
from mockserver.world import World

_OWNED = Error("The MDN is already associated with another person", Code.CONFLICT)
_FIXED = Error("The MDN cannot be changed", Code.CONFLICT)
_ELSEWHERE = Error("The external_person_id belongs to another person", Code.CONFLICT)
_OTHERWISE = Error("The owner of the MDN has another external_person_id", Code.CONFLICT)


def by_key(world: World, company_key: str, person_key: str) -> Record | None:
    """The person with this `person_key` or, deprecated, this `person_id`."""
    found = world.get("persons", person_key)
    if found is not None:
        return found if found["company_key"] == company_key else None
    return _one(world, company_key, "person_id", person_key)


def by_external_id(world: World, company_key: str, external_person_id: str) -> Record | None:
    return _one(world, company_key, "external_person_id", external_person_id)


def by_mdn(world: World, company_key: str, number: str) -> Record | None:
    """The owner of a number in E.164."""
    return _one(world, company_key, "mobile_phone.mdn", number)


def known(person: Record | None) -> Record:
    """The person who was looked up. Raises NotFound."""
    if person is None:
        raise NotFound("The person was not found")
    return person


def merge(world: World, company_key: str, person: Record | None, changes: Record) -> tuple[Record, bool]:
    """The person with the changes, and whether they are new: `person` is whom the request was found to mean, if any.

    Raises Conflict when that person's external id is another one, so that two people would become one.
    """
    wanted = changes.get("external_person_id")
    if person is not None and wanted is not None and person["external_person_id"] not in (None, wanted):
        raise conflict([_OTHERWISE])
    if person is not None:
        changed = change(world, person, changes)
        if changed is person:
            happenings.person_updated(world, person)  # it is told of every add that meets somebody known
        return changed, False
    return add(world, company_key, changes), True


def change(world: World, person: Record, changes: Record) -> Record:
    """The person as changed; the same record when nothing differs. Raises Conflict: an MDN cannot be replaced, and
    neither an MDN nor an external id taken from somebody else.
    """
    _check_free(world, person, changes)
    changed = _changed(world, person, changes)
    if changed == person:
        return person
    changed = world.put("persons", {**changed, "updated_at": world.time()})
    happenings.person_updated(world, changed)
    return changed


def add(world: World, company_key: str, changes: Record) -> Record:
    """A new person; without an MDN and an external id they are anonymous. Raises Conflict when somebody has either."""
    key, now = world.ids.uuid("person"), world.time()
    blank: Record = {
        "person_key": key,
        "person_id": "wd" + key.replace("-", "")[:14],
        "company_key": company_key,
        "external_person_id": None,
        "mobile_phone": None,
        "timezone": None,
        "timezone_source": None,
        "custom_fields": {},
        "created_at": now,
        "updated_at": now,
    }
    try:
        person = world.put("persons", _changed(world, blank, changes))
    except Taken as taken:
        raise conflict([_OWNED if taken.field.endswith("mdn") else _ELSEWHERE]) from None
    happenings.person_added(world, person)
    return person


def _one(world: World, company_key: str, field: str, value: str) -> Record | None:
    return world.one("persons", {f"company_key+{field}": joined(company_key, value)})


def _check_free(world: World, person: Record, changes: Record) -> None:
    company_key, errors = person["company_key"], []
    number, own = changes.get("mdn"), profile.mdn_of(person)
    if number is not None and number != own:
        if own is not None:
            errors.append(_FIXED)
        elif by_mdn(world, company_key, number) is not None:
            errors.append(_OWNED)
    wanted = changes.get("external_person_id")
    taken = wanted is not None and wanted != person.get("external_person_id")
    if taken and by_external_id(world, company_key, str(wanted)) is not None:
        errors.append(_ELSEWHERE)
    if errors:
        raise conflict(errors)


def _changed(world: World, person: Record, changes: Record) -> Record:
    changed: dict[str, Any] = dict(person)
    if "external_person_id" in changes:
        changed["external_person_id"] = changes["external_person_id"]
    if "mdn" in changes and changes["mdn"] != profile.mdn_of(person):
        changed.update(_phone(world, person, changes["mdn"]))
    if changes.get("custom_fields"):
        merged = {**person["custom_fields"], **changes["custom_fields"]}
        changed["custom_fields"] = {name: value for name, value in merged.items() if value is not None}
    return changed


def _phone(world: World, person: Record, number: str | None) -> Record:
    """What the platform knows once it knows a number: its look-up of the carrier, and of the area code."""
    if number is None:
        return {"mobile_phone": None}
    known: Record = {"mobile_phone": {"mdn": number, "carrier_code": handsets.carrier_code(world, number)}}
    if person["timezone"] is None and numbers.domestic(number):
        known |= {"timezone": "US/Central", "timezone_source": "area_code"}
    return known
