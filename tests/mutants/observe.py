"""What a client sees of a mock in this process: the answers to a script, and to the spec's own examples."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode

import orjson

import mockserver.callbacks.sender
import mockserver.control.operation
import mockserver.fixtures
import specs
from mockserver.app import create_app
from mockserver.callbacks.destination import Place
from mockserver.clock import epoch
from mockserver.outbox import Post
from mockserver.settings import Settings
from specs.codecs import is_json
from tests.mutants.steps import Advance, Hear, Script, Send, Switched, basic

_UNSEEN = ("content-length", "bodydouble-reason")  # the first follows from the body, the second is not the vendor's
_PLACE = re.compile(r"\{\{(\w+)\}\}")
_CREDENTIALS = {"vibes": {"authorization": basic("VibesUser")}}
_numbers = count(1)


@dataclass(frozen=True)
class Seen:
    """An answer, as far as a contract can speak of it."""

    status: int
    headers: frozenset[tuple[str, str]]
    body: bytes


class Watched:
    """A mock of one vendor in this process; every script runs in a world of its own, whose clock stands still."""

    def __init__(self, vendor: str) -> None:
        self.vendor = vendor
        self._runner = asyncio.Runner()
        with _parsed_once():
            self._app = create_app(Settings(vendors=(vendor,)))

    def close(self) -> None:
        self._runner.close()

    def answers(self, script: Script) -> list[Seen]:
        """The answers to the requests of a script, and what receivers heard, in order."""
        world = f"probe{next(_numbers)}"
        self._app.worlds.create(world, frozen_at=epoch("2026-01-31T08:00:00Z"))
        found: list[Seen] = []
        known: dict[str, str] = {}
        for step in script:
            match step:
                case Advance():
                    self._control("POST", f"{world}/clock/advance", {"seconds": step.seconds})
                case Switched():
                    self._control("PATCH", f"{world}/switches/{self.vendor}", step.values)
                case Hear():
                    found.append(self._heard(world, step.status))
                    known.update(_members(found[-1]))
                case Send():
                    path = _PLACE.sub(lambda match: quote(known[match[1]], safe=""), step.path)
                    body = step.body
                    for name, value in known.items():
                        body = body.replace(f"{{{{{name}}}}}".encode(), value.encode())
                    found.append(self._send(step.method, f"/w/{world}/{self.vendor}{path}", body, step.headers))
                    known.update(_members(found[-1]))
        self._app.worlds.drop(world)
        return found

    def _heard(self, world: str, status: int) -> Seen:
        """What a world sends to receivers that answer with a status; nothing leaves this process."""
        told: list[dict[str, Any]] = []

        async def receive(post: Post, place: Place, seconds: float) -> int:
            headers, body = dict(post.headers), orjson.loads(post.body)
            told.append({"method": post.method, "url": post.url, "headers": headers, "body": body})
            return status

        with ExitStack() as stack:
            stack.callback(setattr, mockserver.callbacks.sender, "send", mockserver.callbacks.sender.send)
            mockserver.callbacks.sender.send = receive
            self._control("POST", f"{world}/wait-for-callbacks", {})
        return Seen(200, frozenset(), orjson.dumps(told))

    def _control(self, method: str, path: str, body: Any) -> None:
        headers = {"content-type": "application/json"}
        answer = self._send(method, f"/_control/worlds/{path}", orjson.dumps(body), headers)
        assert answer.status < 300, answer

    def _send(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Seen:
        return self._runner.run(_carry(self._app, method, target, body, headers))


async def _carry(app: Any, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Seen:
    """Straight to the ASGI application: a client library would take most of the time, thousands of times."""
    path, _, query = target.partition("?")
    given = {"host": "127.0.0.1", **headers, **({"content-length": str(len(body))} if body else {})}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    shown = ((name.decode(), value.decode()) for name, value in sent[0]["headers"])
    content = b"".join(message.get("body", b"") for message in sent[1:])
    return Seen(sent[0]["status"], frozenset(pair for pair in shown if pair[0] not in _UNSEEN), content)


@contextmanager
def _parsed_once() -> Iterator[None]:
    """Inside, a document is read and made a Spec the first time only: most of what a start takes, and here are hundreds
    of starts. A mutant of the spec changes a copy."""
    places: Sequence[Any] = (specs, mockserver.control.operation, mockserver.fixtures)
    with ExitStack() as stack:
        for place in places:
            for name, once in (("load", _load), ("Spec", _spec)):
                if hasattr(place, name):
                    stack.callback(setattr, place, name, getattr(place, name))
                    setattr(place, name, once)
        yield


_load = cache(specs.load)
_Spec = specs.Spec
_known: dict[int, specs.Spec] = {}


def _spec(vendor: str, path: Path, document: dict[str, Any]) -> specs.Spec:
    if id(document) not in _known:
        _known[id(document)] = _Spec(vendor, path, document)
    return _known[id(document)]


def examples(vendor: str) -> dict[str, list[Send]]:
    """Calls of every operation, made of the examples in the spec: one, or two with different bodies."""
    found: dict[str, list[Send]] = {}
    for operation in specs.read(vendor).operations.values():
        path, headers = operation.path, dict(_CREDENTIALS.get(vendor, {}))
        asked = {}
        for parameter in operation.parameters:
            if parameter.place == "path":
                path = path.replace(f"{{{parameter.name}}}", quote(str(parameter.example), safe=""))
            elif parameter.place == "query":
                asked[parameter.name] = parameter.example
            else:
                headers[parameter.name] = str(parameter.example)
        path += f"?{urlencode(asked)}" if asked else ""
        bodies = [(media.type, value) for media in operation.body.values() for value in media.examples.values()]
        calls = [
            Send(operation.method, path, _encoded(media_type, value), {**headers, "content-type": media_type})
            for media_type, value in bodies
        ]
        found[operation.id] = calls[:2] or [Send(operation.method, path, b"", headers)]
    return found


def _encoded(media_type: str, value: Any) -> bytes:
    return orjson.dumps(value) if is_json(media_type) else str(value).encode()


def _members(answer: Seen) -> dict[str, str]:
    """All members of a JSON answer whose values are text, by name; elements of an XML answer likewise."""
    if answer.body[:1] == b"<":
        return dict(re.findall(r"<(\w+)>([^<]*)</", answer.body.decode()))
    found: dict[str, str] = {}
    try:
        todo: list[Any] = [orjson.loads(answer.body or b"{}")]
    except orjson.JSONDecodeError:
        return {}
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            found.update({name: item for name, item in value.items() if isinstance(item, str)})
            todo.extend(value.values())
        elif isinstance(value, list):
            todo.extend(value)
    return found
