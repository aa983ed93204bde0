"""The outermost layers: which world and vendor a request belongs to, and the journal that keeps it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.clock import stopwatch
from mockserver.exchange import Exchange
from mockserver.journal import Journal
from mockserver.routing import EXCHANGE
from mockserver.worlds import DEFAULT

CONTROL = "_control"


class Entrance:
    """Finds world and vendor: `/w/<world>/<vendor>/…`, `/<vendor>/…` in the default world, or a vendor's own host name.

    With a host name (through `HTTP_PROXY`, or a name that resolves here) the world is the user name of the proxy's
    credentials: `HTTP_PROXY=http://my-world:@127.0.0.1:8080`.
    """

    def __init__(self, app: ASGIApp, *, bases: Mapping[str, str], hosts: Mapping[str, str]) -> None:
        self.app = app
        self._bases = bases
        self._hosts = {host.encode(): vendor for host, vendor in hosts.items()}
        self._count = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["raw_path"].decode("ascii", "replace")
        query = scope["query_string"]
        target = f"{path}?{query.decode('latin-1')}" if query else path
        self._count += 1
        exchange = Exchange(self._count, scope["method"], target, scope["headers"])
        self._place(exchange, path)
        scope[EXCHANGE] = exchange
        await self.app(scope, receive, send)

    def _place(self, exchange: Exchange, path: str) -> None:
        segments = path.split("/")
        if segments[-1] == "" and len(segments) > 2:
            segments.pop()
        if self._hosts:
            for name, value in exchange.request_headers:
                if name == b"host":
                    vendor = self._hosts.get(value.partition(b":")[0].lower())
                    if vendor is not None:
                        exchange.world, exchange.vendor = _proxy_user(exchange) or DEFAULT, vendor
                        exchange.base, exchange.segments = self._bases[vendor], tuple(segments[1:])
                        return
                    break
        exchange.world = DEFAULT
        start = 1
        if segments[1] == "w" and len(segments) > 3:
            exchange.world, start = segments[2], 3
        vendor = segments[start]
        if vendor in self._bases and (vendor != CONTROL or start == 1):
            exchange.vendor = vendor
            exchange.base, exchange.segments = self._bases[vendor], tuple(segments[start + 1 :]) or ("",)


def _proxy_user(exchange: Exchange) -> str | None:
    header = exchange.header(b"proxy-authorization") or ""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[0] or None
    except (binascii.Error, UnicodeDecodeError):
        return None


class Journalling:
    """Keeps every exchange with a vendor in the journal of its world, with what the answer took."""

    def __init__(self, app: ASGIApp, *, journal: Journal) -> None:
        self.app = app
        self._journal = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange: Exchange | None = scope.get(EXCHANGE)
        if exchange is None or exchange.vendor in ("", CONTROL):
            await self.app(scope, receive, send)
            return
        started = stopwatch()
        try:
            await self.app(scope, receive, send)
        finally:
            exchange.seconds = stopwatch() - started
            self._journal.add(exchange)
