"""A receiver of the gate's own, to which a mock sends callbacks; what arrives is held against the spec's `callbacks`.

Only a mock on this machine can reach it, so recipes that need one are not provokable anywhere else.
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

from contracts.client import Client
from contracts.finding import NotProvokable
from contracts.receiver.callbacks import Callbacks
from contracts.validity import typed
from specs import Operation

DESCRIBED, TRIED = "callback-as-described", "callback-tried-again"
_PATIENCE = 10.0


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
    """What was sent to `url` so far. `answers` are the statuses to come, the last of which stays."""

    def __init__(self, client: Client, url: str) -> None:
        self.url = url
        self.answers = [204]
        self.heard: list[Heard] = []
        self._client, self._world = client, client.world
        self._described = Callbacks(client.spec).by_name

    def wait(self) -> list[Heard]:
        """All that arrived, once the mock has nothing left that is due."""
        self._world.wait_for_callbacks(_PATIENCE)
        return self.heard

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
    """A receiver on a free port of this machine, while the block lasts. Raises NotProvokable when nothing of the target
    could reach it."""
    if not _is_here(client.world.url):
        raise NotProvokable("its callbacks do not reach this machine")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.ear = ear = Ear(client, f"http://127.0.0.1:{server.server_address[1]}/gate")  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield ear
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Nothing is printed."""

    def do_PUT(self) -> None:
        """As a POST: the registration names the method."""
        self.do_POST()

    def do_POST(self) -> None:
        """Keep the request, and answer what is next."""
        ear: Ear = self.server.ear  # type: ignore[attr-defined]
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        ear.heard.append(Heard(self.command, {name.lower(): it for name, it in self.headers.items()}, content))
        status = ear.answers.pop(0) if len(ear.answers) > 1 else ear.answers[0]
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
