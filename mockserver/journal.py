"""What was asked and answered, newest last, in a bounded ring per world."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from mockserver.clock import iso
from mockserver.exchange import Exchange, Headers

BODY_LIMIT = 64 * 1024
_SECRET = frozenset((b"authorization", b"proxy-authorization", b"cookie", b"x-device-authtoken"))


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
    """The seam: one in memory, one in a shared database."""

    def add(self, exchange: Exchange) -> None: ...

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
        if len(exchange.request_body) > BODY_LIMIT:
            exchange.request_body = exchange.request_body[:BODY_LIMIT]
        if len(exchange.response_body) > BODY_LIMIT:
            exchange.response_body = exchange.response_body[:BODY_LIMIT]
        ring.append(exchange)

    def find(self, world: str, wanted: Filter, limit: int) -> tuple[int, list[Exchange]]:
        found = [exchange for exchange in self._rings.get(world, ()) if wanted.matches(exchange)]
        return len(found), found[-limit:] if limit else []

    def clear(self, world: str) -> None:
        self._rings.pop(world, None)


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
        yield name.decode("latin-1"), f"{text.partition(' ')[0]} …" if name in _SECRET and " " in text else text


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")
