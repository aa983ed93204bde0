"""What a world's vendors have told receivers, still owe them, or could not tell them."""

from __future__ import annotations

from dataclasses import asdict
from itertools import islice
from typing import Any

from mockserver.callbacks import Sender
from mockserver.callbacks.turns import redeliver
from mockserver.clock import Clock, iso
from mockserver.control.opening import settled
from mockserver.errors import Conflict, NotFound
from mockserver.exchange import Reply
from mockserver.outbox import DELIVERIES, DESTINATIONS, FAILED, PENDING, STATUSES
from mockserver.store import Record
from mockserver.worlds import Worlds


def list_registrations(worlds: Worlds, world: str, limit: int) -> Reply:
    """Who is told of what, vendor by vendor, oldest first. Raises UnknownWorld."""
    with settled(worlds, world) as settings:
        every = (
            {"vendor": name, **asdict(it)}
            for name, vendor in worlds.vendors.items()
            for it in vendor.registrations(worlds.world(settings, name))
        )
        return Reply(list(islice(every, limit)))


def list_deliveries(
    worlds: Worlds,
    world: str,
    *,
    offset: int,
    limit: int,
    status: str | None = None,
    type: str | None = None,
    destination: str | None = None,
    event_id: str | None = None,
) -> Reply:
    """How many deliveries match, and a page of them, oldest first. Raises UnknownWorld."""
    wanted = _wanted(status=status, type=type, destination=destination, event_id=event_id)
    with settled(worlds, world):
        total = worlds.store.count(world, DELIVERIES, wanted)
        found = worlds.store.find(world, DELIVERIES, wanted, offset=offset, limit=limit)
    return Reply({"total": total, "deliveries": [_shown(delivery) for delivery in found]})


def get_delivery(worlds: Worlds, world: str, delivery_id: str) -> Reply:
    """One delivery. Raises UnknownWorld, NotFound."""
    with settled(worlds, world):
        return Reply(_shown(_known(worlds, world, delivery_id)))


def redeliver_one(worlds: Worlds, world: str, delivery_id: str) -> Reply:
    """Send a delivery that has ended once more, whatever became of it. Raises UnknownWorld, NotFound, Conflict."""
    with settled(worlds, world) as settings:
        delivery = _known(worlds, world, delivery_id)
        if delivery["status"] == PENDING:
            raise Conflict(f"delivery {delivery_id!r} has not ended yet", detail="advance the world's clock")
        queued = redeliver(worlds.store, world, Clock(**settings["clock"]).now(), delivery)
    worlds.stirred(world)
    return Reply(_shown(queued))


def redeliver_all(worlds: Worlds, world: str, body: dict[str, Any] | None) -> Reply:
    """Send the failure queue once more, or those in it of one type or destination. Raises UnknownWorld."""
    with settled(worlds, world) as settings:
        moment = Clock(**settings["clock"]).now()
        found = worlds.store.find(world, DELIVERIES, {**(body or {}), "status": FAILED})
        for delivery in found:
            redeliver(worlds.store, world, moment, delivery)
    worlds.stirred(world)
    return Reply({"queued": len(found)})


def list_destinations(worlds: Worlds, world: str) -> Reply:
    """The URLs that something is pending for, or that are known to fail. Raises UnknownWorld."""
    with settled(worlds, world) as settings:
        moment = Clock(**settings["clock"]).now()
        found = worlds.store.find(world, DESTINATIONS)
        shown = [
            {
                "vendor": it["vendor"],
                "url": it["url"],
                "pending": worlds.store.count(world, DELIVERIES, {"queue": it["key"]}),
                "next_at": _time(it["next_at"]),
                "failures": it["failures"],
                "down_until": _time(it["down_until"]) if (it["down_until"] or 0.0) > moment else None,
            }
            for it in found
        ]
    return Reply(shown)


async def before_wait_for_callbacks(sender: Sender, world: str, body: dict[str, Any] | None = None) -> None:
    """Wait until nothing is due or on its way, for as long as the body says. Raises UnknownWorld."""
    await sender.finish(world, (body or {}).get("seconds", 10.0))


def wait_for_callbacks(worlds: Worlds, world: str, body: dict[str, Any] | None) -> Reply:
    """How the outbox stands, once nothing is due in it or the time is up. Raises UnknownWorld."""
    with settled(worlds, world) as settings:
        moment = Clock(**settings["clock"]).now()
        waiting = worlds.store.find(world, DESTINATIONS, order="next_at", limit=1)
        counts = {status: worlds.store.count(world, DELIVERIES, {"status": status}) for status in STATUSES}
    next_at = waiting[0]["next_at"] if waiting else None
    return Reply({"idle": next_at is None or next_at > moment, "next_at": _time(next_at), **counts})


def _wanted(**given: str | None) -> dict[str, str]:
    return {name: value for name, value in given.items() if value is not None}


def _known(worlds: Worlds, world: str, delivery_id: str) -> Record:
    delivery = worlds.store.get(world, DELIVERIES, delivery_id)
    if delivery is None:
        raise NotFound(f"world {world!r} has no delivery {delivery_id!r}")
    return delivery


def _shown(delivery: Record) -> dict[str, Any]:
    return {
        **{name: delivery[name] for name in ("id", "vendor", "type", "event_id", "status", "method", "url")},
        "queued_at": _time(delivery["queued_at"]),
        "next_at": _time(delivery["at"]),
        "finished_at": _time(delivery["finished_at"]),
        "attempts": [{**attempt, "at": _time(attempt["at"])} for attempt in delivery["attempts"]],
        "body": delivery["body"],
    }


def _time(moment: float | None) -> str | None:
    return None if moment is None else iso(moment, "milliseconds")
