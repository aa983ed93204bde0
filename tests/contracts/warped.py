"""Stands in front of a mock and warps its answers: objects become texts, texts lists, lists nothing.

The control API is passed on as it is, so that a run gets as far as it would with the mock. The same seed warps the same
way, request by request.
"""

from __future__ import annotations

import http.client
import json
import random
import threading
from typing import Any
from urllib.parse import urlsplit

from tests.contracts.local import Local, Quiet

_DEEP = b"[" * 100_000
_WHOLE: tuple[Any, ...] = (
    None,
    [],
    {},
    [1, 2.5, None],
    "text",
    7,
    True,
    [[]],
    {"": {}},
    [{"errors": [3]}],
    {"errors": 1},
)
_PARTS: tuple[Any, ...] = (None, "x", -1, 1e300, 2**70, True, [], {}, [None, 4], {"id": {"id": []}}, "\x00é", [[{}]])
_SHARE = 0.6


Answer = tuple[int, bytes]


class Front(Local):
    """Serves on 127.0.0.1 in front of the mock at `origin` while its `with` block lasts; what is between is lost."""

    def __init__(self, origin: str) -> None:
        self.lock = threading.Lock()
        self.mock = urlsplit(origin).netloc
        super().__init__(_Handler)

    def instead(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer | None:
        """What to answer in place of the mock; changed headers are those that it gets."""
        return None

    def warp(self, body: bytes) -> bytes:
        """What becomes of the body of an answer."""
        return body


class Warped(Front):
    """Warps a share of the bodies."""

    def __init__(self, origin: str, seed: int, share: float = _SHARE) -> None:
        super().__init__(origin)
        self.dice, self.share = random.Random(seed), share
        self.warped = 0

    def warp(self, body: bytes) -> bytes:
        """Another body, most of the time."""
        dice = self.dice
        if dice.random() > self.share:
            return body
        self.warped += 1
        try:
            value = json.loads(body)
        except ValueError:
            parts = body.split(b">")
            dice.shuffle(parts)
            return dice.choice(
                [b">".join(parts), body.replace(b"</", b"<x/></", 1), b"<r><a/><a>1</a></r>", b"<", b"{}"]
            )
        if dice.random() < 0.02:
            return _DEEP
        if dice.random() < 0.3:
            return json.dumps(dice.choice(_WHOLE)).encode()
        return json.dumps(self._bent(value)).encode()

    def _bent(self, value: Any) -> Any:
        """The same with one or more of its parts of another kind."""
        if isinstance(value, dict) and value and self.dice.random() < 0.85:
            name = self.dice.choice([*value])
            return {**value, name: self._bent(value[name])}
        if isinstance(value, list) and value and self.dice.random() < 0.85:
            place = self.dice.randrange(len(value))
            return [*value[:place], self._bent(value[place]), *value[place + 1 :]]
        return self.dice.choice(_PARTS)


class _Handler(Quiet):
    owner: Front

    def setup(self) -> None:
        super().setup()
        self.behind = http.client.HTTPConnection(self.owner.mock)

    def finish(self) -> None:
        self.behind.close()
        super().finish()

    def answer(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers, others = dict(self.headers), self.path.startswith("/_control")
        with self.owner.lock:
            instead = None if others else self.owner.instead(self.command, self.path, headers, content)
        if instead is not None:
            self.reply(instead[0], [("Content-Type", "application/json")], instead[1])
            return
        self.behind.request(self.command, self.path, content, headers)
        response = self.behind.getresponse()
        body = response.read()
        if body and not others:
            with self.owner.lock:
                body = self.owner.warp(body)
        self.reply(response.status, response.getheaders(), body)

    def reply(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "date", "server", "connection", "transfer-encoding"):
                self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
