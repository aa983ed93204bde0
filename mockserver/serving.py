"""The innermost layers: reading a request's body, running the compiled operation, sending its answer."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import anyio.lowlevel
import anyio.to_thread
import orjson
from starlette.types import Receive, Scope, Send

from mockserver.clock import stopwatch
from mockserver.errors import TooLarge
from mockserver.exchange import Exchange, Headers, Pieces, Stream
from mockserver.faults import Fault, Wire
from mockserver.framework import AbstractOperation, RoutedAPI, RoutedMiddleware
from mockserver.journal import Journal
from mockserver.pipeline import Answer, CompiledOperation
from mockserver.replies import BrokenContract
from mockserver.routing import EXCHANGE, PATH
from mockserver.store import StoreError
from mockserver.worlds import UnknownWorld

_log = logging.getLogger("bodydouble")
ABORT = "bodydouble.abort"
STOPPING = "bodydouble.stopping"  # true in the scope's state, which its copies share, once the server is to stop
_UNSAFE = str.maketrans(dict.fromkeys([*range(32), 127], "?"))


class ClientGone(Exception):
    """The client went away before its request was whole; there is nobody to answer."""


class RoutedOperation:
    """A compiled operation as an ASGI app, which limits the body and keeps the exchange in the journal, if given one.

    `in_thread`: the store waits for a database, so not on the event loop.
    """

    def __init__(self, compiled: CompiledOperation, journal: Journal | None, limit: int, in_thread: bool) -> None:
        self._compiled = compiled
        self._journal = journal
        self._limit = limit
        self._in_thread = in_thread

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = stopwatch()
        exchange: Exchange = scope[EXCHANGE]
        too_large = None
        try:
            body = await read_body(exchange, receive, self._limit)
        except TooLarge as error:
            body, too_large = b"", error
        except ClientGone:
            return
        if self._compiled.waits:
            await self._compiled.ready(exchange, scope[PATH], body)
        arguments = (exchange, scope[PATH], body, too_large, started)
        if self._in_thread:
            answer, fault = await anyio.to_thread.run_sync(self.answer, *arguments)
        else:
            answer, fault = self.answer(*arguments)
        await self.deliver(exchange, answer, fault, scope, receive, send)

    def at_once(self, body: bytes) -> bool:
        """Whether nothing has to be waited for before `answer` to a request that has come whole."""
        return not (self._in_thread or self._compiled.waits or len(body) > self._limit)

    async def deliver(
        self, exchange: Exchange, answer: Answer, fault: Fault | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Send an answer: as the fault has it, piece by piece, or whole."""
        if fault is not None:
            await fault.deliver(*_whole(answer), _wire(scope, receive, send))
        elif isinstance(answer[2], Pieces):
            await self._send_pieces(exchange, answer[2], send, _wire(scope, receive, send).abort)
        elif isinstance(answer[2], Stream):
            await _send_stream(exchange, answer[2], scope, receive, send)
        else:
            await send_answer(answer, send)

    async def _send_pieces(
        self, exchange: Exchange, body: Pieces, send: Send, abort: Callable[[], Awaitable[None]]
    ) -> None:
        """Send a body as it is made; other requests have their turn between the pieces.

        What breaks the contract breaks the answer off, for its status has been sent, and is a defect in the journal.
        """
        start = {"type": "http.response.start", "status": exchange.status, "headers": exchange.response_headers}
        await send(start)
        try:
            for piece in body:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                await anyio.lowlevel.checkpoint()
        except BrokenContract as broken:
            exchange.defect = str(broken)
            _log.error("defect: %s: %s", exchange.operation, broken)
            await abort()
            return
        await send({"type": "http.response.body", "body": b""})

    def answer(
        self, exchange: Exchange, path: dict[str, str], body: bytes, too_large: TooLarge | None, started: float
    ) -> tuple[Answer, Fault | None]:
        """The answer, complete and in the journal before its first byte is sent: a test may ask for it at once."""
        exchange.where = self._compiled.where
        exchange.request_body = body
        try:
            answer, fault = self._compiled.answer(exchange, path, body, too_large)
        except (UnknownWorld, StoreError) as error:
            answer = plain_answer(404 if isinstance(error, UnknownWorld) else 503, str(error))
            exchange.reasons = (str(error),)
            complete(exchange, answer)
            return answer, None
        if too_large is not None and b"expect" in exchange.headers:
            # The client may never send the body it announced: what comes next must not be taken for it.
            answer[1].append((b"connection", b"close"))
        complete(exchange, answer)
        if fault is not None and fault.silent:
            exchange.status, exchange.response_headers, exchange.response_body = 0, [], b""
        exchange.seconds = stopwatch() - started
        if self._journal is not None:
            keep(self._journal, exchange)
        return answer, fault


