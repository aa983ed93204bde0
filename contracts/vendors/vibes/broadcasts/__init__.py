"""What only a sequence of calls shows: broadcasts. Numbers as in `recipes`."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.recipes import content

LIST, SCHEDULE, GET = "broadcasts.list_broadcasts", "broadcasts.schedule_broadcast", "broadcasts.get_broadcast"
UPDATE, CANCEL = "broadcasts.update_broadcast", "broadcasts.cancel_broadcast"
STATUSES = ("scheduled", "in_progress", "sent", "canceled", "deleted", "paused", "failed")
ENDED = frozenset({"sent", "canceled", "deleted", "failed"})
# Time that a broadcast whose date is long past certainly takes.
LONG = 7200


def schedule(client: Client, **members: Any) -> dict[str, Any]:
    """Schedule the spec's example with other members, and return the broadcast that comes back."""
    return content(client, client.call(SCHEDULE, body={**client.example(SCHEDULE), **members}))


def read(client: Client, broadcast: dict[str, Any]) -> dict[str, Any]:
    """The broadcast as it is now."""
    return content(client, client.call(GET, broadcast_id=broadcast.get("broadcast_id", "none")))


def begun(client: Client) -> dict[str, Any]:
    """A broadcast that is being sent."""
    broadcast = read(client, schedule(client, send_scheduled_date="2017-04-05T14:30Z"))
    client.expect(broadcast.get("status") == "in_progress", "provokes", "in_progress for a time that has passed")
    return broadcast
