"""Callbacks as they arrive: a receiver of the gate's own listens, and each type is provoked by what causes it, or by a
test event."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.hearing import DESCRIBED, TRIED, Ear, Heard, listening
from contracts.recipes import recipe
from contracts.validity import path_values
from contracts.vendors.vibes.callbacks import ADD, CANCEL, TEST, register

JOHN, _DEVICE = {"external_person_id": "EXT542342"}, "0d83b7e6-41f2-4a95-9e70-c6581fa3d247"
JOINS = {"external_person_id": "EXT-A", "mobile_phone": {"mdn": "2995550171"}}
CAUSES: dict[str, tuple[str, dict[str, Any]]] = {
    "person_added": ("persons.add_person", {"body": {"external_person_id": "EXT-B"}}),
    "person_updated": ("persons.update_person", {"body": {"custom_fields": {"first_name": "Eva"}}}),
    "subscription_removed": ("subscriptions.remove_subscription", {"subscription_list_id": "1234"}),
    "subscription_added": ("subscriptions.put_subscription", {"subscription_list_id": "1234"}),
    "ack_participant_added": ("acquisitions.add_participant", {"acquisition_id": "2342312", "body": JOINS}),
    "company_participant_added": ("acquisitions.add_participant", {"acquisition_id": "abc123", "body": JOINS}),
    "event_processed": ("events.add_event", {"body": {"event_type": "day_of_delivery", "event_data": JOHN}}),
    "device_added": ("devices.assign_device", {"vibes_device_id": _DEVICE, "body": {"external_person_id": "ex1234"}}),
    "device_removed": ("devices.assign_device", {"vibes_device_id": _DEVICE, "body": JOHN}),
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
            agree(client, ear, "person_added", made, heard, company)
            told = _person(heard).get("person_key")
            client.expect(told == person.get("person_key"), DESCRIBED, "the person who was added", told)


def _person(heard: Heard) -> dict[str, Any]:
    found = heard.body.get("person") if isinstance(heard.body, dict) else None
    return found if isinstance(found, dict) else {}


def agree(
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
    # Older members, which newer bodies leave out.
    for member, header in (("callback_id", "x-callback-id"), ("delivery_attempt", "x-delivery-attempts")):
        if member in body:
            said[member], wanted[member] = body[member], heard.headers.get(header)
    client.expect(said == wanted, DESCRIBED, f"{kind} with headers that agree with its body: {wanted}", said)


@recipe(ADD, 201, check=DESCRIBED)
def every_type_arrives_as_described(client: Client) -> None:
    """36, and 39: each for what it was narrowed to."""
    with listening(client) as ear:
        made = {kind: register(client, kind, url=f"{ear.url}/{kind}") for kind in CAUSES}
        register(client, "subscription_removed", url=f"{ear.url}/other", subscription_removed={"list_id": "ABC12345"})
        for kind, (operation, arguments) in CAUSES.items():
            before = len(_of(ear, kind))
            client.call(operation, **arguments)
            arrived = _of(ear, kind)[before:]
            client.expect(len(arrived) == 1, DESCRIBED, f"one {kind} after {operation}", len(arrived))
            for heard in arrived:
                agree(client, ear, kind, made[kind], heard)


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
                agree(client, ear, kind, made, heard)


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
    bodies = [it.body if isinstance(it.body, dict) else {} for it in heard]
    said = [str(it.get("delivery_attempt", number)) for it, number in zip(bodies, numbers, strict=True)]
    client.expect(said == numbers, TRIED, f"the same attempts in the bodies, where they count: {numbers}", said)
    rest = [{name: value for name, value in it.items() if name != "delivery_attempt"} for it in bodies]
    client.expect(all(it == rest[0] for it in rest), TRIED, "the same event at each attempt", rest)


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
