"""A receiver of the gate's own, to which a target sends callbacks; what arrives is held against the spec's `callbacks`.

A mock on this machine reaches it as it is. Anything else does through a public URL of the user's (`--callback-url`)
that is passed on to a port of this machine; without one, recipes that need a receiver are not provokable.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import orjson

from contracts import environment
from contracts.client import Client
from contracts.finding import NotProvokable
from contracts.receiver.callbacks import Callbacks
from contracts.validity import typed
from specs import Operation

DESCRIBED, TRIED = "callback-as-described", "callback-tried-again"
_PATIENCE = 10.0
# Of a real vendor no document says when a callback comes; what has not by then is a question, and a finding.
_PATIENCE_ELSEWHERE = 30.0


@dataclass(frozen=True)
class Heard:
    """One request that arrived."""

    method: str
    headers: dict[str, str]
    content: bytes

    @cached_property
    def body(self) -> Any:
        """Decoded; None when it is no JSON."""
        try:
            return orjson.loads(self.content)
        except orjson.JSONDecodeError:
            return None


class Ear:
    """What was sent to `url` so far. `answers` are the statuses to come, the last of which stays.

    `path` is a part of the URL that no other has: what is sent to another one, late, is answered and not heard.
    """

    def __init__(self, client: Client, base: str) -> None:
        self.path = f"/gate-{environment.token()}"
        self.url = base.rstrip("/") + self.path
        self.answers = [204]
        self.heard: list[Heard] = []
        self._client = client
        self._described = Callbacks(client.spec).by_name

    def wait(self, count: int = 0) -> list[Heard]:
        """All that arrived, once a mock has nothing left that is due; anything else is given some time for `count`."""
        if self._client.has_world:
            self._client.world.wait_for_callbacks(_PATIENCE)
            return self.heard
        end = environment.now() + _PATIENCE_ELSEWHERE
        while len(self.heard) < count and environment.now() < end:
            environment.sleep(0.05)
        return self.heard

    def hear(self, path: str, heard: Heard) -> int:
        """Keep a request, and the status to answer."""
        if self.path not in path:
            return 204
        self.heard.append(heard)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def judge(self, callback: str, heard: Heard, method: str = "POST") -> None:
        """Findings of `callback-as-described` for what does not look like the spec's callback of that name."""
        wrong = list(self._objections(self._described[callback], heard, method))
        words = f"{callback} as the spec's callbacks describe it"
        self._client.expect(not wrong, DESCRIBED, words, "; ".join(wrong[:3]))

    def _objections(self, described: Operation, heard: Heard, method: str) -> Iterator[str]:
        if heard.method != method:
            yield f"sent by {heard.method}, not {method}"
        spec = self._client.spec
        for parameter in described.parameters:
            if parameter.place != "header":
                continue
            text = heard.headers.get(parameter.name.lower())
            if text is None:
                if parameter.required:
                    yield f"the header {parameter.name} is missing"
                continue
            value = typed(text, parameter.schema.get("type"))
            for problem in spec.schemas.validator(parameter.schema, "request").problems(value, parameter.name):
                yield str(problem)
        media = next(iter(described.body.values()), None)
        if media is not None and media.schema is not None:
            for problem in spec.schemas.validator(media.schema, "response").problems(heard.body, "body"):
                yield str(problem)


@contextmanager
def listening(client: Client) -> Iterator[Ear]:
    """A receiver on this machine, while the block lasts. Raises NotProvokable when nothing of the target could reach
    it."""
    public = client.callback_url
    reason = barrier(public, client.world.url if client.has_world else None)
    if reason:
        raise NotProvokable(reason)
    server = _Server(("127.0.0.1", client.callback_port), _Handler)
    server.ear = ear = Ear(client, public or f"http://127.0.0.1:{server.server_address[1]}")
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield ear
    finally:
        server.shutdown()
        server.server_close()


def barrier(public: str | None, control: str | None) -> str:
    """Why what a target sends cannot arrive here; empty when it can. `control` is the URL of a mock's control API."""
    if public is not None or (control is not None and _is_here(control)):
        return ""
    return "its callbacks do not reach this machine: name a public URL that does (--callback-url)"


def trouble(port: int) -> str:
    """Why nobody can listen at a port of this machine; empty when somebody can."""
    try:
        _Server(("127.0.0.1", port), _Handler).server_close()
    except OSError as error:
        return str(error.strerror or error)
    return ""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    ear: Ear


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Nothing is printed."""

    def do_PUT(self) -> None:
        """As a POST: the registration names the method."""
        self.do_POST()

    def do_POST(self) -> None:
        """Keep the request, and answer what is next."""
        ear = self.server.ear
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        heard = Heard(self.command, {name.lower(): it for name, it in self.headers.items()}, content)
        status = ear.hear(self.path, heard)
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", ear.url)
        if status != 204:
            self.send_header("Content-Length", "0")
        self.end_headers()


def _is_here(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
