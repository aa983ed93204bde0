"""`accepts-valid` and `rejects-invalid` at the bounds of each parameter: as long, as short, as high and as low as its
schema allows, and one beyond.

Generated requests have known values in most paths, or they would reach nothing; so bounds in paths are tried here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from contracts.client import Client
from contracts.provocations import made
from contracts.recipes import Recipe
from contracts.validity import RESERVED_HEADERS, followed
from specs import Operation, Spec
from specs.operations import Parameter

_FORM = frozenset({400, 422})
_LONGEST = 4096


def recipes(spec: Spec, operation: Operation) -> Iterator[Recipe]:
    """One for an operation whose parameters have bounds."""
    values = [(it, value) for it in operation.parameters if _plain(it) for value in edges(it, spec)]
    if values:
        yield made(operation, "bounds", partial(_bounds, operation=operation, values=values), check="accepts-valid")


def _plain(parameter: Parameter) -> bool:
    return parameter.place != "cookie" and parameter.name.lower() not in RESERVED_HEADERS


def _bounds(client: Client, operation: Operation, values: list[tuple[Parameter, Any]]) -> None:
    client.spare(operation)
    for parameter, value in values:
        fits = client.spec.schemas.validator(parameter.schema, "request").ok(value)
        exchange = client.call(operation.id, every=True, parameters={parameter.name: value})
        if not fits:
            client.expect(
                400 <= exchange.status < 500, "rejects-invalid", f"a refusal of {parameter.name} beyond its bounds"
            )
        elif client.has_world and not isinstance(value, str):
            client.expect(exchange.status not in _FORM, "accepts-valid", f"{parameter.name} {value}, which is a bound")


def edges(parameter: Parameter, spec: Spec) -> list[Any]:
    """Values at the bounds of a parameter's schema and beyond them. A text is made from the example."""
    schema = followed(parameter.schema, spec)
    kind = schema.get("type")
    if kind in ("integer", "number"):
        return [*_numbers(schema)]
    return [*_texts(schema, str(parameter.example or "x"))] if kind == "string" and "enum" not in schema else []


def _numbers(schema: Mapping[str, Any]) -> Iterator[float]:
    for key, beyond in (("minimum", -1), ("maximum", 1)):
        bound = schema.get(key)
        if isinstance(bound, int | float) and not isinstance(bound, bool):
            yield from (bound, bound + beyond)


def _texts(schema: Mapping[str, Any], example: str) -> Iterator[str]:
    for key, beyond in (("minLength", -1), ("maxLength", 1)):
        bound = schema.get(key)
        for length in (bound, bound + beyond) if isinstance(bound, int) and bound < _LONGEST else ():
            # Nothing at all is another path.
            if length > 0:
                yield (example * (length // len(example) + 1))[:length]
