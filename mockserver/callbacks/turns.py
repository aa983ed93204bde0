"""What is sent next, and what becomes of it: decided in the store, so that several processes agree.

A destination (one vendor's URL in one world) is looked after by one process at a time, its holder: it sends what is due
there one after the other, in the order in which it was queued. Holding is limited in real time: a process that dies
does not take a destination along.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nextafter

from mockserver import outbox
from mockserver.agenda import settle
from mockserver.callbacks.holder import gone
from mockserver.clock import Clock, now
from mockserver.outbox import CANCELLED, DELIVERED, DELIVERIES, DESTINATIONS, FAILED, Post, Scheme
from mockserver.store import AtMost, Between, Kind, Record, Store
from mockserver.vendor import Vendor
from mockserver.world import DUE, World
from mockserver.worlds import Worlds

_SPARE = 10.0  # real seconds that a holder may take beyond an attempt's time-out
_SHUFFLED = 20  # how many of those that are due one is drawn from
_TRIM_EVERY = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt came to: a status, or else in words why there was none. `blocked`: it was not even tried."""

    delivery: str
    status: int | None
    trouble: str | None
    seconds: float
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """The attempt to make now."""

    delivery: str
    post: Post
    timeout: float


@dataclass(frozen=True, slots=True)
class Found:
    """The destinations that are now ours, by key, and in how many real seconds to look again (None: when told)."""

    held: tuple[str, ...]
    again: float | None


class Turns:
    """The turns of one process, which is `holder`; of what was delivered a world keeps the last `log_size`."""

    def __init__(self, worlds: Worlds, holder: str, log_size: int) -> None:
        self._worlds = worlds
        self._holder = holder
        self._log_size = log_size

    def look(self, name: str) -> Found:
        """Let happen what is due in a world, and hold the destinations that something is due for.

        Raises UnknownWorld.
        """
        worlds, store = self._worlds, self._worlds.store
        with worlds.open(name) as settings:
            settle(worlds, settings)
            clock, here = Clock(**settings["clock"]), now(0.0, None)
            held, waits = [], []
            for destination in store.find(name, DESTINATIONS, {"next_at": AtMost(clock.now())}):
                if destination["vendor"] not in worlds.vendors:
                    continue  # a durable store knows vendors that this server does not serve
                if _is_held(destination, here):
                    waits.append(destination["held_until"] - here)
                    continue
                vendor = worlds.vendors[destination["vendor"]]
                scheme = vendor.delivery(worlds.world(settings, vendor.name))
                held.append(destination["key"])
                self._hold(name, destination, scheme)
            if clock.frozen is None:
                moment = clock.now()
                soonest = (_after(store, name, DUE, "at", moment), _after(store, name, DESTINATIONS, "next_at", moment))
                waits += [at - moment for at in soonest if at is not None]
            return Found(tuple(held), min(waits, default=None))

    def take(self, name: str, key: str, done: Outcome | None, on: bool = True) -> Turn | None:
        """Write down what the last attempt came to and say what is next, or let the destination go and give None.

        `on`: whether to go on. None too when the destination is no longer ours. Raises UnknownWorld.
        """
        store = self._worlds.store
        with self._worlds.open(name) as settings:
            destination = store.get(name, DESTINATIONS, key)
            if destination is None or destination["holder"] != self._holder:
                return None  # the world was reset, or we took too long
            vendor = self._worlds.vendors[destination["vendor"]]
            world = self._worlds.world(settings, vendor.name)
            scheme = vendor.delivery(world)
            if done is not None:
                destination = self._settle(store, world, destination, done, scheme)
            turn = None
            if on and (destination["down_until"] or 0.0) <= world.now:
                turn = self._turn(store, world, key, vendor, scheme)
            if turn is None:
                _release(store, world, destination)
            else:
                self._hold(name, destination, scheme)
            return turn

    def idle(self, name: str) -> bool:
        """Whether nothing is due in a world's outbox, nor on its way. Raises UnknownWorld."""
        with self._worlds.open(name) as settings:
            settle(self._worlds, settings)
            moment = Clock(**settings["clock"]).now()
            due = self._worlds.store.find(name, DESTINATIONS, {"next_at": AtMost(moment)})
            return not any(destination["vendor"] in self._worlds.vendors for destination in due)

    def _turn(self, store: Store, world: World, key: str, vendor: Vendor, scheme: Scheme) -> Turn | None:
        """The next attempt. What its vendor no longer wants to be sent is cancelled on the way."""
        while True:
            delivery = _next(store, world, key, scheme)
            if delivery is None:
                return None
            post = vendor.post(world, delivery, len(delivery["attempts"]) + 1)
            if post is not None:
                return Turn(delivery["id"], post, scheme.timeout)
            _end(store, world, delivery, CANCELLED)

    def _settle(self, store: Store, world: World, destination: Record, done: Outcome, scheme: Scheme) -> Record:
        """Write an attempt down; the destination as it now is."""
        delivery = store.get(world.name, DELIVERIES, done.delivery)
        if delivery is None or delivery["queue"] is None:
            return destination
        delivery = _attempted(delivery, done, world.now)
        status = done.status or 0
        if 200 <= status < 300 and scheme.twice and not delivery.get("repeated"):
            store.put(world.name, DELIVERIES, delivery["id"], {**delivery, "repeated": True})
        elif 200 <= status < 300:
            _end(store, world, delivery, DELIVERED)
            _trim(store, world, delivery, self._log_size)
        elif done.blocked or 400 <= status < 500:
            _end(store, world, delivery, FAILED)
        else:
            return _failed(store, world, destination, delivery, scheme)
        return {**destination, "failures": 0, "down_until": None}

    def _hold(self, name: str, destination: Record, scheme: Scheme) -> None:
        held_until = now(0.0, None) + scheme.timeout + _SPARE
        held = {**destination, "holder": self._holder, "held_until": held_until}
        self._worlds.store.put(name, DESTINATIONS, destination["key"], held)


