"""The outbox: callbacks that a world owes to receivers, kept in its store and written in the transaction that causes
them. Sending them is `mockserver.callbacks`' business.

A delivery is one callback on its way to one URL. It is `pending` until its receiver has taken it (`delivered`), it has
been given up (`failed`: the failure queue), or its registration has ended (`cancelled`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mockserver.store import Kind, Record, Store

# `queue` is the destination while the delivery is pending, and then null, so that it is found no more.
DELIVERIES = Kind(
    "world/deliveries",
    key="id",
    searched=("queue", "status", "type", "destination", "event_id"),
    ordered=("at",),
)
# A destination has a record while something is pending for it, or while it is known to fail. `next_at` is null when
# nothing is pending.
DESTINATIONS = Kind("world/destinations", key="key", ordered=("next_at",))

PENDING, DELIVERED, FAILED, CANCELLED = STATUSES = ("pending", "delivered", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class Callback:
    """What a vendor wants a receiver to know. `event_id` stays the same however often it is sent.

    `body` is a JSON value; `facts` are the vendor's own, for writing each attempt's request (its `sending.post`).
    """

    type: str
    event_id: str
    url: str
    body: Any
    method: str = "POST"
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Registration:
    """A customer's wish to be told of events of one type, as it was registered through the vendor's API. `owner` is the
    account that it belongs to; `active`: it has begun, and has not ended."""

    id: str
    type: str
    url: str
    owner: str
    active: bool


@dataclass(frozen=True, slots=True)
class Post:
    """The request of one attempt; `Host` and what frames the body are added on the wire."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a vendor delivers. `timeout` is in seconds of real time, since receivers are real; all others are in seconds
    of the world's clock.

    `retries`: how long after each failed attempt the next one follows; one more failure ends in the failure queue.
    `down_after` failures in a row suspend the URL for `down_seconds`. `twice`: what was taken is sent once more.
    `shuffled`: what is due is sent in an order drawn from the seed.
    """

    timeout: float = 2.0
    retries: tuple[float, ...] = (300.0,) * 5
    down_after: int = 10
    down_seconds: float = 60.0
    twice: bool = False
    shuffled: bool = False


def queue(store: Store, world: str, vendor: str, now: float, callback: Callback, after: float = 0.0) -> Record:
    """Put a callback into the open world's outbox, to be sent `after` seconds of its clock; the new delivery."""
    at = now + after
    delivery: Record = {
        "id": f"{store.bump(world, 'deliveries'):012d}",
        "vendor": vendor,
        "type": callback.type,
        "event_id": callback.event_id,
        "method": callback.method,
        "url": callback.url,
        "body": callback.body,
        "facts": dict(callback.facts),
        "destination": callback.url,
        "queue": f"{vendor} {callback.url}",
        "status": PENDING,
        "at": at,
        "queued_at": now,
        "finished_at": None,
        "tries": 0,  # since it was last queued; `attempts` are all that were ever made
        "attempts": [],
    }
    store.put(world, DELIVERIES, delivery["id"], delivery)
    expect(store, world, delivery)
    return delivery


def expect(store: Store, world: str, delivery: Record) -> None:
    """Have the destination of a pending delivery looked after by the time the delivery is due."""
    key, at = delivery["queue"], delivery["at"]
    known = store.get(world, DESTINATIONS, key)
    if known is None:
        known = {
            "key": key,
            "vendor": delivery["vendor"],
            "url": delivery["url"],
            "failures": 0,
            "down_until": None,
            "holder": None,
            "held_until": 0.0,
        }
    else:
        at = max(at, known["down_until"] or at)
        if known["next_at"] is not None and known["next_at"] <= at:
            return
    store.put(world, DESTINATIONS, key, {**known, "next_at": at})
