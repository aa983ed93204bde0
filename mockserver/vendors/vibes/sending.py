"""How a callback is sent (Technical Overview, Callbacks): its headers, what of its body belongs to the attempt, and the
scheme of retries, for which no numbers are published (those of a sibling product are the defaults)."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from mockserver.outbox import Post, Registration, Scheme
from mockserver.store import Record
from mockserver.vendors.vibes.happenings import is_active
from mockserver.world import World


def post(world: World, delivery: Record, attempt: int) -> Post | None:
    """The request of an attempt; None once the registration has ended, so that there is no delivery any more."""
    registration = world.get("callbacks", delivery["facts"]["callback_id"])
    if registration is None or not is_active(world, registration):
        return None
    callback_id, told = registration["callback_id"], delivery["body"]
    headers = {
        "Content-Type": registration["destination"]["content_type"],
        "X-Event-Id": delivery["event_id"],
        "X-Company-Id": registration["company_key"],
        "X-Callback-Id": callback_id,
        "X-Delivery-Attempts": str(attempt),
        "X-Event-Type": delivery["type"],
    }
    if world.switches["callback_members"] == "sample":
        told = {"callback_id": callback_id, **told, "delivery_attempt": str(attempt)}
    return Post(delivery["method"], delivery["url"], headers, orjson.dumps(told))


def scheme(world: World) -> Scheme:
    """Retries and time-out as the world's switches have them."""
    switches = world.switches
    return Scheme(
        timeout=switches["callback_timeout_ms"] / 1000,
        retries=(float(switches["callback_retry_seconds"]),) * switches["callback_retries"],
        down_after=switches["callback_down_after"],
        down_seconds=float(switches["callback_down_seconds"]),
        twice=switches["callback_duplicates"],
        shuffled=switches["callback_order"] == "shuffled",
    )


def registrations(world: World) -> Iterator[Registration]:
    """Who is told of what, of all companies; what has ended, too."""
    for it in world.find("callbacks"):
        active = is_active(world, it)
        yield Registration(it["callback_id"], it["callback_type"], it["destination"]["url"], it["company_key"], active)
