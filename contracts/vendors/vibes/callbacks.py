"""What only a sequence of calls shows: registrations of callbacks. Numbers as in `events`."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.finding import NotProvokable
from contracts.hearing import DESCRIBED, TRIED, Ear, Heard, listening
from contracts.recipes import got, recipe
from contracts.validity import path_values
from contracts.vendors.vibes.target import OTHER_COMPANY

ADD, LIST, GET = "callbacks.add_callback", "callbacks.list_callbacks", "callbacks.get_callback"
CANCEL, TEST = "callbacks.cancel_callback", "callbacks.send_test_event"
# Nobody listens there, and the mock does not even try.
NOWHERE = "https://crm.example.com/gate"
DESTINATION = {"url": NOWHERE}
NARROWED: dict[str, dict[str, str]] = {
    "subscription_added": {"list_id": "1234"},
    "subscription_removed": {"list_id": "1234"},
    "ack_participant_added": {"campaign_id": "2342312"},
    "ack_participant_changed": {"campaign_id": "2342312"},
    "device_added": {"app_id": "MyAppId01"},
    "device_updated": {"app_id": "MyAppId01"},
    "device_removed": {"app_id": "MyAppId01"},
    "wallet_item_install": {"campaign_token": "token-1"},
    "wallet_item_remove": {"campaign_token": "token-1"},
    "unmatched_message_received": {"source_code": "65302", "country_code": "US"},
}


def register(client: Client, kind: str, url: str = NOWHERE, headers: Any = None, **members: Any) -> dict[str, Any]:
    """Register a callback of a type, narrowed to what the `default` fixture has."""
    narrowed = {kind: NARROWED[kind]} if kind in NARROWED else {}
    body = {"callback_type": kind, "destination": {"url": url}, **narrowed, **members}
    value = client.value(client.call(ADD, body=body, headers=headers or {}))
    return value if isinstance(value, dict) else {}


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


# What arrives. A receiver of the gate's own listens, and each type is provoked by what causes it, or by a test event.
_JOHN, _DEVICE = {"external_person_id": "EXT542342"}, "0d83b7e6-41f2-4a95-9e70-c6581fa3d247"
_JOINS = {"external_person_id": "EXT-A", "mobile_phone": {"mdn": "2995550171"}}
_CAUSES: dict[str, tuple[str, dict[str, Any]]] = {
    "person_added": ("persons.add_person", {"body": {"external_person_id": "EXT-B"}}),
    "person_updated": ("persons.update_person", {"body": {"custom_fields": {"first_name": "Eva"}}}),
    "subscription_removed": ("subscriptions.remove_subscription", {"subscription_list_id": "1234"}),
    "subscription_added": ("subscriptions.put_subscription", {"subscription_list_id": "1234"}),
    "ack_participant_added": ("acquisitions.add_participant", {"acquisition_id": "2342312", "body": _JOINS}),
    "company_participant_added": ("acquisitions.add_participant", {"acquisition_id": "abc123", "body": _JOINS}),
    "event_processed": ("events.add_event", {"body": {"event_type": "day_of_delivery", "event_data": _JOHN}}),
    "device_added": ("devices.assign_device", {"vibes_device_id": _DEVICE, "body": {"external_person_id": "ex1234"}}),
    "device_removed": ("devices.assign_device", {"vibes_device_id": _DEVICE, "body": _JOHN}),
}


def _of(ear: Ear, kind: str, count: int = 0) -> list[Heard]:
    return [it for it in ear.wait(count) if it.headers.get("x-event-type") == kind]


@recipe(ADD, 201, check=DESCRIBED, accept=(409,), anywhere=True)
def somebody_new_is_told_of(client: Client) -> None:
    """36: also by a real vendor, which may have a callback of this type already: then nothing can be told."""
    with listening(client) as ear:
        made = register(client, "person_added", url=ear.url)
        if client.sent[-1].status != 201:
            return
        company = (path_values(client.sent[-1], client.spec.operations[ADD]) or {}).get("company_key")
        name = client.unique("EXT")
        person = client.value(client.call("persons.add_person", body={"external_person_id": name})) or {}
        arrived = _of(ear, "person_added", 1)
        own = [it for it in arrived if _person(it).get("external_person_id") == name]
        client.expect(len(own) == 1, DESCRIBED, "one person_added for somebody new", len(own))
        for heard in own:
            _agree(client, ear, "person_added", made, heard, company)
            told = _person(heard).get("person_key")
            client.expect(told == person.get("person_key"), DESCRIBED, "the person who was added", told)


def _person(heard: Heard) -> dict[str, Any]:
    found = heard.body.get("person") if isinstance(heard.body, dict) else None
    return found if isinstance(found, dict) else {}


def _agree(
    client: Client, ear: Ear, kind: str, made: dict[str, Any], heard: Heard, company: str | None = "ABC123"
) -> None:  # fmt: skip
    """36: headers and body say the same, and name the registration and its company."""
    ear.judge(kind, heard)
    body = heard.body if isinstance(heard.body, dict) else {}
    said = {name: heard.headers.get(name) for name in ("x-event-id", "x-company-id", "x-callback-id", "x-event-type")}
    wanted = {
        "x-event-id": body.get("event_id"),
        "x-company-id": company,
        "x-callback-id": made.get("callback_id"),
        "x-event-type": body.get("callback_type"),
    }
    client.expect(said == wanted, DESCRIBED, f"{kind} with headers that agree with its body: {wanted}", said)


@recipe(ADD, 201, check=DESCRIBED)
def every_type_arrives_as_described(client: Client) -> None:
    """36, and 39: each for what it was narrowed to."""
    with listening(client) as ear:
        made = {kind: register(client, kind, url=f"{ear.url}/{kind}") for kind in _CAUSES}
        register(client, "subscription_removed", url=f"{ear.url}/other", subscription_removed={"list_id": "ABC12345"})
        for kind, (operation, arguments) in _CAUSES.items():
            before = len(_of(ear, kind))
            client.call(operation, **arguments)
            arrived = _of(ear, kind)[before:]
            client.expect(len(arrived) == 1, DESCRIBED, f"one {kind} after {operation}", len(arrived))
            for heard in arrived:
                _agree(client, ear, kind, made[kind], heard)


@recipe(ADD, 201, check=DESCRIBED, frozen_at="2026-01-31T08:00:00Z")
def an_event_is_told_of_twice(client: Client) -> None:
    """14.4: routing, then processing; two events of one customer's event."""
    with listening(client) as ear:
        register(client, "event_processed", url=ear.url)
        operation, arguments = _CAUSES["event_processed"]
        client.call(operation, **arguments)
        ear.wait()
        client.world.advance(60)
        told = [it.body.get("event_processed") or {} for it in _of(ear, "event_processed") if isinstance(it.body, dict)]
        types = [(it.get("action") or {}).get("type") for it in told]
        client.expect(types == ["routing", "processing"], DESCRIBED, "routing, then processing", types)
        names = [it.get("event_id") for it in told]
        client.expect(len(set(names)) == 1, DESCRIBED, "the event_id of the customer's event in both", names)
        ids = {it.headers.get("x-event-id") for it in ear.heard}
        client.expect(len(ids) == len(told), DESCRIBED, "an X-Event-Id of its own for each", ids)


