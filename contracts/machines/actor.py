"""The gate's own Sender: a Client, so that every exchange of a machine passes the recorder too."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from typing import Any

import hypothesis

from contracts.client import Client
from contracts.credentials import Credentials
from contracts.exchange import Exchange, excerpt
from contracts.finding import NotProvokable, Problem, TargetTrouble
from contracts.machines.sender import Abort, Answer, Identity, Move, Violation

_MAX_WORDS = 600


class Actor(Client):
    """A customer who takes the steps of one sequence.

    `moves` are the steps so far. `on_violation` is told of each violation before it is raised. Violations whose
    identity is in `muted` are known already, and those of a check that is not in `checks` are not wanted.
    """

    moves: list[Move]
    mark: str = ""
    looking: str = ""
    focus: str | None = None
    checks: Container[str] = ()
    muted: Container[Identity] = ()
    on_violation: Callable[[Actor, Violation], None] | None = None

    def step(self, operation_id: str, *, by: Credentials | None = None, **request: Any) -> Answer:
        """Make one call. Raises Violation when a check of single exchanges objects to it."""

        def again(actor: Actor) -> Exchange:
            own, actor.credentials = actor.credentials, by or actor.credentials
            try:
                return actor.call(operation_id, **request)
            finally:
                actor.credentials = own

        exchange = self._moved(Move(again, bool(self.looking)))
        assert isinstance(exchange, Exchange)
        for finding in self.objections:
            if finding.identity not in self.muted:
                problem = Problem(finding.key, finding.expected, finding.seen)
                self._violated(Violation(finding.check, problem, finding.operation, recorded=True))
        return Answer(exchange.status, self.value(exchange), exchange)

    def expect(self, holds: bool, check: str, expected: str, seen: object = None) -> None:
        """Raises Violation unless the last answer holds."""
        if holds or not self.sent:
            return
        if self.objections:
            # One finding about an exchange is enough, but from here on the model knows too little.
            hypothesis.reject()
        last = self.sent[-1]
        words = f"{last.status}: {excerpt(last.response.body)}" if last.response else last.trouble
        text = f"{seen}, in {words}" if seen else words
        shown = text if len(text) <= _MAX_WORDS else text[: _MAX_WORDS - 1] + "…"
        self._violated(Violation(check, Problem(expected, expected, shown), last.operation))

    def advance(self, seconds: float) -> None:
        """Move the world's clock."""
        self._moved(Move(lambda actor: actor.world.advance(seconds)))

    def switch(self, **values: Any) -> None:
        """Set switches of the vendor."""
        self._moved(Move(lambda actor: actor.world.switch(actor.spec.vendor, **values)))

    @property
    def exchanges(self) -> Sequence[Exchange]:
        return self.sent

    @property
    def can_repeat(self) -> bool:
        return self.has_world

    def outcome(self) -> tuple[int, bytes]:
        """The status and the body of the last answer."""
        last = self.sent[-1]
        return last.status, last.response.body if last.response else b""

    def _moved(self, move: Move) -> object:
        try:
            done = move.act(self)
        except (TargetTrouble, NotProvokable) as trouble:
            raise Abort(trouble) from trouble
        self.moves.append(move)
        return done

    def _violated(self, violation: Violation) -> None:
        if violation.identity in self.muted or violation.check not in self.checks:
            hypothesis.reject()
        if self.on_violation is not None:
            self.on_violation(self, violation)
        raise violation
