"""`example-succeeds`: a documented example of a request is answered as documented.

The first one succeeds on the `default` fixture, and so do the others, unless an answer has an example of the same name:
then that is the answer. What a named example wants in headers or a query, no document says; so one that is refused may
come again with the other values that they can have.

A target of which nothing is known may refuse any of them: what they name need not exist there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from contracts.client import Client
from contracts.exchange import Exchange
from contracts.finding import NotProvokable
from contracts.provocations import made
from contracts.recipes import Recipe
from specs import Operation, Spec
from specs.operations import Parameter

CHECK = "example-succeeds"
_REFUSED_BARE = frozenset({400, 422})
_MOST = 4


def recipes(_spec: Spec, operation: Operation, kind: str | None) -> Iterator[Recipe]:
    """One for each named example of a media type; one for a request without."""
    media = operation.body.get(kind or "")
    names: list[str | None] = [*(media.examples if media else ())] or [None]
    for place, name in enumerate(names):
        act = partial(_example, operation=operation, name=name, first=place == 0)
        yield made(operation, f"example {name}" if name else "example", act, kind=kind)


def _example(client: Client, operation: Operation, name: str | None, first: bool) -> None:
    client.spare(operation)
    exchange = _call(client, operation, name)
    if not client.has_world:
        if client.has_strangers:
            raise NotProvokable("the ids of the examples do not exist on this target; name some of its own in [values]")
        bare = not operation.parameters and not operation.body
        client.expect(
            not bare or exchange.status not in _REFUSED_BARE, CHECK, "no refusal of a request that says nothing"
        )
        return
    if client.made_up:
        return
    wanted = [] if first else _namesakes(operation, name)
    others = () if first or _right(exchange, wanted) else _variations(operation)
    if not any(_right(_call(client, operation, name, other), wanted) for other in others):
        words = f"{' or '.join(wanted)}, which has an example of this name" if wanted else "success"
        client.expect(_right(client.sent[-1], wanted), CHECK, f"{words} for the documented example")


def _call(
    client: Client, operation: Operation, name: str | None, parameters: Mapping[str, Any] | None = None
) -> Exchange:
    if name is None:
        return client.call(operation.id, every=True, parameters=parameters)
    return client.call(operation.id, every=True, parameters=parameters, body=client.example(operation.id, name))


def _namesakes(operation: Operation, name: str | None) -> list[str]:
    """Statuses whose answers have an example of this name."""
    contents = {status: response.content.values() for status, response in operation.responses.items()}
    return [status for status, content in contents.items() if name and any(name in it.examples for it in content)]


def _right(exchange: Exchange, statuses: list[str]) -> bool:
    if not statuses:
        return 0 < exchange.status < 400
    return any(status in (str(exchange.status), f"{exchange.status // 100}XX", "default") for status in statuses)


def _variations(operation: Operation) -> list[dict[str, Any]]:
    """Other values of the headers and query parameters that have few, one at a time."""
    found = [
        {parameter.name: value}
        for parameter in operation.parameters
        if parameter.place in ("header", "query")
        for value in _choices(parameter)
        if value != parameter.example
    ]
    return found[:_MOST]


def _choices(parameter: Parameter) -> list[Any]:
    choices = parameter.schema.get("enum", ())
    return [*choices] if isinstance(choices, list | tuple) else []
