"""A load generator: keep-alive connections on one thread, requests prepared beforehand, answers counted by status."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httptools
import orjson
import uvloop


@dataclass(frozen=True, slots=True)
class Load:
    """What a run measured: requests per second, latencies in milliseconds, answers by status."""

    rate: float
    p50: float
    p99: float
    statuses: dict[int, int]


class _Connection(asyncio.Protocol):
    def __init__(self, requests: Iterator[bytes], state: _State) -> None:
        self._requests = requests
        self._state = state
        self._parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._ask()

    def _ask(self) -> None:
        if time.perf_counter() >= self._state.until:
            self._transport.close()
            return
        self._parser = httptools.HttpResponseParser(self)
        self._sent = time.perf_counter()
        self._transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        self._state.latencies.append(time.perf_counter() - self._sent)
        self._state.statuses[self._parser.get_status_code()] += 1
        # Not from inside the parser: it would be replaced while it is reading.
        asyncio.get_running_loop().call_soon(self._ask)

    def connection_lost(self, exc: Exception | None) -> None:
        self._state.closed()


class _State:
    def __init__(self, seconds: float, connections: int) -> None:
        self.until = time.perf_counter() + seconds
        self.latencies: list[float] = []
        self.statuses: Counter[int] = Counter()
        self._open = connections
        self.done = asyncio.get_running_loop().create_future()

    def closed(self) -> None:
        self._open -= 1
        if self._open == 0:
            self.done.set_result(None)


def request(url: str, method: str = "GET", headers: dict[str, str] | None = None, body: bytes = b"") -> bytes:
    """The bytes of one request."""
    parts = urlsplit(url)
    lines = [
        f"{method} {parts.path} HTTP/1.1",
        f"Host: {parts.netloc}",
        *[f"{k}: {v}" for k, v in (headers or {}).items()],
    ]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def _run(host: str, port: int, requests: Iterator[bytes], seconds: float, connections: int) -> Load:
    state = _State(seconds, connections)
    loop, started = asyncio.get_running_loop(), time.perf_counter()
    for _ in range(connections):
        await loop.create_connection(lambda: _Connection(requests, state), host, port)
    await state.done
    spent = time.perf_counter() - started
    ordered = sorted(state.latencies)
    p99 = ordered[int(len(ordered) * 0.99)] * 1000
    return Load(len(ordered) / spent, statistics.median(ordered) * 1000, p99, dict(state.statuses))


def load(url: str, requests: Iterator[bytes], seconds: float, connections: int = 16) -> Load:
    """Put load on one address of this machine for some seconds."""
    parts = urlsplit(url)
    return uvloop.run(_run(parts.hostname or "127.0.0.1", parts.port or 80, requests, seconds, connections))


def numbered(head: str, start: int, template: bytes, headers: dict[str, str], count: int) -> list[bytes]:
    """Requests whose bodies differ in a number, `%07d` in the template."""
    return [request(head, "POST", headers, template.replace(b"%07d", b"%07d" % (start + n))) for n in range(count)]


if __name__ == "__main__":
    facts = orjson.loads(sys.stdin.buffer.read())
    if facts["template"]:
        batch = numbered(facts["url"], facts["start"], facts["template"].encode(), facts["headers"], facts["count"])
    else:
        batch = [request(facts["url"], "GET", facts["headers"])]
    endless = (item for _ in iter(int, 1) for item in batch)
    result = load(facts["url"], endless, facts["seconds"])
    sys.stdout.buffer.write(
        orjson.dumps(
            {
                "rate": result.rate,
                "p50": result.p50,
                "p99": result.p99,
                "statuses": {str(status): n for status, n in result.statuses.items()},
            }
        )
    )
