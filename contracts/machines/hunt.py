"""Runs one machine: Hypothesis makes sequences, shrinks one that breaks the model, and what is left is reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

import hypothesis
from hypothesis.database import ExampleDatabase
from hypothesis.errors import Flaky, Unsatisfiable
from hypothesis.stateful import run_state_machine_as_test

from contracts import environment
from contracts.finding import NotProvokable, TargetTrouble
from contracts.machines.database import Handover
from contracts.machines.machine import Machine
from contracts.machines.sender import Abort, Identity, Move, Player, Violation
from contracts.shape import STUMBLES, any_misshapen

# After the first violation there is this much more time for making it smaller, whatever the budget was.
_SHRINK_SECONDS = 60.0
_FIND = (hypothesis.Phase.reuse, hypothesis.Phase.generate)
_SHRINK = (hypothesis.Phase.reuse, hypothesis.Phase.shrink)
P = TypeVar("P", bound=Player)


@dataclass(frozen=True, slots=True)
class Budget:
    """How much a hunt may take: sequences, and seconds on the clock.

    It stops at the first thing that breaks the model, since what comes after it is often the same in another guise.
    """

    sequences: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Catch(Generic[P]):
    """A violation, the actor who met it, and the name of the look that showed it, if one did."""

    violation: Violation
    actor: P
    looking: str = ""


@dataclass(slots=True)
class _Hunt(Generic[P]):
    machine: type[Machine]
    actor: Callable[[], P]
    seed: int
    until: float
    last: float
    muted: set[Identity]
    best: Catch[P] | None = None
    focus: str | None = None
    latest: P | None = None

    def begin(self) -> Machine:
        """The machine at the start of a sequence. Raises Abort when the time is over."""
        if environment.now() > self.until:
            raise Abort
        try:
            actor = self.actor()
        except TargetTrouble as trouble:
            raise Abort(trouble) from trouble
        actor.muted, actor.on_violation = self.muted, self._keep
        actor.focus = self.focus
        self.latest = actor
        try:
            return self.machine(actor)
        except BaseException:
            actor.leave()
            raise

    def _keep(self, actor: P, violation: Violation) -> None:
        if self.best is None:
            self.until = min(self.last, max(self.until, environment.now() + _SHRINK_SECONDS))
        if self.best is None or _size(actor) <= _size(self.best.actor):
            self.best = Catch(violation, actor, actor.looking)

    def once(self, sequences: int, database: ExampleDatabase | None) -> Catch[P] | None:
        """The next violation, as small as it could be made; None when there is none, or the time is over.

        It is found in one pass and made smaller in another, which makes the look that showed it after every step, and
        no other look: a shorter sequence then shows it as well, whichever look would have been next in turn.
        """
        self.best = self.focus = None
        handover = Handover(database)
        found = self._pass(sequences, handover, _FIND)
        if found is None:
            return None
        self.focus = found.looking
        return self._pass(sequences, handover, _SHRINK)

    def _pass(
        self, sequences: int, database: ExampleDatabase, phases: Sequence[hypothesis.Phase]
    ) -> Catch[P] | None:  # fmt: skip
        @hypothesis.seed(self.seed)
        def factory() -> Machine:
            return self.begin()

        settings = hypothesis.settings(
            max_examples=sequences,
            stateful_step_count=self.machine.steps,
            deadline=None,
            database=database,
            phases=phases,
            verbosity=hypothesis.Verbosity.quiet,
            report_multiple_bugs=False,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        try:
            run_state_machine_as_test(factory, settings=settings)  # type: ignore[arg-type]
        except (Violation, Flaky, Unsatisfiable):
            pass  # What was found is in `best`: the smallest, even when it did not show each time.
        except Abort as abort:
            if abort.cause is not None:
                raise abort.cause from None
        except STUMBLES:
            # Over an answer of another shape than documented, which is a finding already: the hunt ends here.
            if self.latest is None or not any_misshapen(self.latest.exchanges, self.latest.spec):
                raise
        return self.best


def hunt(
    machine: type[Machine], actor: Callable[[], P], *, seed: int, budget: Budget, known: set[Identity],
    database: ExampleDatabase | None = None,
) -> Iterator[Catch[P]]:  # fmt: skip
    """What a machine finds. `actor` gives an actor with a fresh world, or a fresh mark, for each sequence; what is in
    `known` is passed over, and what is found is added to it.

    Raises TargetTrouble, and NotProvokable when the target does not let the machine take its steps.
    """
    until = environment.now() + budget.seconds
    it = _Hunt(machine, actor, seed, until, until + _SHRINK_SECONDS, known)
    recorded = True
    while recorded:
        catch = it.once(budget.sequences, database)
        if catch is None:
            return
        recorded = catch.violation.recorded
        it.muted.add(catch.violation.identity)
        yield _trimmed(catch, actor)


def _trimmed(catch: Catch[P], actor: Callable[[], P]) -> Catch[P]:
    """The catch without the looks on the way, where a replay in a world of its own shows that they are not needed.

    Looks change nothing on a target that is right, so what the model foretells is the same without them.
    """
    if not catch.actor.can_repeat:
        return catch
    moves = catch.actor.moves
    wanted = [move for move in moves[:-1] if not move.look] + moves[-1:]
    if len(wanted) == len(moves):
        return catch
    return _replayed(catch, wanted, actor) or _one_by_one(catch, actor)


def _one_by_one(catch: Catch[P], actor: Callable[[], P]) -> Catch[P]:
    moves = catch.actor.moves
    for move in [it for it in moves[:-1] if it.look]:
        fewer = [it for it in moves if it is not move]
        smaller = _replayed(catch, fewer, actor)
        if smaller is not None:
            catch, moves = smaller, fewer
    return catch


def _replayed(catch: Catch[P], moves: list[Move], actor: Callable[[], P]) -> Catch[P] | None:
    """The catch with these moves only, if they end in the same answer."""
    again = actor()
    try:
        with suppress(NotProvokable):
            for move in moves:
                move.act(again)
                again.moves.append(move)
    finally:
        again.leave()
    if len(again.moves) < len(moves) or again.outcome() != catch.actor.outcome():
        return None
    return Catch(catch.violation, again)


def _size(actor: Player) -> tuple[int, int]:
    return sum(not move.look for move in actor.moves), sum(exchange.request.size for exchange in actor.exchanges)
