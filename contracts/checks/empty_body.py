"""`empty-body`: a status has a body, or none, as the spec says (`x-empty-body`)."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.exchange import Exchange, excerpt
from contracts.finding import Problem
from specs import Operation, Spec


def check(exchange: Exchange, operation: Operation, spec: Spec) -> Iterator[Problem]:
    """Object to a missing body, and to one where the vendor documents that none is sent."""
    response = exchange.response
    documented = operation.response(response.status) if response else None
    if response is None or documented is None or exchange.request.method == "HEAD":
        return
    status = response.status
    if documented.empty_body == "never" and not response.body:
        yield Problem(f"{status} empty", f"{status} with a body", "no body")
    elif documented.empty_body == "always" and response.body and _stated(documented.pointer, status, spec):
        yield Problem(f"{status} body", f"{status} without a body", excerpt(response.body))


def _stated(pointer: str, status: int, spec: Spec) -> bool:
    """Whether emptiness is documented: a response without content, and without the key, is only not described."""
    return status in (204, 304) or "x-empty-body" in spec.resolve(pointer)
