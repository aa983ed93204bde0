"""Refusals as the control API writes them: `{"errors": [{"message": …, "hint": …}]}`, an entry for each problem."""

from __future__ import annotations

from mockserver.errors import NoRoute, Refusal
from mockserver.exchange import Reply
from mockserver.world import World
from specs import Operation


def refuse(_world: World | None, refusal: Refusal, operation: Operation | None) -> Reply:
    """The error body. A refusal's `detail`, when it has one, is the hint: what to do instead."""
    hint = refusal.detail
    if isinstance(refusal, NoRoute):
        hint = "the control API is described in mockserver/control/openapi.yaml"
    extra = {"hint": hint} if isinstance(hint, str) else {}
    messages = [str(problem) for problem in refusal.problems] or [refusal.reason]
    errors = [{"message": message, **extra} for message in messages]
    return Reply({"errors": errors}, refusal.status, refusal.headers, off_contract=operation is None)
