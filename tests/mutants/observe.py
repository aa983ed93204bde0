"""What a client sees of a mock in this process: the answers to a script, and to the spec's own examples."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import orjson

import specs
from mockserver.settings import Settings
from specs.codecs import is_json
from tests.conftest import Mock
from tests.mutants.mutant import Mutant
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
        self._mock = Mock(Settings(vendors=(vendor,)))

    def close(self) -> None:
        self._mock.close()

    def answers(self, script: Script) -> list[Seen]:
        """The answers to the requests of a script, in order."""
        world = f"probe{next(_numbers)}"
        made = self._mock.post("/_control/worlds", json={"name": world, "frozen_at": "2026-01-31T08:00:00Z"})
        made.raise_for_status()
        found: list[Seen] = []
        known: dict[str, str] = {}
        for step in script:
            match step:
                case Advance():
                    self._mock.advance(step.seconds, world)
                case Switched():
                    self._mock.control("PATCH", f"/switches/{self.vendor}", step.values, world)
                case Send():
                    answer = self._mock.send(self._request(step, world, known))
                    found.append(_seen(answer))
                    known.update(_members(answer))
        self._mock.delete(f"/_control/worlds/{world}").raise_for_status()
        return found

    def _request(self, step: Send, world: str, known: dict[str, str]) -> httpx.Request:
        path = _PLACE.sub(lambda match: quote(known[match[1]], safe=""), step.path)
        body = step.body
        for name in _PLACE.findall(body.decode(errors="replace")):
            if name in known:
                body = body.replace(f"{{{{{name}}}}}".encode(), known[name].encode())
        return self._mock.build_request(
            step.method, f"/w/{world}/{self.vendor}{path}", content=body or None, headers=step.headers
        )


def difference(mutant: Mutant, real: Watched) -> int | None:
    """How many requests of its probe it takes to see a mutant that is applied; None when the answers are the same."""
    with mutant.applied():
        mutated = Watched(mutant.vendor)
        try:
            seen = mutated.answers(mutant.probe)
        finally:
            mutated.close()
    return first_difference(real.answers(mutant.probe), seen)


def first_difference(one: Sequence[Seen], other: Sequence[Seen]) -> int | None:
    pairs = zip(one, other, strict=True)
    return next((index for index, (left, right) in enumerate(pairs, 1) if left != right), None)


def examples(vendor: str) -> dict[str, list[Send]]:
    """Calls of every operation, made of the examples in the spec: one for each example of a body, at least one."""
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
        found[operation.id] = [
            Send(operation.method, path, _encoded(media_type, value), {**headers, "content-type": media_type})
            for media_type, value in bodies
        ] or [Send(operation.method, path, b"", headers)]
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
