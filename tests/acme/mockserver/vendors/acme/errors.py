"""Acme's one way to say no."""

from __future__ import annotations

from mockserver.errors import Refusal
from mockserver.exchange import Reply
from mockserver.world import World
from specs import Operation


def refuse(world: World | None, refusal: Refusal, operation: Operation | None) -> Reply:
    """The error body: the refusal's name, and all that is wrong."""
    details = [str(problem) for problem in refusal.problems] or [refusal.reason]
    body = {"code": type(refusal).__name__, "details": details}
    return Reply(body, refusal.status, refusal.headers, "application/json", off_contract=operation is None)