@recipe(ADD, 201, check=DESCRIBED)
@recipe("persons.update_person", 200, check=DESCRIBED)
def the_whole_person_is_told_of(client: Client) -> None:
    """14.3: the complete new state, as a read shows it; by the method and in the media type that were registered."""
    with listening(client) as ear:
        register(client, "person_updated", destination={"url": ear.url, "method": "PUT", "content_type": "text/json"})
        client.call("persons.update_person", body={"custom_fields": {"first_name": "Eva"}})
        arrived = _of(ear, "person_updated")
        sent = [(it.method, it.headers.get("content-type")) for it in arrived]
        client.expect(sent == [("PUT", "text/json")], DESCRIBED, "one person_updated, by PUT, as text/json", sent)
        person = client.value(client.call("persons.get_person"))
        for heard in arrived:
            client.expect(_person(heard) == person, DESCRIBED, f"the person as a read shows it: {person}", heard.body)


@recipe(TEST, 201, check=DESCRIBED)
def every_type_can_be_tested(client: Client) -> None:
    """54: what arrives carries the id that was answered, and looks like a real one."""
    kinds = client.spec.document["components"]["schemas"]["CallbackType"]["enum"]
    campaign = {"acquisition_campaign": {"api_key": "2342312"}}
    with listening(client) as ear:
        for kind in (it for it in kinds if it != "person_add"):
            made = register(client, kind, url=ear.url)
            value = client.value(client.call(TEST, body={"callback_type": kind, "participant": campaign})) or {}
            arrived = [it for it in _of(ear, kind) if it.headers.get("x-event-id") == value.get("event_id")]
            client.expect(len(arrived) == 1, DESCRIBED, f"one {kind} with the event_id of the answer", len(arrived))
            for heard in arrived:
                _agree(client, ear, kind, made, heard)


