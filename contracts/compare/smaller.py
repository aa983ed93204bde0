"""What differs after a recipe's steps, seen again with as few of them as it takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from contracts.compare.differences import Difference
from contracts.compare.mirror import Mirror
from contracts.compare.pair import Both
from contracts.compare.steps import Answering, Asked, Step
from contracts.control import Refused
from contracts.exchange import Exchange
from contracts.finding import NotProvokable
from contracts.hearing import listening

# So many steps are taken again at most for one difference; of a long recipe, so many times all of its own.
_PATIENCE = 60
_TIMES = 8


@dataclass(frozen=True, slots=True)
class Caught:
    """A difference with what led to it: the steps, and their exchanges on either side."""

    difference: Difference
    done: tuple[Step, ...]
    trails: tuple[Sequence[Exchange], Sequence[Exchange]]

    @classmethod
    def on(cls, mirror: Mirror, difference: Difference) -> Caught:
        """What the last step of a mirror has shown."""
        return cls(difference, tuple(mirror.done), (mirror.whole_trail(), mirror.other.whole_trail()))


def smaller(caught: Caught, mirror: Callable[[], Mirror], told: Callable[[Both], None]) -> Caught:
    """The difference with the fewest of its steps that still show it; the last one is always among them.

    `mirror` makes customers in worlds that begin as those of the recipe did, and `told` hears of each request. Raises
    TargetTrouble.
    """
    best, left = caught, max(_PATIENCE, _TIMES * len(caught.done))
    size = len(best.done) - 1
    while size:
        start = 0
        while start + size < len(best.done) and left >= len(best.done) - size:
            fewer = (*best.done[:start], *best.done[start + size :])
            left -= len(fewer)
            found = _again(fewer, best.difference, mirror(), told)
            if found is None:
                start += size
            else:
                best = found
        size = min(size // 2, len(best.done) - 1)
    return best


def _again(
    steps: Sequence[Step], difference: Difference, mirror: Mirror, told: Callable[[Both], None]
) -> Caught | None:  # fmt: skip
    """What the last of these steps shows on two new customers, if it is that difference."""
    seen: list[Difference] = []

    def hear(_: Mirror, both: Both) -> bool:
        told(both)
        seen[:] = mirror.comparison.differences(*both)
        return True

    mirror.told, mirror.found = hear, lambda _, found: seen.extend(found)
    try:
        with ExitStack() as stack:
            if any(_listens(it) for it in steps):
                stack.enter_context(listening(mirror))
            for it in steps:
                it.again(mirror)
        same = [it for it in seen if it.identity == difference.identity]
        return replace(Caught.on(mirror, same[0]), done=tuple(steps)) if same else None
    except (NotProvokable, Refused):
        return None
    finally:
        mirror.leave()


def _listens(step: Step) -> bool:
    return isinstance(step, Answering) or (isinstance(step, Asked) and bool(step.ear))
