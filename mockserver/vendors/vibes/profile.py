"""A person as requests write and answers show them (Person API; CRM Integration)."""

from __future__ import annotations

from typing import Any

from mockserver.store import Record
from mockserver.vendors.vibes import mdn as numbers
from mockserver.vendors.vibes import values
from mockserver.vendors.vibes.errors import Code, Error
from mockserver.world import World


def mdn_of(person: Record) -> str | None:
    """The number of a person, in E.164."""
    phone = person.get("mobile_phone")
    return phone["mdn"] if phone else None


def url(person: Record) -> str:
    """The path of a person on the host."""
    return f"/companies/{person['company_key']}/mobiledb/persons/{person['person_id']}"


def shown(world: World, person: Record, version: str) -> dict[str, Any]:
    """A person as reads and callbacks show them, the MDN in the form of that version."""
    company_key, phone = person["company_key"], person["mobile_phone"]
    return {
        "person_id": person["person_id"],
        "person_key": person["person_key"],
        "external_person_id": person["external_person_id"],
        "mobile_phone": {**phone, "mdn": numbers.show(phone["mdn"], version)} if phone else None,
        "timezone": person["timezone"],
        "timezone_source": person["timezone_source"],
        "custom_fields": values.show(values.defined(world, company_key), person["custom_fields"]),
        "created_at": person["created_at"],
        "updated_at": person["updated_at"],
        "url": url(person),
    }


def changes(world: World, company_key: str, body: Record, version: str, errors: list[Error]) -> Record:
    """What a body asks for, in the form of `identity`; members that the platform sets are passed over.

    Adds to `errors` all that the spec's schemas could not see.
    """
    found: Record = {}
    if "external_person_id" in body:
        found["external_person_id"] = body["external_person_id"]
    if "mobile_phone" in body:
        phone = {"mdn": None} if body["mobile_phone"] is None else body["mobile_phone"]
        if "mdn" in phone:
            try:
                found["mdn"] = None if phone["mdn"] is None else numbers.read(phone["mdn"], version)
            except ValueError as error:
                errors.append(Error(str(error), Code.FORMAT))
    if "custom_fields" in body:
        fields = values.defined(world, company_key)
        given = body["custom_fields"]
        if given is None:
            given = dict.fromkeys(field["name"] for field in fields)
        found["custom_fields"] = values.read(fields, given, errors)
    return found
