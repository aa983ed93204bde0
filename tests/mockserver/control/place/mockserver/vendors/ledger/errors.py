from __future__ import annotations

from mockserver.errors import Refusal
from mockserver.exchange import Reply
from mockserver.world import World
from specs import Operation


def refuse(world: World | None, refusal: Refusal, operation: Operation | None) -> Reply:
    body = {"status": refusal.status, "detail": refusal.reason}
    return Reply(body, refusal.status, refusal.headers, off_contract=operation is None)
