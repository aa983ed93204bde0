"""An HTTP connection: uvicorn's, with a way to cut it, and with a short way for what can be answered at once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import httptools
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    HEADER_VALUE_RE,
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from mockserver.exchange import Headers
from mockserver.serving import ABORT, STOPPING
from mockserver.shortcut import Shortcut

_SHORT = 256  # bytes of a header that is kept for the next request that has it
_UNHEARD = 1024 * 1024  # bytes of a head or of trailers, which the parser keeps until they end, however long they get
_TURN = 16  # requests of one read that are answered before other connections have their turn


class Connection(HttpToolsProtocol):
    """uvicorn's HTTP connection, whose scopes hold the way to cut it, and say when to stop.

    A request that is there whole when its head has been read, and that nothing before it on this connection holds up,
    is answered on the spot by the application's `shortcut`, if it has one: head and body in one write, where uvicorn
    makes a task, a queue and two writes. All else goes uvicorn's way: the rest of a body that is still to come,
    `Expect`, HEAD, upgrades, requests that wait for the one before, a client that does not read, and what follows the
    first `_TURN` requests of one read: they become a task each, one after the other.
    """

    _shortcut: Shortcut | None
    _held = False  # whether this request has not gone uvicorn's way, or not yet
    _body = b""
    _answered = 0  # requests of this read
    _headed = False  # whether this request's head is complete, so that a header that still comes is a trailer
    _unheard = 0  # bytes that came since anything was made of them
    _running: RequestResponseCycle | None = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._shortcut = getattr(self.app, "shortcut", None)

    def on_message_begin(self) -> None:
        self.url = b""
        self.headers = []
        self.expect_100_continue = self._headed = False
        self._body = b""

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._headed:
            return  # RFC 9110, 6.5.1: never merged, least of all when it says who asks
        header = _header(name, value) if len(value) <= _SHORT else (name.lower(), value)
        if header[0] == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append(header)

    def on_headers_complete(self) -> None:
        self._unheard, self._headed = 0, True
        self._held = self.transport.is_closing() or self._goes_straight()
        if not self._held:
            self._pass_on(self.app)

    def _goes_straight(self) -> bool:
        return (
            self._shortcut is not None
            and self._answered < _TURN
            and (self.cycle is None or self.cycle.response_complete)
            and not self.expect_100_continue
            and not self.flow.write_paused
            and not self.parser.should_upgrade()
            and self.parser.get_method() != b"HEAD"
            and self.url.isascii()
        )

    def on_body(self, body: bytes) -> None:
        self._unheard = 0
        if self._held:
            self._body += body
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._unheard = 0
        if not self._held:
            super().on_message_complete()
            return
        self._held = False
        if self._shortcut is not None and not self.transport.is_closing():
            self._answer(self._shortcut)

    def data_received(self, data: bytes) -> None:
        self._answered = 0
        self._unheard += len(data)
        super().data_received(data)
        if self._unheard > _UNHEARD and not self.transport.is_closing():
            self.send_400_response("The head of this request is too long.")
        if self._held:  # the rest of its body is still on the way
            self._held = False
            if not self.transport.is_closing():
                self._pass_on(self.app)
                super().on_body(self._body)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def shutdown(self) -> None:
        if self.cycle is not None:
            scope: dict[str, Any] = self.cycle.scope  # type: ignore[assignment]
            scope["state"][STOPPING] = True
        super().shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        # uvicorn tells the last request that has come; the one being answered may stand before it.
        if self._running is not None and not self._running.response_complete:
            self._running.disconnected = True
            self._running.message_event.set()
        super().connection_lost(exc)

    def _pass_on(self, app: ASGIApp) -> None:
        """Begin uvicorn's way with a request whose head has been read."""
        url, headers, expected = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()  # makes the scope, which holds the list of headers
        self.url, self.expect_100_continue = url, expected
        self.headers += headers
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]
        scope[ABORT] = self.transport.abort
        own, self.app = self.app, app
        try:
            super().on_headers_complete()
        finally:
            self.app = own

    def _answer(self, shortcut: Shortcut) -> None:
        self._answered += 1
        url, method = httptools.parse_url(self.url), self.parser.get_method().decode()
        try:
            found = shortcut.answer(method, url.path, url.query or b"", self.headers, self.scheme or "http", self._body)
            if not callable(found):
                self._write(*found)
                return
        except Exception as error:
            found = _raising(error)  # uvicorn says so in its log and answers 500
        self._pass_on(found)
        super().on_body(self._body)
        super().on_message_complete()

    def _write(self, status: int, headers: Headers, body: bytes) -> None:
        """Send an answer in one piece, and wait for the next request."""
        closes = self.parser.get_http_version() == "1.0" or not self.parser.should_keep_alive()
        parts = [STATUS_LINE[status]]
        for name, value in (*self.server_state.default_headers, *headers):
            parts.append(_line(name, value))
            closes = closes or (name == b"connection" and b"close" in value.lower())
        if closes and b"connection: close\r\n" not in parts:
            parts.append(b"connection: close\r\n")
        self.transport.write(b"".join((*parts, b"\r\n", body)))
        if closes:
            self.transport.close()
        self.on_response_complete()


@lru_cache(maxsize=1024)
def _header(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """A header with its name in lower case; one for all requests that have it, of which the journal keeps many."""
    return name.lower(), value


@lru_cache(maxsize=4096)
def _line(name: bytes, value: bytes) -> bytes:
    """A header as it is sent. Raises RuntimeError, as uvicorn does, for what would not be one header."""
    if HEADER_RE.search(name) or HEADER_VALUE_RE.search(value):
        raise RuntimeError(f"invalid HTTP header {name!r}: {value!r}")
    return b"%b: %b\r\n" % (name.lower(), value)


def _raising(error: Exception) -> ASGIApp:
    async def app(*_: Any) -> None:
        raise error

    return app
