"""Vendors through their HTTP boundary, in this process: one application for all tests, a fresh world for each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import httpx
import pytest

from mockserver.agenda import settle
from mockserver.app import create_app
from mockserver.settings import Settings

NOON = 1_635_422_400.0
"""2021-10-28T12:00:00Z, the day the CRM page was last updated; the clock of a test's world stands there."""


class InProcess(httpx.BaseTransport):
    """Carries requests to an ASGI application without a socket."""

    def __init__(self, app: Any, runner: asyncio.Runner) -> None:
        self._inner = httpx.ASGITransport(app=app)
        self._runner = runner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._runner.run(self._carry(request))

    async def _carry(self, request: httpx.Request) -> httpx.Response:
        answer = await self._inner.handle_async_request(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())


class Account(httpx.Client):
    """An HTTP client at the base URL of a vendor in a world of its own; `/…` is a path of the vendor."""

    def __init__(self, app: Any, vendor: str, world: str, transport: InProcess, **options: Any) -> None:
        super().__init__(base_url=f"http://test/w/{world}/{vendor}", transport=transport, **options)
        self.app, self.vendor, self.world = app, vendor, world

    def advance(self, seconds: float) -> None:
        """Move the world's clock forward; what is due by then happens."""
        worlds = self.app.worlds
        with worlds.open(self.world) as settings:
            clock = {**settings["clock"], "frozen": settings["clock"]["frozen"] + seconds}
            settle(worlds, worlds.change(settings, clock=clock))

    def happens(self, happening: str, **facts: Any) -> str:
        """Let something happen outside the vendor's API, and say what came of it."""
        worlds = self.app.worlds
        with worlds.open(self.world) as settings:
            settle(worlds, settings)
            outcome: str = self.app.vendors[self.vendor].outside[happening](
                worlds.world(settings, self.vendor), **facts
            )
            return outcome

    def records(self) -> dict[str, list[dict[str, Any]]]:
        """All that the vendor keeps in the world, by kind."""
        with self.app.worlds.open(self.world):
            kinds = self.app.vendors[self.vendor].kinds
            return {name: self.app.worlds.store.find(self.world, kind) for name, kind in kinds.items()}

    def put_record(self, kind: str, record: dict[str, Any]) -> None:
        with self.app.worlds.open(self.world):
            known = self.app.vendors[self.vendor].kinds[kind]
            self.app.worlds.store.put(self.world, known, str(record[known.key]), record)


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="session")
def served() -> Callable[[str], Any]:
    """The application that serves one vendor, by the vendor's name."""
    return cache(lambda vendor: create_app(Settings(vendors=(vendor,))))


@pytest.fixture
def account(served: Callable[[str], Any], runner: asyncio.Runner) -> Iterator[Callable[..., Account]]:
    """Makes an Account: `account("vibes", fixture="empty", switches={"received_on": "iso"}, auth=(…))`."""
    made: list[Account] = []

    def make(
        vendor: str,
        *,
        fixture: str = "default",
        switches: dict[str, Any] | None = None,
        rate_limits: bool = False,
        **options: Any,
    ) -> Account:
        app = served(vendor)
        settings = app.worlds.create(
            fixture=fixture, frozen_at=NOON, rate_limits=rate_limits, switches={vendor: switches or {}}
        )
        made.append(Account(app, vendor, settings["name"], InProcess(app, runner), **options))
        return made[-1]

    yield make
    for one in made:
        one.close()
        one.app.worlds.drop(one.world)
