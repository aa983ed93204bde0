"""`rate-limit`: the whole budget of a class is granted to each API user, and not more; other classes have budgets of
their own, and a call over it changes nothing.

That a refused call changed nothing shows when it is made again after a rest: it is answered as in a world in which it
was never refused. What was added would be met then, and what was removed would be missing.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from functools import partial
from typing import Any

from contracts import probe, vendors
from contracts.client import Client
from contracts.credentials import Credentials
from contracts.finding import NotProvokable
from contracts.provocations import documented, made
from contracts.recipes import Recipe
from specs import Operation, Spec
from specs.operations import RateClass

CHECK = "rate-limit"


def recipes(spec: Spec, operations: Iterable[Operation], chosen: Container[str]) -> Iterator[Recipe]:
    """One for each rate class that these operations are of.

    `chosen` are the ids of those that are asked; the budget is spent by the same one, whichever these are.
    """
    for budget in spec.rate_classes.values():
        limited = _of(operations, budget)
        asked = [it for it in limited if it.id in chosen]
        if asked:
            act = partial(_over_the_rate, spender=limited[0], operations=tuple(asked), budget=budget)
            also = tuple(it.id for it in asked[1:])
            name = f"over the rate limit of class {budget.name}"
            yield made(asked[0], name, act, 429, check=CHECK, settings=(), also=also)


def _of(operations: Iterable[Operation], budget: RateClass) -> list[Operation]:
    """Those of a class. Whoever only reads comes first: it spends the budget without filling the world."""
    limited = [it for it in operations if it.rate_class == budget.name and documented(it, 429)]
    return sorted(limited, key=lambda it: it.method != "GET")


def _over_the_rate(
    client: Client, spender: Operation, operations: tuple[Operation, ...], budget: RateClass
) -> None:  # fmt: skip
    """The budget is granted to one operation; then all of the class are refused, and after a rest none is."""
    if not client.has_world:
        if spender not in operations:
            raise NotProvokable(f"the limit of class {budget.name} is probed by {spender.id}")
        probe.over_the_rate(client, spender, budget)
        return
    spender = _of(client.spec.operations.values(), budget)[0]
    unrefused = _answered(client, spender, operations, budget)
    client.world.reset()
    client.world.freeze()
    for number in range(budget.requests):
        exchange = client.call(spender.id, every=True)
        granted = f"{budget.requests} requests granted"
        client.expect(exchange.status != 429, CHECK, granted, f"429 at request {number + 1}")
        if exchange.status in (0, 429):
            return
    for operation in operations:
        for kind in kinds(operation):
            status = _status(client, operation, kind)
            client.expect(status == 429, CHECK, f"429 after {budget.requests} requests of its class")
    _another_user(client, spender)
    _another_class(client, budget)
    client.world.advance(budget.seconds)
    rested = client.call(spender.id, every=True)
    client.expect(rested.status != 429, CHECK, f"new requests after {budget.seconds:g} s")
    for operation, kind, wanted in unrefused:
        status = _status(client, operation, kind)
        words = "the answer that it has when it was not refused before"
        client.expect(status == wanted, "refusal-changes-nothing", words, f"{status} in place of {wanted}")


def _answered(
    client: Client, spender: Operation, operations: tuple[Operation, ...], budget: RateClass
) -> list[tuple[Operation, str | None, int]]:
    """How whatever writes is answered in a fresh world; nothing where the budget can only be spent by writing.

    One request less than the budget: the first after the rest is another one.
    """
    writes = [(it, kind) for it in operations if it.method != "GET" for kind in kinds(it)][: budget.requests - 1]
    client.world.freeze()
    return [(it, kind, _status(client, it, kind)) for it, kind in writes if spender.method == "GET"]


def kinds(operation: Operation) -> list[str | None]:
    """The media types that an operation is tried with: those that it takes, or has to be asked for."""
    if operation.body:
        return [*operation.body]
    found = dict.fromkeys(kind for response in operation.responses.values() for kind in response.content)
    return [*found] if len(found) > 1 else [None]


def _status(client: Client, operation: Operation, kind: str | None) -> int:
    client.media_type = kind
    return client.call(operation.id, every=True).status


def _another_user(client: Client, operation: Operation) -> None:
    """A stranger, and somebody else of the same account."""
    own: Any = vendors.module(client.spec.vendor, "target")
    stranger, values = getattr(own, "STRANGER", None), getattr(own, "STRANGER_VALUES", {})
    for user, led in ((stranger, values), (getattr(own, "COLLEAGUE", None), {})):
        if isinstance(user, Credentials) and operation.security:
            there = client.acting(user)
            known = {it.name: led[it.name] for it in operation.parameters if it.name in led}
            status = there.call(operation.id, every=True, parameters=known).status
            there.expect(status != 429, CHECK, "a budget of one's own for each API user")


def _another_class(client: Client, spent: RateClass) -> None:
    """What is of another class has a budget of its own."""
    for budget in client.spec.rate_classes.values():
        other = next(iter(_of(client.spec.operations.values(), budget)), None)
        if other is not None and budget.name != spent.name:
            status = client.call(other.id, every=True).status
            client.expect(status != 429, CHECK, f"a budget of its own for the class {budget.name}")
