"""Persons as they are read and searched for."""

from __future__ import annotations

from contracts.client import Client
from contracts.recipes import got, recipe
from contracts.vendors.vibes.persons import ADD, FIND, GET, V2, add, mdn_of, read


@recipe(GET, 200)
def both_versions_show_one_number(client: Client) -> None:
    """5."""
    person = add(client, "EXT-A", "2995550171")
    client.expect(mdn_of(person) == "2995550171", "read-your-write", "2995550171 in version 1", mdn_of(person))
    again = read(client, person, **V2)
    client.expect(mdn_of(again) == "+12995550171", "read-your-write", "+12995550171 in version 2", mdn_of(again))
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


@recipe(GET, 200)
def url_leads_to_the_person(client: Client) -> None:
    """6: the self link."""
    person = add(client, "EXT-A")
    path = str(person.get("url", "")).removeprefix("/companies/ABC123/mobiledb/persons/")
    same = client.value(client.call(GET, person_key=path))
    client.expect(same == person, "read-your-write", f"the person behind its url {person.get('url')}")


@recipe(GET, 200)
def a_number_from_abroad_has_no_plus_in_version_1(client: Client) -> None:
    """2.3: what follows the country code; `mdn-format` judges that."""
    client.suppose("how a number from abroad is written in version 1")
    person = client.value(client.call(ADD, body={"mobile_phone": {"mdn": "+447911123456"}}, headers=V2)) or {}
    seen = mdn_of(read(client, person))
    client.expect(seen == "7911123456", "read-your-write", "7911123456 for +447911123456", seen)
