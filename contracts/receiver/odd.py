"""Valid but odd: what the documents allow and few people think of, one oddity an event, so that a finding names it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from contracts.receiver.event import NO_BODY, Event, Events, Path, changed, leaves
from specs import Spec
from specs.codecs import is_json
from specs.loading import resolved
from specs.samples import sample

EXTRA, EXTRA_HEADERS = "x_added_later", "extra headers"
_TEXTS = {
    "empty text": "",
    "one character": "x",
    "text that is not ASCII": "Zoë 🎉 漢字 עברית",
    "text with quotes and markup": """O'Neil & "Sons" <b>\\ %s {0}""",
    "blanks around": "  a  ",
}
_LONG = 4000
_TIMES = ("2024-02-29T23:59:59.999999Z", "2024-12-31T23:00:00+14:00", "1969-12-31T00:00:00-00:30")
_NUMBERS = (0, 1, -1, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), 0.1, 1e-7, 1e300)
_MANY = 60


def extras(event: Event) -> Iterator[Event]:
    """The event with members that a later version of the vendor's API may add."""
    if isinstance(event.body, dict) and _json(event):
        more = {**event.body, EXTRA: {"a": [1, None]}}
        yield replace(event, body=more).told(f"{event.story}, with an unknown member", "extra members")
        if any(isinstance(it, dict | list) for it in event.body.values()):
            everywhere = replace(event, body=_everywhere(event.body))
            yield everywhere.told(f"{event.story}, with an unknown member in every object", "extra members")


def lean(event: Event) -> Iterator[Event]:
    """The event without its optional headers, one at a time."""
    optional = {it.name for it in event.callback.parameters if it.place == "header" and not it.required}
    for name in [it for it, _ in event.headers if it in optional]:
        fewer = tuple(it for it in event.headers if it[0] != name)
        yield replace(event, headers=fewer).told(f"{event.story}, without the optional header {name}", f"no {name}")


def writings(event: Event) -> Iterator[Event]:
    """The same event written in other ways that mean the same, and as proxies on the way leave it."""
    more = (*event.headers, ("X-Request-Id", "7f3c"), ("Traceparent", f"00-{'4b' * 16}-{'a3' * 8}-01"))
    yield replace(event, headers=more).told(f"{event.story}, with unknown headers", EXTRA_HEADERS)
    lower = tuple((name.lower(), value) for name, value in event.headers)
    if lower != event.headers:
        yield replace(event, headers=lower).told(f"{event.story}, header names in lower case", "header case")
    if event.media is None or not _json(event) or event.body is NO_BODY:
        return
    if "charset" not in event.media.type.lower():
        kind = (("Content-Type", f"{event.media.type}; charset=utf-8"), *event.headers)
        yield replace(event, headers=kind).told(f"{event.story}, its media type with a charset", "charset")
    spread = json.dumps(event.body, indent="\t", ensure_ascii=False).encode()
    yield replace(event, raw=spread).told(f"{event.story}, over several lines", "several lines")
    turned = json.dumps(_reversed(event.body)).encode()
    yield replace(event, raw=turned).told(f"{event.story}, members in reverse order", "reverse order")
    text = next((value for _, value in leaves(event.body) if isinstance(value, str) and value.isalnum()), None)
    if text is not None:
        spelled = "".join(f"\\u{ord(it):04x}" for it in text)
        raw = json.dumps(event.body).replace(json.dumps(text), f'"{spelled}"').encode()
        yield replace(event, raw=raw).told(f"{event.story}, letters written as \\u escapes", "escapes")


