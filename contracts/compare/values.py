"""Two decoded bodies side by side: where they differ, once ids, times and unordered lists are made the same."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from contracts.compare import times
from contracts.compare.ids import Ids, named
from contracts.compare.times import Clocks
from contracts.secrecy import MASK

Kind = str  # "shape" or "value"
_MAX_SHOWN = 160


@dataclass(frozen=True, slots=True)
class Apart:
    """One place in which two values are not the same: of another shape, or another value of the same shape.

    `place` has `*` for the index into a list, so that it is the same for all items.
    """

    kind: Kind
    place: str
    baseline: str
    candidate: str


@dataclass(frozen=True, slots=True)
class Values:
    """Compares values. `bases` are the URLs that the two sides are known by, which their answers may hold; `leads` says
    to which path of the document a URL leads, "" for none: URLs that lead to different ones are no ids of one thing."""

    ids: Ids
    clocks: Clocks
    bases: tuple[str, str] = ("", "")
    leads: Callable[[str], str] = lambda _: ""

    def apart(self, baseline: Any, candidate: Any, ordered: bool, name: str = "") -> list[Apart]:
        """Where two values differ. Ids are learned first, wherever they stand: other texts may hold them."""
        self._learn(baseline, candidate, name, ordered)
        return [*self._walk(baseline, candidate, "", name, ordered)]

    def _learn(self, one: Any, other: Any, name: str, ordered: bool) -> None:
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            for key in one:  # in their order: which of two that clash is learned must not be left to luck
                if key in other and named(str(key), one[key]) and named(str(key), other[key]):
                    self._same_id(one[key], other[key])
            for key in one:
                if key in other:
                    self._learn(one[key], other[key], str(key), ordered)
        elif isinstance(one, list) and isinstance(other, list):
            for left, right in self._pairs(one, other, name, ordered):
                self._learn(left, right, name, ordered)

    def _same_id(self, one: Any, other: Any) -> bool:
        if type(one) is not type(other):
            return False
        if isinstance(one, str):
            if one == MASK or times.moment(one) is not None:  # what a recording has masked stands for nothing
                return True
            ours, theirs = self._plain(one, 0), self._plain(other, 1)
            if ours != one:
                return self.ids.text(ours) == theirs
            if ours != theirs and "/" in ours and self.leads(ours) != self.leads(theirs):
                return False
        return self.ids.agree(one, other) or self.ids.text(str(one)) == str(other)

    def _walk(self, one: Any, other: Any, place: str, name: str, ordered: bool) -> Iterator[Apart]:
        if _type(one) != _type(other):
            yield Apart("shape", place, f"{_type(one)} {_shown(one)}", f"{_type(other)} {_shown(other)}")
        elif isinstance(one, Mapping):
            yield from self._members(one, other, place, ordered)
        elif isinstance(one, list):
            yield from self._items(one, other, place, name, ordered)
        elif not self._same(one, other, name):
            yield Apart("value", place, _shown(one), _shown(other))

    def _members(self, one: Mapping[str, Any], other: Mapping[str, Any], place: str, ordered: bool) -> Iterator[Apart]:
        for key in one:
            if key in other:
                yield from self._walk(one[key], other[key], f"{place}/{key}", str(key), ordered)
            elif self.ids.stands_for(key) not in other:
                yield Apart("shape", f"{place}/{key}", f"a member {key}: {_shown(one[key])}", f"no member {key}")
        for key in other:
            if key not in one and self.ids.knows(key) not in one:
                yield Apart("shape", f"{place}/{key}", f"no member {key}", f"a member {key}: {_shown(other[key])}")

    def _items(self, one: list[Any], other: list[Any], place: str, name: str, ordered: bool) -> Iterator[Apart]:
        if len(one) != len(other):
            yield Apart("value", place, f"{len(one)} items {_shown(one)}", f"{len(other)} items {_shown(other)}")
            return
        for left, right in self._pairs(one, other, name, ordered):
            yield from self._walk(left, right, f"{place}/*", name, ordered)

    def _pairs(self, one: list[Any], other: list[Any], name: str, ordered: bool) -> Iterator[tuple[Any, Any]]:
        """The items that belong together: in order, or where none is given those that look alike."""
        if ordered or len(one) < 2 or len(one) != len(other):
            yield from zip(one, other, strict=False)
            return
        alike, left, right = self.alike(one, other, name)
        yield from alike
        yield from zip(left, right, strict=True)

    def alike(
        self, one: Sequence[Any], other: Sequence[Any], name: str = ""
    ) -> tuple[list[tuple[Any, Any]], list[Any], list[Any]]:  # fmt: skip
        """The items of two lists that look alike, in pairs, and what is left of either list."""
        waiting: dict[bytes, list[Any]] = {}
        for item in other:
            waiting.setdefault(self._look(item, name, 1), []).append(item)
        pairs, left = [], []
        for item in one:
            alike = waiting.get(self._look(item, name, 0))
            if alike:
                pairs.append((item, alike.pop(0)))
            else:
                left.append(item)
        return pairs, left, [item for items in waiting.values() for item in items]

    def _look(self, value: Any, name: str, side: int) -> bytes:
        """A value as the other side would have it, with ids and times that nobody knows yet left open."""
        return orjson.dumps(self._open(value, name, side), option=orjson.OPT_SORT_KEYS, default=str)

    def _open(self, value: Any, name: str, side: int) -> Any:
        if isinstance(value, Mapping):
            return {str(key): self._open(item, str(key), side) for key, item in value.items()}
        if isinstance(value, list):
            return [self._open(item, name, side) for item in value]
        if named(name, value):
            known = self.ids.stands_for(value) if side == 0 else value if self.ids.knows(value) else None
            return "?" if known is None else str(known)
        if isinstance(value, str):
            return "?" if times.moment(value) is not None else self.ids.text(value) if side == 0 else value
        return value

    def _same(self, one: Any, other: Any, name: str) -> bool:
        if named(name, one) and named(name, other):
            return self._same_id(one, other)
        if isinstance(one, str):
            return self._same_text(one, other)
        if isinstance(one, int | float) and not isinstance(one, bool):
            first, second = times.stamp(name, one), times.stamp(name, other)
            if first is not None and second is not None:
                return self.clocks.alike(first, second)
            return math.isclose(one, other, rel_tol=1e-9)
        return bool(one == other)

    def _same_text(self, one: str, other: str) -> bool:
        if one == other:
            return True
        first, second = times.moment(one), times.moment(other)
        if first is not None and second is not None:
            return times.form(one) == times.form(other) and self.clocks.alike(first, second)
        return self.ids.text(self._plain(one, 0)) == self._plain(other, 1)

    def _plain(self, text: str, side: int) -> str:
        base = self.bases[side]
        return text.replace(base, "{base}") if base else text


def _type(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    names = {str: "text", list: "list", dict: "object", type(None): "null", bytes: "bytes"}
    return names.get(type(value), type(value).__name__)


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else orjson.dumps(value, default=repr).decode(errors="replace")
    quoted = f"{text!r}" if isinstance(value, str) else text
    return quoted if len(quoted) <= _MAX_SHOWN else quoted[: _MAX_SHOWN - 1] + "…"
