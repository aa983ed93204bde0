"""Calls on an application in this process, every answer of the control API held to its own description."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any

import httpx
import orjson

from mockserver.app import create_app
from mockserver.control import control_vendor
from mockserver.settings import Settings
from specs import Operation

LOCAL = "http://127.0.0.1:8080"
SPEC = control_vendor(Settings()).spec


class Api:
    """An application and a client of it; use as a context."""

    def __init__(self, settings: Settings, url: str = LOCAL) -> None:
        self.app = create_app(settings)
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=url)

    def __enter__(self) -> Api:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()
        self.app.worlds.store.close()

    def __call__(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """Ask for a path below `/_control`."""
        reply = self.vendor(method, "/_control" + path, body, **options)
        operation = find(method, path.partition("?")[0])
        if operation is not None:
            check(operation, reply)
        return reply

    def vendor(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """Ask for any path."""
        if body is not None:
            options |= {"content": orjson.dumps(body)}
            options["headers"] = {"Content-Type": "application/json", **options.get("headers", {})}
        return self._runner.run(self._client.request(method, path, **options))

    def ok(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """The decoded answer to what must succeed."""
        reply = self(method, path, body, **options)
        assert reply.is_success, f"{method} {path}: {reply.status_code} {reply.text}"
        return reply.json() if reply.content else None

    def together(self, *requests: tuple[str, str]) -> list[httpx.Response]:
        """Send requests at the same time."""

        async def send() -> list[httpx.Response]:
            return await asyncio.gather(*[self._client.request(method, path) for method, path in requests])

        return self._runner.run(send())


def find(method: str, path: str) -> Operation | None:
    """The operation of a request; None for a path or method that is not described."""
    steps = path.strip("/").split("/")
    for operation in SPEC.operations.values():
        wanted = operation.path.strip("/").split("/")
        pairs = zip(wanted, steps, strict=False)
        if operation.method != method or len(wanted) != len(steps):
            continue
        if all(want == step or want.startswith("{") for want, step in pairs):
            return operation
    return None


def check(operation: Operation, reply: httpx.Response) -> None:
    """The answer is documented, and its body is as the document says. A broken contract of the mock is a 500."""
    response = operation.responses.get(str(reply.status_code))
    if response is None and reply.status_code == 413:
        return
    assert response is not None, f"{operation.id}: {reply.status_code} {reply.text}"
    if not response.content:
        assert reply.content == b""
        return
    kind = reply.headers["content-type"]
    media = response.content[kind]
    assert media.schema is not None
    if kind == "text/event-stream":
        return
    assert kind == "application/json"
    problems = [str(it) for it in SPEC.schemas.validator(media.schema, "response").problems(reply.json(), "body")]
    assert problems == [], operation.id


def messages(reply: httpx.Response) -> str:
    """What the errors of an answer say."""
    return " | ".join(error["message"] + " " + error.get("hint", "") for error in reply.json()["errors"])
