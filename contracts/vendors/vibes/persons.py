"""What only a sequence of calls shows: persons. Numbers name the properties of section 17 of our reference."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.recipes import got, recipe

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
    value = client.value(client.call(ADD, body=body))
    return value if isinstance(value, dict) else {}


def read(client: Client, person: dict[str, Any], **headers: str) -> dict[str, Any]:
    """The person by `person_key`."""
    value = client.value(client.call(GET, person_key=person.get("person_key", "none"), headers=headers))
    return value if isinstance(value, dict) else {}


def _mdn(person: dict[str, Any]) -> Any:
    return (person.get("mobile_phone") or {}).get("mdn")


def _field(person: dict[str, Any], name: str) -> Any:
    return (person.get("custom_fields") or {}).get(name)


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
    client.expect(_field(person, "first_name") == "Ana", "read-your-write", "the custom field")


@recipe(GET, 200)
def both_versions_show_one_number(client: Client) -> None:
    """5."""
    person = add(client, "EXT-A", "2995550171")
    client.expect(_mdn(person) == "2995550171", "read-your-write", "2995550171 in version 1", _mdn(person))
    again = read(client, person, **V2)
    client.expect(_mdn(again) == "+12995550171", "read-your-write", "+12995550171 in version 2", _mdn(again))
    found = client.value(client.call(FIND, mdn="+12995550171", headers=V2))
    keys = [it["person_key"] for it in found or []]
    client.expect(keys == [person.get("person_key")], "read-your-write", "the person, alone")


@recipe(FIND, 400)
def bad_filters(client: Client) -> None:
    """5, and 4.3 of our reference."""
    client.call(FIND)
    got(client, 400, "rejects-invalid", "a search without a filter")
    client.call(FIND, mdn="+12995551234")
    got(client, 400, "rejects-invalid", "E.164 under version 1")
    client.call(FIND, mdn="2995551234", headers=V2)
    got(client, 400, "rejects-invalid", "ten digits under version 2")


@recipe(FIND, 200)
def nobody_found(client: Client) -> None:
    found = client.value(client.call(FIND, external_person_id="nobody-at-all"))
    client.expect(found == [], "read-your-write", "an empty array")
    add(client, "EXT-A", "2995550171")
    add(client, "EXT-B", "2995550172")
    found = client.value(client.call(FIND, mdn="2995550171", external_person_id="EXT-B"))
    client.expect(found == [], "read-your-write", "nobody who matches both filters")
    for part in ("EXT-", "XT-A"):
        found = client.value(client.call(FIND, external_person_id=part))
        client.expect(found == [], "read-your-write", f"nobody by {part}, which is a part of an external id")


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
    client.expect(_mdn(read(client, first)) == "2995550171", "read-your-write", "the MDN that was given")
    add(client, "EXT-A")
    got(client, 200, "idempotent-retry", "an external id that is known, alone")
    client.expect(_mdn(read(client, first)) == "2995550171", "read-your-write", "the MDN that was not given, unchanged")


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
        client.expect(_field(echo, "first_name") == "Eva", "read-your-write", "the submitted custom field")
        now = read(client, person)
        client.expect(now.get("external_person_id") == "EXT-B", "read-your-write", "the new external id")
        client.expect(_mdn(now) == "2995550171", "read-your-write", "the MDN that was left out, unchanged")
        client.expect(_field(now, "first_name") == "Eva", "read-your-write", "the new first name")
        client.expect(_field(now, "last_name") == "Roe", "read-your-write", "the last name left out, unchanged")
    client.call(GET_EXTERNAL, external_person_id="EXT-A")
    got(client, 404, "read-your-write", "the former external id")
    client.call(UPDATE, person_key=key, body={"external_person_id": None, "custom_fields": {"last_name": None}})
    now = read(client, person)
    client.expect(now.get("external_person_id") is None, "delete-deletes", "no external id after null")
    client.expect(_field(now, "last_name") is None, "delete-deletes", "no last name after null")


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
        client.expect(_mdn(read(client, person)) is None, "delete-deletes", "no MDN after its removal")
        mdn = f"299555018{number}"
        client.call(UPDATE, person_key=key, body={"mobile_phone": {"mdn": mdn}})
        got(client, 200, "accepts-valid", "an MDN for a person that has none")
        client.expect(_mdn(read(client, person)) == mdn, "read-your-write", f"the MDN {mdn}")
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
    client.expect(_field(echo, "first_name") == "Ana", "read-your-write", "the submitted body")
    person = client.value(client.call(GET_EXTERNAL, external_person_id="EXT-A")) or {}
    client.expect(_mdn(person) == "2995550171", "read-your-write", "the MDN that was given", _mdn(person))
    client.call(UPDATE_EXTERNAL, external_person_id="EXT-A", body=body)
    got(client, 200, "idempotent-retry", "an external id that is known by now")
    same = client.value(client.call(GET_EXTERNAL, external_person_id="EXT-A")) or {}
    client.expect(same.get("person_key") == person.get("person_key"), "idempotent-retry", "the same person_key")


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
        client.expect(_field(same, "first_name") == "Eva", "read-your-write", f"the update by {external}", same)


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


@recipe(GET, 200)
def url_leads_to_the_person(client: Client) -> None:
    """6 and 7: the self link, and a trailing slash."""
    person = add(client, "EXT-A")
    path = str(person.get("url", "")).removeprefix("/companies/ABC123/mobiledb/persons/")
    same = client.value(client.call(GET, person_key=path))
    client.expect(same == person, "read-your-write", f"the person behind its url {person.get('url')}")
