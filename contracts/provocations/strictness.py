"""`auth-enforced`, to the letter: credentials that are almost right are wrong.

Tried in a world of one's own only, with credentials that everybody may know: on a real vendor a few wrong passwords
lock an account.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from functools import partial

from contracts.client import Client
from contracts.finding import NotProvokable
from contracts.provocations import made
from contracts.recipes import Recipe
from specs import Operation, Spec

CHECK = "auth-enforced"
# Numbers are the same in either case.
_HEX = re.compile(r"[0-9a-fA-F]{16,}")


def recipes(_spec: Spec, operation: Operation) -> Iterator[Recipe]:
    """One for an operation that wants credentials."""
    if operation.security and () not in operation.security:
        yield made(operation, "almost right credentials", partial(_almost, operation=operation), check=CHECK)


def _almost(client: Client, operation: Operation) -> None:
    right = client.authorization(operation, "right", None)
    if not (client.has_world and client.credentials and client.credentials.public):
        raise NotProvokable("only credentials of a mock are spelled wrongly: others may be locked")
    for name, value in right.items():
        for what, other in almost(value) if name == "Authorization" else _almost_key(value):
            exchange = client.call(operation.id, every=True, claims={name: other})
            client.expect(400 <= exchange.status < 500, CHECK, f"a refusal of {name} with {what}")


def almost(value: str) -> Iterator[tuple[str, str]]:
    """What is nearly an `Authorization`, each with its name."""
    scheme, _, rest = value.partition(" ")
    yield "the scheme alone", scheme
    yield "another scheme", f"{'Bearer' if scheme == 'Basic' else 'Basic'} {rest}"
    yield "no scheme", rest
    if scheme != "Basic":
        yield from ((what, f"{scheme} {other}") for what, other in _almost_key(rest) if other)
        return
    try:
        user, _, password = base64.b64decode(rest).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return
    yield "what is no base64", "Basic %%%"
    yield "no colon", _basic(user)
    for what, other in _almost_key(password):
        yield f"a password with {what}", _basic(f"{user}:{other}")
    yield "the password as user", _basic(f"{password}:{user}")


def _almost_key(value: str) -> Iterator[tuple[str, str]]:
    yield "nothing", ""
    yield "a character more", value + "x"
    yield "a character less", value[:-1]
    if value.swapcase() != value and not _HEX.fullmatch(value):
        yield "upper and lower case swapped", value.swapcase()


def _basic(text: str) -> str:
    return f"Basic {base64.b64encode(text.encode()).decode()}"
