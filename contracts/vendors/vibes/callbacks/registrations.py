"""Callbacks as they are registered, listed, cancelled and tested."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.finding import NotProvokable
from contracts.recipes import content, got, recipe
from contracts.vendors.vibes.callbacks import ADD, CANCEL, DESTINATION, GET, LIST, NARROWED, NOWHERE, TEST, register
from contracts.vendors.vibes.target import OTHER_COMPANY


@recipe(ADD, 201)
def read_back(client: Client) -> None:
    """35: with the defaults filled in, both type members, and listed."""
    made = register(client, "subscription_added")
    got(client, 201, "provokes", "a callback")
    wanted = {"url": NOWHERE, "method": "POST", "content_type": "application/json"}
    client.expect(made.get("destination") == wanted, "read-your-write", "the defaults of the destination")
    client.expect(made.get("event_type") == "subscription_added", "read-your-write", "both type members")
    client.expect(made.get("subscription_added") == {"list_id": "1234"}, "read-your-write", "the list")
    same = client.value(client.call(GET, callback_id=made.get("callback_id", "none")))
    client.expect(same == made, "read-your-write", f"the callback that was registered: {made}")
    listed = client.value(client.call(LIST)) or []
    client.expect(made in listed, "read-your-write", "the callback in the list")
    some = client.value(client.call(LIST, callback_type="subscription_added")) or []
    client.expect(some == [made], "read-your-write", "the callbacks of one type")


@recipe(ADD, 201)
@recipe(LIST, 200)
def what_was_said_is_kept(client: Client) -> None:
    """12.1 and 12.4: also what has not begun is listed."""
    said = {"url": NOWHERE, "method": "PUT", "content_type": "text/json"}
    ahead = {"start_date": "2089-01-01T00:00:00Z", "end_date": "2090-01-01T00:00:00Z"}
    made = register(client, "person_added", destination=said, **ahead)
    client.expect(made.get("destination") == said, "read-your-write", f"the destination {said}")
    dates = {name: made.get(name) for name in ahead}
    client.expect(dates == ahead, "read-your-write", f"the dates {ahead}", dates)
    client.expect(made in (client.value(client.call(LIST)) or []), "read-your-write", "what has not begun in the list")


@recipe(ADD, 201)
def every_type(client: Client) -> None:
    for kind in ("person_added", "person_add", "subscription_list_added", "event_processed", *NARROWED):
        made = register(client, kind, url=f"{NOWHERE}/{kind}")
        got(client, 201, "accepts-valid", f"a callback of type {kind}")
        client.expect(made.get("callback_type") == kind, "read-your-write", f"the type {kind}")


@recipe(CANCEL, 200)
def cancelled(client: Client) -> None:
    """38: not listed any more, still read, and cancelled twice it stays as it is."""
    made = register(client, "person_added")
    callback_id = made.get("callback_id", "none")
    ended = client.value(client.call(CANCEL, callback_id=callback_id)) or {}
    client.expect(bool(ended.get("end_date")), "read-your-write", "an end_date", ended.get("end_date"))
    listed = client.value(client.call(LIST)) or []
    ids = [it.get("callback_id") for it in listed if isinstance(it, dict)]
    client.expect(callback_id not in ids, "deleted-is-gone", "no cancelled callback in the list")
    again = client.call(CANCEL, callback_id=callback_id)
    client.expect(again.status in (200, 404), "idempotent-retry", "200, or 404, for cancelling twice")
    if again.status == 200:
        client.expect(client.value(again) == ended, "idempotent-retry", f"the callback as it ended: {ended}")
    register(client, "person_added")
    got(client, 201, "accepts-valid", "the same callback after the first was cancelled")
    ahead = register(client, "person_updated", start_date="2090-01-01T00:00:00Z")
    ended = client.value(client.call(CANCEL, callback_id=ahead.get("callback_id", "none"))) or {}
    begun = str(ended.get("start_date")) < "2090"
    client.expect(begun, "read-your-write", "a start_date that lay ahead becomes now", ended.get("start_date"))


@recipe(ADD, 201)
def named_in_the_older_way(client: Client) -> None:
    """12.1 and 12.2: by `event_type` alone, which `callback_type` wins over; and the pages narrow what is removed by
    the object of what is added."""
    client.suppose("which of two names counts")
    wanted = {"list_id": "1234"}
    for body, kind in (
        ({"event_type": "person_updated"}, "person_updated"),
        ({"event_type": "person_updated", "callback_type": "person_added"}, "person_added"),
        ({"callback_type": "subscription_removed", "subscription_added": wanted}, "subscription_removed"),
    ):
        made = content(client, client.call(ADD, body={**body, "destination": DESTINATION, "callback_id": "x"}))
        got(client, 201, "accepts-valid", f"{body}")
        names = (made.get("callback_type"), made.get("event_type"))
        client.expect(names == (kind, kind), "read-your-write", f"the type {kind}, under both names", names)
        client.expect(made.get("callback_id") != "x", "read-only-stays", "an id of the platform's own", made)
    client.expect(made.get(kind) == wanted, "read-your-write", f"the object of its own name: {wanted}", made)


@recipe(ADD, 409)
def registered_twice(client: Client) -> None:
    """12.3: the same type, list and URL at the same time; not another list, URL or time."""
    register(client, "subscription_added", end_date="2090-01-01T00:00:00Z")
    register(client, "subscription_added")
    got(client, 409, "provokes", "the same callback twice")
    register(client, "subscription_added", start_date="2089-01-01T00:00:00Z")
    got(client, 409, "provokes", "the same callback in an overlapping time")
    others: tuple[tuple[str, dict[str, Any]], ...] = (
        ("URL", {"url": f"{NOWHERE}/2"}),
        ("list", {"subscription_added": {"list_id": "ABC12345"}}),
        ("time", {"start_date": "2090-01-01T00:00:00Z"}),
    )
    for what, other in others:
        register(client, "subscription_added", **other)
        got(client, 201, "accepts-valid", f"the same callback for another {what}")


@recipe(ADD, 422)
def invalid_callbacks(client: Client) -> None:
    before = client.value(client.call(LIST))
    bodies: tuple[tuple[str, dict[str, Any]], ...] = (
        ("no type", {"destination": DESTINATION}),
        ("an unknown type", {"callback_type": "person_sneezed", "destination": DESTINATION}),
        ("no destination", {"callback_type": "person_added"}),
        ("no URL", {"callback_type": "person_added", "destination": {}}),
        ("a URL of 1025", {"callback_type": "person_added", "destination": {"url": f"https://h/{'x' * 1015}"}}),
        ("another method", {"callback_type": "person_added", "destination": {**DESTINATION, "method": "GET"}}),
        ("no list", {"callback_type": "subscription_added", "destination": DESTINATION}),
        ("an end before the start", {"callback_type": "person_added", "destination": DESTINATION,
                                     "start_date": "2090-01-02T00:00:00Z", "end_date": "2090-01-01T00:00:00Z"}),
    )  # fmt: skip
    for what, body in bodies:
        client.call(ADD, body=body)
        got(client, 422, "rejects-invalid", what)
    count = len((client.value(client.call(ADD, body={"destination": {"url": "x" * 1025}})) or {}).get("errors", ()))
    client.expect(count >= 2, "counts-add-up", "one error for each of two problems", count)
    client.expect(client.value(client.call(LIST)) == before, "refusal-changes-nothing", "no callback of a refused call")


@recipe(ADD, 422)
def too_many_destinations(client: Client) -> None:
    """12.3: fifty of one type."""
    for number in range(50):
        register(client, "person_updated", url=f"{NOWHERE}/{number}")
    got(client, 201, "accepts-valid", "the fiftieth destination")
    register(client, "person_updated", url=f"{NOWHERE}/50")
    got(client, 422, "provokes", "one destination more")


@recipe(TEST, 404)
def nothing_registered(client: Client) -> None:
    client.call(TEST, body={"callback_type": "person_added"})


@recipe(TEST, 422)
def invalid_tests(client: Client) -> None:
    register(client, "ack_participant_added")
    for what, body in (
        ("no type", {}),
        ("no campaign", {"callback_type": "ack_participant_added", "participant": {"person": {"id": "1"}}}),
    ):
        client.call(TEST, body=body)
        got(client, 422, "rejects-invalid", what)


@recipe(TEST, 201)
def a_test_changes_nothing(client: Client) -> None:
    """54."""
    register(client, "ack_participant_added")
    before = client.value(client.call("persons.get_person"))
    campaign = {"acquisition_campaign": {"api_key": "2342312", "keyword": "OFFERS"}}
    for member in ("participant", "partipant"):
        body = {"callback_type": "ack_participant_added", member: campaign}
        value = client.value(client.call(TEST, body=body)) or {}
        got(client, 201, "accepts-valid", f"a test event with {member}")
        client.expect(bool(value.get("event_id")), "read-your-write", "the id of the event")
    client.expect(client.value(client.call("persons.get_person")) == before, "read-your-write", "the person as before")


@recipe(GET, 404, check="no-leak-between-accounts", accept=(403,))
def a_callback_belongs_to_its_company(client: Client) -> None:
    there = client.acting(OTHER_COMPANY)
    body = {"callback_type": "person_added", "destination": DESTINATION}
    foreign = there.value(there.call(ADD, company_key="XYZ789", body=body)) or {}
    if there.sent[-1].status != 201:
        raise NotProvokable("this target has no second company whose credentials are known")
    for operation in (GET, CANCEL):
        client.call(operation, callback_id=foreign.get("callback_id", "none"))
        got(client, 404, "no-leak-between-accounts", "a callback of another company")
