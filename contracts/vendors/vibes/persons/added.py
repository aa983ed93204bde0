"""Persons who are added: somebody new, somebody known by the number or the external id, and who cannot be both."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.recipes import got, recipe
from contracts.vendors.vibes.persons import (
    ADD,
    FIND,
    GET,
    GET_EXTERNAL,
    UPDATE_EXTERNAL,
    V2,
    add,
    field_of,
    mdn_of,
    read,
)


@recipe(ADD, 201)
def read_back_by_every_id(client: Client) -> None:
    """8: by person_key, person_id and external id, and by both searches."""
    person = add(client, "EXT-A", "2995550171", custom_fields={"first_name": "Ana"})
    got(client, 201, "provokes", "a new person")
    for key in ("person_key", "person_id"):
        same = client.value(client.call(GET, person_key=person.get(key, "none")))
        client.expect(same == person, "read-your-write", f"the person that was added, by {key}: {person}")
    same = client.value(client.call(GET_EXTERNAL, external_person_id="EXT-A"))
    client.expect(same == person, "read-your-write", f"the person that was added, by external id: {person}")
    queries: tuple[dict[str, Any], ...] = ({"mdn": "2995550171"}, {"external_person_id": "EXT-A"})
    for query in queries:
        found = client.value(client.call(FIND, **query))
        client.expect(found == [person], "read-your-write", f"the person that was added, alone, by {query}")
    client.expect(field_of(person, "first_name") == "Ana", "read-your-write", "the custom field")


@recipe(ADD, 200)
def merged_by_mdn(client: Client) -> None:
    """12: same key, members not given unchanged."""
    first = add(client, "EXT-A", "2995550171", custom_fields={"first_name": "Ana", "last_name": "Roe"})
    again = add(client, None, "2995550171", custom_fields={"first_name": "Eva"})
    got(client, 200, "idempotent-retry", "an MDN that is known")
    client.expect(again.get("person_key") == first.get("person_key"), "idempotent-retry", "the same person_key")
    fields = read(client, first).get("custom_fields") or {}
    client.expect(fields.get("first_name") == "Eva", "read-your-write", "the member that was given")
    client.expect(fields.get("last_name") == "Roe", "read-your-write", "the member that was not given, unchanged")
    found = client.value(client.call(FIND, mdn="2995550171")) or []
    client.expect(len(found) == 1, "counts-add-up", "one person with this MDN", len(found))


@recipe(ADD, 200)
def merged_by_external_id(client: Client) -> None:
    first = add(client, "EXT-A")
    again = add(client, "EXT-A", "2995550171")
    got(client, 200, "idempotent-retry", "an external id that is known")
    client.expect(again.get("person_key") == first.get("person_key"), "idempotent-retry", "the same person_key")
    client.expect(mdn_of(read(client, first)) == "2995550171", "read-your-write", "the MDN that was given")
    add(client, "EXT-A")
    got(client, 200, "idempotent-retry", "an external id that is known, alone")
    client.expect(
        mdn_of(read(client, first)) == "2995550171", "read-your-write", "the MDN that was not given, unchanged"
    )


@recipe(ADD, 409)
def conflicting_identities(client: Client) -> None:
    """4.2: the three cases of 409, and nothing changes."""
    first, second = add(client, "EXT-A", "2995550171"), add(client, "EXT-B", "2995550172")
    for external, mdn in (("EXT-C", "2995550171"), ("EXT-A", "2995550172"), ("EXT-B", "2995550173")):
        add(client, external, mdn)
        got(client, 409, "provokes", f"the external id {external} with the MDN {mdn}")
    for person in (first, second):
        client.expect(read(client, person) == person, "refusal-changes-nothing", f"the person as before: {person}")
    client.call(GET_EXTERNAL, external_person_id="EXT-C")
    got(client, 404, "refusal-changes-nothing", "the external id of a refused call")


@recipe(ADD, 422)
def unprocessable_persons(client: Client) -> None:
    """5, 13 and 14."""
    bodies: tuple[tuple[str, dict[str, Any]], ...] = (
        ("neither phone nor external id", {"custom_fields": {"first_name": "Ana"}}),
        ("129 characters", {"external_person_id": "x" * 129}),
        ("E.164 under version 1", {"external_person_id": "EXT-A", "mobile_phone": {"mdn": "+12995550171"}}),
        ("an MDN of nine digits", {"external_person_id": "EXT-A", "mobile_phone": {"mdn": "299555017"}}),
        ("an unknown custom field", {"external_person_id": "EXT-A", "custom_fields": {"no_such_field": "x"}}),
    )
    for what, body in bodies:
        client.call(ADD, body=body)
        got(client, 422, "rejects-invalid", what)
    client.call(ADD, body={"mobile_phone": {"mdn": "2995550171"}}, headers=V2)
    got(client, 422, "rejects-invalid", "ten digits under version 2")
    client.call(GET_EXTERNAL, external_person_id="EXT-A")
    got(client, 404, "refusal-changes-nothing", "the external id of a refused call")


@recipe(ADD, 201)
def longest_external_id(client: Client) -> None:
    """13: 128 characters are accepted."""
    add(client, "y" * 128)
    got(client, 201, "accepts-valid", "an external id of 128 characters")
    client.call(GET_EXTERNAL, external_person_id="y" * 128)
    got(client, 200, "read-your-write", "an external id of 128 characters")


@recipe(ADD, 201)
@recipe(GET_EXTERNAL, 200)
@recipe(UPDATE_EXTERNAL, 200)
def external_ids_of_any_characters(client: Client) -> None:
    """2.10: a string, URL-encoded in a path, whatever it is made of."""
    for external in ("EXT/A", "a/b/c", "EXT A?b=c&d#e", "50%2F", "a+b;c,d"):
        person = add(client, external)
        client.call(UPDATE_EXTERNAL, external_person_id=external, body={"custom_fields": {"first_name": "Eva"}})
        got(client, 200, "read-your-write", f"an update of the person by the external id {external}")
        same = client.value(client.call(GET_EXTERNAL, external_person_id=external)) or {}
        key = person.get("person_key")
        client.expect(same.get("person_key") == key, "read-your-write", f"the person {key} by {external}", same)
        client.expect(field_of(same, "first_name") == "Eva", "read-your-write", f"the update by {external}", same)
