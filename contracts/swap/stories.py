"""Stories: portable scenarios, written once against the neutral interface and told of any vendor.

    @story("Make a device reachable")
    def reachable(told: Telling) -> None:
        reference = told.step("register", lambda it: it.register_device(Device("token-1", "ANDROID", "ana")))
        if reference is not None:
            told.step("ask", lambda it: it.registration_status(reference))

A step that is refused has an outcome like any other, and gives None; one that the vendor cannot do ends the story.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from typing import TypeVar

from contracts.finding import NotProvokable, TargetTrouble, UsageError
from contracts.swap.adapter import Adapter, Denied, Unsupported

T = TypeVar("T")
Act = Callable[["Telling"], None]
_MARK = "__story__"
UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Step:
    """What one step came to, and the vendor's calls that it took (`POST /things → 201`)."""

    name: str
    outcome: str
    reason: str
    calls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """A scenario with its title."""

    title: str
    act: Act


@dataclass(frozen=True, slots=True)
class Told:
    """A story as one vendor went through it."""

    title: str
    steps: tuple[Step, ...]

    @property
    def outcomes(self) -> tuple[tuple[str, str], ...]:
        """What is compared between vendors: how each step ended, not by which calls."""
        return tuple((step.name, step.outcome) for step in self.steps)


class _Over(Exception):
    """The story cannot go on."""


class Telling:
    """One vendor's way through one story."""

    def __init__(self, adapter: Adapter) -> None:
        self.adapter = adapter
        self.steps: list[Step] = []

    def step(self, name: str, act: Callable[[Adapter], T]) -> T | None:
        """Do one thing; its result, or None when it was refused. Text and numbers become part of the outcome, unless
        they are references: those are the vendor's own."""
        return self._done(name, act, shown=False)

    def answer(self, name: str, act: Callable[[Adapter], T]) -> T | None:
        """The same for a question whose answer is part of the outcome."""
        return self._done(name, act, shown=True)

    def wait(self, seconds: float) -> None:
        """Let time pass, where the vendor needs it."""
        self.adapter.wait(seconds)

    def _done(self, name: str, act: Callable[[Adapter], T], *, shown: bool) -> T | None:
        before, result, outcome, reason = len(self.adapter.client.sent), None, "ok", ""
        try:
            result = act(self.adapter)
            outcome = f"ok: {result}" if shown else "ok"
        except Denied as denied:
            outcome = str(denied)
        except (Unsupported, NotProvokable) as why:
            outcome, reason = UNSUPPORTED, str(why)
        sent = self.adapter.client.sent[before:]
        operations = self.adapter.client.spec.operations
        calls = [f"{it.request.method} {operations[it.operation].path} → {it.status or it.trouble}" for it in sent]
        self.steps.append(Step(name, outcome, reason, tuple(calls)))
        if outcome == UNSUPPORTED:
            raise _Over
        return result


def story(title: str) -> Callable[[Act], Act]:
    """Mark a function as a story."""

    def mark(act: Act) -> Act:
        setattr(act, _MARK, title)
        return act

    return mark


def found(module: ModuleType) -> Iterator[Story]:
    """The stories of a module, in its order."""
    for act in vars(module).values():
        title = getattr(act, _MARK, None)
        # What a module merely imported belongs to the module that wrote it.
        if title is not None and act.__module__ == module.__name__:
            yield Story(title, act)


def load(path: Path) -> list[Story]:
    """The stories in a file of the user's. Raises UsageError when it cannot be loaded, or has none."""
    spec = importlib.util.spec_from_file_location(f"bodydouble_stories_{path.stem}", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise UsageError(f"{path}: is no Python file that can be read")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise UsageError(f"{path}: {type(error).__name__}: {error}") from error
    stories = [*found(module)]
    if not stories:
        raise UsageError(f"{path} has no function marked with @story")
    return stories


def tell(it: Story, adapter: Adapter) -> Told:
    """Go through a story. Raises UsageError when it breaks, and TargetTrouble."""
    telling = Telling(adapter)
    try:
        with suppress(_Over):
            it.act(telling)
    except (UsageError, TargetTrouble):
        raise
    except Exception as error:
        own = [frame for frame in extract_tb(error.__traceback__) if frame.filename == it.act.__code__.co_filename]
        place = f"{Path(own[-1].filename).name}:{own[-1].lineno}: " if own else ""
        raise UsageError(f"{place}the story {it.title!r} broke: {type(error).__name__}: {error}") from error
    return Told(it.title, tuple(telling.steps))
