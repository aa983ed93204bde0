"""`headers`: documented response headers are there when required, and match their schemas."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.exchange import Exchange
from contracts.finding import Problem
from contracts.validity import typed
from specs import Operation, Spec


def check(exchange: Exchange, operation: Operation, spec: Spec) -> Iterator[Problem]:
    """Object to a missing required header, and to one whose value is not what its schema allows."""
    response = exchange.response
    documented = operation.response(response.status) if response else None
    if response is None or documented is None:
        return
    for name, header in documented.headers.items():
        if name.lower() == "content-type":
            continue
        text = response.header(name)
        if text is None:
            if header.get("required"):
                expected = f"{response.status} with the header {name}"
                yield Problem(f"{response.status} {name}", expected, "no such header")
            continue
        schema = header.get("schema")
        if schema is None:
            continue
        resolved = spec.resolve(schema["$ref"]) if "$ref" in schema else schema
        if resolved.get("type") in ("array", "object"):
            continue
        for problem in spec.schemas.validator(schema, "response").problems(typed(text, resolved.get("type")), name):
            yield Problem(f"{response.status} {name} {problem.keyword}", f"{name} like its schema", str(problem))
