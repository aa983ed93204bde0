"""Who calls, and whether the company or app in the path is theirs (Technical Overview, Authentication)."""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache

from mockserver.errors import Forbidden, Unauthenticated
from mockserver.exchange import Request
from mockserver.vendors.vibes.errors import UnknownApp, UnknownCompany
from mockserver.world import World

# Of the `default` fixture, and printed in the Technical Overview.
CREDENTIALS = {"username": "VibesUser", "password": "Password123"}
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="Vibes"'}


def basic(world: World, request: Request) -> str:
    """The API user, once the company or the app that the path names has been found to be theirs.

    Raises Unauthenticated without good credentials, UnknownCompany or UnknownApp for what does not exist, Forbidden for
    what belongs to somebody else. Every operation below a company or an app passes here, so none looks it up again.
    """
    header = request.header("authorization")
    if header is None:
        raise Unauthenticated("The credentials are missing", headers=_CHALLENGE)
    username, password = _credentials(header)
    known = world.get("credentials", username)
    if known is None or known["password"] != password:
        raise Unauthenticated("The username or the password is wrong", headers=_CHALLENGE)
    company_key, app_id = request.path.get("company_key"), request.path.get("app_id")
    if company_key is not None:
        if company_key not in known["companies"]:
            if world.get("companies", company_key) is None:
                raise UnknownCompany
            raise Forbidden(f"These credentials do not open company {company_key}")
    elif app_id is not None:
        app = world.get("apps", app_id)
        if app is None:
            raise UnknownApp
        if app["company_key"] not in known["companies"]:
            raise Forbidden(f"These credentials do not open app {app_id}")
    return username


def sign(method: str, target: str, body: bytes) -> dict[str, str]:
    """Headers that let a request in with CREDENTIALS."""
    pair = f"{CREDENTIALS['username']}:{CREDENTIALS['password']}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


@lru_cache(maxsize=1024)
def _credentials(header: str) -> tuple[str, str]:
    """Username and password of an Authorization header; empty ones, which nobody has, when it is not Basic."""
    scheme, _, encoded = header.strip().partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return "", ""
    username, _, password = decoded.partition(":")
    return username, password
