"""Participants of acquisition campaigns: who joins, confirms, says no, or cannot join."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.recipes import got, recipe
from contracts.vendors.vibes import persons
from contracts.vendors.vibes.acquisitions import (
    ADD,
    ASKS,
    BODY,
    CONFIRMS,
    FIND,
    GET,
    ITS_LIST,
    PAST,
    PENDING,
    PENDING_TOO,
    SAYS,
    join,
)
from contracts.vendors.vibes.subscriptions import LIST, REMOVE, lists_of, rows

_A_MINUTE, _A_DAY = 60, 86_400


def _key(client: Client) -> str:
    """The `person_key` of who joins."""
    return str((client.value(client.call(persons.GET_EXTERNAL, external_person_id="EXT-A")) or {}).get("person_key"))


def _messages(client: Client) -> list[Any]:
    value = client.value(client.sent[-1])
    errors = value.get("errors", ()) if isinstance(value, dict) else ()
    return [it.get("message") for it in errors if isinstance(it, dict)]


def _names(client: Client, made: dict[str, Any], campaign: str) -> None:
    """8.2: who takes part, and in what."""
    person = client.value(client.call(persons.GET_EXTERNAL, external_person_id="EXT-A")) or {}
    through = client.value(client.call(GET, acquisition_id=campaign)) or {}
    whom, what = made.get("person") or {}, made.get("acquisition_campaign") or {}
    seen = [whom.get("id"), whom.get("external_id"), (whom.get("mobile_phone") or {}).get("mdn"), what.get("id")]
    wanted = [person.get("person_id"), "EXT-A", "2995550171", campaign]
    client.expect(seen == wanted, "read-your-write", f"the person and the campaign {wanted}", made)
    same = what.get("description") == through.get("description")
    client.expect(same, "read-your-write", f"the description {through.get('description')}", made)


def _subscribed(client: Client, key: str, campaign: str) -> None:
    """One subscription, which says through which campaign it came (as the samples of the CRM page do)."""
    found = rows(client, LIST, person_key=key)
    client.expect(lists_of(found) == [ITS_LIST], "read-your-write", "one subscription", found)
    through = [(it.get("acquisition_campaign") or {}).get("id") for it in found]
    client.expect(through == [campaign], "read-your-write", f"the campaign {campaign}", through)


@recipe(ADD, 201)
@recipe(ADD, 200)
@recipe(PENDING, 200)
@recipe(PENDING_TOO, 200)
def asked_twice(client: Client) -> None:
    """18: PENDING, and 200 when asked again; found by both spellings of the path, and among the participants."""
    made = join(client)
    got(client, 201, "provokes", "somebody new")
    client.expect(made.get("status") == "PENDING", "read-your-write", "PENDING")
    _names(client, made, ASKS)
    later = str(made.get("expire_date")) > str(made.get("participation_date"))
    client.expect(later, "read-your-write", "an expire_date after the participation_date", made)
    again = join(client)
    got(client, 200, "idempotent-retry", "somebody who is pending")
    client.expect(again == made, "idempotent-retry", f"the same participation: {made}")
    key = _key(client)
    for operation in (PENDING, PENDING_TOO):
        client.expect(rows(client, operation, person_key=key) == [made], "read-your-write", "the one that is pending")
    join(client, {"mobile_phone": {"mdn": "2995550172"}})
    filters: tuple[dict[str, Any], ...] = ({"mdn": "2995550171"}, {"external_person_id": "EXT-A"},
                                           {"person_id": (made.get("person") or {}).get("id")})  # fmt: skip
    for one in filters:
        found = rows(client, FIND, **one)
        client.expect(found == [made], "read-your-write", f"the participation, alone, by {one}", found)
    client.expect(rows(client, FIND, mdn="2995550173") == [], "read-your-write", "nobody by a number of nobody")
    client.expect(made in rows(client, FIND), "read-your-write", "the participation among all")
    client.expect(not rows(client, LIST, person_key=key), "read-your-write", "no subscription yet")


@recipe(ADD, 409, switches=SAYS[0])
@recipe(FIND, 200, switches=SAYS[0])
def asked_and_confirmed(client: Client) -> None:
    """18 and 20: a yes subscribes; adding the person again is 409 then."""
    join(client)
    client.world.advance(_A_MINUTE)
    key = _key(client)
    client.expect(not rows(client, PENDING, person_key=key), "counts-add-up", "nothing pending after a Yes")
    client.expect(rows(client, FIND) == [], "counts-add-up", "nobody pending in the campaign after a Yes")
    _subscribed(client, key, ASKS)
    join(client)
    got(client, 409, "provokes", "somebody who is on the list")


@recipe(ADD, 422, switches=SAYS[1])
def a_no_blocks_one_campaign(client: Client) -> None:
    """19: that campaign alone."""
    join(client)
    client.world.advance(_A_MINUTE)
    key = _key(client)
    client.expect(not rows(client, PENDING, person_key=key), "counts-add-up", "nothing pending after a No")
    join(client)
    got(client, 422, "provokes", "a number that answered No")
    messages = _messages(client)
    client.expect("MDNHASCONFIRMATIONBLOCK" in messages, "provokes", "MDNHASCONFIRMATIONBLOCK", messages)
    made = join(client, acquisition_id=CONFIRMS)
    client.expect(made.get("status") == "SUBSCRIBED", "accepts-valid", "SUBSCRIBED by another campaign")


@recipe(ADD, 201)
def confirmed_by_itself(client: Client) -> None:
    """8.3: subscribed at once, through the campaign; after an opt-out one may join again."""
    for _ in range(2):
        made = join(client, acquisition_id=CONFIRMS)
        got(client, 201, "provokes", "a campaign that confirms by itself")
        client.expect(made.get("status") == "SUBSCRIBED", "read-your-write", "SUBSCRIBED")
        _names(client, made, CONFIRMS)
        key = _key(client)
        _subscribed(client, key, CONFIRMS)
        join(client, acquisition_id=ASKS)
        got(client, 409, "provokes", "another campaign of the same list")
        client.call(REMOVE, person_key=key, subscription_list_id=ITS_LIST)


@recipe(ADD, 201)
def what_is_not_given_stays(client: Client) -> None:
    """8.3: given is overwritten, null removes, the rest of the person is as it was."""
    phone: dict[str, Any] = {"mobile_phone": {"mdn": "2995551234"}}
    name: dict[str, Any] = {"external_person_id": "EXT542342"}
    before = client.value(client.call(persons.GET)) or {}
    number: dict[str, Any] = {"person_id": before.get("person_id")}
    for given in (phone, name, number, {**phone, "custom_fields": {"first_name": "Jack", "birth_date": None}}):
        join(client, given)
        client.expect(client.sent[-1].status in (200, 201), "provokes", "success for somebody who is not on the list")
        after = client.value(client.call(persons.GET)) or {}
        fields = {**(before.get("custom_fields") or {}), **given.get("custom_fields", {})}
        wanted = {**before, "custom_fields": fields, "updated_at": after.get("updated_at")}
        client.expect(after == wanted, "read-your-write", f"the person with what was given: {wanted}")


@recipe(FIND, 200)
def nobody_answers(client: Client) -> None:
    """20: it expires."""
    join(client)
    client.expect(len(rows(client, FIND, mdn="2995550171")) == 1, "read-your-write", "one pending")
    client.world.advance(_A_DAY)
    client.expect(rows(client, FIND, mdn="2995550171") == [], "counts-add-up", "nobody pending after a day")
    join(client)
    got(client, 201, "accepts-valid", "somebody whose time has passed")


@recipe(ADD, 422)
def participants_that_cannot_be(client: Client) -> None:
    """21: and nothing changes."""
    before = client.value(client.call(persons.GET))
    bodies: tuple[tuple[str, dict[str, Any]], ...] = (
        ("no identifier", {"custom_fields": {"first_name": "Ana"}}),
        ("no number", {"external_person_id": "EXT-A"}),
        ("an unknown person_key", {"person_key": "nobody-at-all"}),
        ("a landline", {"mobile_phone": {"mdn": "2995550000"}}),
        ("another number", {"external_person_id": "EXT542342", "mobile_phone": {"mdn": "2995550171"}}),
        ("an unknown custom field", {**BODY, "custom_fields": {"no_such_field": "x"}}),
        ("129 characters", {**BODY, "external_person_id": "x" * 129}),
    )
    for what, body in bodies:
        join(client, {"custom_fields": {"first_name": "Eva"}, **body} if "custom_fields" not in body else body)
        got(client, 422, "rejects-invalid", what)
    join(client, {"mobile_phone": {"mdn": "2995550119"}, "external_person_id": "EXT542342"})
    messages = _messages(client)
    client.expect("EXTERNALPERSONIDMISMATCH" in messages, "provokes", "EXTERNALPERSONIDMISMATCH", messages)
    join(client, acquisition_id=PAST)
    got(client, 422, "rejects-invalid", "a campaign that is over")
    after = client.value(client.call(persons.GET))
    client.expect(after == before, "refusal-changes-nothing", f"the person as before: {before}")
    client.call(persons.GET_EXTERNAL, external_person_id="EXT-A")
    got(client, 404, "refusal-changes-nothing", "the external id of a refused call")


@recipe(ADD, 409)
def who_is_on_the_list_stays_as_before(client: Client) -> None:
    """21: whoever is refused as subscribed already keeps what the refused call would have changed."""
    join(client, acquisition_id=CONFIRMS)
    before = client.value(client.call(persons.GET_EXTERNAL, external_person_id="EXT-A"))
    join(client, {**BODY, "custom_fields": {"first_name": "Eva"}}, acquisition_id=CONFIRMS)
    got(client, 409, "provokes", "somebody who is on the list")
    after = client.value(client.call(persons.GET_EXTERNAL, external_person_id="EXT-A"))
    client.expect(after == before, "refusal-changes-nothing", f"the person as before: {before}")


@recipe(ADD, 400)
@recipe(FIND, 400)
def numbers_of_the_other_version(client: Client) -> None:
    """5: 400 here, where it is 422 for persons."""
    for version, mdn in (("1", "+12995550171"), ("2", "2995550171")):
        headers = {"X-API-Version": version}
        join(client, {"mobile_phone": {"mdn": mdn}}, headers=headers)
        got(client, 400, "rejects-invalid", f"{mdn} under version {version}")
        client.call(FIND, mdn=mdn, headers=headers)
        got(client, 400, "rejects-invalid", f"{mdn} under version {version}")
    client.expect(rows(client, FIND) == [], "refusal-changes-nothing", "nobody pending")
