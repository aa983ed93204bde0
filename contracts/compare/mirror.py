"""A customer whose every request goes to both sides, so that the vendor's recipes can be carried out on two at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import cast

from contracts.client import Client, Which
from contracts.compare import carry
from contracts.compare.differences import Comparison, Difference
from contracts.compare.ears import Ears
from contracts.compare.pair import Both
from contracts.compare.patience import patient
from contracts.compare.steps import Asked, Step, Worlds
from contracts.control import World
from contracts.credentials import Credentials
from contracts.exchange import Exchange, Headers, Request
from contracts.finding import NotProvokable
from specs import Operation


class Diverged(Exception):
    """The two sides are no longer where the same requests lead: there is nothing more to compare."""


class Mirror(Client):
    """The baseline's customer; `told` hears of each request with what the candidate answered, and says whether the two
    can go on; `found` hears of what differs in the callbacks. `own` are the baseline's credentials at first, `done` is
    what was done to both so far. What a recipe expects is not judged here."""

    other: Client
    own: Credentials | None
    comparison: Comparison
    told: Callable[[Mirror, Both], bool]
    found: Callable[[Mirror, Sequence[Difference]], None]
    done: list[Step]
    _claimed: tuple[Which, Headers] = ("none", ())
    _ears: Ears | None = None

    @property
    def world(self) -> World:
        """Both worlds. Raises NotProvokable when a side has none."""
        return cast(World, Worlds(super().world, self.other.world, self.done))

    @property
    def has_world(self) -> bool:
        return super().has_world and self.other.has_world

    def leave(self) -> None:
        super().leave()
        self.other.leave()

    def ear(self, base: str) -> Ears:
        """What hears both sides. Raises NotProvokable when one of them could not be heard."""
        self._ears = Ears((self, self.other), self.comparison, base, partial(self.found, self), self.done)
        return self._ears

    def answer(self, *statuses: int) -> None:
        """Have callbacks answered with these statuses, as a recipe has while it listens."""
        if self._ears is not None:
            self._ears.answer(*statuses)

    def spare(self, operation: Operation) -> None:
        super().spare(operation)
        self.other.spare(operation)

    def authorization(self, operation: Operation, which: Which, body: bytes | None) -> dict[str, str]:
        """As the customer's; remembered, for a recipe may change some of it before it sends the request."""
        headers = super().authorization(operation, which, body)
        self._claimed = which, tuple(headers.items())
        return headers

    def send(self, operation_id: str, request: Request, credentials: str = "right") -> Exchange:
        """Send a request to both sides. Raises Diverged when they cannot go on, NotProvokable when the candidate lacks
        credentials that the baseline has."""
        operation = self.spec.operations[operation_id]
        which, ours = self._claimed
        acting = None if self.credentials is self.own else self.credentials
        ear = self._ears.url if self._ears else ""
        self.done.append(Asked(operation_id, self.base, request, credentials, self._claimed, acting, ear))
        other, ids = self.other, self.comparison.ids
        other.asked, own = self.asked, other.credentials
        if acting is not None:
            other.credentials = carry.acting(acting, ids)  # The recipe acts as somebody else.
        try:
            twin = carry.carried(request, self.base, other.base, ids)
            theirs = carry.credentials(other, operation, which, twin.body) if ours else ()
            twin = carry.authorized(twin, ours, theirs)
            ids.say(list(carry.said(request, self.base)))
            first = partial(super().send, operation_id, request, credentials)
            second = partial(other.send, operation_id, twin, credentials)
            # In worlds of its own a recipe that is told to come again wants to be: that is what it compares.
            lone = not self.has_world
            baseline, candidate = (patient(self, first), patient(other, second)) if lone else (first(), second())
        finally:
            other.credentials = own
        if not self.told(self, (baseline, candidate)):
            raise Diverged
        return baseline

    def repeat(self, asked: Asked) -> Exchange:
        """Send a request that another mirror has sent. Raises Diverged, NotProvokable, TargetTrouble."""
        body = asked.request.body
        if body and asked.ear and self._ears:
            body = body.replace(asked.ear.encode(), self._ears.url.encode())
        request = replace(asked.request, url=self.base + asked.request.url.removeprefix(asked.base), body=body)
        self.credentials, self._claimed = asked.acting or self.own, asked.claimed
        return self.send(asked.operation, request, asked.credentials)

    def expect(self, holds: bool, check: str, expected: str, seen: object = None) -> None:
        """Nothing: two implementations are compared here, and no promise is judged."""

    def suppose(self, reading: str) -> None:
        """Any reading will do: both sides get the same requests."""
        if not self.has_world:
            raise NotProvokable(f"it rests on our reading of what no document settles: {reading}")
