"""What a world's vendors were asked and answered; the same filters serve to look and to assert."""

from __future__ import annotations

from mockserver.exchange import Reply
from mockserver.journal import Filter, Journal, facts
from mockserver.worlds import Worlds


def list_exchanges(
    worlds: Worlds,
    journal: Journal,
    world: str,
    *,
    limit: int,
    vendor: str | None = None,
    operation: str | None = None,
    status: int | None = None,
    method: str | None = None,
    path: str | None = None,
    text: str | None = None,
    refused: bool | None = None,
    defect: bool | None = None,
    after: int | None = None,
) -> Reply:
    """How many exchanges match, and the last `limit` of them, oldest first. Raises UnknownWorld."""
    with worlds.open(world):
        pass  # an empty journal of a world that does not exist would look like nothing happened
    wanted = Filter(vendor, operation, status, method.upper() if method else None, path, text, refused, defect, after)
    total, found = journal.find(world, wanted, limit)
    return Reply({"total": total, "exchanges": [facts(exchange) for exchange in found]})


def clear_journal(worlds: Worlds, journal: Journal, world: str) -> Reply:
    """Forget what happened so far. Raises UnknownWorld."""
    with worlds.open(world):
        pass
    journal.clear(world)
    return Reply(None, 204)
