"""Who calls, and whether the application in the path is theirs (REST API Documentation, Generic headers, Access token).

The three schemes are asked in the order of the spec's `security`: the form of time and signature, then the token; only
the token says whose key must have signed.
"""

from __future__ import annotations

import re

from mockserver import clock
from mockserver.exchange import Request
from mockserver.vendors.accengage import signing
from mockserver.vendors.accengage.errors import Label, Refused
from mockserver.world import World

# Of the `default` fixture; e-mail and key are those of the vendor's worked example, the token never expires.
CREDENTIALS = {
    "email": "mymail@client.com",
    "api_key": "a1b2c3d4e5f6g7h8",
    "access_token": "bodydouble-default-access-token",
}
_TIME = re.compile("[0-9]{1,20}")
_SIGNATURE = re.compile("[0-9a-fA-F]{40}")


def time(world: World, request: Request) -> str:
    """Nobody: only that the time is there and near enough (`time_tolerance`). Raises Refused."""
    text = request.header("accengage-time") or ""
    if not _TIME.fullmatch(text):
        raise signing.bad_signature("Accengage-Time is missing, or no whole number of seconds since the epoch")
    tolerance = world.switches["time_tolerance"]
    if tolerance and abs(int(text) - world.now) > tolerance:
        raise signing.bad_signature(f"Accengage-Time is more than {tolerance} s from the server's clock")
    return ""


def signature(world: World, request: Request) -> str:
    """Nobody: only that the signature has the form of one. Raises Refused."""
    if not _SIGNATURE.fullmatch(request.header("accengage-signature") or ""):
        raise signing.bad_signature("Accengage-Signature is missing, or not 40 hexadecimal digits")
    return ""


def token(world: World, request: Request) -> str:
    """The e-mail of the token's user, who signed the request and manages the application in the path.

    Raises Refused: 403 without a token, 400 for one that nobody has, 401 for an expired one, 400 for a signature of
    other bytes or with another key, 403 for an application that is not theirs, or nobody's.
    """
    header = request.header("authorization")
    if not header:
        raise Refused(403, "This route requires an access token", label=Label.TOKEN)
    scheme, _, value = header.partition(" ")
    known = world.get("access_tokens", value.strip()) if scheme.lower() == "bearer" else None
    user = world.get("users", known["email"]) if known else None
    if known is None or user is None:
        raise Refused(400, "Nobody has this access token; generate a new one", label=Label.TOKEN)
    if known["expires_at"] is not None and known["expires_at"] <= world.now:
        raise Refused(401, "The access token has expired; generate a new one", label=Label.TOKEN)
    signing.verify(request, user["api_key"])
    partner_id = request.path.get("partnerId")
    if partner_id is not None and partner_id not in user["apps"]:
        raise Refused(403, "You have no rights on this application", label=Label.FORBIDDEN)
    return str(user["email"])


def sign(method: str, target: str, body: bytes) -> dict[str, str]:
    """Headers that let a request in with CREDENTIALS."""
    now = str(int(clock.now(0.0, None)))
    return {
        "Accengage-Time": now,
        "Accengage-Signature": signing.digest(body, CREDENTIALS["api_key"], now),
        "Authorization": f"Bearer {CREDENTIALS['access_token']}",
    }