class Odd:
    """Bodies with one oddity each, made from an example and the schema; those that the schema forbids are left out."""

    def __init__(self, spec: Spec, events: Events, seed: int) -> None:
        self._spec, self._events, self._seed = spec, events, seed

    def bodies(self, event: Event) -> Iterator[Event]:
        """The event with one member changed, left out or added; in the order of the body."""
        if event.media is None or event.media.schema is None or event.body is NO_BODY or event.raw is not None:
            return
        pinned = {path for path, _ in self._events.pinned(event)}
        for body, what, kind in self._changes(event.body, event.media.schema, (), event.body, pinned):
            made = replace(event, body=body).told(f"{event.story}, {what}", kind)
            if body != event.body and self._events.valid(made):
                yield made

    def _changes(
        self, whole: Any, schema: Mapping[str, Any], path: Path, value: Any, pinned: set[Path]
    ) -> Iterator[tuple[Any, str, str]]:
        at = _shown(path)
        if path and path not in pinned:
            for other, what in self._values(schema, value):
                yield changed(whole, path, _put(other)), f"`{at}` {what}", what
        if isinstance(value, dict):
            members = self._members(schema)
            for name, item in value.items():
                below = (*path, name)
                if below not in pinned:
                    where = _shown(below)
                    yield changed(whole, below, _drop), f"without `{where}`", f"without `{where}`"
                yield from self._changes(whole, members.get(name, {}), below, item, pinned)
            for name in [it for it in members if it not in value]:
                made = sample(members[name], self._spec.document, self._seed, "request")
                where = _shown((*path, name))
                yield changed(whole, (*path, name), _put(made)), f"with `{where}`", f"with `{where}`"
        elif isinstance(value, list) and value:
            items = self._part(schema, "items") or {}
            yield from self._changes(whole, items, (*path, 0), value[0], pinned)

    def _values(self, schema: Mapping[str, Any], value: Any) -> Iterator[tuple[Any, str]]:
        """Other values for a member: those of its enum, and the ends of what its type allows."""
        yield None, "null"
        listed = self._part(schema, "enum")
        if listed:
            yield from ((it, f"{it!r}") for it in listed)
        elif isinstance(value, bool):
            yield not value, str(not value).lower()
        elif isinstance(value, str):
            yield from ((it, what) for what, it in _TEXTS.items())
            longest = self._part(schema, "maxLength") or _LONG
            yield ((value or "x") * longest)[:longest], "as long as it may be"
            yield from ((it, f"{it}") for it in _TIMES if self._part(schema, "format") == "date-time")
        elif isinstance(value, int | float):
            bounds = [self._part(schema, key) for key in ("minimum", "maximum")]
            yield from ((it, f"{it}") for it in (*bounds, *_NUMBERS) if it is not None)
        elif isinstance(value, list):
            yield [], "empty"
            yield (value * _MANY)[:_MANY], f"with {_MANY} entries"

    def _members(self, schema: Mapping[str, Any], depth: int = 0) -> dict[str, Mapping[str, Any]]:
        meant, _ = resolved(self._spec.document, schema)
        found = dict(meant.get("properties", {}))
        for part in _parts(meant) if depth < 16 else ():
            found = {**self._members(part, depth + 1), **found}
        return found

    def _part(self, schema: Mapping[str, Any], key: str, depth: int = 0) -> Any:
        """A keyword of a schema, or of the first of its parts that has it."""
        meant, _ = resolved(self._spec.document, schema)
        if key in meant or depth >= 16:
            return meant.get(key)
        return next((it for part in _parts(meant) if (it := self._part(part, key, depth + 1)) is not None), None)


def _parts(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [part for key in ("allOf", "oneOf", "anyOf") for part in schema.get(key, ())]


def _put(value: Any) -> Callable[[Any, Any], None]:
    def change(holder: Any, step: Any) -> None:
        holder[step] = value

    return change


def _drop(holder: Any, step: Any) -> None:
    del holder[step]


def _everywhere(value: Any) -> Any:
    if isinstance(value, dict):
        return {**{key: _everywhere(item) for key, item in value.items()}, EXTRA: "1"}
    return [_everywhere(item) for item in value] if isinstance(value, list) else value


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _reversed(item) for key, item in reversed(value.items())}
    return [_reversed(item) for item in value] if isinstance(value, list) else value


def _json(event: Event) -> bool:
    return event.media is not None and is_json(event.media.type.lower().partition(";")[0].strip())


def _shown(path: Path) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
