"""Persons who are updated, by their key and by their external id."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.recipes import got, recipe
from contracts.vendors.vibes.persons import (
    ADD,
    FIND,
    GET,
    GET_EXTERNAL,
    UPDATE,
    UPDATE_EXTERNAL,
    add,
    field_of,
    mdn_of,
    read,
)


@recipe(UPDATE, 422)
def all_problems_together(client: Client) -> None:
    """2.5: one entry for each problem, as the spec's example `two_problems` has it."""
    body = {"external_person_id": "x" * 129, "custom_fields": {"no_such_field": "x"}}
    value = client.value(client.call(UPDATE, body=body)) or {}
    client.expect(len(value.get("errors", ())) >= 2, "counts-add-up", "one error for each of the two problems")


@recipe(ADD, 201)
@recipe(ADD, 200)
@recipe(UPDATE, 200)
def read_only_members_are_ignored(client: Client) -> None:
    """9: of who is added, added once more and updated; also when they look like what the platform might write."""
    long_ago = "2001-01-01T00:00:00Z"
    likely = {"person_id": "wd0000x1", "person_key": "00000000-0000-4000-8000-000000000001",
              "url": "/companies/ABC123/mobiledb/persons/wd0000x1", "timezone_source": "user",
              "created_at": long_ago, "updated_at": long_ago}  # fmt: skip
    person = add(client, "EXT-A", "2995550171", **likely)
    got(client, 201, "accepts-valid", "read-only members of somebody new")
    for name, value in likely.items():
        client.expect(person.get(name) != value, "read-your-write", f"another {name} than the one sent", person)
    for ignored in (likely, dict.fromkeys(likely, "x")):
        add(client, "EXT-A", **ignored)
        got(client, 200, "accepts-valid", "read-only members of somebody known")
        client.call(UPDATE, person_key=person.get("person_key"), body=ignored)
        got(client, 200, "accepts-valid", "read-only members in a body")
        now = read(client, person)
        for name in likely.keys() - {"updated_at"}:
            same = now.get(name) == person.get(name)
            client.expect(same, "read-your-write", f"{name} unchanged: {person.get(name)!r}")


@recipe(UPDATE, 200)
def update_is_read_back(client: Client) -> None:
    """10 and 50: the submitted members come back, left-out ones stay, null removes, a repeat changes nothing."""
    person = add(client, "EXT-A", "2995550171", custom_fields={"first_name": "Ana", "last_name": "Roe"})
    key = person.get("person_key")
    body = {"external_person_id": "EXT-B", "custom_fields": {"first_name": "Eva"}}
    for _ in range(2):
        echo = client.value(client.call(UPDATE, person_key=key, body=body)) or {}
        client.expect(echo.get("external_person_id") == "EXT-B", "read-your-write", "the submitted external id")
        client.expect(field_of(echo, "first_name") == "Eva", "read-your-write", "the submitted custom field")
        now = read(client, person)
        client.expect(now.get("external_person_id") == "EXT-B", "read-your-write", "the new external id")
        client.expect(mdn_of(now) == "2995550171", "read-your-write", "the MDN that was left out, unchanged")
        client.expect(field_of(now, "first_name") == "Eva", "read-your-write", "the new first name")
        client.expect(field_of(now, "last_name") == "Roe", "read-your-write", "the last name left out, unchanged")
    client.call(GET_EXTERNAL, external_person_id="EXT-A")
    got(client, 404, "read-your-write", "the former external id")
    client.call(UPDATE, person_key=key, body={"external_person_id": None, "custom_fields": {"last_name": None}})
    now = read(client, person)
    client.expect(now.get("external_person_id") is None, "delete-deletes", "no external id after null")
    client.expect(field_of(now, "last_name") is None, "delete-deletes", "no last name after null")


@recipe(UPDATE, 404)
@recipe(GET, 404)
def unknown_person(client: Client) -> None:
    client.call(client.operation, person_key="00000000-0000-0000-0000-000000000000")


@recipe(UPDATE, 409)
def mdn_cannot_be_replaced(client: Client) -> None:
    """11: but removed, in both forms, and then set anew."""
    person = add(client, "EXT-A", "2995550171")
    key = person.get("person_key")
    other = {"mobile_phone": {"mdn": "2995550172"}, "custom_fields": {"first_name": "Eva"}}
    client.call(UPDATE, person_key=key, body=other)
    got(client, 409, "provokes", "another MDN")
    client.expect(read(client, person) == person, "refusal-changes-nothing", f"the person as before: {person}")
    client.call(UPDATE, person_key=key, body={"mobile_phone": {"mdn": "2995550171"}})
    got(client, 200, "idempotent-retry", "the MDN that the person has")
    for number, removal in enumerate(({"mobile_phone": None}, {"mobile_phone": {"mdn": None, "carrier_code": None}})):
        client.call(UPDATE, person_key=key, body=removal)
        got(client, 200, "delete-deletes", "the removal of the MDN")
        client.expect(mdn_of(read(client, person)) is None, "delete-deletes", "no MDN after its removal")
        mdn = f"299555018{number}"
        client.call(UPDATE, person_key=key, body={"mobile_phone": {"mdn": mdn}})
        got(client, 200, "accepts-valid", "an MDN for a person that has none")
        client.expect(mdn_of(read(client, person)) == mdn, "read-your-write", f"the MDN {mdn}")
    found = client.value(client.call(FIND, mdn="2995550171"))
    client.expect(found == [], "delete-deletes", "nobody with the removed MDN")


