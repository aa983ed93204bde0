"""World: all that a handler may touch, narrowed to one vendor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockserver import outbox
from mockserver.clock import iso, now
from mockserver.ids import Ids
from mockserver.store import Kind, Record, Store

SETTINGS = Kind("world/settings", key="name")
FAULTS = Kind("world/faults", key="id")
DUE = Kind("world/due", key="id", ordered=("at",))
USAGE = Kind("world/usage", key="key")
KINDS = (SETTINGS, FAULTS, DUE, USAGE, outbox.DELIVERIES, outbox.DESTINATIONS)


class World:
    """One vendor's part of one world, for the length of one request (or of one piece of due work).

    `now` is the world's time in seconds since the epoch, the same throughout. `switches` are the vendor's settings.
    A record that is read must not be changed: put a new one.
    """

    __slots__ = ("_kinds", "_stirred", "_store", "ids", "name", "now", "settings", "switches", "vendor")

    def __init__(
        self,
        store: Store,
        name: str,
        settings: Record,
        vendor: str,
        kinds: Mapping[str, Kind],
        switches: Mapping[str, Any],
        stirred: Callable[[str], None],
    ) -> None:
        self._store = store
        self._stirred = stirred
        self._kinds = kinds
        self.name = name
        self.settings = settings
        self.vendor = vendor
        self.now = now(**settings["clock"])
        self.ids = Ids(settings["seed"], self._bump)
        chosen = settings["switches"].get(vendor)
        self.switches = {**switches, **chosen} if chosen else switches

    def _bump(self, counter: str) -> int:
        return self._store.bump(self.name, f"{self.vendor}/{counter}")

    def get(self, kind: str, key: str) -> Record | None:
        """The record with this key, or None."""
        return self._store.get(self.name, self._kinds[kind], key)

    def put(self, kind: str, record: Record) -> Record:
        """Add or replace a record under its own key, and return it. Raises store.Taken."""
        known = self._kinds[kind]
        self._store.put(self.name, known, str(record[known.key]), record)
        return record

    def delete(self, kind: str, key: str) -> bool:
        """Whether there was such a record."""
        return self._store.delete(self.name, self._kinds[kind], key)

    def find(
        self,
        kind: str,
        where: Mapping[str, Any] | None = None,
        order: str | None = None,
        offset: int = 0,
        limit: int | None = None,
    ) -> list[Record]:
        """Matching records, oldest first or in the `order` of a declared field (`-field`: descending)."""
        return self._store.find(self.name, self._kinds[kind], where, order, offset, limit)

    def one(self, kind: str, where: Mapping[str, Any]) -> Record | None:
        """The oldest matching record, or None."""
        found = self._store.find(self.name, self._kinds[kind], where, None, 0, 1)
        return found[0] if found else None

    def count(self, kind: str, where: Mapping[str, Any] | None = None) -> int:
        return self._store.count(self.name, self._kinds[kind], where)

    def time(self, precision: str = "seconds") -> str:
        """The world's time as ISO 8601 in UTC, to `seconds` or `milliseconds`."""
        return iso(self.now, precision)

    def later(self, seconds: float, job: str, **facts: Any) -> None:
        """Have `job` (`migrations.finish_import`: a function of the vendor's) called with `facts` once that time has
        passed on the world's clock."""
        key = f"{self._store.bump(self.name, 'due'):012d}"
        due = {
            "id": key,
            "at": self.now + seconds,
            "vendor": self.vendor,
            "job": job,
            "facts": facts,
        }
        self._store.put(self.name, DUE, key, due)
        self._stirred(self.name)

    def send(self, callback: outbox.Callback, after: float = 0.0) -> None:
        """Put a callback into the outbox, in this transaction; it leaves `after` seconds of the world's clock."""
        outbox.queue(self._store, self.name, self.vendor, self.now, callback, after)
        self._stirred(self.name)
