"""A receiver to which both sides of a comparison send callbacks, each to a URL of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from contracts.client import Client
from contracts.compare.deliveries import Deliveries
from contracts.compare.differences import Comparison, Difference
from contracts.compare.steps import Answering, Step
from contracts.hearing import Ear, Heard, heed


class Ears(Ear):
    """The baseline's ear, for a recipe to listen with; what the candidate sends meanwhile is compared.

    A recipe says the baseline's URL, and the candidate's stands for it, as ids of two sides do. `told` hears what
    differs, each time that the recipe has waited; `done` gets what the recipe wants to be answered.
    """

    def __init__(
        self, sides: tuple[Client, Client], comparison: Comparison, base: str,
        told: Callable[[Sequence[Difference]], None], done: list[Step],
    ) -> None:  # fmt: skip
        baseline, candidate = sides
        heed(candidate)
        super().__init__(baseline, base)
        self._other, self._told, self._done = Ear(candidate, base), told, done
        self._deliveries = Deliveries(baseline.spec, comparison)
        self._sides = sides
        self._compared = (0, 0)
        comparison.ids.agree(self.path.strip("/"), self._other.path.strip("/"))

    def answer(self, *statuses: int) -> None:
        self._done.append(Answering(statuses))
        super().answer(*statuses)
        self._other.answer(*statuses)

    def of(self, path: str) -> Ear | None:
        return super().of(path) or self._other.of(path)

    def wait(self, count: int = 0) -> list[Heard]:
        """What the baseline has sent. Of the candidate as much is waited for."""
        super().wait(count)
        if not self._client.has_world:
            self._other.wait(len(self.heard))
        fresh = [heard[done:] for heard, done in zip((self.heard, self._other.heard), self._compared, strict=True)]
        if any(fresh):
            self._compared = len(self.heard), len(self._other.heard)
            for side, heard in zip(self._sides, fresh, strict=True):
                last = side.sent[-1]
                side.sent[-1] = replace(last, callbacks=(*last.callbacks, *(it.request for it in heard)))
            self._told(self._deliveries.differences(self._sides[0].sent[-1].operation, *fresh))
        return self.heard

    def end(self) -> None:
        """Compare what arrived since the recipe has waited last."""
        self.wait()
