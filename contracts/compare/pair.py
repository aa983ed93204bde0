"""The Sender of a comparison: each step is taken on both sides, with the candidate's ids in place of the baseline's."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from typing import Any, Protocol

import hypothesis

from contracts.client import Client
from contracts.compare import carry
from contracts.compare.differences import ANSWER, EFFECT, STATUS, VALUES, Comparison, Difference
from contracts.compare.ids import Ids
from contracts.compare.patience import limited_alone, patient
from contracts.compare.times import Clocks
from contracts.credentials import Credentials
from contracts.exchange import Exchange
from contracts.finding import NotProvokable, Problem, TargetTrouble
from contracts.machines.sender import Abort, Answer, Identity, Move, Violation
from specs import Spec

_READS = frozenset({"GET", "HEAD"})
_ANY_TIME = 1e12
Both = tuple[Exchange, Exchange]


class Judge(Protocol):
    """What a pair asks of the session that it belongs to."""

    def compared(self, baseline: Exchange, candidate: Exchange) -> None:
        """A step was taken on both sides."""

    def wanted(self, difference: Difference, pair: Pair) -> bool:
        """Whether a difference is news; one that the user has accepted is not."""

    def note(self, text: str) -> None:
        """Something that people should know and that is no difference."""


class Pair:
    """One sequence of steps on both sides; the machine's model follows what the baseline answers.

    `mark` is empty in worlds of the sequence's own. Where the machine's model is wrong about the baseline, it knows too
    little to go on: the sequence ends, without a finding, for two implementations are compared here and no promise is
    judged.
    """

    looking: str = ""
    focus: str | None = None
    muted: Container[Identity] = ()
    on_violation: Callable[[Any, Violation], None] | None = None

    def __init__(
        self, baseline: Client, candidate: Client, comparison: Comparison, judge: Judge, *, mark: str = ""
    ) -> None:
        self.baseline, self.candidate = baseline, candidate
        self.spec: Spec = baseline.spec
        self.moves: list[Move] = []
        self.mark = mark
        self.found: list[Difference] = []
        self._comparison, self._judge = comparison, judge
        bases = (baseline.base, baseline.base)
        self._recalled = Comparison(self.spec, Ids(), Clocks(tolerance=_ANY_TIME), bases)
        self._wrote = False

    @property
    def has_world(self) -> bool:
        return self.baseline.has_world and self.candidate.has_world

    @property
    def exchanges(self) -> Sequence[Exchange]:
        return self.baseline.sent

    @property
    def can_repeat(self) -> bool:
        return True

    def outcome(self) -> tuple[Identity, ...]:
        return tuple(it.identity for it in self.found)

    def step(self, operation_id: str, *, by: Credentials | None = None, **request: Any) -> Answer:
        """Take one step on both sides. Raises Violation for a difference that is news."""
        looking, mark, before = bool(self.looking), self.mark, list[Exchange]()

        def again(pair: Pair) -> Both:
            if not before:
                both = pair.both(operation_id, by, request, looking)
                before.append(both[0])
                return both
            both = pair.both(operation_id, by, pair.renamed(request, mark), looking)
            pair.recall(before[0], both[0])
            return both

        baseline, _ = self._moved(again, looking)
        for difference in self.found:
            if difference.identity not in self.muted and self._judge.wanted(difference, self):
                problem = Problem(difference.identity[2], difference.baseline, difference.candidate)
                violation = Violation(difference.check, problem, difference.operation, recorded=True)
                if self.on_violation is not None:
                    self.on_violation(self, violation)
                raise violation
        if any(it.check in (ANSWER, STATUS, EFFECT) for it in self.found):
            hypothesis.reject()  # Known already; but from here on the two are not where the same steps lead.
        return Answer(baseline.status, self.baseline.value(baseline), baseline)

    def renamed(self, request: dict[str, Any], mark: str) -> dict[str, Any]:
        """What another pair sent, as it has to be sent again by this one: with our mark, and the ids of our turn."""
        found: dict[str, Any] = _replaced(self._recalled.ids.carried(request), mark, self.mark)
        return found

    def recall(self, before: Exchange, now: Exchange) -> None:
        """Learn which of the baseline's ids stand for those that it gave another pair."""
        self._recalled.differences(before, now)

    def both(self, operation_id: str, by: Credentials | None, request: dict[str, Any], looking: bool) -> Both:
        """Send one request to both sides, and keep in `found` what differs."""
        comparison = self._comparison
        if not comparison.owns(request):  # What the sequence did not make may be somebody's.
            for client in (self.baseline, self.candidate):
                client.spare(self.spec.operations[operation_id])
        carried = comparison.ids.carried(request)
        comparison.ids.say(request)
        baseline = _called(self.baseline, by, operation_id, request)
        candidate = _called(self.candidate, by and carry.acting(by, comparison.ids), operation_id, carried)
        comparison.ids.say(baseline.request.url.removeprefix(baseline.base).split("?")[0].split("/"))
        side = limited_alone(baseline, candidate)
        if side:
            self._judge.note(f"the {side} alone limits the rate (429 for {operation_id}): a sequence ended there")
            hypothesis.reject()
        self.found = comparison.differences(baseline, candidate)
        self._judge.compared(baseline, candidate)
        reads = looking or baseline.request.method in _READS
        if reads and self._wrote:
            self.found = [replace(it, check=EFFECT) if it.check in (STATUS, VALUES) else it for it in self.found]
        self._wrote = self._wrote or (not reads and baseline.status < 400)
        return baseline, candidate

    def expect(self, holds: bool, check: str, expected: str, seen: object = None) -> None:
        if not holds:
            hypothesis.reject()

    def advance(self, seconds: float) -> None:
        """Move the clocks of both worlds."""

        def act(pair: Pair) -> None:
            for client in (pair.baseline, pair.candidate):
                client.world.advance(seconds)

        self._moved(act)

    def switch(self, **values: Any) -> None:
        """Set switches of the vendor in both worlds."""

        def act(pair: Pair) -> None:
            for client in (pair.baseline, pair.candidate):
                client.world.switch(pair.spec.vendor, **values)

        self._moved(act)

    def leave(self) -> None:
        for client in (self.baseline, self.candidate):
            client.leave()

    def _moved(self, act: Callable[[Pair], Any], look: bool = False) -> Any:
        try:
            done = act(self)
        except NotProvokable as reason:
            self._judge.note(f"some steps cannot be taken: {reason}")
            hypothesis.reject()
        except TargetTrouble as trouble:
            raise Abort(trouble) from trouble
        self.moves.append(Move(act, look))
        return done


def _replaced(value: Any, mark: str, by: str) -> Any:
    """A value with another mark in all its texts."""
    if not mark:
        return value
    if isinstance(value, str):
        return value.replace(mark, by)
    if isinstance(value, dict):
        return {key: _replaced(item, mark, by) for key, item in value.items()}
    return [_replaced(item, mark, by) for item in value] if isinstance(value, list) else value


def _called(client: Client, by: Credentials | None, operation_id: str, request: dict[str, Any]) -> Exchange:
    """One call, as somebody else if need be."""
    own, client.credentials = client.credentials, by or client.credentials
    try:
        return patient(client, lambda: client.call(operation_id, **request))
    finally:
        client.credentials = own
