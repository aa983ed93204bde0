"""Who calls, and whether what the path names is theirs: customers by Basic (Technical Overview, Authentication),
devices by the token that they got when they registered (iOS SDK, AuthTokenBehavior)."""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache

from mockserver.errors import Forbidden, NotFound, Unauthenticated
from mockserver.exchange import Request
from mockserver.store import Record
from mockserver.vendors.vibes import identity
from mockserver.vendors.vibes.errors import UnknownApp, UnknownCompany
from mockserver.world import World

# Of the `default` fixture, and printed in the Technical Overview.
CREDENTIALS = {"username": "VibesUser", "password": "Password123"}
DEVICE_TOKEN = "bodydouble-default-device-token"  # of the `default` fixture
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="Vibes"'}
_TOKEN_CHALLENGE = {"WWW-Authenticate": 'MobileAppToken realm="Vibes"'}


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


def device_token(world: World, request: Request) -> str:
    """The `vibes_device_id` of the caller, once what the path names has been found to be the device's own.

    Raises Unauthenticated without a token that is good now, UnknownApp or NotFound for what does not exist, also when
    the device itself is gone, Forbidden for what belongs to another device.
    """
    return _device(world, request, former=False)


def former_device_token(world: World, request: Request) -> str:
    """As `device_token`, but a token that has ended will do: it is how an SDK gets a new one."""
    return _device(world, request, former=True)


def sign(method: str, target: str, body: bytes) -> dict[str, str]:
    """Headers that let a request in with CREDENTIALS."""
    pair = f"{CREDENTIALS['username']}:{CREDENTIALS['password']}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def _device(world: World, request: Request, former: bool) -> str:
    scheme, _, token = (request.header("authorization") or "").strip().partition(" ")
    if scheme.lower() != "mobileapptoken":
        raise Unauthenticated("The auth_token is missing", headers=_TOKEN_CHALLENGE)
    known = world.get("device_tokens", token.strip())
    if known is None or (known["ended"] and not former):
        raise Unauthenticated("The auth_token is wrong or has expired", headers=_TOKEN_CHALLENGE)
    app_id = request.path["app_id"]
    app = world.get("apps", app_id)
    if app is None:
        raise UnknownApp
    if app_id != known["app_id"]:
        raise Forbidden(f"These credentials do not open app {app_id}")
    device = world.get("devices", known["vibes_device_id"])
    _check_own(world, request, app, device)
    vibes_device_id: str = known["vibes_device_id"]
    return vibes_device_id


def _check_own(world: World, request: Request, app: Record, device: Record | None) -> None:
    """Raises NotFound when the device is gone, or the path names what does not exist, Forbidden when it is not its."""
    named = request.path.get("vibes_device_id")
    wanted = device if named is None else world.get("devices", named)
    if device is None or wanted is None or wanted["app_id"] != app["app_id"]:
        raise NotFound("The device was not found")
    owner, person_key = device["person_key"], request.path.get("person_key")
    if person_key is not None:
        owner = identity.known(identity.by_key(world, app["company_key"], person_key))["person_key"]
    if wanted["vibes_device_id"] != device["vibes_device_id"] or owner != device["person_key"]:
        raise Forbidden("This token does not open the device or person")


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
