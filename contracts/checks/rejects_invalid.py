"""`rejects-invalid`: a request that breaks the spec is never answered with success."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.exchange import Exchange
from contracts.finding import Problem
from contracts.validity import faults
from specs import Operation, Spec


def check(exchange: Exchange, operation: Operation, spec: Spec) -> Iterator[Problem]:
    """Object to a 2xx for a request that the spec forbids, naming what is wrong with the request."""
    if not 200 <= exchange.status < 300 or exchange.request.method != operation.method:
        return
    wrong = next((fault.text for fault in faults(exchange, operation, spec) if fault.sure), None)
    if wrong is not None:
        yield Problem(_place(wrong), f"a refusal, because {wrong}", str(exchange.status))


def _place(wrong: str) -> str:
    """Where the request is wrong, without the value, so that many bad values of one place are one finding."""
    return wrong.partition(": ")[0]
