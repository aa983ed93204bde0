"""A receiver of the gate's own, to which a target sends callbacks; what arrives is held against the spec's `callbacks`.

A mock on this machine reaches it as it is. Anything else does through a public URL of the user's (`--callback-url`)
that is passed on to a port of this machine; without one, recipes that need a receiver are not provokable.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any, Protocol, runtime_checkable
from urllib.parse import urlsplit

import orjson

from contracts import environment
from contracts.client import Client
from contracts.exchange import Request
from contracts.finding import NotProvokable
from contracts.receiver.callbacks import documented
from contracts.validity import typed
from specs import Operation, Spec

DESCRIBED, TRIED = "callback-as-described", "callback-tried-again"
_PATIENCE = 10.0
# Of a real vendor no document says when a callback comes; what has not by then is a question, and a finding.
_PATIENCE_ELSEWHERE = 30.0


@dataclass(frozen=True)
class Heard:
    """One request that arrived. `path` is what the registered URL has after the receiver's own."""

    method: str
    headers: dict[str, str]
    content: bytes
    path: str = ""

    @cached_property
    def body(self) -> Any:
        """Decoded; None when it is no JSON."""
        try:
            return orjson.loads(self.content)
        except orjson.JSONDecodeError:
            return None

    @property
    def request(self) -> Request:
        """As it is shown to people."""
        return Request(self.method, self.path, tuple(self.headers.items()), self.content)


class Ear:
    """What was sent to `url` so far.

    `path` is a part of the URL that no other has: what is sent to another one, late, is answered and not heard.
    """

    def __init__(self, client: Client, base: str) -> None:
        self.path = f"/gate-{environment.token()}"
        self.url = base.rstrip("/") + self.path
        self.heard: list[Heard] = []
        self._answers = [204]
        self._client = client

    def answer(self, *statuses: int) -> None:
        """Answer with these statuses from now on; the last of them stays."""
        self._answers = list(statuses)

    def wait(self, count: int = 0) -> list[Heard]:
        """All that arrived, once a mock has nothing left that is due; anything else is given some time for `count`."""
        if self._client.has_world:
            self._client.world.wait_for_callbacks(_PATIENCE)
            return self.heard
        end = environment.now() + _PATIENCE_ELSEWHERE
        while len(self.heard) < count and environment.now() < end:
            environment.sleep(0.05)
        return self.heard

    def of(self, path: str) -> Ear | None:
        """The one that hears what is sent to a path; None for what comes too late to be heard."""
        return self if self.path in path else None

    def hear(self, heard: Heard) -> int:
        """Keep a request, and the status to answer."""
        self.heard.append(heard)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    def end(self) -> None:
        """A recipe has done what it wanted to be told of."""

    def judge(self, callback: str, heard: Heard, method: str = "POST") -> None:
        """Findings of `callback-as-described` for what does not look like the spec's callback of that name."""
        wrong = list(objections(self._client.spec, documented(self._client.spec).by_name[callback], heard, method))
        words = f"{callback} as the spec's callbacks describe it"
        self._client.expect(not wrong, DESCRIBED, words, "; ".join(wrong[:3]))


@runtime_checkable
class Hears(Protocol):
    """A customer that hears in its own way: of two sides at once."""

    def ear(self, base: str) -> Ear:
        """What hears below this URL. Raises NotProvokable when nothing could reach it."""


def objections(spec: Spec, described: Operation, heard: Heard, method: str) -> Iterator[str]:
    """Where a request that arrived is not what the document says of a callback."""
    if heard.method != method:
        yield f"sent by {heard.method}, not {method}"
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
    heed(client)
    server = _Server(("127.0.0.1", client.callback_port), _Handler)
    base = public or f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        server.ear = ear = client.ear(base) if isinstance(client, Hears) else Ear(client, base)
        yield ear
        ear.end()
    finally:
        server.shutdown()
        server.server_close()


def heed(client: Client) -> None:
    """Raises NotProvokable when nothing that a customer's target sends could reach this machine."""
    reason = barrier(client.callback_url, client.world.url if client.has_world else None)
    if reason:
        raise NotProvokable(reason)


def barrier(public: str | None, control: str | None) -> str:
    """Why what a target sends cannot arrive here; empty when it can. `control` is the URL of a mock's control API."""
    if public is not None or (control is not None and _is_here(control)):
        return ""
    return "its callbacks do not reach this machine: name a public URL that does (--callback-url)"


def untried(spec: Spec, operations: Iterable[str], public: str | None, control: str | None) -> str:
    """A note for people when some of the operations have callbacks that cannot arrive here; empty when all can."""
    reason = barrier(public, control)
    has = any("callbacks" in spec.operations[name].raw for name in operations)
    return f"callbacks are not tried: {reason}" if reason and has else ""


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
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        ear = self.server.ear.of(self.path)
        status, url = 204, ""
        if ear is not None:
            headers = {name.lower(): it for name, it in self.headers.items()}
            heard = Heard(self.command, headers, content, self.path.partition(ear.path)[2])
            status, url = ear.hear(heard), ear.url
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", url)
        if status != 204:
            self.send_header("Content-Length", "0")
        self.end_headers()


def _is_here(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
