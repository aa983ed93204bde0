"""`error-envelope`: a refusal that the operation does not document (405, say) has the vendor's error body too.

It applies where the operation's documented 4xx answers all share one schema: that is the vendor's error body.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.exchange import Exchange, excerpt
from contracts.finding import Problem
from specs import Operation, Spec
from specs.codecs import Undecodable, codec


def check(exchange: Exchange, operation: Operation, spec: Spec) -> Iterator[Problem]:
    """Object to a 4xx of another shape than all documented ones."""
    response = exchange.response
    if response is None or not 400 <= response.status < 500 or operation.response(response.status) is not None:
        return
    shared = envelope(operation)
    if shared is None:
        return
    kind, schema = shared
    expected = f"{response.status} with the error body that the other refusals have"
    if response.media_type != kind:
        yield Problem(str(response.status), f"{expected}, in {kind}", response.media_type or "no Content-Type")
        return
    try:
        value = codec(kind, schema, spec.document).decode(response.body)
    except Undecodable as error:
        yield Problem(str(response.status), expected, f"{error}: {excerpt(response.body)}")
        return
    problem = next(spec.schemas.validator(schema, "response").problems(value, "body"), None)
    if problem is not None:
        yield Problem(str(response.status), expected, f"{problem} in {excerpt(response.body)}")


def envelope(operation: Operation) -> tuple[str, Mapping[str, Any]] | None:
    """The media type and schema that at least two 4xx answers have, and no 4xx answer with a body lacks."""
    shared: tuple[str, Mapping[str, Any]] | None = None
    count = 0
    for status, response in operation.responses.items():
        if not status.startswith("4") or not response.content:
            continue
        media = next(iter(response.content.values()))
        if len(response.content) != 1 or media.schema is None or (shared and shared[1] != media.schema):
            return None
        shared, count = (media.type.lower().split(";")[0].strip(), media.schema), count + 1
    return shared if count >= 2 else None
