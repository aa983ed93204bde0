"""What was asked and answered, newest last, in a bounded ring per world."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Protocol

from mockserver.clock import iso
from mockserver.exchange import Exchange, Headers
from mockserver.store import Kind, Record, Store
from mockserver.world import SETTINGS

BODY_LIMIT = 64 * 1024
JOURNAL = Kind("world/journal", key="id")
_HEADERS, _BODIES = ("request_headers", "response_headers"), ("request_body", "response_body")
# No list of names: a vendor of the user's has its own.
_SECRET = re.compile(rb"authoriz|auth$|cookie|token|secret|password|session|(?<!idempotency-)key$")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which exchanges to show; every field that is set must hold. The same filters serve to look and to assert.

    `operation` is an operationId, `path` a prefix of the request target, `text` stands in either body or the target.
    `refused`: whether there are reasons; `defect`: whether the mock broke its own contract. `after`: a journal id.
    """

    vendor: str | None = None
    operation: str | None = None
    status: int | None = None
    method: str | None = None
    path: str | None = None
    text: str | None = None
    refused: bool | None = None
    defect: bool | None = None
    after: int | None = None

    def matches(self, exchange: Exchange) -> bool:
        wanted = (
            (self.vendor, exchange.vendor),
            (self.operation, exchange.operation),
            (self.status, exchange.status),
            (self.method, exchange.method),
            (self.refused, bool(exchange.reasons)),
            (self.defect, exchange.defect is not None),
        )
        if any(want is not None and want != seen for want, seen in wanted):
            return False
        if self.after is not None and exchange.id <= self.after:
            return False
        if self.path is not None and not exchange.target.startswith(self.path):
            return False
        return self.text is None or self._has(self.text, exchange)

    @staticmethod
    def _has(text: str, exchange: Exchange) -> bool:
        raw = text.encode()
        return text in exchange.target or raw in exchange.request_body or raw in exchange.response_body


class Journal(Protocol):
    """The seam: one in memory, one in the store that several workers share."""

    def add(self, exchange: Exchange) -> None:
        """Keep an exchange that has been answered, or will be with the next byte. Bodies are kept to 64 KiB."""
        ...

    def find(self, world: str, wanted: Filter, limit: int) -> tuple[int, list[Exchange]]:
        """How many exchanges match, and the last `limit` of them, oldest first."""
        ...

    def clear(self, world: str) -> None: ...


class MemoryJournal:
    """The last `size` exchanges of each world, in this process."""

    def __init__(self, size: int = 1000) -> None:
        self._size = size
        self._rings: dict[str, deque[Exchange]] = {}

    def add(self, exchange: Exchange) -> None:
        ring = self._rings.get(exchange.world)
        if ring is None:
            ring = self._rings[exchange.world] = deque(maxlen=self._size)
        _cut(exchange)
        ring.append(exchange)

    def find(self, world: str, wanted: Filter, limit: int) -> tuple[int, list[Exchange]]:
        found = [exchange for exchange in self._rings.get(world, ()) if wanted.matches(exchange)]
        return len(found), found[-limit:] if limit else []

    def clear(self, world: str) -> None:
        self._rings.pop(world, None)


class StoreJournal:
    """The last `size` exchanges of each world, as records beside the world's own: all workers see the same, and a
    restart keeps them."""

    def __init__(self, store: Store, size: int = 1000) -> None:
        self._store = store
        self._size = size

    def add(self, exchange: Exchange) -> None:
        _cut(exchange)
        world = exchange.world
        with self._store.transaction(world):
            if self._store.get(world, SETTINGS, world) is None:
                return  # what was asked of no world, or of one that has been dropped, has nowhere to stand
            exchange.id = self._store.bump(world, "journal")
            self._store.put(world, JOURNAL, str(exchange.id), _record(exchange))
            self._store.delete(world, JOURNAL, str(exchange.id - self._size))

    def find(self, world: str, wanted: Filter, limit: int) -> tuple[int, list[Exchange]]:
        with self._store.transaction(world):
            records = self._store.find(world, JOURNAL)
        found = [exchange for exchange in map(_exchange, records) if wanted.matches(exchange)]
        return len(found), found[-limit:] if limit else []

    def clear(self, world: str) -> None:
        with self._store.transaction(world):
            for record in self._store.find(world, JOURNAL):
                self._store.delete(world, JOURNAL, str(record["id"]))


def _cut(exchange: Exchange) -> None:
    if len(exchange.request_body) > BODY_LIMIT:
        exchange.request_body = exchange.request_body[:BODY_LIMIT]
    if len(exchange.response_body) > BODY_LIMIT:
        exchange.response_body = exchange.response_body[:BODY_LIMIT]


def _record(exchange: Exchange) -> Record:
    """An exchange in JSON; bytes stand as text of code points below 256."""
    names = [field.name for field in fields(exchange) if field.name not in (*_HEADERS, *_BODIES, "headers", "segments")]
    return {
        **{name: getattr(exchange, name) for name in names},
        **{name: getattr(exchange, name).decode("latin-1") for name in _BODIES},
        **{name: [[k.decode("latin-1"), v.decode("latin-1")] for k, v in getattr(exchange, name)] for name in _HEADERS},
    }


def _exchange(record: Record) -> Exchange:
    found = {**record, "reasons": tuple(record["reasons"])}
    for name in _BODIES:
        found[name] = record[name].encode("latin-1")
    for name in _HEADERS:
        found[name] = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in record[name]]
    return Exchange(headers=dict(found["request_headers"]), **found)


def facts(exchange: Exchange) -> dict[str, Any]:
    """An exchange as the control API shows it. Credentials are shown by their scheme only."""
    return {
        "id": exchange.id,
        "at": iso(exchange.at, "milliseconds"),
        "milliseconds": round(exchange.seconds * 1000, 3),
        "world": exchange.world,
        "vendor": exchange.vendor,
        "operation": exchange.operation,
        "handler": exchange.where,
        "caller": exchange.caller,
        "method": exchange.method,
        "target": exchange.target,
        "request": {"headers": dict(_headers(exchange.request_headers)), "body": _text(exchange.request_body)},
        "status": exchange.status,
        "response": {"headers": dict(_headers(exchange.response_headers)), "body": _text(exchange.response_body)},
        "reasons": list(exchange.reasons),
        "fault": exchange.fault,
        "defect": exchange.defect,
    }


def _headers(headers: Headers) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        text = value.decode("latin-1")
        if _SECRET.search(name):
            text = f"{text.partition(' ')[0]} …" if " " in text else "…"
        yield name.decode("latin-1"), text


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")
