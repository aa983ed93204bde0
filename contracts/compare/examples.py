"""A machine for any spec: calls made of the documents' examples, with what earlier answers showed in place of them.

It is all there is for a vendor without machines of its own, and reaches the operations that those leave out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from contracts.compare.ids import named
from contracts.filled import NOTHING
from contracts.machines.machine import Machine
from contracts.machines.sender import Answer
from specs import Operation, Spec
from specs.codecs import is_json

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_REMEMBERED = 8
_FORMS = ("plain", "plain", "spaced", "extended")


def machine(spec: Spec, operations: Iterable[str]) -> type[Machine]:
    """The machine for some operations of a spec, which are at least one."""
    chosen = tuple(operations)

    class Examples(Machine):
        """Any operation with any of its examples, in any order."""

        def begin(self) -> None:
            self.seen: dict[str, list[Any]] = {}
            self.made: dict[str, list[Any]] = {}

        @rule(
            name=st.sampled_from(chosen), kind=st.integers(0, 3), pick=st.integers(0, 7), every=st.booleans(),
            recall=st.integers(0, _REMEMBERED), which=st.sampled_from(("right", "right", "right", "wrong", "none")),
            form=st.sampled_from(_FORMS),
        )  # fmt: skip
        def call_one(self, name: str, kind: int, pick: int, every: bool, recall: int, which: str, form: str) -> None:
            operation = spec.operations[name]
            request: dict[str, Any] = {"every": every, "parameters": self._recalled(operation, recall)}
            if operation.security and which != "right":
                request["credentials"] = which
            request |= _formed(_body(operation, kind, pick), form)
            self._remember(operation, self.call(name, **request))

        def _recalled(self, operation: Operation, recall: int) -> dict[str, Any]:
            """Parameters as earlier answers had them, where they had any. What a side that is no mock only listed may
            be somebody's, and is not written to."""
            found: dict[str, Any] = {}
            shown = self.seen if operation.method in _READS or self.sender.has_world else self.made
            for parameter in operation.parameters:
                known = shown.get(f"{operation.id} {parameter.name}") or shown.get(parameter.name)
                if known and recall and parameter.place in ("path", "query"):
                    found[parameter.name] = known[-1 - recall % len(known)]
            return found

        def _remember(self, operation: Operation, answer: Answer) -> None:
            documented = operation.response(answer.status)
            for link in documented.links.values() if documented else ():
                for name, expression in link.get("parameters", {}).items():
                    self._keep(operation, f"{link.get('operationId')} {name}", _found(answer.value, str(expression)))
            for name, value in _ids(answer.value):
                self._keep(operation, name, value)

        def _keep(self, operation: Operation, name: str, value: Any) -> None:
            for kept in (self.seen,) if operation.method in _READS else (self.seen, self.made):
                known = kept.setdefault(name, [])
                if isinstance(value, str | int) and value != "" and value not in known:
                    known.append(value)
                    del known[:-_REMEMBERED]

    Examples.operations = chosen
    return Examples


def _body(operation: Operation, kind: int, pick: int) -> dict[str, Any]:
    """One of the media types, and one of its examples; a body that may be left out is left out at times."""
    if not operation.body:
        return {}
    if not operation.body_required and pick == 0:
        return {"body": NOTHING}
    media = list(operation.body.values())[kind % len(operation.body)]
    examples = list(media.examples.values())
    return {"media_type": media.type} | ({"body": examples[pick % len(examples)]} if examples else {})


def _formed(request: dict[str, Any], form: str) -> dict[str, Any]:
    """The same body as another client may write it: with blanks between its parts, or with members that nobody
    documents at every level."""
    body = request.get("body")
    if form == "plain" or not isinstance(body, Mapping | list) or not is_json(request["media_type"]):
        return request
    if form == "spaced":
        kept = {name: value for name, value in request.items() if name != "body"}
        return {**kept, "raw": json.dumps(body, indent=1).encode()}
    return {**request, "body": _extended(body)}


def _extended(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {**{key: _extended(item) for key, item in value.items()}, "nobodyKnowsThis": "1"}
    return [_extended(item) for item in value] if isinstance(value, list) else value


def _ids(value: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            if named(str(name), item):
                yield str(name), item
            yield from _ids(item)
    elif isinstance(value, list):
        for item in value:
            yield from _ids(item)


def _found(value: Any, expression: str) -> Any:
    """What a link's runtime expression says of a body: `$response.body#/a/0/b`."""
    if not expression.startswith("$response.body#/"):
        return None
    for step in expression.partition("#/")[2].split("/"):
        if isinstance(value, Mapping):
            value = value.get(step.replace("~1", "/").replace("~0", "~"))
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value
