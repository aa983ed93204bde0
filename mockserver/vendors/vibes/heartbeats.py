"""Is the API there (Technical Overview, former URI tree; the body is ours)."""

from __future__ import annotations

from mockserver.exchange import Reply


def get_heartbeat() -> Reply:
    """200 with `status`."""
    return Reply({"status": "ok"})


def get_company_heartbeat() -> Reply:
    """200 with `status`; that the company exists and is the caller's was found out on the way in."""
    return Reply({"status": "ok"})
