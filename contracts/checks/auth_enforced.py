"""`auth-enforced`: where the spec demands credentials, a request without the right ones is never a success."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.exchange import Exchange
from contracts.finding import Problem
from specs import Operation, Spec


def check(exchange: Exchange, operation: Operation, _spec: Spec) -> Iterator[Problem]:
    """Object to a 2xx for a request with no or wrong credentials."""
    if exchange.credentials == "right" or not operation.security or () in operation.security:
        return
    if 200 <= exchange.status < 300:
        yield Problem(exchange.credentials, f"a refusal of {exchange.credentials} credentials", str(exchange.status))
