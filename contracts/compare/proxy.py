"""A proxy before a real vendor: it passes every byte on, and looks at what passed when it has."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from contracts import environment
from contracts.compare import wire
from contracts.compare.wire import Head, Kept, Malformed
from contracts.exchange import Request, Response
from contracts.incoming import words

_CONNECT_SECONDS = 10.0
_LIMIT = 1 << 18


@dataclass(frozen=True, slots=True)
class Passed:
    """One exchange that passed. `started` is in seconds since 1970, `wholes` say whether the bodies are all there."""

    started: float
    request: Request
    response: Response
    wholes: tuple[bool, bool]
    sizes: tuple[int, int]


class Proxy:
    """Passes on to `upstream`, a base URL. Of a head only the request's target and Host are made those of the upstream.

    `most` bytes of each body are kept to look at. `on_passed` hears of each exchange when its last byte is on its way,
    `on_trouble` of what could not be passed on.
    """

    def __init__(
        self, upstream: str, most: int, on_passed: Callable[[Passed], None], on_trouble: Callable[[str], None]
    ) -> None:
        parts = urlsplit(upstream)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._host, self._authority = parts.hostname or "", parts.netloc
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._path = parts.path.rstrip("/")
        self._most, self._on_passed, self._on_trouble = most, on_passed, on_trouble

    async def serve(self, host: str, port: int) -> asyncio.Server:
        """Listen; the server is to be closed by the caller. Raises OSError."""
        return await asyncio.start_server(self._connection, host, port, limit=_LIMIT)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        try:
            while (asked := await _asked(reader)) is not None:
                if upstream is None or upstream[0].at_eof():
                    upstream = await self._connected()
                if not await self._exchange(asked, (reader, writer), upstream):
                    break
        except _NotForUpstream as error:
            self._on_trouble(str(error))
            _answer(writer, error.status, str(error))
        except Malformed as error:
            self._on_trouble(str(error))
        except (OSError, TimeoutError) as error:
            why = "no connection in time" if isinstance(error, TimeoutError) else words(error)
            self._on_trouble(f"{self._origin}: {why}")
            if upstream is None:
                _answer(writer, HTTPStatus.BAD_GATEWAY, f"{self._origin}: {why}")
        finally:
            for each in (writer, *(upstream or ())[1:]):
                each.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        opening = asyncio.open_connection(self._host, self._port, ssl=self._tls, limit=_LIMIT)
        return await asyncio.wait_for(opening, _CONNECT_SECONDS)

    async def _exchange(
        self, asked: Head, client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        upstream: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> bool:  # fmt: skip
        """Pass one request and its answer on; whether the connections can be used again."""
        (reader, writer), (source, sink) = client, upstream
        started, since = environment.clock(), environment.now()
        kept, told = Kept(self._most), Kept(self._most)
        url = self._send_head(asked, sink)
        sending = asyncio.create_task(wire.request_body(asked, reader, sink, kept))
        # A client that leaves in the middle of its body: the upstream must not wait for the rest.
        sending.add_done_callback(lambda task: sink.close() if task.cancelled() or task.exception() else None)
        try:
            answer = await wire.head(source)
            while answer is not None and answer.first[1].startswith("1") and answer.first[1] != "101":
                writer.write(answer.raw)  # `100 Continue`: the client waits for it before it sends its body.
                await writer.drain()
                answer = await wire.head(source)
            if answer is None:
                raise Malformed(f"{self._origin} closed the connection without an answer")
            writer.write(answer.raw)
            if answer.first[1] == "101":
                await _tunnel(client, upstream)
                return False
            framed = await wire.answer_body(answer, asked.first[0], source, writer, told)
            await writer.drain()
            done = sending.done()
            if done:
                sending.result()
        finally:
            if not sending.done():
                sending.cancel()
        request = Request(asked.first[0], url, tuple(asked.headers), bytes(kept.data) if kept.size else None)
        seconds = environment.now() - since
        response = Response(int(answer.first[1]), tuple(answer.headers), bytes(told.data), seconds)
        self._on_passed(Passed(started, request, response, (kept.whole, told.whole), (kept.size, told.size)))
        return framed and done and not asked.closes and not answer.closes

    def _send_head(self, asked: Head, sink: asyncio.StreamWriter) -> str:
        """Send the head of a request to the upstream; the URL that it asks for there."""
        method, target, version = asked.first
        if "://" in target:
            target = "/" + target.split("://", 1)[1].partition("/")[2]
        path = self._path + target
        lines = asked.raw.split(b"\r\n")
        lines[0] = f"{method} {path} {version}".encode("latin-1")
        for number, line in enumerate(lines[1:], 1):
            if line[:5].lower() == b"host:":
                lines[number] = line[:5] + b" " + self._authority.encode()
        sink.write(b"\r\n".join(lines))
        return self._origin + path


class _NotForUpstream(Exception):
    """A request that cannot be passed on, whatever the upstream is; the client is answered by the proxy itself."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.status = status


async def _asked(reader: asyncio.StreamReader) -> Head | None:
    """The next request's head. Raises _NotForUpstream when it is none, or one to a proxy of another kind."""
    try:
        found = await wire.head(reader)
    except Malformed as error:
        raise _NotForUpstream(HTTPStatus.BAD_REQUEST, f"no request of HTTP/1.1: {error}") from None
    if found is not None and found.first[0] == "CONNECT":
        text = "CONNECT: this proxy stands in the vendor's place; make its URL the base URL of your client"
        raise _NotForUpstream(HTTPStatus.NOT_IMPLEMENTED, text)
    return found


def _answer(writer: asyncio.StreamWriter, status: HTTPStatus, text: str) -> None:
    """An answer of the proxy's own: nothing of the upstream's is there to be passed on."""
    body = f"bodydouble proxy: {text}\n".encode()
    head = f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: text/plain; charset=utf-8\r\n"
    writer.write(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)


async def _tunnel(
    client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    upstream: tuple[asyncio.StreamReader, asyncio.StreamWriter],
) -> None:
    """Pass everything on in both directions, whatever it is."""

    async def one_way(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(1 << 16):
            writer.write(piece)
            await writer.drain()
        writer.close()

    await asyncio.gather(one_way(client[0], upstream[1]), one_way(upstream[0], client[1]))
