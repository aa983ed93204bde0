"""Keeps callbacks going: looks into a world when told, or when its clock says so, and sends what is due.

Every destination is served by a task of its own, so a receiver that is slow or dead delays nobody else's callbacks.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, TypeVar

import anyio
import anyio.to_thread

from mockserver.callbacks.destination import Destinations, NotAllowed
from mockserver.callbacks.holder import holder
from mockserver.callbacks.turns import Found, Outcome, Turn, Turns
from mockserver.callbacks.wire import Trouble, send
from mockserver.clock import stopwatch
from mockserver.outbox import DESTINATIONS
from mockserver.store import StoreError
from mockserver.world import DUE
from mockserver.worlds import UnknownWorld, Worlds

_log = logging.getLogger("bodydouble")
_SWEEP = 5.0  # seconds between looks for what another process, which has died, left behind
_LATER = 1.0  # seconds until a store that failed is asked again
_FARTHEST = 3600.0  # a wait is never longer: the machine's own clock may be turned
_THREADS = 8
T = TypeVar("T")


class Sender:
    """Sends what the worlds of one server owe. It works while `running` lasts; without that, when asked to `finish`."""

    def __init__(self, worlds: Worlds, destinations: Destinations, log_size: int) -> None:
        self._worlds = worlds
        self._destinations = destinations
        self._turns = Turns(worlds, holder(), log_size)
        self._in_thread = worlds.store.name != "memory"
        self._limiter: anyio.CapacityLimiter | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._looking: dict[str, bool] = {}  # worlds that are being looked into, and whether to look once more
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._moved = asyncio.Event()  # a destination was served
        self._ending = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Send from now on, beginning with what a durable store has kept; in the end finish the attempts under way."""
        loop = asyncio.get_running_loop()
        self._worlds.on_stir = lambda name: _call(loop, self._look_soon, name)
        if self._in_thread:
            self._start(self._sweep())
        try:
            yield
        finally:
            self._worlds.on_stir = None
            self._ending.set()
            for timer in self._timers.values():
                timer.cancel()
            while self._tasks:
                await asyncio.wait(self._tasks)

    async def finish(self, name: str, seconds: float) -> bool:
        """Wait until nothing is due in a world's outbox, nor on its way; whether that came about in so many seconds.

        What waits for the world's clock is not waited for. Raises UnknownWorld, StoreError.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not await self._in_store(self._turns.idle, name):
                    self._look_soon(name)
                    self._moved.clear()
                    with suppress(TimeoutError):  # another process may be the one that sends
                        await asyncio.wait_for(self._moved.wait(), 0.1)
                return True
        return await self._in_store(self._turns.idle, name)

    def _look_soon(self, name: str) -> None:
        if self._ending.is_set():
            return
        if name in self._looking:
            self._looking[name] = True
            return
        self._looking[name] = False
        self._start(self._look(name))

    async def _look(self, name: str) -> None:
        """Start a task for each destination of a world that something is due for."""
        found = Found((), None)
        try:
            found = await self._in_store(self._turns.look, name)
        except UnknownWorld:
            pass
        except StoreError as error:
            _log.warning("callbacks of world %s wait: %s", name, error)
            found = Found((), _LATER)
        finally:
            again = self._looking.pop(name)
        for key in found.held:
            self._start(self._serve(name, key))
        self._wait(name, found.again)
        if again:
            self._look_soon(name)

    def _wait(self, name: str, seconds: float | None) -> None:
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()
        if seconds is not None and not self._ending.is_set():
            loop = asyncio.get_running_loop()
            wait = min(max(seconds, 0.001), _FARTHEST)
            self._timers[name] = loop.call_later(wait, self._look_soon, name)

    async def _serve(self, name: str, key: str) -> None:
        """Send what is due at a destination that is ours, one after the other."""
        done: Outcome | None = None
        try:
            while True:
                turn = await self._in_store(partial(self._turns.take, on=not self._ending.is_set()), name, key, done)
                if turn is None:
                    break
                done = await self._attempt(turn)
        except UnknownWorld:
            return
        except StoreError as error:
            _log.warning("callbacks to %s wait: %s", key, error)
            self._wait(name, _LATER)
            return
        self._moved.set()
        self._look_soon(name)  # for the time at which it is to be tried again

    async def _attempt(self, turn: Turn) -> Outcome:
        started, status, trouble, blocked = stopwatch(), None, None, False
        try:
            async with asyncio.timeout(turn.timeout):
                place = await self._destinations.place(turn.post.url)
            status = await send(turn.post, place, turn.timeout)
        except NotAllowed as error:
            trouble, blocked = str(error), True
            _log.warning("a callback was not sent: %s", error)
        except TimeoutError:
            trouble = "the name of the host was not resolved in time"
        except (OSError, UnicodeError) as error:
            trouble = f"the name of the host does not resolve: {error}"
        except Trouble as error:
            trouble = str(error)
        return Outcome(turn.delivery, status, trouble, round(stopwatch() - started, 6), blocked)

    async def _sweep(self) -> None:
        """Look into every world that something waits in: at the start, and now and then for other processes' sake."""
        while not self._ending.is_set():
            with suppress(StoreError):
                for kind in (DESTINATIONS, DUE):
                    for name in await self._in_store(self._worlds.store.worlds, kind):
                        if not name.startswith("~"):
                            self._look_soon(name)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), _SWEEP)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("defect: the delivery of callbacks failed", exc_info=task.exception())

    async def _in_store(self, work: Callable[..., T], *arguments: Any) -> T:
        """Work on the store where its calls belong: on the event loop, or in a thread that may wait."""
        if not self._in_thread:
            return work(*arguments)
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(_THREADS)
        return await anyio.to_thread.run_sync(partial(work, *arguments), limiter=self._limiter)


def _call(loop: asyncio.AbstractEventLoop, function: Callable[[str], None], name: str) -> None:
    with suppress(RuntimeError):  # the loop has ended
        loop.call_soon_threadsafe(function, name)
