"""Bad input that no schema says: uploads of events by the SDK."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.recipes import recipe

UPLOAD = "sdk_events.upload_events"


@recipe(UPLOAD, 202)
def every_type_of_event(client: Client) -> None:
    """13.4: the types that the SDK knows; an upload that comes again is taken."""
    one = client.example(UPLOAD)["events"][0]
    for kind in ("launch", "clickthru", "inbox_open", "inbox_fetch", "push_receive"):
        for _ in range(2):
            client.call(UPLOAD, body={"events": [{**one, "type": kind}]}, headers={"X-Event-Type": kind})
            client.expect(client.sent[-1].status == 202, "idempotent-retry", "202 for an event of a known type")


@recipe(UPLOAD, 422)
def events_that_cannot_be(client: Client) -> None:
    one = client.example(UPLOAD)["events"][0]
    bodies: tuple[tuple[str, dict[str, Any]], ...] = (
        ("no event", {"events": []}),
        ("nothing", {}),
        ("an unknown type", {"events": [{**one, "type": "purchase"}]}),
        ("no uuid", {"events": [{name: value for name, value in one.items() if name != "uuid"}]}),
        ("a day that does not exist", {"events": [{**one, "timestamp": "2021-02-30T12:00:00.000Z"}]}),
        ("attributes that are none", {"events": [{**one, "attributes": "none"}]}),
    )
    for what, body in bodies:
        client.call(UPLOAD, body=body)
        client.expect(client.sent[-1].status == 422, "rejects-invalid", f"422 for {what}")


@recipe(UPLOAD, 422)
def another_type_than_the_header_says(client: Client) -> None:
    client.suppose("that the header is held against the events")
    client.call(UPLOAD, headers={"X-Event-Type": "clickthru"})
    client.expect(client.sent[-1].status == 422, "rejects-invalid", "422 for an event of another type")
