"""`accepts-valid`: a request that the spec allows is not refused for its form.

405, 406, 411 and 415 never answer a documented verb and media type, but for a 405 that the operation itself documents:
a vendor may take a verb away. 400 and 422 may have reasons that no schema can
say. A vendor's `checks.py` names them in a function, and puts `unless(function)` in place of this check: then every 400
or 422 that it cannot explain is a finding too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from contracts.exchange import Exchange, excerpt
from contracts.finding import Problem
from contracts.validity import faults
from specs import Operation, Spec

_NEVER = frozenset({405, 406, 411, 415, 501})
_FORM = frozenset({400, 422})
Refusal = Callable[[Exchange, Operation, Spec], str | None]


def check(exchange: Exchange, operation: Operation, spec: Spec) -> Iterator[Problem]:
    """Object to a refusal of the verb or the media type that the spec documents."""
    if exchange.status in _never(operation) and _valid(exchange, operation, spec):
        yield _problem(exchange)


def unless(refusal: Refusal) -> Callable[[Exchange, Operation, Spec], Iterator[Problem]]:
    """A stricter check: 400 and 422 need a reason, which `refusal` gives; None means that it has none."""

    def check_strictly(exchange: Exchange, operation: Operation, spec: Spec) -> Iterator[Problem]:
        never = _never(operation)
        if exchange.status not in never | _FORM or not _valid(exchange, operation, spec):
            return
        if exchange.status in never or refusal(exchange, operation, spec) is None:
            yield _problem(exchange)

    return check_strictly


def _never(operation: Operation) -> frozenset[int]:
    return _NEVER - {405} if "405" in operation.responses else _NEVER


def _valid(exchange: Exchange, operation: Operation, spec: Spec) -> bool:
    if exchange.request.method != operation.method or exchange.status in exchange.asked:
        return False
    return next(faults(exchange, operation, spec), None) is None


def _problem(exchange: Exchange) -> Problem:
    body = exchange.response.body if exchange.response else b""
    expected = "acceptance of a request that the spec allows"
    return Problem(str(exchange.status), expected, f"{exchange.status}: {excerpt(body)}")
