"""The answer where no operation has one, and the server's own start and stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, suppress

import anyio.to_thread
from starlette.types import Receive, Scope, Send

from mockserver.clock import Clock, stopwatch
from mockserver.errors import NoRoute, Refusal, WrongVerb
from mockserver.exchange import Exchange, Headers
from mockserver.journal import Journal
from mockserver.replies import undocumented
from mockserver.routing import ALLOWED, EXCHANGE
from mockserver.serving import complete, keep, plain_answer, send_answer
from mockserver.store import StoreError
from mockserver.vendor import Vendor
from mockserver.worlds import UnknownWorld, Worlds


class Fallback:
    """Answers what no operation did: unknown paths and wrong verbs, in the vendor's own error shape.

    `working` is entered when the server starts, and left when it stops.
    """

    def __init__(
        self,
        vendors: Mapping[str, Vendor],
        worlds: Worlds,
        journal: Journal,
        in_thread: bool,
        working: Callable[[], AbstractAsyncContextManager[None]],
    ) -> None:
        self._vendors = vendors
        self._working = working
        self._worlds = worlds
        self._journal = journal
        self._in_thread = in_thread

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        if scope["type"] != "http":
            return
        arguments = (scope[EXCHANGE], scope[ALLOWED], stopwatch())
        if self._in_thread:
            answer = await anyio.to_thread.run_sync(self.answer, *arguments)
        else:
            answer = self.answer(*arguments)
        await send_answer(answer, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """ASGI's lifespan: start, and stop when told to, or quietly when the server is torn down."""
        with suppress(asyncio.CancelledError):
            await receive()
            async with self._working():
                await send({"type": "lifespan.startup.complete"})
                await receive()
            await send({"type": "lifespan.shutdown.complete"})

    def answer(self, exchange: Exchange, allowed: list[str], started: float) -> tuple[int, Headers, bytes]:
        """The refusal of an exchange that no operation answers; `allowed` are the methods that its path has."""
        vendor = self._vendors.get(exchange.vendor)
        refusal: Refusal | StoreError
        try:
            refusal = self._refusal(exchange, vendor, allowed)
        except StoreError as error:
            refusal = error
        exchange.reasons = (str(refusal),)
        if vendor is None or isinstance(refusal, UnknownWorld | StoreError):
            answer = plain_answer(503 if isinstance(refusal, StoreError) else 404, str(refusal))
            complete(exchange, answer)
            return answer
        reply = vendor.refuse(None, refusal, None)
        answer = (reply.status, *undocumented(reply))
        complete(exchange, answer)
        exchange.seconds = stopwatch() - started
        if vendor.name in self._worlds.vendors:
            keep(self._journal, exchange)
        return answer

    def _refusal(self, exchange: Exchange, vendor: Vendor | None, allowed: list[str]) -> Refusal:
        if vendor is None:
            return NoRoute(
                f"no vendor at {exchange.target}; there are {', '.join(f'/{it}' for it in self._worlds.vendors)}"
            )
        if vendor.name in self._worlds.vendors:
            try:
                with self._worlds.open(exchange.world) as settings:
                    exchange.at = Clock(**settings["clock"]).now()
            except UnknownWorld as unknown:
                return unknown
        if allowed:
            message = f"{exchange.method} is not allowed here; {', '.join(allowed)} is"
            return WrongVerb(message, headers={"Allow": ", ".join(allowed)})
        return NoRoute(f"{vendor.name} has no operation {exchange.method} {exchange.target}")
