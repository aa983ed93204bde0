"""What a recipe does to both sides, step by step, so that another mirror can do some of it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from contracts.client import Which
from contracts.control import World
from contracts.credentials import Credentials
from contracts.exchange import Headers, Request

if TYPE_CHECKING:
    from contracts.compare.mirror import Mirror

_READS = frozenset({"state"})


class Step(Protocol):
    """One thing that a recipe did to both sides, and how another mirror does it again."""

    def again(self, mirror: Mirror) -> None:
        """Raises Diverged, NotProvokable, TargetTrouble."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request before credentials went into its query or body. `acting` are the credentials of whom it was made for,
    None for the customer's own; `claimed` what they gave for its headers; `ear` is the URL to which callbacks were to
    be sent, empty when nobody listened."""

    operation: str
    base: str
    request: Request
    credentials: str
    claimed: tuple[Which, Headers]
    acting: Credentials | None
    ear: str = ""

    def again(self, mirror: Mirror) -> None:
        mirror.repeat(self)


@dataclass(frozen=True, slots=True)
class Steered:
    """Something that was done to both worlds by their control API: a method of World, and what it was given."""

    name: str
    positional: tuple[Any, ...]
    named: Mapping[str, Any]

    def again(self, mirror: Mirror) -> None:
        getattr(mirror.world, self.name)(*self.positional, **self.named)


@dataclass(frozen=True, slots=True)
class Answering:
    """From here on callbacks are answered with these statuses."""

    statuses: tuple[int, ...]

    def again(self, mirror: Mirror) -> None:
        mirror.answer(*self.statuses)


class Worlds:
    """The worlds of both sides as one: what is done to it is done to both, and the baseline's answer is given. `done`
    gets what may have changed something."""

    def __init__(self, baseline: World, candidate: World, done: list[Step]) -> None:
        self._both, self._done = (baseline, candidate), done

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._both[0], name)
        if not callable(found):
            return found

        def do(*positional: Any, **named: Any) -> Any:
            if name not in _READS:
                self._done.append(Steered(name, positional, named))
            first, _ = [getattr(world, name)(*positional, **named) for world in self._both]
            return first

        return do
