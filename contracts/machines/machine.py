"""The base of all machines: how rules call, expect and look."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

import hypothesis
from hypothesis.stateful import RuleBasedStateMachine, invariant

from contracts.credentials import Credentials
from contracts.machines.sender import Answer, Sender

Look = Callable[[], None]


class Machine(RuleBasedStateMachine):
    """One vendor's behaviour as rules over a reference model.

    A subclass names the `operations` that it calls, sets its model up in `begin`, and has rules; a rule makes a call,
    says with `expect` what the model foretells, and brings the model up to date. `looks` lists reads of all that the
    model knows; some are made after every step. `last` says what the step before a look was, so that a look can name
    the promise that was broken.
    """

    operations: ClassVar[tuple[str, ...]] = ()
    steps: ClassVar[int] = 12

    def __init__(self, sender: Sender) -> None:
        super().__init__()
        self.sender = sender
        self.last = ""
        self._glances = 0
        self.begin()

    def begin(self) -> None:
        """Set the model up, as the `default` fixture of a world has it."""

    def looks(self) -> Sequence[Look]:
        """One function for each thing that the model knows, which reads it and holds it against the model."""
        return ()

    def call(self, operation_id: str, *, by: Credentials | None = None, **request: Any) -> Answer:
        """Make one call. A sequence that gets no answer, or one of an overloaded server, proves nothing and ends."""
        answer = self.sender.step(operation_id, by=by, **request)
        if answer.status in (0, 429) or answer.status >= 500:
            hypothesis.reject()
        return answer

    def expect(self, holds: bool, check: str, expected: str, seen: object = None) -> None:
        """The last answer is what the model foretells, or a violation of `check`.

        `expected` is the same text for every violation of one kind; what differs goes into `seen`.
        """
        self.sender.expect(holds, check, expected, seen)

    def fresh(self, text: str) -> str:
        """An id that nobody else uses."""
        return f"{text}-{self.sender.mark}" if self.sender.mark else text

    def blamed(self, check: str) -> str:
        """The promise that a look finds broken: `check`, unless the last step should have changed nothing."""
        return self.last or check

    @invariant()
    def glance(self) -> None:
        """After every step: one look, in turn; after the last, all; and where one is in focus, that one each time.

        Looking when all is over would not do: Hypothesis shrinks a sequence by leaving out what comes after a failure.
        """
        looks, focus = self.looks(), self.sender.focus
        self._glances += 1
        if focus is not None:
            looks = [look for look in looks if _name(look) == focus]
        elif looks and self._glances <= self.steps:
            looks = [looks[self._glances % len(looks)]]
        for look in looks:
            self._look(look)

    def teardown(self) -> None:
        """The sequence is over."""
        self.sender.leave()

    def _look(self, look: Look) -> None:
        self.sender.looking = _name(look)
        look()
        self.sender.looking = ""


def _name(look: Look) -> str:
    return str(getattr(look.func if isinstance(look, partial) else look, "__name__", "look"))


def unlike(seen: Any, wanted: dict[str, Any]) -> str:
    """The members of `wanted` that an answer has otherwise, in words; empty when it has them all."""
    found = seen if isinstance(seen, dict) else {}
    return ", ".join(
        f"{name} {found.get(name)!r} in place of {value!r}"
        for name, value in wanted.items()
        if found.get(name) != value
    )
