"""Tokens, each for one user and 24 hours (REST API Documentation, Access token)."""

from __future__ import annotations

from mockserver.exchange import Reply, Request
from mockserver.store import Record
from mockserver.vendors.accengage import signing
from mockserver.vendors.accengage.errors import not_found
from mockserver.world import World

_SECONDS = 24 * 60 * 60


def create_access_token(world: World, request: Request, body: Record) -> Reply:
    """200 with a new token. The key that must have signed is that of the e-mail's user. Raises Refused."""
    user = world.get("users", body["email"])
    if user is None:
        raise not_found(f"A user with the e-mail {body['email']}")
    signing.verify(request, user["api_key"])
    token = world.ids.text("access_token", 32)
    world.put("access_tokens", {"access_token": token, "email": user["email"], "expires_at": world.now + _SECONDS})
    return Reply({"token_type": "Bearer", "access_token": token})
