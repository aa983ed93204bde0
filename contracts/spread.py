"""One run in several processes: pytest-xdist hands the tasks out; what the workers see comes back to one recorder.

The controller's Gate starts the mock, tells the reports and gives the verdict. Each worker has a Gate of its own, which
does its tasks and hands in, with each report, what its recorder noted since the last one.
"""

from __future__ import annotations

import pickle
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import pytest

from contracts import environment
from contracts.events import Event, TaskEnded
from contracts.finding import Verdict
from contracts.gate import Gate, gate
from contracts.part import Part
from contracts.recorder import Harvest
from contracts.settings import Settings

INPUT = "bodydouble"
_PROPERTY = "bodydouble"
# Long tasks first, so that no process sits idle at the end.
_ORDER = {"test_recipe": 2, "test_generated": 1}


@dataclass(frozen=True, slots=True)
class _Input:
    settings: Settings
    url: str
    control: str | None
    part: Part


@dataclass(frozen=True, slots=True)
class _Report:
    """What one task saw. `trouble` with the target ends the run."""

    harvest: Harvest
    task: TaskEnded | None
    trouble: str


class Controller:
    """The plugin beside the Gate in the process that the user started."""

    def __init__(self, it: Gate, processes: int) -> None:
        self._gate, self._processes = it, processes

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Give a worker all it needs; it starts nothing and tells nobody."""
        it = self._gate
        part = it.part.of(node.gateway.id, self._processes, environment.token())
        node.workerinput[INPUT] = pickle.dumps(_Input(it.settings, *it.place, part))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take over what a worker saw in a task, before anybody else reads the report."""
        for name, value in report.user_properties:
            if name == _PROPERTY:
                self._absorb(pickle.loads(value))  # type: ignore[arg-type]
        report.user_properties = [it for it in report.user_properties if it[0] != _PROPERTY]

    def _absorb(self, found: _Report) -> None:
        self._gate.run.absorb(found.harvest, found.task)
        if found.trouble:
            self._gate.run.trouble = found.trouble
            pytest.exit(found.trouble, returncode=Verdict.TROUBLE)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Judge the grid, which no worker has seen whole."""
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) and self._gate.run.judge_grid():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


class Worker:
    """The plugin beside the Gate in a process of pytest-xdist."""

    def __init__(self, it: Gate, told: list[Event]) -> None:
        self._gate, self._told = it, told

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """All tasks but the grid, the long ones first."""
        names = [(item, getattr(item, "originalname", item.name)) for item in items]
        kept = [(item, _ORDER.get(name, 0)) for item, name in names if name != "test_grid"]
        items[:] = [item for item, _ in sorted(kept, key=lambda it: it[1])]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Hand in what the task saw."""
        report = yield
        if call.when == "call":
            run = self._gate.run
            task = next((it for it in self._told if isinstance(it, TaskEnded)), None)
            self._told.clear()
            report.user_properties.append((_PROPERTY, pickle.dumps(_Report(run.recorder.harvest(), task, run.trouble))))
        return report


def work(raw: bytes) -> tuple[Gate, Worker]:
    """The Gate and the plugin of a worker, from what the controller gave it."""
    given: _Input = pickle.loads(raw)
    told: list[Event] = []
    it = gate(given.settings, (told.append,))
    it.join((given.url, given.control), given.part)
    return it, Worker(it, told)
