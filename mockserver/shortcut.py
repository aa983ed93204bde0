"""The layers one after the other as plain calls, for a request that has come whole.

ASGI's way through them costs as much as the answer itself: a task, a scope, a coroutine for each layer, messages. Each
layer's work is a method, which its `__call__` calls as well, so that there is one truth and two ways to it; a test
sends the same bytes both ways and compares what comes back.
"""

from __future__ import annotations

from functools import partial
from urllib.parse import unquote

from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.clock import stopwatch
from mockserver.console import Console
from mockserver.entrance import Entrance
from mockserver.exchange import Exchange, Headers
from mockserver.fallback import Fallback
from mockserver.faults import Fault
from mockserver.pipeline import Answer
from mockserver.routing import EXCHANGE, PATH, TreeRouting
from mockserver.serving import Operations, RoutedOperation


class Shortcut:
    """The way through an application's layers, in their order, whose store makes nobody wait."""

    def __init__(
        self, console: Console, entrance: Entrance, routing: TreeRouting, operations: Operations, fallback: Fallback
    ) -> None:
        self._console = console
        self._entrance = entrance
        self._routing = routing
        self._operations = operations.by_id()
        self._fallback = fallback

    def answer(
        self, method: str, raw_path: bytes, query: bytes, headers: Headers, scheme: str, body: bytes
    ) -> tuple[int, Headers, bytes] | ASGIApp:
        """A complete answer; or an ASGI application that has yet to give it, where there is something to wait for."""
        started = stopwatch()
        if self._console.takes(unquote(raw_path.decode("ascii"))):
            return self._console
        exchange = self._entrance.exchange(method, raw_path, query, headers, scheme)
        path, allowed = self._routing.route(exchange)
        if path is None:
            return self._fallback.answer(exchange, allowed, started)
        operation = self._operations[exchange.base, exchange.operation]
        if not operation.at_once(body):
            return partial(_begin, operation, exchange, path)
        answer, fault = operation.answer(exchange, path, body, None, started)
        status, sent, written = answer
        if fault is not None or not isinstance(written, bytes):
            return partial(_finish, operation, exchange, answer, fault)
        return status, sent, written


async def _begin(
    operation: RoutedOperation, exchange: Exchange, path: dict[str, str], scope: Scope, receive: Receive, send: Send
) -> None:
    scope[EXCHANGE], scope[PATH] = exchange, path
    await operation(scope, receive, send)


async def _finish(
    operation: RoutedOperation,
    exchange: Exchange,
    answer: Answer,
    fault: Fault | None,
    scope: Scope,
    receive: Receive,
    send: Send,
) -> None:
    await operation.deliver(exchange, answer, fault, scope, receive, send)
