"""`unknown-id`: what belongs to one thing is not there below another.

Two things are made, and something below the first; at the address that this has there it must not be found below the
second. Ids may be counted for each thing anew: only the very same answer is held against a target.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from contracts import removal
from contracts.client import Client
from contracts.exchange import Exchange
from contracts.finding import NotProvokable
from contracts.provocations import made
from contracts.recipes import Recipe
from specs import Operation, Spec

CHECK = "unknown-id"
_PARAMETER = re.compile(r"\{([^{}]+)\}")


def recipes(spec: Spec, operation: Operation) -> Iterator[Recipe]:
    """One for a read of what stands below something else, where both can be made."""
    below = re.fullmatch(r"(?P<parents>.+)/\{(?P<parent>[^/{}]+)\}(?P<children>/.+)/\{[^/{}]+\}/?", operation.path)
    if operation.method != "GET" or below is None or "{" in below["children"]:
        return
    found = {it.path.rstrip("/"): it for it in spec.operations.values() if it.method == "POST"}
    parents, children = found.get(below["parents"]), found.get(operation.path.rstrip("/").rpartition("/")[0])
    if parents and children:
        act = partial(_elsewhere, operation=operation, parents=parents, children=children, name=below["parent"])
        yield made(operation, f"below another {below['parent']}", act, check=CHECK)


def _elsewhere(client: Client, operation: Operation, parents: Operation, children: Operation, name: str) -> None:
    first, second = (_made(client, parents, children) for _ in range(2))
    if first == second:
        raise NotProvokable("the same thing is made each time")
    child = client.call(children.id, parameters=first)
    where = removal.address(operation, child, children, client.spec) if child.status == 201 else None
    if where is None or where[_PARAMETER.findall(operation.path)[-1]] in (child.request.body or b"").decode():
        raise NotProvokable("nothing is made below it that has an id of its own")
    right = client.call(operation.id, parameters=where)
    wrong = client.call(operation.id, parameters={**where, name: second[name]})
    same = 200 <= right.status < 300 and _body(right) == _body(wrong)
    client.expect(not (same and wrong.status == right.status), CHECK, f"a refusal below another {name}")


def _made(client: Client, maker: Operation, target: Operation) -> dict[str, str]:
    exchange = client.call(maker.id)
    found = removal.address(target, exchange, maker, client.spec) if exchange.status == 201 else None
    if found is None:
        raise NotProvokable(f"its example is answered {exchange.status} here, without an address")
    return found


def _body(exchange: Exchange) -> bytes:
    return exchange.response.body if exchange.response else b""