def redeliver(store: Store, world: str, moment: float, delivery: Record) -> Record:
    """Put a delivery that has ended back into the open world's outbox, with all its attempts before it."""
    queued = {
        **delivery,
        "status": outbox.PENDING,
        "queue": f"{delivery['vendor']} {delivery['url']}",
        "at": moment,
        "finished_at": None,
        "tries": 0,
    }
    store.put(world, DELIVERIES, delivery["id"], queued)
    outbox.expect(store, world, queued)
    return queued


def _next(store: Store, world: World, key: str, scheme: Scheme) -> Record | None:
    """The oldest delivery that is due; when they are to be shuffled, one of the oldest."""
    wanted = {"queue": key, "at": AtMost(world.now)}
    found = store.find(world.name, DELIVERIES, wanted, limit=_SHUFFLED if scheme.shuffled else 1)
    if len(found) > 1:
        return found[int(world.ids.chance("callbacks/order") * len(found))]
    return found[0] if found else None


def _attempted(delivery: Record, done: Outcome, moment: float) -> Record:
    attempt = {
        "number": len(delivery["attempts"]) + 1,
        "at": moment,
        "status": done.status,
        "error": done.trouble,
        "seconds": done.seconds,
    }
    return {**delivery, "attempts": [*delivery["attempts"], attempt], "tries": delivery["tries"] + 1}


def _failed(store: Store, world: World, destination: Record, delivery: Record, scheme: Scheme) -> Record:
    """Another attempt later, or none; a URL that keeps failing is left alone for a while."""
    if delivery["tries"] > len(scheme.retries):
        _end(store, world, delivery, FAILED)
    else:
        at = world.now + scheme.retries[delivery["tries"] - 1]
        store.put(world.name, DELIVERIES, delivery["id"], {**delivery, "at": at})
    failures = destination["failures"] + 1
    down = world.now + scheme.down_seconds if failures >= scheme.down_after else None
    return {**destination, "failures": failures, "down_until": down}


def _end(store: Store, world: World, delivery: Record, status: str) -> None:
    ended = {**delivery, "status": status, "queue": None, "at": None, "finished_at": world.now}
    store.put(world.name, DELIVERIES, delivery["id"], ended)


def _trim(store: Store, world: World, delivery: Record, log_size: int) -> None:
    """Keep the last of what was delivered, looking now and then; the failure queue is kept whole."""
    if int(delivery["id"]) % _TRIM_EVERY:
        return
    delivered = {"status": DELIVERED}
    surplus = store.count(world.name, DELIVERIES, delivered) - log_size
    for old in store.find(world.name, DELIVERIES, delivered, limit=surplus) if surplus > 0 else ():
        store.delete(world.name, DELIVERIES, old["id"])


def _release(store: Store, world: World, destination: Record) -> None:
    """Nobody looks after the destination until something is due again. One that works and waits for nothing goes."""
    pending = store.find(world.name, DELIVERIES, {"queue": destination["key"]}, order="at", limit=1)
    if not pending and not destination["failures"]:
        store.delete(world.name, DESTINATIONS, destination["key"])
        return
    at = max(pending[0]["at"], destination["down_until"] or 0.0) if pending else None
    released = {**destination, "holder": None, "held_until": 0.0, "next_at": at}
    store.put(world.name, DESTINATIONS, destination["key"], released)


def _after(store: Store, world: str, kind: Kind, field: str, moment: float) -> float | None:
    """The next time after a moment at which something is due."""
    found = store.find(world, kind, {field: Between(nextafter(moment, inf), inf)}, order=field, limit=1)
    return float(found[0][field]) if found else None


def _is_held(destination: Record, here: float) -> bool:
    holder = destination["holder"]
    return holder is not None and destination["held_until"] > here and not gone(holder)
