"""One event as a vendor would send it, and the same again under another id, or as another attempt."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any

from contracts.environment import Dice
from contracts.exchange import Headers, Request
from specs import Operation, Spec
from specs.codecs import codec
from specs.operations import Media, Parameter
from specs.samples import sample
from specs.text import text

# How vendors name what tells two events apart, and what counts the attempts to deliver one.
_IDENTITY = re.compile(r"(event|delivery|message|notification|webhook|idempotency)(u?id|key)$|^ceid$")
_ATTEMPT = re.compile(r"attempt|retry|retries|redelivery")
_PINNED_FROM = 3
NO_BODY: Any = object()
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `body` is decoded; `raw` are the bytes in its place when they are written in an unusual way.

    `origin` names the example that it was made from, `story` says what is special about it, and `kind` is what stories
    of one sort have in common; an example as it stands has none.
    """

    callback: Operation
    media: Media | None
    headers: Headers
    body: Any
    origin: str
    story: str
    kind: str = ""
    raw: bytes | None = None

    def told(self, story: str, kind: str = "") -> Event:
        """The same event under another story."""
        return replace(self, story=story, kind=kind or self.kind)


class Events:
    """Makes events of a vendor's callbacks. `url` is the receiver's, `extra` are headers that go with every one."""

    def __init__(self, spec: Spec, url: str, extra: Headers, dice: Dice) -> None:
        self._spec, self._url, self._extra, self._dice = spec, url, extra, dice
        self._used: set[str] = set()

    def examples(self, callback: Operation) -> list[Event]:
        """An event for each documented example; for a media type without one, a value made from its schema."""
        headers = tuple(self._headers(callback))
        if not callback.body:
            return [Event(callback, None, headers, NO_BODY, "no body", "no body")]
        named = [
            (media, body, f"example `{name}`" + (f" in {kind}" if len(callback.body) > 1 else ""))
            for kind, media in callback.body.items()
            for name, body in (media.examples or {"made from the schema": self._made(media)}).items()
        ]
        return [Event(callback, media, headers, body, story, story) for media, body, story in named]

    def fresh(self, event: Event) -> Event:
        """The event under an id of its own, in headers and body: another event, to who tells them apart by id."""
        named = [(name, value) for name, value in event.headers if _IDENTITY.search(plain(name))]
        body = copy.deepcopy(event.body)
        members = dict(body) if isinstance(body, dict) else {}
        paths = [key for key, value in members.items() if self._identifies(key, value, named)]
        if not named and not paths and isinstance(members.get("id"), str | int):
            paths = ["id"]
        changed: dict[str, str] = {}
        for value in [*(value for _, value in named), *(text(members[key]) for key in paths)]:
            changed.setdefault(value, self._unused(value))
        for key in paths:
            new = changed[text(members[key])]
            body[key] = int(new) if isinstance(members[key], int) else new
        headers = tuple(
            (name, changed[value]) if (name, value) in named else (name, value) for name, value in event.headers
        )
        made = replace(event, headers=headers, body=body)
        return made if self.valid(made) else event

    def again(self, event: Event) -> Event:
        """The event as a vendor sends it after a time-out: the same id, one attempt more."""
        headers = tuple((name, _next(name, value)) for name, value in event.headers)
        body = event.body
        if isinstance(body, dict):
            body = {key: _next(key, value) if isinstance(value, str | int) else value for key, value in body.items()}
        made = replace(event, headers=headers, body=body)
        return made if self.valid(made) else event

    def pinned(self, event: Event) -> Iterator[tuple[Path, Any]]:
        """Members that must stay as they are: they say again what a header says, or which callback it is."""
        said = {value for _, value in event.headers} | {event.callback.id, event.callback.id.rpartition(".")[2]}
        names = {plain(name).removeprefix("x") for name, _ in event.headers}
        for path, value in leaves(event.body):
            name = plain(str(path[-1])) if path else ""
            if name in names or _ATTEMPT.search(name) or (len(text(value)) >= _PINNED_FROM and text(value) in said):
                yield path, value

    def valid(self, event: Event) -> bool:
        """Whether the documents allow this event: its headers, and its body as a receiver reads it."""
        return all(self._header_ok(it, event.headers) for it in event.callback.parameters) and self._body_ok(event)

    def request(self, event: Event) -> Request:
        """The event as bytes for the wire."""
        content = None if event.body is NO_BODY else self._encoded(event)
        kind = () if event.media is None else (("Content-Type", event.media.type),)
        given = {name.lower() for name, _ in event.headers}
        headers = (*(it for it in kind if it[0].lower() not in given), *event.headers, *self._extra)
        return Request(event.callback.method, self._url, headers, content)

    def _encoded(self, event: Event) -> bytes:
        if event.raw is not None or event.media is None:
            return event.raw or b""
        if isinstance(event.body, str) and not event.media.type.lower().startswith("text/plain"):
            return event.body.encode()  # an example that is written out, such as XML
        encoded: bytes = self._codec(event.media).encode(event.body)
        return encoded

    def _codec(self, media: Media) -> Any:
        return codec(media.type.lower().partition(";")[0].strip(), media.schema, self._spec.document)

    def _body_ok(self, event: Event) -> bool:
        if event.body is NO_BODY or event.media is None or event.media.schema is None:
            return True
        try:
            value = self._codec(event.media).decode(self._encoded(event))
            return self._spec.schemas.validator(event.media.schema, "request").ok(value)
        except Exception:  # whatever a codec cannot write or read is nothing that a vendor sends
            return False

    def _header_ok(self, parameter: Parameter, headers: Headers) -> bool:
        if parameter.place != "header":
            return True
        sent = [value for name, value in headers if name.lower() == parameter.name.lower()]
        return bool(sent) or not parameter.required

    def _headers(self, callback: Operation) -> Iterator[tuple[str, str]]:
        for parameter in callback.parameters:
            if parameter.place == "header" and (parameter.required or parameter.example is not None):
                value = parameter.example
                if value is None:
                    value = sample(parameter.schema, self._spec.document, self._dice.getrandbits(32), "request")
                yield parameter.name, ",".join(map(text, value)) if isinstance(value, list) else text(value)

    def _made(self, media: Media) -> Any:
        return sample(media.schema or {}, self._spec.document, self._dice.getrandbits(32), "request")

    def _identifies(self, key: str, value: Any, named: list[tuple[str, str]]) -> bool:
        if not isinstance(value, str | int) or isinstance(value, bool):
            return False
        return bool(_IDENTITY.search(plain(key))) or (
            len(text(value)) >= _PINNED_FROM and text(value) in dict(named).values()
        )

    def _unused(self, value: str) -> str:
        """A text of the same shape that stood for no event yet."""
        for turn in range(64):
            made = "".join(_like(character, self._dice) for character in value) + "0" * (turn // 32)
            if made not in self._used and made != value:
                break
        self._used.add(made)
        return made


def plain(name: str) -> str:
    """A name without case and separators: `X-Event-Id` and `x_event_id` are the same."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The scalars of a value with the steps that lead to them."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    elif value is not NO_BODY:
        yield path, value


def changed(value: Any, path: Path, change: Callable[[Any, Any], None]) -> Any:
    """A copy in which `change` was made to what holds the end of a path."""
    made = copy.deepcopy(value)
    holder = made
    for step in path[:-1]:
        holder = holder[step]
    change(holder, path[-1])
    return made


def _next(name: str, value: Any) -> Any:
    if not _ATTEMPT.search(plain(name)) or not text(value).isdecimal():
        return value
    more = int(value) + 1
    return more if isinstance(value, int) else str(more)


def _like(character: str, dice: Dice) -> str:
    for alphabet in (digits, "abcdef", "ABCDEF", ascii_lowercase, ascii_uppercase):
        if character in alphabet:
            return dice.choice(alphabet.replace("0", "") if alphabet is digits else alphabet)
    return character
