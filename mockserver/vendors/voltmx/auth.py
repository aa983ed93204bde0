"""Who calls the newer endpoints (reference, section 3.1). The legacy one has no HTTP authentication."""

from __future__ import annotations

import base64
import binascii
import hmac

from mockserver.errors import Unauthenticated
from mockserver.exchange import Request
from mockserver.world import World

# Of the `default` fixture.
CREDENTIALS = {"username": "admin@example.com", "password": "Engage#2016"}
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="Engagement Services"'}


def basic(world: World, request: Request) -> str:
    """The console user of an `Authorization: Basic`. Raises Unauthenticated."""
    header = request.header("authorization")
    if header is None:
        raise Unauthenticated("the credentials are missing", headers=_CHALLENGE)
    userid, password = _pair(header)
    known = world.get("operators", userid)
    if known is None or not hmac.compare_digest(known["password"].encode(), password.encode()):
        raise Unauthenticated("the user id or the password is wrong", headers=_CHALLENGE)
    return userid


def claims_token(world: World, request: Request) -> str:
    """The console user whose `claims_token` stands in `X-VoltMX-Authorization`, while it lives. Raises
    Unauthenticated."""
    known = world.get("claims_tokens", request.header("x-voltmx-authorization") or "")
    if known is None or known["exp"] <= world.now * 1000:
        raise Unauthenticated("X-VoltMX-Authorization is missing, unknown or expired", headers=_CHALLENGE)
    return str(known["userid"])


def device_token(world: World, request: Request) -> str:
    """The device side. It is held to the console's value by the handlers, since what is malformed is refused first
    (section 2.6), and since it is needed only when that value is set."""
    return "device" if request.header("x-device-authtoken") is not None else ""


def is_device(world: World, *given: str | None) -> bool:
    """Whether one of the values that a request gave is the console's, or none is set there: then anybody may call."""
    expected = world.switches["authToken"]
    if expected is None:
        return True
    return any(hmac.compare_digest(it.encode(), expected.encode()) for it in given if it is not None)


def sign(method: str, target: str, body: bytes) -> dict[str, str]:
    """Headers that let a request in with CREDENTIALS."""
    pair = f"{CREDENTIALS['username']}:{CREDENTIALS['password']}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _pair(header: str) -> tuple[str, str]:
    """User id and password of an Authorization header; empty ones, which nobody has, when it is not Basic."""
    scheme, _, encoded = header.strip().partition(" ")
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, ValueError):
        decoded = ""
    userid, _, password = decoded.partition(":")
    return userid, password
