"""`filter-applies`: a list that is asked for rows of one kind has no others.

A filter is a query parameter called like a member of the rows, whose values are few, and all among the member's:
nothing else can be meant by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from contracts.client import Client
from contracts.listing import Listing, listing, meant, plain, properties, row_schema
from contracts.provocations import made
from contracts.recipes import Recipe
from specs import Operation, Spec

CHECK = "filter-applies"
_MOST = 4


def recipes(spec: Spec, operation: Operation) -> Iterator[Recipe]:
    """One for a list that can be filtered by what its rows show."""
    it = listing(operation, spec)
    filters = [*_filters(it, spec)] if it else []
    if it and filters:
        yield made(operation, "filters", partial(_filter, it=it, filters=filters), check=CHECK)


def _filters(it: Listing, spec: Spec) -> Iterator[tuple[str, str, Any]]:
    """Each with the parameter, the member of the rows, and a value."""
    members = {
        plain(name): (name, meant(schema, spec)) for name, schema in properties(row_schema(it, spec), spec).items()
    }
    for parameter in it.operation.parameters:
        member, schema = members.get(plain(parameter.name), ("", {}))
        values, known = meant(parameter.schema, spec).get("enum"), schema.get("enum")
        if parameter.place == "query" and values and known and all(value in known for value in values):
            yield from ((parameter.name, member, value) for value in values[:_MOST])


def _filter(client: Client, it: Listing, filters: list[tuple[str, str, Any]]) -> None:
    for parameter, member, value in filters:
        exchange = client.call(it.operation.id, parameters={parameter: value})
        rows = it.of(client.value(exchange)) if 200 <= exchange.status < 300 else None
        others = [row[member] for row in rows or () if isinstance(row, dict) and row.get(member, value) != value]
        client.expect(not others, CHECK, f"rows of {member} {value} only", others[:3])
