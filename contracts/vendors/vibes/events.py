"""What only a request of one's own shows: events. Numbers name the properties of section 17 of our reference."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.hearing import DESCRIBED, listening
from contracts.recipes import content, got, recipe
from contracts.vendors.vibes.callbacks import bodies, register

ADD = "events.add_event"
JOHN = {"external_person_id": "EXT542342"}


@recipe(ADD, 202)
def always_accepted(client: Client) -> None:
    """32: also for somebody unknown, a type that nothing is bound to, and an id that was used."""
    for what, event in (
        ("a known person", {"event_id": "E-1", "event_type": "day_of_delivery", "event_data": JOHN}),
        ("the same id again", {"event_id": "E-1", "event_type": "day_of_delivery", "event_data": JOHN}),
        ("nobody", {"event_id": "E-2", "event_type": "day_of_delivery", "event_data": {"person_key": "nobody"}}),
        ("an unknown type", {"event_id": "E-3", "event_type": "no-such_Type7", "event_data": JOHN}),
    ):
        value = client.value(client.call(ADD, body=event)) or {}
        got(client, 202, "accepts-valid", what)
        client.expect(value.get("event_id") == event["event_id"], "read-your-write", f"the event_id of {what}", value)
    made = [client.value(client.call(ADD, body={"event_type": "x", "event_data": JOHN})) or {} for _ in range(2)]
    ids = {it.get("event_id") for it in made}
    client.expect(len(ids - {None}) == 2, "read-your-write", "an id of its own for an event without one", ids)


@recipe(ADD, 202, check=DESCRIBED, frozen_at="2026-01-31T08:00:00Z")
@recipe("callbacks.add_callback", 201, check=DESCRIBED, frozen_at="2026-01-31T08:00:00Z")
def the_case_of_a_type_does_not_count(client: Client) -> None:
    """33: each spelling is routed alike, and told to whoever registered for another one."""
    told = []
    with listening(client) as ear:
        register(client, "event_processed", url=ear.url, event_processed={"event_type": "DAY_of_delivery"})
        for name in ("day_of_delivery", "Day_Of_Delivery", "DAY_OF_DELIVERY"):
            before = len(ear.wait())
            client.call(ADD, body={"event_type": name, "event_data": JOHN})
            client.world.advance(60)
            bodies = [it.body if isinstance(it.body, dict) else {} for it in ear.wait()[before:]]
            actions = [(it.get("event_processed") or {}).get("action") or {} for it in bodies]
            told.append([(it.get("type"), it.get("status"), it.get("resource_url")) for it in actions])
    first = told[0]
    client.expect(bool(first) and told == [first] * 3, DESCRIBED, f"the same for each spelling: {first}", told)


@recipe(ADD, 422)
def invalid_events(client: Client) -> None:
    events: tuple[tuple[str, dict[str, Any]], ...] = (
        ("no type", {"event_data": JOHN}),
        *(
            (f"the type {it!r}", {"event_type": it, "event_data": JOHN})
            for it in ("day of delivery", " x", "x ", "x\n", "x\ty", "a.b", "fête", "")
        ),
        ("no data", {"event_type": "x"}),
        ("nobody meant", {"event_type": "x", "event_data": {"order": 1}}),
        ("E.164 under version 1", {"event_type": "x", "event_data": {"mdn": "+12995551234"}}),
    )
    for what, event in events:
        client.call(ADD, body=event)
        got(client, 422, "rejects-invalid", what)
    count = len((client.value(client.call(ADD, body={})) or {}).get("errors", ()))
    client.expect(count >= 2, "counts-add-up", "one error for each of two members that are missing", count)
    body = {"event_type": "x", "event_data": {"mdn": "2995551234"}}
    client.call(ADD, body=body, headers={"X-API-Version": "2"})
    got(client, 422, "rejects-invalid", "ten digits under version 2")


@recipe("callbacks.add_callback", 201, check=DESCRIBED, frozen_at="2026-01-31T08:00:00Z")
@recipe(ADD, 202, check=DESCRIBED, frozen_at="2026-01-31T08:00:00Z")
def an_event_that_leads_nowhere_says_why(client: Client) -> None:
    """14.4 and 34: no message is bound to it, nobody is meant, they are not on its list, have no phone; or its id was
    used before, so that nothing is sent again."""
    client.suppose("how a reason that the page describes is spelled")
    client.call("persons.add_person", body={"external_person_id": "EXT-A"})
    used = {"event_id": "GATE-1", "event_data": JOHN}
    cases: tuple[tuple[str, dict[str, Any], list[str]], ...] = (
        ("no_such_type", {"event_data": JOHN}, ["no_route_rules"]),
        ("day_of_delivery", {"event_data": {"external_person_id": "nobody"}}, ["person_not_found"]),
        ("weekly_reward", {"event_data": {"external_person_id": "EXT-A"}}, ["person_not_in_subscription_list"]),
        ("day_of_delivery", {"event_data": {"external_person_id": "EXT-A"}}, ["carrier_not_supported"]),
        ("day_of_delivery", used, ["accepted_by_event_triggered_message", "message_queued"]),
        ("day_of_delivery", used, ["unexpected_error"]),
    )
    with listening(client) as ear:
        register(client, "event_processed", url=ear.url)
        for kind, event, wanted in cases:
            before = len(bodies(ear))
            client.call(ADD, body={"event_type": kind, **event})
            ear.wait()
            client.world.advance(60)
            heard = [it.get("event_processed") or {} for it in bodies(ear)[before:]]
            actions = [it.get("action") or {} for it in heard]
            reasons = [it.get("status_reason") for it in actions]
            client.expect(reasons == wanted, DESCRIBED, f"{wanted} for {kind}", reasons)
            failed = ["failed" if len(wanted) == 1 else "processing"] * len(wanted)
            states = [it.get("status") for it in actions]
            client.expect(states == failed, DESCRIBED, f"the states {failed}", states)


@recipe("callbacks.add_callback", 201, check=DESCRIBED, frozen_at="2026-01-31T08:00:00Z")
def an_event_is_told_of_twice(client: Client) -> None:
    """14.4: routing, then processing; two events of one customer's event."""
    with listening(client) as ear:
        register(client, "event_processed", url=ear.url)
        data = {**JOHN, "order": {"lines": [1, 2.5, None]}}
        event = {
            "event_id": "GATE-1",
            "event_type": "day_of_delivery",
            "event_data": data,
            "debug_data": {"trace": ["x"]},
        }
        client.call(ADD, body=event)
        ear.wait()
        client.world.advance(60)
        heard = [it.get("event_processed") or {} for it in bodies(ear)]
        kinds = [(it.get("action") or {}).get("type") for it in heard]
        client.expect(kinds == ["routing", "processing"], DESCRIBED, "routing, then processing", kinds)
        carried = [{name: it.get(name) for name in event} for it in heard]
        client.expect(carried == [event] * len(heard), DESCRIBED, f"the customer's event in both: {event}", carried)
        ids = {it.headers.get("x-event-id") for it in ear.heard}
        client.expect(len(ids) == len(heard), DESCRIBED, "an X-Event-Id of its own for each", ids)


@recipe("callbacks.add_callback", 201, check=DESCRIBED, frozen_at="2026-01-31T08:00:00Z")
@recipe(ADD, 202, check=DESCRIBED, frozen_at="2026-01-31T08:00:00Z")
def whoever_is_meant_is_found(client: Client) -> None:
    """11: by each of the five ids; an event without an id is told of by the one that it was given."""
    person = content(client, client.call("persons.get_person"))
    ids = {name: person.get(name) for name in ("person_key", "person_id", "external_person_id")}
    ids |= {"mdn": "2995551234", "vibes_device_id": "0d83b7e6-41f2-4a95-9e70-c6581fa3d247"}
    with listening(client) as ear:
        register(client, "event_processed", url=ear.url)
        for name, value in ids.items():
            before = len(bodies(ear))
            body = {"event_type": "day_of_delivery", "event_data": {name: value}}
            given = content(client, client.call(ADD, body=body)).get("event_id")
            heard = [it.get("event_processed") or {} for it in bodies(ear)[before:]]
            seen = [((it.get("action") or {}).get("status"), it.get("event_id")) for it in heard]
            client.expect(seen == [("processing", given)], DESCRIBED, f"{given} accepted, for a {name}", seen)
