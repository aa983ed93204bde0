"""Why a request was refused: where the spec says so, and what would have been taken."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from mockserver.control.nearest import Draft, nearest, subschema
from mockserver.control.shown import MASK, message
from mockserver.exchange import Exchange
from specs import Operation, Spec
from specs.loading import Lines, steps
from specs.schemas import Problem


def explanation(spec: Spec, exchange: Exchange) -> dict[str, Any]:
    """What the control API says of an exchange. It reads the spec's file for its lines the first time, which takes
    about a second: call it in a thread."""
    operation = spec.operations.get(exchange.operation or "")
    if operation is None:
        return {"operation": None, "answer": None, "problems": [], "nearest": None}
    problems, draft = nearest(spec, operation, exchange)
    response = operation.response(exchange.status)
    return {
        "operation": _place(spec, operation.pointer),
        "answer": _place(spec, response.pointer) if response else None,
        "problems": [{"message": str(it), "place": _place(spec, _pointer(spec, operation, it))} for it in problems],
        "nearest": None if draft is None else _shown(draft, spec),
    }


def _shown(draft: Draft, spec: Spec) -> dict[str, Any]:
    seen: set[str] = set()
    headers = [(name.encode("latin-1"), it.encode("latin-1")) for name, it in draft.headers.items()]
    return {
        "method": draft.exchange.method,
        "target": spec.secrets.target(draft.target, MASK, seen),
        "request": message([it for it in headers if it[0] != b"content-length"], draft.body, spec.secrets, seen),
        "changes": [{"place": it.place, "why": it.why, "now": it.now} for it in draft.changes],
    }


def _pointer(spec: Spec, operation: Operation, problem: Problem) -> str:
    """Where in the document it is said what the problem breaks."""
    for parameter in operation.parameters:
        if problem.place == f"{parameter.place} {parameter.name!r}":
            return parameter.pointer
    media = next(iter(operation.body.values()))
    if media.schema is None or problem.keyword == "media":
        return f"{operation.pointer}/requestBody"
    try:
        at = subschema(spec, media.schema, problem.schema_path)[1]
    except (LookupError, TypeError, ValueError):
        at = ""
    return at if at.startswith("#") else f"{media.pointer}/schema{at}"


def _place(spec: Spec, pointer: str) -> str:
    """As `file:line`."""
    return f"{spec.path}:{_lines(spec.path).at(steps(pointer)) or 1}"


@lru_cache(maxsize=16)
def _lines(path: Path) -> Lines:
    return Lines(path)