@recipe(ADD, 201, check=DESCRIBED)
def the_version_of_the_registration_decides(client: Client) -> None:
    """40: whatever the version of the call that caused it."""
    with listening(client) as ear:
        for version, mdn in (("1", "2995551234"), ("2", "+12995551234")):
            register(client, "person_updated", url=f"{ear.url}/{version}", headers={"X-API-Version": version})
            before = len(ear.heard)
            body = {"custom_fields": {"first_name": f"Eva {version}"}}
            client.call("persons.update_person", body=body, headers={"X-API-Version": "1" if version == "2" else "2"})
            shown = [((it.body or {}).get("person") or {}).get("mobile_phone") for it in ear.wait()[before:]]
            mdns = [it.get("mdn") for it in shown if isinstance(it, dict)]
            client.expect(mdn in mdns, DESCRIBED, f"the MDN {mdn} for a callback of version {version}", mdns)


def _attempts(client: Client, ear: Ear, answers: list[int], wanted: int) -> None:
    """37: so many attempts, counted, all of one event."""
    ear.answer(*answers)
    before = len(ear.wait())
    client.call("persons.update_person", body={"custom_fields": {"first_name": f"Eva {before}"}})
    for _ in range(12):
        ear.wait()
        client.world.advance(600)
    heard = ear.wait()[before:]
    numbers = [it.headers.get("x-delivery-attempts") for it in heard]
    words = f"{wanted} attempts when the answers are {answers}"
    client.expect(numbers == [str(number + 1) for number in range(wanted)], TRIED, words, numbers)
    ids = {it.headers.get("x-event-id") for it in heard}
    client.expect(len(ids) <= 1, TRIED, "one X-Event-Id for all attempts", ids)


@recipe(ADD, 201, check=TRIED, switches={"vibes": {"callback_retries": 3}}, frozen_at="2026-01-31T08:00:00Z")
def tried_again_when_that_may_help(client: Client) -> None:
    """37: after 3XX and 5XX up to the last attempt of the scheme; not after 2XX, nor after 4XX at any attempt."""
    with listening(client) as ear:
        register(client, "person_updated", url=ear.url)
        for answers, wanted in (
            ([204], 1), ([400], 1), ([429], 1), ([503, 204], 2), ([302, 200], 2), ([500, 404], 2), ([500], 4),
        ):  # fmt: skip
            _attempts(client, ear, answers, wanted)


@recipe(CANCEL, 200, check=TRIED, frozen_at="2026-01-31T08:00:00Z")
def nothing_arrives_after_cancelling(client: Client) -> None:
    """38: not even what was to be tried again."""
    with listening(client) as ear:
        made = register(client, "person_updated", url=ear.url)
        ear.answer(500)
        client.call("persons.update_person", body={"custom_fields": {"first_name": "Eva"}})
        before = len(ear.wait())
        client.call(CANCEL, callback_id=made.get("callback_id", "none"))
        client.call("persons.update_person", body={"custom_fields": {"first_name": "Ana"}})
        client.world.advance(3600)
        after = len(ear.wait())
        client.expect((before, after) == (1, 1), TRIED, "one attempt, before the callback was cancelled", after)
