"""Is the API there for this user (REST API Documentation, Me)."""

from __future__ import annotations

from mockserver.exchange import Reply


def get_me() -> Reply:
    """200, once auth has let the request in."""
    return Reply("Welcome")
