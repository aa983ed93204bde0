"""`status`: the spec documents every status that an operation answers."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.exchange import Exchange, excerpt
from contracts.finding import Problem
from specs import Operation, Spec

# What any server may answer to a verb or a path that is none of the operation's.
_NOT_OURS = frozenset({404, 405, 501})


def check(exchange: Exchange, operation: Operation, _spec: Spec) -> Iterator[Problem]:
    """Object to a status that is not among the operation's responses."""
    response = exchange.response
    if response is None or operation.response(response.status) is not None or response.status >= 500:
        return  # `no-server-error` judges those from 500.
    if exchange.request.method != operation.method and response.status in _NOT_OURS:
        return
    seen = f"{response.status}: {excerpt(response.body)}"
    yield Problem(str(response.status), f"one of {', '.join(operation.responses)}", seen)
