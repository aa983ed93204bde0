"""Which of an answer's media types a client gets: what it accepts, else what it sent, else the first documented."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from mockserver.exchange import Request


def acceptable(request: Request, known: Iterable[str]) -> str:
    """One of the known media types (in lower case, at least one). An `Accept` that none fits is not held against it."""
    names = tuple(known)
    if len(names) == 1:
        return names[0]
    return _best(names, request.exchange.header(b"accept") or "", request.media_type)


@lru_cache(maxsize=1024)
def _best(names: tuple[str, ...], accept: str, sent: str) -> str:
    default = next((name for name in names if _same(name, sent)), names[0])
    ranges = [_range(part) for part in accept.lower().split(",") if part.strip()]
    ordered = [default, *[name for name in names if name != default]]
    weights = {name: _weight(name, ranges) for name in ordered}
    best = max(ordered, key=lambda name: weights[name])
    return best if weights[best] > 0 else default


def _weight(name: str, ranges: list[tuple[str, float]]) -> float:
    """The weight of the most specific range that fits; 0 when none does."""
    main = name.partition("/")[0]
    for fits in (lambda it: _same(name, it), lambda it: it == f"{main}/*", lambda it: it == "*/*"):
        found = [weight for wanted, weight in ranges if fits(wanted)]
        if found:
            return max(found)
    return 0.0


def _range(part: str) -> tuple[str, float]:
    name, *parameters = [it.strip() for it in part.split(";")]
    weight = next((it[2:] for it in parameters if it.startswith("q=")), "1")
    try:
        return name, float(weight)
    except ValueError:
        return name, 0.0


def _same(name: str, other: str) -> bool:
    """RFC 7303 makes the two names of XML the same type."""
    return name == other or {name, other} == {"text/xml", "application/xml"}