async def _send_stream(exchange: Exchange, body: Stream, scope: Scope, receive: Receive, send: Send) -> None:
    """Send a body until it ends, the client leaves or the server is to stop."""
    await send({"type": "http.response.start", "status": exchange.status, "headers": exchange.response_headers})
    async with anyio.create_task_group() as both:

        async def until_gone() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            both.cancel_scope.cancel()

        both.start_soon(until_gone)
        async for part in body.parts:
            if scope.get("state", {}).get(STOPPING):
                break
            if part:
                await send({"type": "http.response.body", "body": part, "more_body": True})
        both.cancel_scope.cancel()
    await send({"type": "http.response.body", "body": b""})


async def read_body(exchange: Exchange, receive: Receive, limit: int) -> bytes:
    """The whole body. Raises TooLarge, having read no more than the limit, and ClientGone."""
    known = exchange.headers
    if b"content-length" not in known and b"transfer-encoding" not in known:
        return b""
    length = int(known.get(b"content-length", 0))
    if length > limit:
        raise TooLarge(f"the body of {length} bytes is over this server's limit of {limit}")
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientGone
    body: bytes = message.get("body", b"")
    if len(body) > limit:  # a chunked body says no length
        raise TooLarge(f"the body is over this server's limit of {limit} bytes")
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


def complete(exchange: Exchange, answer: Answer) -> None:
    """Add to an answer what every one of this server has, and keep it on the exchange."""
    status, headers, body = answer
    if isinstance(body, Stream):
        body = b""
    elif isinstance(body, Pieces):
        body = body.first  # what the journal keeps of it; nobody knows yet how long the whole will be
    elif status != 204:  # RFC 9110, 8.6: which has none
        headers.append((b"content-length", b"%d" % len(body)))
    reason = exchange.defect or (exchange.reasons[0] if exchange.reasons else None)
    if reason is not None:
        text = reason.translate(_UNSAFE)[:500].encode("ascii", "replace")
        headers.append((b"bodydouble-reason", text))
    exchange.status, exchange.response_headers, exchange.response_body = status, headers, body


def keep(journal: Journal, exchange: Exchange) -> None:
    """Put an exchange into the journal. What was carried out is answered, even when the journal is out of reach."""
    try:
        journal.add(exchange)
    except StoreError as error:
        _log.warning("the journal misses %s %s: %s", exchange.method, exchange.target, error)


async def send_answer(answer: Answer, send: Send) -> None:
    """Send a complete answer whole."""
    status, headers, body = _whole(answer)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _whole(answer: Answer) -> tuple[int, Headers, bytes]:
    status, headers, body = answer
    assert not isinstance(body, Stream)  # the control API's only, which has no faults
    if isinstance(body, Pieces):
        body = b"".join(body)
        headers.append((b"content-length", b"%d" % len(body)))
    return status, headers, body


def plain_answer(status: int, message: str) -> tuple[int, Headers, bytes]:
    """An answer that belongs to no vendor, in the control API's error shape."""
    body = orjson.dumps({"errors": [{"message": message}]})
    return status, [(b"content-type", b"application/json")], body


def _wire(scope: Scope, receive: Receive, send: Send) -> Wire:
    async def whole(status: int, headers: Headers, body: bytes) -> None:
        await send_answer((status, headers, body), send)

    async def part(status: int, headers: Headers, body: bytes) -> None:
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

    def by_id(self) -> dict[tuple[str, str | None], RoutedOperation]:
        """Every operation by the base path of its vendor and its operationId."""
        apis = ((base, api) for base, added in self.apis.items() for api in added)
        return {(base, name): operation for base, api in apis for name, operation in api.operations.items()}
