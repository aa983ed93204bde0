"""What only a request of one's own shows: events. Numbers name the properties of section 17 of our reference."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.recipes import recipe

ADD = "events.add_event"
JOHN = {"external_person_id": "EXT542342"}


def _is(client: Client, status: int, check: str, what: str) -> None:
    client.expect(client.sent[-1].status == status, check, f"{status} for {what}")


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
        _is(client, 202, "accepts-valid", what)
        client.expect(value.get("event_id") == event["event_id"], "read-your-write", f"the event_id of {what}", value)
    made = [client.value(client.call(ADD, body={"event_type": "x", "event_data": JOHN})) or {} for _ in range(2)]
    ids = {it.get("event_id") for it in made}
    client.expect(len(ids - {None}) == 2, "read-your-write", "an id of its own for an event without one", ids)


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
        _is(client, 422, "rejects-invalid", what)
    body = {"event_type": "x", "event_data": {"mdn": "2995551234"}}
    client.call(ADD, body=body, headers={"X-API-Version": "2"})
    _is(client, 422, "rejects-invalid", "ten digits under version 2")
