"""Requests to the application from inside its own process: no socket, no port to know, the same worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Scope

RawHeaders = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back: 0 and nothing where the connection would have been closed. `scope` is what the layers left."""

    status: int
    body: bytes
    scope: Scope


async def send(app: ASGIApp, method: str, target: str, headers: RawHeaders, body: bytes = b"") -> Answered:
    """Send one request, and wait for its whole answer. `target` is as it goes over the wire."""
    received: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def keep(message: Message) -> None:
        received.append(message)

    scope = scope_of(method, target, headers)
    await app(scope, receive, keep)
    status = next((message["status"] for message in received if message["type"] == "http.response.start"), 0)
    return Answered(status, b"".join(message.get("body", b"") for message in received), scope)


def scope_of(method: str, target: str, headers: RawHeaders) -> Scope:
    """A request as ASGI has it."""
    path, _, query = target.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode("latin-1", "replace"),
        "query_string": query.encode("latin-1", "replace"),
        "root_path": "",
        "headers": list(headers),
        "client": None,
        "server": None,
        "state": {},
    }
