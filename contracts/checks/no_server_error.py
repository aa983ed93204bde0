"""`no-server-error`: a 5xx is a failure of the server, documented or not, unless a fault asked for it."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.exchange import Exchange, excerpt
from contracts.finding import Problem
from specs import Operation, Spec


def check(exchange: Exchange, _operation: Operation, _spec: Spec) -> Iterator[Problem]:
    """Object to any status from 500 that was not asked for."""
    response = exchange.response
    if response is not None and response.status >= 500 and response.status not in exchange.asked:
        yield Problem(str(response.status), "no server error", f"{response.status}: {excerpt(response.body)}")
