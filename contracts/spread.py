"""One run in several processes: pytest-xdist hands the tasks out; what the workers see comes back to one recorder.

The controller's Gate starts the mock, tells the reports and gives the verdict. Each worker (`contracts/worker.py`) has
a Gate of its own, which does its tasks and hands in, with each report, what its recorder noted since the last one.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import Any, Protocol

import pytest

from contracts import environment
from contracts.events import TaskEnded
from contracts.finding import Verdict
from contracts.part import Part
from contracts.recorder import Harvest
from contracts.run import Run
from contracts.settings import Settings

INPUT = "bodydouble"
PROPERTY = "bodydouble"


@dataclass(frozen=True, slots=True)
class Input:
    """What a worker needs to know of the run."""

    settings: Settings
    url: str
    control: str | None
    part: Part


@dataclass(frozen=True, slots=True)
class Report:
    """What one task saw. `trouble` with the target ends the run."""

    harvest: Harvest
    task: TaskEnded | None
    trouble: str


class Leader(Protocol):
    """The Gate in the process that the user started, as far as a Controller needs it."""

    settings: Settings
    place: tuple[str, str | None]
    part: Part

    @property
    def run(self) -> Run: ...


class Controller:
    """The plugin beside the Gate in the process that the user started."""

    def __init__(self, it: Leader, processes: int) -> None:
        self._gate, self._processes = it, processes

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Give a worker all it needs; it starts nothing and tells nobody."""
        it = self._gate
        part = it.part.of(node.gateway.id, self._processes, environment.token())
        node.workerinput[INPUT] = pickle.dumps(Input(it.settings, *it.place, part))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take over what a worker saw in a task, before anybody else reads the report."""
        for name, value in report.user_properties:
            if name == PROPERTY:
                self._absorb(pickle.loads(value))  # type: ignore[arg-type]
        report.user_properties = [it for it in report.user_properties if it[0] != PROPERTY]

    def _absorb(self, found: Report) -> None:
        self._gate.run.absorb(found.harvest, found.task)
        if found.trouble:
            self._gate.run.trouble = found.trouble
            pytest.exit(found.trouble, returncode=Verdict.TROUBLE)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Judge the grid, which no worker has seen whole."""
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) and self._gate.run.judge_grid():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
