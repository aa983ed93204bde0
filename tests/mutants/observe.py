"""What a client sees of a mock in this process: the answers to a script, and to the spec's own examples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import orjson

import mockserver.control.operation
import mockserver.fixtures
import specs
from mockserver.clock import epoch
from mockserver.settings import Settings
from specs.codecs import is_json
from tests.conftest import Mock
from tests.mutants.steps import Advance, Script, Send, Switched, basic

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
        with _parsed_once():
            self._mock = Mock(Settings(vendors=(vendor,)))

    def close(self) -> None:
        self._mock.close()

    def answers(self, script: Script) -> list[Seen]:
        """The answers to the requests of a script, in order."""
        world = f"probe{next(_numbers)}"
        worlds = self._mock.app.worlds
        worlds.create(world, frozen_at=epoch("2026-01-31T08:00:00Z"))
        found: list[Seen] = []
        known: dict[str, str] = {}
        for step in script:
            match step:
                case Advance():
                    self._control("POST", f"{world}/clock/advance", {"seconds": step.seconds})
                case Switched():
                    self._control("PATCH", f"{world}/switches/{self.vendor}", step.values)
                case Send():
                    answer = self._mock.send(self._request(step, world, known))
                    found.append(_seen(answer))
                    known.update(_members(answer))
        worlds.drop(world)
        return found

    def _control(self, method: str, path: str, body: Any) -> None:
        self._mock.request(method, f"/_control/worlds/{path}", json=body).raise_for_status()

    def _request(self, step: Send, world: str, known: dict[str, str]) -> httpx.Request:
        path = _PLACE.sub(lambda match: quote(known[match[1]], safe=""), step.path)
        body = step.body
        for name in _PLACE.findall(body.decode(errors="replace")):
            if name in known:
                body = body.replace(f"{{{{{name}}}}}".encode(), known[name].encode())
        return self._mock.build_request(
            step.method, f"/w/{world}/{self.vendor}{path}", content=body or None, headers=step.headers
        )


@contextmanager
def _parsed_once() -> Iterator[None]:
    """Inside, a YAML file that was read before is not read again: most of what a start takes, and here are hundreds."""
    places: Sequence[Any] = (specs, mockserver.control.operation, mockserver.fixtures)
    known = [(place, place.load) for place in places if hasattr(place, "load")]
    for place, _ in known:
        place.load = _load
    try:
        yield
    finally:
        for place, original in known:
            place.load = original


_load = cache(specs.load)


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


def _seen(answer: httpx.Response) -> Seen:
    headers = {(name.lower(), value) for name, value in answer.headers.items() if name.lower() not in _UNSEEN}
    return Seen(answer.status_code, frozenset(headers), answer.content)


def _members(answer: httpx.Response) -> dict[str, str]:
    """All members of a JSON answer whose values are text, by name; elements of an XML answer likewise."""
    if "json" not in answer.headers.get("content-type", ""):
        return dict(re.findall(r"<(\w+)>([^<]*)</", answer.text))
    found: dict[str, str] = {}
    try:
        todo: list[Any] = [answer.json()]
    except ValueError:
        return {}
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            found.update({name: item for name, item in value.items() if isinstance(item, str)})
            todo.extend(value.values())
        elif isinstance(value, list):
            todo.extend(value)
    return found
