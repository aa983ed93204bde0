"""What a client sees of a mock in this process: the answers to a script, and to the spec's own examples."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
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
from specs.operations import Parameter
from tests.mutants.steps import TOKEN, Advance, Hear, Script, Send, Signed, Switched, basic

_UNSEEN = ("content-length", "bodydouble-reason")  # the first follows from the body, the second is not the vendor's
_PLACE = re.compile(r"\{\{(\w+)\}\}")
_CREDENTIALS = {"vibes": {"authorization": basic("VibesUser")}, "accengage": {"authorization": TOKEN}}
_DEVICE = {"authorization": "MobileAppToken bodydouble-default-device-token"}
_BY_DEVICES = {("device_token",), ("former_device_token",)}
_MAKE: dict[str, type[Send]] = {"accengage": Signed}
_WORLD = "probe"  # always the same name: links have it in them


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
        self._app.worlds.create(_WORLD, frozen_at=epoch("2026-01-31T08:00:00Z"))
        try:
            return [*self._seen(script)]
        finally:
            self._app.worlds.drop(_WORLD)

    def _seen(self, script: Script) -> Iterator[Seen]:
        known: dict[str, str] = {}
        for step in script:
            match step:
                case Advance():
                    self._control("POST", f"{_WORLD}/clock/advance", {"seconds": step.seconds})
                case Switched():
                    self._control("PATCH", f"{_WORLD}/switches/{self.vendor}", step.values)
                case Hear():
                    heard = self._heard(step.status)
                    known.update(_members(heard))
                    yield heard
                case Send():
                    path = _PLACE.sub(lambda match: quote(known[match[1]], safe=""), step.path)
                    body = step.body
                    for name, value in known.items():
                        body = body.replace(f"{{{{{name}}}}}".encode(), value.encode())
                    headers = {
                        name: _PLACE.sub(lambda match: known[match[1]], value)
                        for name, value in step.carried(body).items()
                    }
                    answer = self._send(step.method, f"/w/{_WORLD}/{self.vendor}{path}", body, headers)
                    known.update(_members(answer))
                    yield answer

    def _heard(self, status: int) -> Seen:
        """What the world sends to receivers that answer with a status; nothing leaves this process."""
        told: list[dict[str, Any]] = []

        async def receive(post: Post, place: Place, seconds: float) -> int:
            headers, body = dict(post.headers), orjson.loads(post.body)
            told.append({"method": post.method, "url": post.url, "headers": headers, "body": body})
            return status

        with ExitStack() as stack:
            stack.callback(setattr, mockserver.callbacks.sender, "send", mockserver.callbacks.sender.send)
            mockserver.callbacks.sender.send = receive
            self._control("POST", f"{_WORLD}/wait-for-callbacks", {})
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
        make, path, headers = _MAKE.get(vendor, Send), operation.path, dict(_CREDENTIALS.get(vendor, {}))
        if operation.security and set(operation.security) <= _BY_DEVICES:
            headers |= _DEVICE
        asked = {}
        for parameter in operation.parameters:
            if parameter.place == "path":
                path = path.replace(f"{{{parameter.name}}}", quote(str(parameter.example), safe=""))
            elif parameter.place == "query":
                asked.update(_asked(parameter))
            else:
                headers[parameter.name] = str(parameter.example)
        path += f"?{urlencode(asked)}" if asked else ""
        bodies = [(media.type, value) for media in operation.body.values() for value in media.examples.values()]
        calls = [
            make(operation.method, path, _encoded(media_type, value), {**headers, "content-type": media_type})
            for media_type, value in bodies
        ]
        found[operation.id] = calls[:2] or [make(operation.method, path, b"", headers)]
    return found


def _asked(parameter: Parameter) -> dict[str, Any]:
    """The pairs of a query parameter's example; an object has a pair for each member, as its style says."""
    if not isinstance(parameter.example, dict):
        return {parameter.name: parameter.example}
    nested = parameter.style == "deepObject"
    return {f"{parameter.name}[{key}]" if nested else key: value for key, value in parameter.example.items()}


def _encoded(media_type: str, value: Any) -> bytes:
    return orjson.dumps(value) if is_json(media_type) else str(value).encode()


def _members(answer: Seen) -> dict[str, str]:
    """All members of a JSON answer whose values are text or whole numbers, by name; elements of an XML answer
    likewise."""
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
            found.update({name: str(item) for name, item in value.items() if type(item) in (str, int)})
            todo.extend(value.values())
        elif isinstance(value, list):
            todo.extend(value)
    return found
