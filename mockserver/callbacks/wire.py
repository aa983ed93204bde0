"""One HTTP request to a receiver, and as much of its answer as matters: the status.

Each attempt has a connection of its own, so nothing that one receiver does is felt by the next attempt, and whatever is
sent is sent once: a client that keeps connections has to send again when a kept one turns out to be closed.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from functools import cache
from typing import Any

import httptools

from mockserver.callbacks.destination import Place
from mockserver.outbox import Post

AGENT = "bodydouble-callbacks"
"""The `User-Agent` of every callback; the control API takes nothing from it."""

_HEAD = 64 * 1024
_READ_ON = 64 * 1024
_CHUNK = 16 * 1024


class Trouble(Exception):
    """No answer; the text says what happened instead."""


async def send(post: Post, place: Place, seconds: float) -> int:
    """Send a request and return the status of its answer, once its head is there. A redirect is an answer too.

    Raises Trouble when there is none within so many seconds.
    """
    try:
        async with asyncio.timeout(seconds):
            return await _exchange(post, place)
    except TimeoutError:
        raise Trouble(f"no answer within {seconds:g} s") from None
    except (OSError, asyncio.IncompleteReadError, ssl.SSLError) as error:
        raise Trouble(_words(error)) from error


async def _exchange(post: Post, place: Place) -> int:
    reader, writer = await _connect(place)
    try:
        writer.write(_head(post, place) + post.body)
        answer = _Answer()
        while not answer.status:
            answer.read(await reader.read(_CHUNK))
        status = answer.status
        with suppress(OSError, Trouble, TimeoutError):
            async with asyncio.timeout(0.5):
                await _finish(reader, answer)
        return status
    finally:
        writer.transport.abort()


async def _connect(place: Place) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the first address that takes one: to an address that was judged, never to the name again."""
    tls: dict[str, Any] = {"ssl": _context(), "server_hostname": place.host} if place.tls else {}
    for address in place.addresses[:-1]:
        with suppress(OSError):
            return await asyncio.open_connection(address, place.port, **tls)
    return await asyncio.open_connection(place.addresses[-1], place.port, **tls)


async def _finish(reader: asyncio.StreamReader, answer: _Answer) -> None:
    """Take a short answer to its end, so that the receiver sees it taken; nobody reads a long one."""
    size = 0
    while not answer.ended and size < _READ_ON:
        part = await reader.read(_CHUNK)
        if not part:
            return
        size += len(part)
        answer.read(part)


class _Answer:
    """What httptools calls back while it reads an answer. `status` is 0 until the head of a final one is there."""

    def __init__(self) -> None:
        self.status, self.ended, self._size = 0, False, 0
        self._parser = httptools.HttpResponseParser(self)

    def read(self, part: bytes) -> None:
        """Raises Trouble for what is no answer."""
        if not part:
            raise Trouble("the connection was closed without an answer")
        self._size += 0 if self.status else len(part)
        if self._size > _HEAD and not self.status:
            raise Trouble(f"the head of the answer is over {_HEAD} bytes")
        try:
            self._parser.feed_data(part)
        except httptools.HttpParserError as error:
            if not self.status:
                raise Trouble(f"the answer is no HTTP: {error}") from None
            self.ended = True

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if status >= 200 and not self.status:
            self.status = status

    def on_message_complete(self) -> None:
        self.ended = bool(self.status)


def _head(post: Post, place: Place) -> bytes:
    """Raises Trouble for a header that would break out of its line."""
    headers = {
        "Host": place.authority,
        "User-Agent": AGENT,
        "Accept": "*/*",
        **post.headers,
        "Content-Length": str(len(post.body)),
        "Connection": "close",
    }
    lines = [f"{post.method} {place.target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if any(character in line for line in lines for character in "\r\n\0"):
        raise Trouble("a header of the callback holds a line break")
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "replace")


@cache
def _context() -> ssl.SSLContext:
    """Certificates are verified against those of the system, or of SSL_CERT_FILE."""
    return ssl.create_default_context()


def _words(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return f"TLS: {error.reason or error}"
    return str(getattr(error, "strerror", None) or error or type(error).__name__)
