"""Whom a machine speaks to, and what it raises when an answer is not what its model expects."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from contracts.credentials import Credentials
from contracts.exchange import Exchange
from contracts.finding import Problem
from specs import Spec

Identity = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the decoded body (None when there is none) and the exchange itself."""

    status: int
    value: Any
    exchange: Exchange


class Sender(Protocol):
    """Takes the steps of a machine, one sequence long.

    `looking` is the name of the look that the machine makes, or empty: its steps change nothing on a target that is
    right. `focus` names the only looks that are wanted, after every step; None for some of all.
    `mark` is empty in a world of the sequence's own; else six digits that no other sequence has, to be put into
    whatever ids the machine makes up.
    """

    looking: str
    focus: str | None

    @property
    def mark(self) -> str: ...

    @property
    def has_world(self) -> bool: ...

    def step(self, operation_id: str, *, by: Credentials | None = None, **request: Any) -> Answer:
        """Make one call, as somebody else when `by` is given; `request` as `Client.call` takes it."""
        ...

    def expect(self, holds: bool, check: str, expected: str, seen: object = None) -> None:
        """Judge the last answer: when it does not hold, a violation of `check`, which ends the sequence."""
        ...

    def advance(self, seconds: float) -> None:
        """Move the world's clock. Raises NotProvokable without a world."""
        ...

    def switch(self, **values: Any) -> None:
        """Set switches of the vendor. Raises NotProvokable without a world."""
        ...

    def leave(self) -> None:
        """The sequence is over."""
        ...


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that a player did, to be done again by another; `look` when it changes nothing."""

    act: Callable[[Any], object]
    look: bool = False


class Player(Sender, Protocol):
    """A Sender that a hunt can follow: it notes its moves, so that they can be made again.

    `sent` are the exchanges so far. `on_violation` is told of each violation before it is raised; those whose identity
    is in `muted` are known already.
    """

    moves: list[Move]
    muted: Container[Identity]
    on_violation: Callable[[Any, Violation], None] | None
    spec: Spec

    @property
    def exchanges(self) -> Sequence[Exchange]: ...

    @property
    def can_repeat(self) -> bool:
        """Whether another player, who makes the same moves, can come to the same end."""
        ...

    def outcome(self) -> object:
        """What the last move led to: equal for another player to whom the same happened."""
        ...


class Violation(Exception):
    """An answer that the model does not expect. `recorded` when a check of single exchanges has objected already."""

    def __init__(self, check: str, problem: Problem, operation: str, recorded: bool = False) -> None:
        super().__init__(f"{check} · {operation}: expected {problem.expected}, seen {problem.seen}")
        self.check, self.problem, self.operation, self.recorded = check, problem, operation, recorded

    @property
    def identity(self) -> Identity:
        """What makes two violations the same one; the finding's identity."""
        return self.check, self.operation, self.problem.key


class Abort(BaseException):
    """Ends a hunt at once, whatever Hypothesis is doing: `cause` says why; None when its time is over."""

    def __init__(self, cause: Exception | None = None) -> None:
        super().__init__(str(cause))
        self.cause = cause
