"""How long both sides take, in classes: only what a client would notice is a difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from statistics import median

from contracts.compare.differences import TIMING, Difference

# Seconds up to which an answer is of a class; a factor below which two of them are alike all the same.
_CLASSES = ((0.3, "at once"), (3.0, "in about a second"))
_FACTOR = 4.0
_ENOUGH = 3
Times = Mapping[str, list[float]]


def differences(baseline: Times, candidate: Times) -> Iterator[Difference]:
    """Operations that one side answers in another class of time than the other, by the median of their answers."""
    for operation, first in baseline.items():
        second = candidate.get(operation, [])
        if min(len(first), len(second)) < _ENOUGH:
            continue
        one, other = median(first), median(second)
        if _class(one) != _class(other) and max(one, other) > _FACTOR * min(one, other):
            yield Difference(TIMING, operation, "time", _told(one), _told(other))


def _class(seconds: float) -> str:
    return next((name for most, name in _CLASSES if seconds <= most), "later")


def _told(seconds: float) -> str:
    return f"answers {_class(seconds)}, mostly within {seconds:.2g} s"
