"""A receiver of callbacks on a port of this machine, and what can be wrong with one.

Every request is kept. Its path says how it is answered: `answers["/hook"]` are the answers to come, the last of which
stays; without any it is 200. An answer is a status, or one of the words below.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
from dataclasses import dataclass
from typing import Any, Self

Answer = int | str
LONG = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content)

    @property
    def event(self) -> str:
        return self.headers["x-event-id"]

    @property
    def attempt(self) -> int:
        return int(self.headers["x-delivery-attempts"])


class Receiver:
    """Listens while its `with` block lasts, in a thread of its own.

    `sent` counts the bytes of a `long` answer, `broken` the answers that nobody read to their end.
    """

    def __init__(self, tls: ssl.SSLContext | None = None, **answers: list[Answer]) -> None:
        self._tls = tls
        self.requests: list[Received] = []
        self.answers: dict[str, list[Answer]] = {f"/{name}": found for name, found in answers.items()}
        self.sent = self.hanging = self.broken = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = self._run(
            asyncio.start_server(self._answer, "127.0.0.1", 0, limit=2**20, backlog=1000, ssl=self._tls)
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def url(self, path: str = "/hook") -> str:
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}{path}"

    def at(self, path: str) -> list[Received]:
        return [it for it in self.requests if it.path == path]

    def stop(self) -> None:
        """Nobody listens any more; the port stays known."""
        self._run(self._close())

    def start(self) -> None:
        """Listen again, at the same port."""
        self._server = self._run(asyncio.start_server(self._answer, "127.0.0.1", self.port, limit=2**20))

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _close(self) -> None:
        self._server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            content = await reader.readexactly(int(headers.get("content-length", 0)))
            method, path, _ = first.split(" ")
            self.requests.append(Received(method, path, headers, content))
            left = self.answers.get(path, [200])
            answer = left.pop(0) if len(left) > 1 else left[0]
            await self._give(answer, reader, writer)
        except ConnectionError:
            self.broken += 1
        except (asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _give(self, answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if isinstance(answer, int):
            where = f"Location: {self.url()}\r\n" if 300 <= answer < 400 else ""
            writer.write(f"HTTP/1.1 {answer} It\r\n{where}Content-Length: 2\r\n\r\nok".encode())
        elif answer == "hang":
            self.hanging += 1
            await reader.read()
        elif answer == "late":
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
            await reader.read()
        elif answer == "garbage":
            writer.write(b"hello, world\r\n\r\n")
        elif answer == "endless":
            writer.write(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000)
            await reader.read()
        elif answer == "long":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % LONG)
            while self.sent < LONG:
                writer.write(b"x" * 65536)
                self.sent += 65536
                await writer.drain()
        await writer.drain()  # "close": nothing
