"""One story as two vendors went through it, and the running of all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import Any

from contracts import credentials, environment, vendors
from contracts.client import Client
from contracts.control import Control
from contracts.credentials import Credentials
from contracts.customers import base_url
from contracts.finding import TargetTrouble, UsageError
from contracts.grid import of as grid_of
from contracts.process import own_mock
from contracts.recorder import Recorder
from contracts.secrecy import Mask
from contracts.settings import Settings, spec_of
from contracts.swap.adapter import Adapter
from contracts.swap.stories import Step, Story, Told, tell
from contracts.target import Target
from specs import Spec

# When stories happen on mocks: always at the same time, so that they are the same in every run.
_FROZEN = "2026-01-31T08:00:00Z"


@dataclass(frozen=True, slots=True)
class Tale:
    """One story, as the old vendor and the new one went through it."""

    title: str
    here: Told
    there: Told

    @property
    def same(self) -> bool:
        """Whether each step ended alike, by whatever calls."""
        return self.here.outcomes == self.there.outcomes

    @property
    def steps(self) -> Iterator[tuple[Step | None, Step | None]]:
        """The steps side by side; a vendor that could not go on has None for the rest."""
        return zip_longest(self.here.steps, self.there.steps)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "same": self.same}


def both(stories: Sequence[Story], old: Settings, new: Settings) -> tuple[list[Tale], str]:
    """All stories on both targets, as far as they got, and the trouble with a target that stopped them. Raises
    UsageError."""
    told: tuple[list[Told], list[Told]] = ([], [])
    trouble = ""
    try:
        for kept, settings in zip(told, (old, new), strict=True):
            for it in told_by(stories, settings):
                kept.append(it)
    except TargetTrouble as error:
        trouble = str(error)
    sides = [[*kept, *(Told(it.title, ()) for it in stories[len(kept) :])] for kept in told]
    tales = [Tale(one.title, one, other) for one, other in zip(*sides, strict=True)]
    return [it for it in tales if it.here.steps or it.there.steps], trouble


def told_by(stories: Sequence[Story], settings: Settings) -> Iterator[Told]:
    """The stories on one target, each in a world of its own where there are worlds.

    Raises UsageError when the vendor has no adapter, TargetTrouble when the target is away.
    """
    spec = spec_of(settings)
    adapter: type[Adapter] | None = getattr(vendors.module(settings.vendor, "stories"), "ADAPTER", None)
    if adapter is None:
        raise UsageError(f"{settings.vendor} has no adapter for stories: ADAPTER in its stories.py")
    with ExitStack() as stack:
        mock = stack.enter_context(own_mock(settings)) if settings.url is None else None
        url, control = base_url(settings, mock)
        target = stack.enter_context(Target(url, seconds=settings.seconds, rate=settings.rate or 0.0))
        target.reachable()
        place = _Place(spec, settings, target, stack.enter_context(closing(Control(control))) if control else None)
        for number, story in enumerate(stories, 1):
            yield place.told(story, number, adapter)


class _Place:
    """Where the stories of one vendor happen."""

    def __init__(self, spec: Spec, settings: Settings, target: Target, control: Control | None) -> None:
        self._spec, self._settings, self._target, self._control = spec, settings, target, control
        own = vendors.module(spec.vendor, "target")
        given = credentials.read(spec.vendor, environment.variables(), settings.credentials)
        known = getattr(own, "CREDENTIALS", None) if control else None
        self._credentials: Credentials | None = given or known
        self._payload = getattr(own, "PAYLOAD", {})
        self._token = environment.token()
        mask = self._credentials.mask if self._credentials else Mask(())
        # Stories judge nothing: they tell what happened.
        self._recorder = Recorder(spec, grid_of(spec), {}, seed=settings.seed, mask=mask, shown=target.base)

    def told(self, story: Story, number: int, adapter: type[Adapter]) -> Told:
        settings = {"fixture": "default", "seed": self._settings.seed, "frozen_at": _FROZEN, "rate_limits": False}
        world = self._control.world(**settings) if self._control else None
        suffix = f"/{self._spec.vendor}"
        base = self._target.base.removesuffix(suffix) + world.path + suffix if world else ""
        client = Client(
            self._spec, self._target, self._recorder, sender=story.title, credentials=self._credentials, base=base,
            world=world, values=self._settings.values,
        )  # fmt: skip
        client.writes, client.payload = self._settings.may_write, self._payload
        client.tag = str(number) if world else f"{number}-{self._token}"
        try:
            return tell(story, adapter(client))
        finally:
            client.leave()
