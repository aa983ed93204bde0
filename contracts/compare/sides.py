"""The two sides of a comparison: what the user named, opened as runs of the gate that judge nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from contracts import environment
from contracts.customers import base_url
from contracts.finding import TargetTrouble
from contracts.part import Part
from contracts.plan import Plan
from contracts.process import own_mock
from contracts.run import Run
from contracts.settings import Settings
from specs import Spec

BASELINE, CANDIDATE = "baseline", "candidate"
_NOTHING = Plan((), (), {}, generated=(), linked=False)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a side is: `url` None is a mock of our own; `control` is the control API of a mock at `url`."""

    url: str | None = None
    control: str | None = None
    credentials: Path | None = None

    @property
    def name(self) -> str:
        return "mock" if self.url is None else self.url


@contextmanager
def opened(spec: Spec, settings: Settings, name: str, place: Place) -> Iterator[Run]:
    """One side, reached; what it was made to store is removed at the end. Raises TargetTrouble, UsageError."""
    mine = replace(settings, url=place.url, control=place.control, credentials=place.credentials, known=None)
    with ExitStack() as stack:
        mock = stack.enter_context(own_mock(mine)) if place.url is None else None
        part = Part(environment.token(), Path(stack.enter_context(environment.scratch())))
        run = Run(mine, spec, _NOTHING, *base_url(mine, mock), (), part)
        stack.callback(run.close)
        with about(name):
            run.reach()
        yield run


@contextmanager
def about(name: str) -> Iterator[None]:
    """Inside, trouble with a target says which of the two it is."""
    try:
        yield
    except TargetTrouble as trouble:
        raise TargetTrouble(f"the {name}: {trouble}") from None
