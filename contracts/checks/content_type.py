"""`content-type`: the media type of an answer is one that the spec documents for its status."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.exchange import Exchange
from contracts.finding import Problem
from specs import Operation, Spec


def check(exchange: Exchange, operation: Operation, _spec: Spec) -> Iterator[Problem]:
    """Object to a body without a media type, or with one that is not documented."""
    response = exchange.response
    documented = operation.response(response.status) if response else None
    if response is None or documented is None or not response.body or not documented.content:
        return
    kind = response.media_type
    if kind is None or not any(_covers(it, kind) for it in documented.content):
        seen = response.header("content-type") or "no Content-Type"
        yield Problem(f"{response.status} {kind}", f"{response.status} with {' or '.join(documented.content)}", seen)


def _covers(documented: str, kind: str) -> bool:
    main, _, sub = documented.partition("/")
    return documented in (kind, "*/*") or (sub == "*" and kind.startswith(main + "/"))
