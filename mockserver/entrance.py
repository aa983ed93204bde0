"""The outermost layer: which world and vendor a request belongs to."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.clock import now
from mockserver.exchange import Exchange, Headers, by_name
from mockserver.routing import EXCHANGE
from mockserver.worlds import DEFAULT

CONTROL, WORLDS = "_control", "w"  # first segments of a path that are no vendor's


class Entrance:
    """Finds world and vendor: `/w/<world>/<vendor>/…`, `/<vendor>/…` in the default world, or a vendor's own host name.

    With a host name (through `HTTP_PROXY`, or a name that resolves here) the world is the user name of the proxy's
    credentials: `HTTP_PROXY=http://my-world:@127.0.0.1:8080`.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        bases: Mapping[str, str],
        hosts: Mapping[str, str],
        prefixes: Mapping[str, Sequence[tuple[str, ...]]],
    ) -> None:
        self.app = app
        self._bases = bases
        self._prefixes = prefixes
        self._hosts = {host.encode(): vendor for host, vendor in hosts.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        arrived = (scope["method"], scope["raw_path"], scope["query_string"], scope["headers"], scope["scheme"])
        scope[EXCHANGE] = self.exchange(*arrived)
        await self.app(scope, receive, send)

    def exchange(self, method: str, raw_path: bytes, query: bytes, headers: Headers, scheme: str) -> Exchange:
        """The exchange that a request begins, in its world and at its vendor; names of headers in lower case."""
        path = raw_path.decode("ascii", "replace")
        target = f"{path}?{query.decode('latin-1')}" if query else path
        exchange = Exchange(0, method, target, headers, by_name(headers), scheme)
        exchange.at = now(0.0, None)
        self._place(exchange, path)
        return exchange

    def _place(self, exchange: Exchange, path: str) -> None:
        segments = path.split("/")
        if segments[-1] == "" and len(segments) > 2:
            segments.pop()
        if self._hosts:
            vendor = self._hosts.get(exchange.headers.get(b"host", b"").partition(b":")[0].lower())
            if vendor is not None:
                exchange.world, exchange.vendor = _proxy_user(exchange) or DEFAULT, vendor
                exchange.base, exchange.segments = self._bases[vendor], self._below(vendor, tuple(segments[1:]))
                return
        exchange.world = DEFAULT
        if len(segments) == 1:
            return  # `*`
        start = 1
        if segments[1] == WORLDS and len(segments) > 3:
            exchange.world, start = segments[2], 3
        vendor = segments[start]
        if vendor in self._bases and (vendor != CONTROL or start == 1):
            exchange.vendor = vendor
            exchange.base, exchange.segments = self._bases[vendor], tuple(segments[start + 1 :]) or ("",)

    def _below(self, vendor: str, segments: tuple[str, ...]) -> tuple[str, ...]:
        """The path without the path of the server's own address, as in `https://api.example.com/v2`."""
        for prefix in self._prefixes.get(vendor, ()):
            if segments[: len(prefix)] == prefix:
                return segments[len(prefix) :] or ("",)
        return segments


def _proxy_user(exchange: Exchange) -> str | None:
    header = exchange.header(b"proxy-authorization") or ""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[0] or None
    except (binascii.Error, UnicodeDecodeError):
        return None
