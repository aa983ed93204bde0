"""What differs between the callbacks that two implementations have sent after the same requests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from contracts.compare.differences import CALLBACKS, Comparison, Difference
from contracts.compare.ids import leaves
from contracts.exchange import excerpt
from contracts.hearing import Heard, objections
from contracts.receiver.callbacks import documented
from specs import Spec

_NOTHING = "nothing"
_MAX_SHOWN = 200
Two = tuple[Heard | None, Heard | None]


class Deliveries:
    """Compares what arrived, in the terms of a comparison: its ids, its clocks, its mark."""

    def __init__(self, spec: Spec, comparison: Comparison) -> None:
        self._spec, self._comparison = spec, comparison
        self._documented = documented(spec)
        sent = [it for callback in self._documented.by_name.values() for it in callback.parameters]
        self._headers = {"content-type", *(it.name.lower() for it in sent if it.place == "header")}

    def differences(self, operation: str, baseline: Sequence[Heard], candidate: Sequence[Heard]) -> list[Difference]:
        """What differs. Callbacks come in any order, those that belong together look alike; `operation` was the last
        one that was called. On sides that others use too, only what names something of our own is compared."""
        ours, theirs = ([it for it in heard if self._is_ours(it)] for heard in (baseline, candidate))
        if len(ours) + len(theirs) < len(baseline) + len(candidate):
            self._comparison.left_out[operation] += 1
        return [found for both in self._pairs(ours, theirs) for found in self._apart(operation, *both)]

    def _is_ours(self, heard: Heard) -> bool:
        mark = self._comparison.mark
        return mark is None or any(mark in str(leaf) for leaf in leaves([heard.path, self._content(heard)]))

    def _pairs(self, baseline: Sequence[Heard], candidate: Sequence[Heard]) -> Iterator[Two]:
        facts = [[(it, self._facts(it)) for it in heard] for heard in (baseline, candidate)]
        whose = {id(fact): heard for side in facts for heard, fact in side}
        one, other = ([fact for _, fact in side] for side in facts)
        alike, left, right = self._comparison.values.alike(one, other)
        yield from ((whose[id(it)], whose[id(twin)]) for it, twin in alike)
        waiting: dict[str, list[Heard]] = defaultdict(list)
        for it in right:
            waiting[whose[id(it)].path].append(whose[id(it)])
        for it in left:
            heard = whose[id(it)]
            yield heard, waiting[heard.path].pop(0) if waiting[heard.path] else None
        yield from ((None, it) for rest in waiting.values() for it in rest)

    def _apart(self, operation: str, one: Heard | None, other: Heard | None) -> Iterator[Difference]:
        name = next(filter(None, (self._name(it) for it in (one, other) if it)), "")
        owner = self._documented.owners.get(name, operation)
        if one is None or other is None:
            yield Difference(CALLBACKS, owner, f"callback {name}".strip(), _shown(one), _shown(other))
            return
        for apart in self._comparison.values.apart(self._facts(one), self._facts(other), False):
            where = f"{apart.place or 'body'} of '{name or 'a callback'}'"
            texts = [f"{text} at {where}" for text in (apart.baseline, apart.candidate)]
            yield Difference(CALLBACKS, owner, f"callback {apart.place}", *texts)

    def _name(self, heard: Heard) -> str:
        """The callback of the document that it is; empty when it is like none of them."""
        for name, described in self._documented.by_name.items():
            if not any(objections(self._spec, described, heard, heard.method)):
                return name
        return ""

    def _facts(self, heard: Heard) -> dict[str, Any]:
        headers = {name: it for name, it in heard.headers.items() if name in self._headers}
        return {"method": heard.method, "path": heard.path, "headers": headers, "body": self._content(heard)}

    def _content(self, heard: Heard) -> Any:
        return heard.content.decode("latin-1") if heard.body is None else heard.body


def _shown(heard: Heard | None) -> str:
    return f"{heard.method} {heard.path} {excerpt(heard.content, _MAX_SHOWN)}" if heard else _NOTHING
