"""Refusals as the control API writes them: `{"errors": [{"message": …, "at": …, "hint": …}]}`, one for each problem."""

from __future__ import annotations

from mockserver.errors import NoRoute, Refusal
from mockserver.exchange import Reply
from mockserver.world import World
from specs import Operation
from specs.loading import escape
from specs.schemas import Problem


def refuse(_world: World | None, refusal: Refusal, operation: Operation | None) -> Reply:
    """The error body. A refusal's `detail`, when it has one, is the hint: what to do instead."""
    hint = refusal.detail
    if isinstance(refusal, NoRoute):
        hint = "the control API is described in mockserver/control/openapi.yaml"
    extra = {"hint": hint} if isinstance(hint, str) else {}
    told = [{"message": str(it), **_at(it)} for it in refusal.problems] or [{"message": refusal.reason}]
    errors = [{**it, **extra} for it in told]
    return Reply({"errors": errors}, refusal.status, refusal.headers, off_contract=operation is None)


def _at(problem: Problem) -> dict[str, str]:
    """Where in the body the problem is, as a JSON pointer."""
    return {"at": "".join(f"/{escape(str(step))}" for step in problem.path)} if problem.place == "body" else {}
