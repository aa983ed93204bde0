"""A process of pytest-xdist that does a part of a run; `contracts/spread.py` is the other end."""

from __future__ import annotations

import pickle
from collections.abc import Generator

import pytest

from contracts.events import Event, TaskEnded
from contracts.gate import Gate, gate
from contracts.spread import PROPERTY, Input, Report

# Long tasks first, so that no process sits idle at the end.
_ORDER = {"test_recipe": 2, "test_generated": 1}


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
            report.user_properties.append((PROPERTY, pickle.dumps(Report(run.recorder.harvest(), task, run.trouble))))
        return report


def work(raw: bytes) -> tuple[Gate, Worker]:
    """The Gate and the plugin of a worker, from what the controller gave it."""
    given: Input = pickle.loads(raw)
    told: list[Event] = []
    it = gate(given.settings, (told.append,))
    it.join((given.url, given.control), given.part)
    return it, Worker(it, told)
