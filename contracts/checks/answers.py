"""`answers`: every request gets one complete, well-formed HTTP answer, in time and of bounded size."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.exchange import Exchange
from contracts.finding import Problem
from specs import Operation, Spec


def check(exchange: Exchange, _operation: Operation, _spec: Spec) -> Iterator[Problem]:
    """Object to a dropped or garbled connection, a time-out, a cut or an endless body."""
    if exchange.response is None:
        yield Problem(exchange.trouble, "a complete HTTP answer", exchange.trouble)
