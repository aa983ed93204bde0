"""Rate limits where both sides are asked the same: whoever says when to come again is asked again then, and a limit
that one side alone has is no difference."""

from __future__ import annotations

from collections.abc import Callable

from contracts import environment
from contracts.client import Client
from contracts.exchange import Exchange

_TIMES = 3
_LONGEST_WAIT = 5
_LIMITED = 429


def patient(client: Client, ask: Callable[[], Exchange], longest: int = _LONGEST_WAIT) -> Exchange:
    """What the client's target answers; it is asked again where it says when, if that is in `longest` seconds."""
    exchange = ask()
    for _ in range(_TIMES):
        response = exchange.response
        wait = response.header("retry-after") if response and response.status == _LIMITED else None
        if wait is None or not wait.isdecimal() or int(wait) > longest:
            break
        environment.sleep(int(wait))
        client.sent.pop()
        exchange = ask()
    return exchange


def limited_alone(baseline: Exchange, candidate: Exchange) -> str:
    """`baseline` or `candidate` when that one alone answers 429, else the empty text."""
    limited = [name for name, it in (("baseline", baseline), ("candidate", candidate)) if it.status == _LIMITED]
    return limited[0] if len(limited) == 1 else ""
