"""`expired-token` and `no-leak-between-accounts`: credentials that were right once, or are right for somebody else.

A vendor's `target.py` names the two that the `default` fixture knows: `EXPIRED`, and `STRANGER`, an account that sees
nothing of what the examples in paths name.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from contracts import vendors
from contracts.client import Client
from contracts.credentials import Credentials
from contracts.provocations import made
from contracts.recipes import Recipe
from specs import Operation, Spec


def recipes(spec: Spec, operation: Operation) -> Iterator[Recipe]:
    """Up to two for an operation that wants credentials."""
    own: Any = vendors.module(spec.vendor, "target")
    if not operation.security or () in operation.security:
        return
    expired, stranger = (getattr(own, name, None) for name in ("EXPIRED", "STRANGER"))
    if isinstance(expired, Credentials):
        act = partial(_refused, operation=operation, who=expired, check="expired-token")
        yield made(operation, "expired credentials", act, check="expired-token")
    if isinstance(stranger, Credentials) and "{" in operation.path:
        act = partial(_refused, operation=operation, who=stranger, check="no-leak-between-accounts")
        yield made(operation, "a stranger's credentials", act, check="no-leak-between-accounts")


def _refused(client: Client, operation: Operation, who: Credentials, check: str) -> None:
    client.suppose("which credentials it knows")
    there = client.acting(who)
    if not _differ(client, there, operation):
        return
    exchange = there.call(operation.id, every=True)
    words = "expired credentials" if check == "expired-token" else "somebody else's credentials"
    there.expect(400 <= exchange.status < 500, check, f"a refusal of {words}")


def _differ(client: Client, there: Client, operation: Operation) -> bool:
    """Whether the operation's requests show who sends them: one that gives a token out wants no token.

    What signs the time is asked again until the clock stood still meanwhile.
    """
    for _ in range(5):
        before = client.authorization(operation, "right", None)
        other = there.authorization(operation, "right", None)
        if client.authorization(operation, "right", None) == before:
            return other != before
    return False
