"""Calls of the control API through the application itself: no socket, no port to know, the same worker."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from starlette.types import ASGIApp

from mockserver import inside
from mockserver.inside import RawHeaders

_BASE = "/_control"
_TIMEOUT = 60.0  # seconds that a page waits for an answer


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer of the control API. `value` is its decoded body, None without one."""

    status: int
    value: Any

    @property
    def errors(self) -> list[dict[str, str]]:
        """What is wrong, as `{"message", "hint"}`; empty when nothing is."""
        found: list[dict[str, str]] = self.value.get("errors", []) if isinstance(self.value, dict) else []
        return found if self.status >= 400 else []


class ControlError(Exception):
    """The control API refused; `answered` says why. A page that does not catch it becomes a page about the refusal."""

    def __init__(self, answered: Answered) -> None:
        self.answered = answered
        super().__init__("; ".join(error["message"] for error in answered.errors) or f"status {answered.status}")


class Control:
    """The control API for pages, which run in threads. Paths are below `/_control`; `path` puts names into them safely.

        control.get(path("worlds", world, "journal"), limit=20)

    Every call returns the decoded answer, and raises ControlError for a refusal.
    """

    def __init__(self, app: ASGIApp, headers: RawHeaders, loop: asyncio.AbstractEventLoop) -> None:
        self._app = app
        self._headers = headers
        self._loop = loop

    def with_headers(self, headers: RawHeaders) -> Control:
        """The same for somebody who is known by other headers."""
        return Control(self._app, headers, self._loop)

    def get(self, path: str, **query: Any) -> Any:
        return self._call("GET", path, None, query)

    def post(self, path: str, body: Any = None, **query: Any) -> Any:
        return self._call("POST", path, {} if body is None else body, query)

    def put(self, path: str, body: Any, **query: Any) -> Any:
        return self._call("PUT", path, body, query)

    def patch(self, path: str, body: Any, **query: Any) -> Any:
        return self._call("PATCH", path, body, query)

    def delete(self, path: str, **query: Any) -> Any:
        return self._call("DELETE", path, None, query)

    def _call(self, method: str, path: str, body: Any, query: Mapping[str, Any]) -> Any:
        asked = ask(self._app, method, path, self._headers, body, query)
        answered = asyncio.run_coroutine_threadsafe(asked, self._loop).result(_TIMEOUT)
        if answered.status >= 400:
            raise ControlError(answered)
        return answered.value


def path(*steps: str) -> str:
    """A path below `/_control` from its segments, each encoded: a world may be named as it likes."""
    return "/" + "/".join(quote(step, safe="") for step in steps)


async def ask(
    app: ASGIApp,
    method: str,
    path: str,
    headers: RawHeaders,
    body: Any = None,
    query: Mapping[str, Any] | None = None,
) -> Answered:
    """Ask the control API; values of the query that are None or "" are left out. A body that is not JSON (a number of
    more than 64 bits, half a surrogate pair, what is nested too deep) is refused as the control API refuses one."""
    wanted = {name: value for name, value in (query or {}).items() if value not in (None, "")}
    try:
        sent = b"" if body is None else orjson.dumps(body)
    except TypeError as error:
        return Answered(422, {"errors": [{"message": f"this cannot be sent as JSON: {error}"}]})
    extra = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(sent))] if sent else []
    target = _BASE + path + (f"?{urlencode(wanted, doseq=True)}" if wanted else "")
    answered = await inside.send(app, method, target, [*headers, *extra], sent)
    return Answered(answered.status, orjson.loads(answered.body) if answered.body else None)
