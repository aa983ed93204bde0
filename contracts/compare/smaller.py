"""What differs after a recipe's requests, seen again with as few of them as it takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from contracts.compare.differences import Difference
from contracts.compare.mirror import Asked, Mirror
from contracts.compare.pair import Both
from contracts.control import WAITING
from contracts.exchange import Exchange
from contracts.finding import NotProvokable
from contracts.hearing import listening

# So many requests are sent again at most for one difference.
_PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Caught:
    """A difference with what led to it: the requests, and their exchanges on either side."""

    difference: Difference
    asked: tuple[Asked, ...]
    trails: tuple[Sequence[Exchange], Sequence[Exchange]]

    @classmethod
    def on(cls, mirror: Mirror, difference: Difference) -> Caught:
        """What the last request of a mirror has shown."""
        return cls(difference, tuple(mirror.done), (mirror.trail(), mirror.other.trail()))


def smaller(caught: Caught, mirror: Callable[[], Mirror], told: Callable[[Both], None]) -> Caught:
    """The difference with the fewest of its requests that still show it; the last one is always among them.

    `mirror` makes customers in worlds that begin as those of the recipe did, and `told` hears of each request. What has
    needed the control API (a clock moved, a fault) is left as it is; waiting for callbacks moves nothing. Raises
    TargetTrouble.
    """
    if _steered(caught):
        return caught
    best, left = caught, _PATIENCE
    size = len(best.asked) - 1
    while size:
        start = 0
        while start + size < len(best.asked) and left >= len(best.asked) - size:
            fewer = (*best.asked[:start], *best.asked[start + size :])
            left -= len(fewer)
            found = _again(fewer, best.difference, mirror(), told)
            if found is None:
                start += size
            else:
                best = found
        size = min(size // 2, len(best.asked) - 1)
    return best


def _steered(caught: Caught) -> bool:
    """Whether the control API was called after the first request, or twice before it."""
    moved = ([it for it in trail if not it.request.url.endswith(WAITING)] for trail in caught.trails)
    return any(len(trail) > len(caught.asked) + 1 for trail in moved)


def _again(
    asked: Sequence[Asked], difference: Difference, mirror: Mirror, told: Callable[[Both], None]
) -> Caught | None:  # fmt: skip
    """What the last of these requests shows on two new customers, if it is that difference."""
    seen: list[Difference] = []

    def hear(_: Mirror, both: Both) -> bool:
        told(both)
        seen[:] = mirror.comparison.differences(*both)
        return True

    mirror.told, mirror.found = hear, lambda _, found: seen.extend(found)
    try:
        with ExitStack() as stack:
            if any(it.ear for it in asked):
                stack.enter_context(listening(mirror))
            for it in asked:
                mirror.repeat(it)
        same = [it for it in seen if it.identity == difference.identity]
        return Caught.on(mirror, same[0]) if same else None
    except NotProvokable:
        return None
    finally:
        mirror.leave()
