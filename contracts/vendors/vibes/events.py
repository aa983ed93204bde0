"""What only a request of one's own shows: events. Numbers name the properties of section 17 of our reference."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.hearing import DESCRIBED, listening
from contracts.recipes import got, recipe
from contracts.vendors.vibes.callbacks import register

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
    body = {"event_type": "x", "event_data": {"mdn": "2995551234"}}
    client.call(ADD, body=body, headers={"X-API-Version": "2"})
    got(client, 422, "rejects-invalid", "ten digits under version 2")
