"""The innermost layers: reading a request's body, running the compiled operation, sending its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import anyio.to_thread
import orjson
from starlette.types import Receive, Scope, Send

from mockserver.errors import NoRoute, Refusal, TooLarge, WrongVerb
from mockserver.exchange import Exchange, Headers
from mockserver.faults import Wire
from mockserver.framework import AbstractOperation, RoutedAPI, RoutedMiddleware
from mockserver.pipeline import Answer, CompiledOperation
from mockserver.replies import undocumented
from mockserver.routing import EXCHANGE
from mockserver.store import StoreError
from mockserver.vendor import Vendor
from mockserver.worlds import UnknownWorld

ABORT = "bodydouble.abort"
_UNSAFE = str.maketrans(dict.fromkeys([*range(32), 127], "?"))


class ClientGone(Exception):
    """The client went away before its request was whole; there is nobody to answer."""


class RoutedOperation:
    """A compiled operation as an ASGI app. `in_thread`: its store waits for a database, so not on the event loop."""

    def __init__(self, compiled: CompiledOperation, limit: int, in_thread: bool) -> None:
        self.compiled = compiled
        self._limit = limit
        self._in_thread = in_thread

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange: Exchange = scope[EXCHANGE]
        exchange.where = self.compiled.where
        too_large = None
        try:
            body = await read_body(exchange, receive, self._limit)
        except TooLarge as error:
            body, too_large = b"", error
        except ClientGone:
            exchange.reasons = ("the client went away before its request was whole",)
            return
        exchange.request_body = body
        path = scope["path_params"]
        try:
            if self._in_thread:
                answer, fault = await anyio.to_thread.run_sync(
                    self.compiled.answer, exchange, path, body, too_large, limiter=None
                )
            else:
                answer, fault = self.compiled.answer(exchange, path, body, too_large)
        except UnknownWorld as error:
            answer, fault = plain_answer(404, error.reason), None
            exchange.reasons = (error.reason,)
        except StoreError as error:
            answer, fault = plain_answer(503, str(error)), None
            exchange.reasons = (str(error),)
        if fault is None:
            await send_answer(exchange, answer, send)
        else:
            await fault.deliver(*answer, _wire(exchange, scope, receive, send))


async def read_body(exchange: Exchange, receive: Receive, limit: int) -> bytes:
    """The whole body. Raises TooLarge, having read no more than the limit, and ClientGone."""
    length = None
    for name, value in exchange.request_headers:
        if name == b"content-length":
            length = int(value) if value.isdigit() else None
            break
        if name == b"transfer-encoding":
            length = -1
    if length is None:
        return b""
    if length > limit:
        raise TooLarge(f"the body of {length} bytes is over this server's limit of {limit}")
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientGone
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body
    parts, size = [body], len(body)
    while message.get("more_body"):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise TooLarge(f"the body is over this server's limit of {limit} bytes")
        parts.append(part)
    return b"".join(parts)


async def send_answer(exchange: Exchange, answer: Answer, send: Send) -> None:
    """Send an answer whole, and keep it on the exchange."""
    status, headers, body = answer
    headers.append((b"content-length", b"%d" % len(body)))
    reason = exchange.defect or (exchange.reasons[0] if exchange.reasons else None)
    if reason is not None:
        text = reason.translate(_UNSAFE)[:500].encode("ascii", "replace")
        headers.append((b"bodydouble-reason", text))
    exchange.status, exchange.response_headers, exchange.response_body = status, headers, body
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def plain_answer(status: int, message: str) -> Answer:
    """An answer that belongs to no vendor, in the control API's error shape."""
    body = orjson.dumps({"errors": [{"message": message}]})
    return status, [(b"content-type", b"application/json")], body


def _wire(exchange: Exchange, scope: Scope, receive: Receive, send: Send) -> Wire:
    async def whole(status: int, headers: Headers, body: bytes) -> None:
        await send_answer(exchange, (status, headers, body), send)

    async def part(status: int, headers: Headers, body: bytes) -> None:
        headers = [*headers, (b"content-length", b"%d" % (len(body) + 1))]
        exchange.status, exchange.response_headers, exchange.response_body = status, headers, body
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": True})

    async def abort() -> None:
        close = scope.get(ABORT)
        if close is not None:
            close()
            while (await receive())["type"] != "http.disconnect":
                pass

    return Wire(whole, part, abort)


class _Operations(RoutedAPI):  # type: ignore[misc]
    """Connexion's operations of one vendor, each compiled."""

    def __init__(self, *arguments: Any, compiler: Callable[[AbstractOperation], RoutedOperation], **options: Any):
        super().__init__(*arguments, **options)
        self._compiler = compiler
        self.add_paths()

    def make_operation(self, operation: AbstractOperation) -> RoutedOperation:
        return self._compiler(operation)


class Operations(RoutedMiddleware):  # type: ignore[misc]
    """The layer that runs the operation which the routing found."""

    api_cls = _Operations


class Fallback:
    """Answers what no operation did: unknown paths and wrong verbs, in the vendor's own error shape."""

    def __init__(self, vendors: Mapping[str, Vendor]) -> None:
        self._vendors = vendors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        exchange: Exchange = scope[EXCHANGE]
        vendor = self._vendors.get(exchange.vendor)
        allowed = scope.get("bodydouble.allow")
        refusal: Refusal
        if allowed:
            message = f"{exchange.method} is not allowed here; {', '.join(allowed)} is"
            refusal = WrongVerb(message, headers={"Allow": ", ".join(allowed)})
        elif vendor is None:
            known = ", ".join(f"/{name}" for name in self._vendors if not name.startswith("_"))
            refusal = NoRoute(f"no vendor at {exchange.target}; there are {known}")
        else:
            refusal = NoRoute(f"{vendor.name} has no operation {exchange.method} {exchange.target}")
        exchange.reasons = (refusal.reason,)
        if vendor is None:
            answer = plain_answer(404, refusal.reason)
        else:
            reply = vendor.refuse(None, refusal, None)
            answer = (reply.status, *undocumented(reply))
        await send_answer(exchange, answer, send)
