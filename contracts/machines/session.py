"""A machine's part of a run: its budget by profile, and findings from what it catches."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hypothesis.database import ExampleDatabase

from contracts import environment
from contracts.machines.actor import Actor
from contracts.machines.database import Shelf
from contracts.machines.hunt import Budget, hunt
from contracts.machines.machine import Machine
from contracts.recorder import Recorder
from contracts.settings import Settings

# Sequences are what counts, so that the same seed sends the same requests; the seconds are for targets that are slow.
_BUDGETS = {"quick": Budget(8, 10), "full": Budget(60, 60)}
_DEEP = 200


def run(
    machine: type[Machine], settings: Settings, recorder: Recorder, actor: Callable[[], Actor],
    database: ExampleDatabase | None, share: float = 1.0,
) -> None:  # fmt: skip
    """Hunt with one machine, and let the recorder keep what it catches.

    `share` is this machine's part of the minutes of a `deep` run. Raises TargetTrouble, NotProvokable.
    """
    shelf = Shelf(database, f"{settings.vendor}.{machine.__name__}") if database is not None else None
    known = set(recorder.findings)
    for seed, budget in _rounds(settings, share):
        for catch in hunt(machine, actor, seed=seed, budget=budget, database=shelf, known=known):
            if not catch.violation.recorded:
                trail = catch.actor.trail()
                recorder.object(catch.violation.check, catch.violation.problem, trail[-1], trail[:-1])


def _rounds(settings: Settings, share: float) -> Iterator[tuple[int, Budget]]:
    """The seed and the budget of each hunt: one, or for a `deep` run as many as its minutes allow."""
    if settings.profile != "deep":
        yield settings.seed, _BUDGETS[settings.profile]
        return
    end = environment.now() + settings.minutes * 60 * share
    dice = environment.dice(settings.seed, "deep")
    seed = settings.seed
    while (left := end - environment.now()) > 0:
        yield seed, Budget(_DEEP, left)
        seed = dice.randrange(2**32)
