"""What happens in a run, as facts. Reports only listen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from contracts.finding import Finding, Verdict
from contracts.grid import Cell


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The plan is made. `target` is shown to people; `tasks` is how many there are, 0 where nobody can know."""

    vendor: str
    target: str
    seed: int
    profile: str
    tasks: int


@dataclass(frozen=True, slots=True)
class TaskEnded:
    """One task is done: its name, kind and operation, how many exchanges it took and what it found first."""

    task: str
    kind: str
    operation: str
    exchanges: int
    seconds: float
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingMade:
    """A finding that was not there before."""

    finding: Finding


@dataclass(frozen=True, slots=True)
class Noted:
    """Something that people should know and that is no finding."""

    text: str


@dataclass(frozen=True, slots=True)
class OperationTime:
    """How long an operation took to answer: all answers together, and the slowest, in seconds."""

    id: str
    method: str
    path: str
    answers: int
    seconds: float
    slowest: float


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The end, also of a run that broke off; then `trouble` says why. `left` is what the run could not remove again.

    `command` is the sub-command that made the run.
    """

    vendor: str
    target: str
    seed: int
    verdict: Verdict
    trouble: str
    findings: tuple[Finding, ...]
    cells: tuple[Cell, ...]
    exchanges: int
    seconds: float
    operations: tuple[OperationTime, ...] = ()
    notes: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    command: str = "verify"


Event = RunStarted | TaskEnded | FindingMade | Noted | RunEnded
Listener = Callable[[Event], None]
