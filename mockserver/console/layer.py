"""The layer that the console is: it lets in whom the control API lets in, and renders pages beside the event loop.

Pages are made in a few threads, never on the loop, which belongs to the vendors' traffic; what they ask of the control
API is carried out on the loop, as any request is.
"""

from __future__ import annotations

import asyncio
import html
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import anyio
import anyio.to_thread
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.console.control import Answered, Control, ask
from mockserver.console.visit import Visit
from mockserver.inside import scope_of
from mockserver.settings import Settings

if TYPE_CHECKING:
    from mockserver.console.pages import Pages

CONSOLE = "_console"
_BASE = f"/{CONSOLE}"
_STREAM, _STATIC, _LOGIN = f"{_BASE}/stream/", f"{_BASE}/static/", f"{_BASE}/login"
# What of the control API is handed on as it is, of the world that is named behind: too much to be made a page of.
_HANDED_ON = {_STREAM: "journal/stream", f"{_BASE}/save/": "snapshot"}
_THREADS = 4
_HEADERS: dict[str, str] = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # without a referrer, a form's Origin is `null`
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
_RAW = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]


class Console:
    """Answers `/_console/…`, and passes everything else on to the `app` it stands before."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self.app = app
        self._settings = settings
        self._pages: Pages | None = None
        self._threads: anyio.CapacityLimiter | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self.takes(scope["path"]):
            await self.app(scope, receive, send)
        else:
            await self._answer(Visit(scope, self._settings), scope, receive, _guarded(send))

    @staticmethod
    def takes(path: str) -> bool:
        """Whether a decoded path is one of the console's."""
        return f"{path}/".startswith(f"{_BASE}/")

    async def _answer(self, visit: Visit, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if visit.from_elsewhere:
            await _send_html(send, 200, _onward(path, scope["query_string"].decode("latin-1")))
            return
        verdict = await ask(self.app, "GET", "/health", visit.judged)
        if verdict.status == 401 and path != _LOGIN and not path.startswith(_STATIC):
            await self._ask_for_token(visit, scope, send)
        elif verdict.status not in (200, 401):
            await _send_html(send, verdict.status, _refusal(verdict))
        elif path.startswith(tuple(_HANDED_ON)) and visit.method == "GET":
            await self._hand_on(visit, scope, receive, send)
        else:
            await self._render(visit, scope, receive, send)

    async def _ask_for_token(self, visit: Visit, scope: Scope, send: Send) -> None:
        if visit.method != "GET" or scope["path"].startswith(_STREAM):
            await _send_html(send, 401, "<h1>The control token is needed</h1>")
            return
        query = scope["query_string"].decode("latin-1")
        wanted = scope["path"] + (f"?{query}" if query else "")
        await _send(send, 303, b"", [(b"location", f"{_LOGIN}?next={quote(wanted, safe='')}".encode())])

    async def _hand_on(self, visit: Visit, scope: Scope, receive: Receive, send: Send) -> None:
        """An answer of the control API, for a script or a download that has no token to send along."""
        base = next(it for it in _HANDED_ON if scope["path"].startswith(it))
        world = quote(scope["path"].removeprefix(base), safe="")
        query = scope["query_string"].decode("latin-1")
        asked = scope_of("GET", f"/_control/worlds/{world}/{_HANDED_ON[base]}?{query}", ())
        resumed = [(name, value) for name, value in scope["headers"] if name == b"last-event-id"]
        # The state is what tells a stream that the server stops.
        state = scope.get("state", {})
        await self.app({**scope, **asked, "headers": [*visit.judged, *resumed], "state": state}, receive, send)

    async def _render(self, visit: Visit, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(receive, self._settings.body_limit)
        if body is None:
            await _send_html(send, 413, "<h1>This is more than the server takes</h1>")
            return
        control = Control(self.app, visit.judged, asyncio.get_running_loop())
        self._threads = self._threads or anyio.CapacityLimiter(_THREADS)
        made = await anyio.to_thread.run_sync(self._page, visit, control, scope, body, limiter=self._threads)
        await _send(send, *made)

    def _page(
        self, visit: Visit, control: Control, scope: Scope, body: bytes
    ) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
        if self._pages is None:
            from mockserver.console.pages import Pages  # importing Flask takes a quarter of a second

            self._pages = Pages(_BASE)
        return self._pages.render(visit, control, scope, body)


def _guarded(send: Send) -> Send:
    """Every answer tells the browser to run nothing but our scripts, and to show it in no other page."""

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = [(name, value) for name, value in message["headers"] if name.decode("latin-1") not in _HEADERS]
            message = {**message, "headers": [*own, *_RAW]}
        await send(message)

    return guarded


async def _body(receive: Receive, limit: int) -> bytes | None:
    """The whole body; None when it is over the limit, or nobody waits for an answer any more."""
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            return None
        more = message.get("more_body", False)
    return b"".join(parts)


async def _send(send: Send, status: int, body: bytes, headers: Sequence[tuple[bytes, bytes]]) -> None:
    length = (b"content-length", b"%d" % len(body))
    kept = [(name, value) for name, value in headers if name != b"content-length"]
    await send({"type": "http.response.start", "status": status, "headers": [*kept, length]})
    await send({"type": "http.response.body", "body": body})


async def _send_html(send: Send, status: int, text: str, head: str = "") -> None:
    page = f'<!doctype html><html lang="en"><title>bodydouble</title>{head}<main>{text}</main></html>'
    await _send(send, status, page.encode(), [(b"content-type", b"text/html; charset=utf-8")])


def _onward(path: str, query: str) -> str:
    """A page that leads on to itself. What a page of another site asked for, our own page asks for now, so a link to
    the console works wherever it stands, and a page of another site has still been given nothing."""
    url = html.escape(quote(path) + (f"?{query}" if query else ""))
    return f'<meta http-equiv="refresh" content="0; url={url}"><a href="{url}">On to the console</a>'


def _refusal(verdict: Answered) -> str:
    return "".join(_lines(verdict.errors)) or f"<h1>The control API answered {verdict.status}</h1>"


def _lines(errors: Iterable[dict[str, Any]]) -> Iterable[str]:
    for error in errors:
        yield f"<h1>{html.escape(error['message'])}</h1><p>{html.escape(error.get('hint', ''))}</p>"
