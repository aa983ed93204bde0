"""What only a sequence of calls shows: persons. Numbers name the properties of section 17 of our reference."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.recipes import content

ADD, FIND, GET, UPDATE = "persons.add_person", "persons.find_persons", "persons.get_person", "persons.update_person"
GET_EXTERNAL, UPDATE_EXTERNAL = "persons.get_person_by_external_id", "persons.update_person_by_external_id"
V2 = {"X-API-Version": "2"}


def add(client: Client, external: str | None = None, mdn: str | None = None, **members: Any) -> dict[str, Any]:
    """Add a person under version 1, and return the one that comes back."""
    body = dict(members)
    if external is not None:
        body["external_person_id"] = external
    if mdn is not None:
        body["mobile_phone"] = {"mdn": mdn}
    return content(client, client.call(ADD, body=body))


def read(client: Client, person: dict[str, Any], **headers: str) -> dict[str, Any]:
    """The person by `person_key`."""
    return content(client, client.call(GET, person_key=person.get("person_key", "none"), headers=headers))


def mdn_of(person: dict[str, Any]) -> Any:
    """The number of a person, None when there is none."""
    return (person.get("mobile_phone") or {}).get("mdn")


def field_of(person: dict[str, Any], name: str) -> Any:
    """A custom field of a person, None when it is not set."""
    return (person.get("custom_fields") or {}).get(name)
