"""Broken promises, and the verdict that follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from contracts.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Problem:
    """What a check objects to in one exchange. Problems with the same `key` in one operation are one finding."""

    key: str
    expected: str
    seen: str


@dataclass(frozen=True, slots=True)
class Side:
    """One implementation's part in a difference between two: what was sent and came back, as text; what that breaks of
    the spec, nothing when it conforms; and the command lines that show it again."""

    name: str
    exchange: str
    broken: tuple[str, ...]
    reproduce: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """Whether this side conforms, in words."""
        return f"breaks the spec: {'; '.join(self.broken)}" if self.broken else "conforms to the spec"


@dataclass(frozen=True, slots=True)
class Finding:
    """A promise that the target broke; or, with `sides`, in what two implementations differ.

    Then `expected` is what the first has, and `seen` what the second has.

    `check` is the check's public id; `reproduce` are command lines that show it again, in order; `known` is the reason
    when the user's file of known failures accepts it.
    """

    check: str
    operation: str
    expected: str
    seen: str
    key: str = ""
    sender: str = ""
    seed: int = 0
    reproduce: tuple[str, ...] = ()
    exchange: Exchange | None = None
    known: str = ""
    times: int = 1
    sides: tuple[Side, ...] = ()

    @property
    def identity(self) -> tuple[str, str, str]:
        """What makes two findings the same one."""
        return self.check, self.operation, self.key

    @property
    def names(self) -> tuple[str, str]:
        """What reports call `expected` and `seen`."""
        return (self.sides[0].name, self.sides[1].name) if self.sides else ("expected", "seen")

    def __str__(self) -> str:
        return f"{self.check} · {self.operation}: expected {self.expected}, seen {self.seen}"


class Verdict(IntEnum):
    """What a run says in the end; the value is the exit code. BROKEN, a mistake of ours, says nothing of the target."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    TROUBLE = 3
    BROKEN = 70


class UsageError(Exception):
    """The user asked for something that cannot be done. One line, for people."""


class TargetTrouble(Exception):
    """The target cannot be reached, or died; nothing can be said about its promises. One line, for people."""


class NotProvokable(Exception):
    """A recipe needs what this target does not offer; the text is the reason for the grid."""
