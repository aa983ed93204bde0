"""`expired-token` and `no-leak-between-accounts`: credentials that were right once, or are right for somebody else.

A vendor's `target.py` names the two that the `default` fixture knows: `EXPIRED`, and `STRANGER`, an account that sees
nothing of what the examples in paths name. `STRANGER_VALUES` are parameters that lead to what is the stranger's own:
then lists of both accounts are held side by side, and have no row in common, and what stands below an address of the
one is not there below that of the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from contracts import vendors
from contracts.client import Client
from contracts.credentials import Credentials
from contracts.provocations import made
from contracts.recipes import Recipe
from contracts.validity import followed
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
    values = getattr(own, "STRANGER_VALUES", {})
    named = {it.name for it in operation.parameters if it.place == "path"}
    if (
        isinstance(stranger, Credentials)
        and operation.method == "GET"
        and named - values.keys()
        and named & values.keys()
    ):
        act = partial(_moved, operation=operation, who=stranger, values=values)
        yield made(operation, "below a stranger's address", act, check="no-leak-between-accounts")
    if isinstance(stranger, Credentials) and values and _lists(operation, values, spec):
        act = partial(_apart, operation=operation, who=stranger, values=values)
        yield made(operation, "lists of two accounts", act, check="no-leak-between-accounts")


def _refused(client: Client, operation: Operation, who: Credentials, check: str) -> None:
    client.suppose("which credentials it knows")
    there = client.acting(who)
    if not _differ(client, there, operation):
        return
    exchange = there.call(operation.id, every=True)
    words = "expired credentials" if check == "expired-token" else "somebody else's credentials"
    there.expect(400 <= exchange.status < 500, check, f"a refusal of {words}")


def _lists(operation: Operation, values: Mapping[str, str], spec: Spec) -> bool:
    """Whether it answers an array of what an account has, and the account is all that its path names."""
    media = [it for status, it in operation.responses.items() if status == "200"]
    schemas = [followed(it.schema, spec) for response in media for it in response.content.values() if it.schema]
    named = {it.name for it in operation.parameters if it.place == "path"}
    return operation.method == "GET" and named <= values.keys() and any(it.get("type") == "array" for it in schemas)


def _apart(client: Client, operation: Operation, who: Credentials, values: Mapping[str, str]) -> None:
    client.suppose("which credentials it knows")
    known = {it.name: values[it.name] for it in operation.parameters if it.name in values}
    theirs = client.value(client.acting(who).call(operation.id, every=True, parameters=known))
    own = client.value(client.call(operation.id, every=True))
    if isinstance(theirs, list) and isinstance(own, list):
        shared = [row for row in own if row in theirs]
        client.expect(not shared, "no-leak-between-accounts", "nothing of what another account lists", shared[:1])


def _moved(client: Client, operation: Operation, who: Credentials, values: Mapping[str, str]) -> None:
    """Ids may be counted for each account anew: only the very same answer is held against a target."""
    client.suppose("which credentials it knows")
    own = client.call(operation.id)
    there = client.acting(who)
    theirs = there.call(
        operation.id, parameters={it.name: values[it.name] for it in operation.parameters if it.name in values}
    )
    told = own.response is not None and theirs.response is not None and own.response.body == theirs.response.body
    leaks = bool(client.value(own)) and 200 <= own.status < 300 and theirs.status == own.status and told
    there.expect(not leaks, "no-leak-between-accounts", "nothing of what another account has")


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
