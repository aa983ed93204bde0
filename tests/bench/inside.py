"""Asking the mock in this process, without a socket or a client library: what is measured is the mock's own work."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

from mockserver.app import create_app
from mockserver.settings import Settings
from mockserver.store import Record

STORES = ("memory", "SQLite")
_BATCH = 10_000


class Inside:
    """A vendor served from memory or from SQLite, in worlds that are filled past its API."""

    def __init__(self, vendor: str, store: str, headers: Mapping[str, str]) -> None:
        self.app = create_app(Settings(vendors=(vendor,), store=store, rate_limits=False))
        self.vendor = vendor
        self._headers = [(b"host", b"test"), *((k.lower().encode(), v.encode()) for k, v in headers.items())]
        self._runner = asyncio.Runner()

    def world(self, name: str, records: Iterable[tuple[str, Record]], **settings: Any) -> str:
        """A world of the `default` fixture with more records, each with its kind; its name."""
        self.app.worlds.create(name, rate_limits=False, **settings)
        kinds, store = self.app.vendors[self.vendor].kinds, self.app.worlds.store
        left = iter(records)
        while batch := list(islice(left, _BATCH)):
            with store.transaction(name):
                for kind, record in batch:
                    store.put(name, kinds[kind], str(record[kinds[kind].key]), record)
        return name

    def find(self, kind: str) -> list[Record]:
        """The records of the `default` fixture."""
        with self.app.worlds.store.transaction("default"):
            found: list[Record] = self.app.worlds.store.find("default", self.app.vendors[self.vendor].kinds[kind])
        return found

    def get(self, world: str, path: str, take: Callable[[bytes], object]) -> None:
        """Ask for a path of the vendor; `take` is given the body as it comes. Raises RuntimeError unless it is 200."""
        self._runner.run(self._get(world, path, take))

    def ratio(self, one: tuple[str, str], other: tuple[str, str], times: int = 200) -> float:
        """How many times as long one answer takes as the other, each a world and a path; they take turns."""
        return self._runner.run(self._ratio(one, other, times))

    def close(self) -> None:
        self._runner.close()
        self.app.worlds.store.close()

    async def _ratio(self, one: tuple[str, str], other: tuple[str, str], times: int) -> float:
        seen: tuple[list[float], list[float]] = ([], [])
        for _ in range(times):
            for spent, (world, path) in zip(seen, (one, other), strict=True):
                started = time.perf_counter()
                await self._get(world, path, len)
                spent.append(time.perf_counter() - started)
        return median(seen[0]) / median(seen[1])

    async def _get(self, world: str, path: str, take: Callable[[bytes], object]) -> None:
        target, _, query = f"/w/{world}/{self.vendor}{path}".partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": target,
            "raw_path": target.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": self._headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        statuses: list[int] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
            else:
                take(message.get("body", b""))

        await self.app(scope, receive, send)
        if statuses != [200]:
            raise RuntimeError(f"{target}?{query} answered {statuses}")


@contextlib.contextmanager
def inside(vendor: str, store: str, headers: Mapping[str, str]) -> Iterator[Inside]:
    """`store` is one of STORES."""
    with tempfile.TemporaryDirectory() as directory:
        made = Inside(vendor, "memory" if store == "memory" else f"sqlite:///{Path(directory) / 'mock.db'}", headers)
        try:
            yield made
        finally:
            made.close()