@recipe(UPDATE, 409)
def identity_of_somebody_else(client: Client) -> None:
    """13: external ids and MDNs are unique."""
    first, second = add(client, "EXT-A", "2995550171"), add(client, "EXT-B")
    for body in ({"external_person_id": "EXT-A"}, {"mobile_phone": {"mdn": "2995550171"}}):
        client.call(UPDATE, person_key=second.get("person_key"), body=body)
        got(client, 409, "provokes", f"{body}, which belongs to somebody else")
    for person in (first, second):
        client.expect(read(client, person) == person, "refusal-changes-nothing", f"the person as before: {person}")


@recipe(UPDATE, 422)
@recipe(UPDATE_EXTERNAL, 422)
def unprocessable_updates(client: Client) -> None:
    for what, body in (
        ("an unknown custom field", {"custom_fields": {"no_such_field": "x"}}),
        ("129 characters", {"external_person_id": "x" * 129}),
        ("E.164 under version 1", {"mobile_phone": {"mdn": "+12995551234"}}),
    ):
        before = client.value(client.call(GET))
        client.call(client.operation, body=body)
        got(client, 422, "rejects-invalid", what)
        after = client.value(client.call(GET))
        client.expect(after == before, "refusal-changes-nothing", f"the person as before: {before}")


@recipe(UPDATE_EXTERNAL, 201)
def added_by_external_id(client: Client) -> None:
    """4.6: the second call is an update."""
    body = {"mobile_phone": {"mdn": "2995550171"}, "custom_fields": {"first_name": "Ana"}}
    echo = client.value(client.call(UPDATE_EXTERNAL, external_person_id="EXT-A", body=body)) or {}
    got(client, 201, "provokes", "an unknown external id")
    client.expect(field_of(echo, "first_name") == "Ana", "read-your-write", "the submitted body")
    person = client.value(client.call(GET_EXTERNAL, external_person_id="EXT-A")) or {}
    client.expect(mdn_of(person) == "2995550171", "read-your-write", "the MDN that was given", mdn_of(person))
    client.call(UPDATE_EXTERNAL, external_person_id="EXT-A", body=body)
    got(client, 200, "idempotent-retry", "an external id that is known by now")
    same = client.value(client.call(GET_EXTERNAL, external_person_id="EXT-A")) or {}
    client.expect(same.get("person_key") == person.get("person_key"), "idempotent-retry", "the same person_key")


@recipe(UPDATE_EXTERNAL, 200)
def merged_into_the_owner_of_the_mdn(client: Client) -> None:
    """4.6: an unknown external id with the MDN of a person that has no external id."""
    owner = add(client, None, "2995550171")
    client.call(UPDATE_EXTERNAL, external_person_id="EXT-A", body={"mobile_phone": {"mdn": "2995550171"}})
    got(client, 200, "provokes", "the MDN of a person without external id")
    now = client.value(client.call(GET_EXTERNAL, external_person_id="EXT-A")) or {}
    client.expect(now.get("person_key") == owner.get("person_key"), "read-your-write", "the owner of the MDN")
    client.call(UPDATE_EXTERNAL, external_person_id="EXT-A", body={"external_person_id": "EXT-B"})
    got(client, 200, "provokes", "another external id in the body")
    now = client.value(client.call(GET_EXTERNAL, external_person_id="EXT-B")) or {}
    client.expect(now.get("person_key") == owner.get("person_key"), "read-your-write", "the same person")


@recipe(UPDATE_EXTERNAL, 409)
def conflict_by_external_id(client: Client) -> None:
    first = add(client, "EXT-A", "2995550171")
    client.call(UPDATE_EXTERNAL, external_person_id="EXT-A", body={"mobile_phone": {"mdn": "2995550172"}})
    got(client, 409, "provokes", "another MDN")
    client.call(UPDATE_EXTERNAL, external_person_id="EXT-Z", body={"mobile_phone": {"mdn": "2995550171"}})
    got(client, 409, "provokes", "the MDN of a person with another external id")
    client.expect(read(client, first) == first, "refusal-changes-nothing", f"the person as before: {first}")


@recipe(ADD, 422)
@recipe(UPDATE, 422)
@recipe(UPDATE_EXTERNAL, 422)
def what_is_wrong_comes_before_what_conflicts(client: Client) -> None:
    """2.10: an MDN of somebody else, and a field that the company does not have."""
    client.suppose("that 422 comes before 409")
    add(client, "EXT-A", "2995550171")
    second = add(client, "EXT-B", "2995550172")
    where: dict[str, Any] = {} if client.operation == ADD else {"person_key": second.get("person_key")}
    if client.operation == UPDATE_EXTERNAL:
        where = {"external_person_id": "EXT-B"}
    body = {"mobile_phone": {"mdn": "2995550171"}, "custom_fields": {"no_such_field": "x"}}
    client.call(client.operation, body={"external_person_id": "EXT-B", **body}, **where)
    got(client, 422, "rejects-invalid", "a conflict in a body that is wrong")
    client.expect(read(client, second) == second, "refusal-changes-nothing", f"the person as before: {second}")
