"""Bodies that Hypothesis makes from a callback's schema: valid, and unlike anything that people write."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import hypothesis
import schemathesis
from hypothesis.errors import HypothesisException

from contracts.receiver.event import Event, Events
from specs import Spec

KIND = "generated"
_TURNS, _APART = 3, 1_000_003


def bodies(spec: Spec, event: Event, events: Events, count: int, seed: int) -> list[Event]:
    """At most so many events with generated bodies: the same seed, the same bodies, the small ones first."""
    if event.media is None or event.media.schema is None or count < 1:
        return []
    found: dict[str, Event] = {}
    pinned = dict(events.pinned(event))
    for turn in range(_TURNS):
        for body in _drawn(spec, event, count - len(found), seed + turn * _APART):
            made = replace(event, body=_with(body, pinned)).told(f"generated body {len(found) + 1}", KIND)
            if events.valid(made):
                found.setdefault(repr(made.body), made)
        if len(found) >= count:
            break
    return sorted(found.values(), key=lambda it: len(repr(it.body)))[:count]


def _drawn(spec: Spec, event: Event, count: int, seed: int) -> list[Any]:
    config = schemathesis.Config.from_dict({"generation": {"allow-x00": False, "with-security-parameters": False}})
    schema = schemathesis.openapi.from_dict(copy.deepcopy(spec.document), config=config)
    drawn: list[Any] = []
    kind = event.media.type if event.media else None
    strategy = schema[event.callback.path][event.callback.method].as_strategy()

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count, database=None, deadline=None, phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    @hypothesis.given(case=strategy)
    def draw(case: schemathesis.Case[Any]) -> None:
        if case.media_type == kind:
            drawn.append(case.body)

    try:
        draw()
    except (HypothesisException, schemathesis.errors.SchemathesisError):
        return drawn  # A schema that it cannot serve; examples and odd bodies there are, all the same.
    return drawn


def _with(body: Any, pinned: dict[Any, Any]) -> Any:
    """The body with what a header says too as the example has it, where there is such a place."""
    made = copy.deepcopy(body)
    for path, value in pinned.items():
        for holder in _holders(made, path[:-1]):
            if isinstance(holder, dict) and path[-1] in holder:
                holder[path[-1]] = value
    return made


def _holders(value: Any, path: Any) -> Iterator[Any]:
    for step in path:
        if not isinstance(value, dict) or step not in value:
            return
        value = value[step]
    yield value
