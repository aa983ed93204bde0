"""Who calls: three schemes, one list of customers (Acme handbook, Who are you)."""

from __future__ import annotations

import base64
import binascii

from mockserver.errors import Unauthenticated
from mockserver.exchange import Request
from mockserver.world import World

CREDENTIALS = {"key": "key-of-wile", "token": "token-of-wile", "user": "wile", "password": "roadrunner"}


def sign(method: str, target: str, body: bytes) -> dict[str, str]:
    """The headers that let the default customer in."""
    return {"X-Acme-Key": CREDENTIALS["key"]}


def key(world: World, request: Request) -> str:
    """The customer of an API key. Raises Unauthenticated."""
    return _customer(world, "key", request.headers.get("x-acme-key", ""))


def bearer(world: World, request: Request) -> str:
    """The customer of a token. Raises Unauthenticated."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return _customer(world, "token", token if scheme.lower() == "bearer" else "")


def basic(world: World, request: Request) -> str:
    """The customer of a name and password. Raises Unauthenticated."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        user = password = ""
    found = world.get("customers", user)
    if scheme.lower() != "basic" or found is None or found["password"] != password:
        raise Unauthenticated("name or password is wrong", headers={"WWW-Authenticate": 'Basic realm="Acme"'})
    return user


def _customer(world: World, field: str, value: str) -> str:
    found = world.one("customers", {field: value})
    if found is None:
        raise Unauthenticated(f"no customer has this {field}")
    return str(found["user"])
