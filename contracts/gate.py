"""The run as pytest sees it: one item for each task, made by `contracts/test_contract.py`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from contracts import environment, plan, steady
from contracts.customers import base_url
from contracts.events import Listener
from contracts.finding import Finding, TargetTrouble, UsageError, Verdict
from contracts.part import Part
from contracts.process import own_mock
from contracts.run import Run
from contracts.settings import Settings, spec_of
from contracts.spread import Controller
from specs import Spec

TEST_MODULE = "contracts.test_contract"
_GENERATED = "test_generated["
_active: list[Gate] = []


def active() -> Gate:
    """The gate that this pytest process runs. Raises LookupError when there is none."""
    if not _active:
        raise LookupError("no vendor: name one with --vendor")
    return _active[-1]


@dataclass(slots=True, eq=False)
class Gate:
    """A pytest plugin around one run.

    `verdict` is None until the run has ended; `broken` holds what failed without being a finding: mistakes of ours.
    `place` is the vendor's base URL and the control API's. A Gate that has joined another process's run does a part of
    it and says nothing.
    """

    settings: Settings
    spec: Spec
    plan: plan.Plan
    listeners: tuple[Listener, ...] = ()
    verdict: Verdict | None = None
    broken: list[str] = field(default_factory=list)
    place: tuple[str, str | None] = ("", None)
    part: Part = field(default_factory=lambda: Part("", Path()))
    _joined: bool = False
    _run: Run | None = None
    _stack: ExitStack = field(default_factory=ExitStack)

    @property
    def run(self) -> Run:
        """The run. Raises LookupError before `open`."""
        if self._run is None:
            raise LookupError("the gate is not open")
        return self._run

    def open(self) -> None:
        """Start a mock if there is no target, and see that the target is there. Raises TargetTrouble, UsageError."""
        self._stack.enter_context(environment.stoppable())
        self._stack.enter_context(steady.draws())
        mock = self._stack.enter_context(own_mock(self.settings)) if self.settings.url is None else None
        self.place = base_url(self.settings, mock)
        self.part = Part(environment.token(), Path(self._stack.enter_context(environment.scratch())))
        self._run = Run(self.settings, self.spec, self.plan, *self.place, self.listeners, self.part)
        try:
            self._run.start()
        except TargetTrouble as trouble:
            self._run.trouble = str(trouble)
            raise

    def join(self, place: tuple[str, str | None], part: Part) -> None:
        """Do a part of a run that another process has started."""
        self.place, self.part, self._joined = place, part, True
        self._stack.enter_context(steady.draws())
        self._run = Run(self.settings, self.spec, self.plan, *place, self.listeners, part)

    def interrupted(self) -> None:
        """Note that somebody stopped the run."""
        if self._run is not None:
            self._run.trouble = "interrupted; what was found until then is reported"

    @property
    def started(self) -> bool:
        """Whether the run began, so that its reports tell the rest."""
        return self._run is not None

    def close(self) -> Verdict:
        """End the run, also one that broke off, stop what was started, and give the verdict."""
        if self.verdict is None:
            if self._run and not self._joined:
                self._run.clean_up()
            self.verdict = self._run.end(self.broken[0] if self.broken else "") if self._run else Verdict.TROUBLE
        self._stack.close()
        return self.verdict

    def pytest_configure(self, config: pytest.Config) -> None:
        """Reach the target, unless that was done already; without it there is nothing to collect."""
        processes = len(config.getoption("tx", None) or ())
        if processes and config.getoption("dist", "no") != "no" and not self._joined:
            config.pluginmanager.register(Controller(self, processes), "bodydouble-controller")
        sys.modules.pop(TEST_MODULE, None)
        if self._run is None:
            try:
                self.open()
            except UsageError:
                self.close()
                raise
            except TargetTrouble as trouble:
                # pytest calls no `unconfigure` for a plugin that could not be configured.
                self.close()
                pytest.exit(str(trouble), returncode=Verdict.TROUBLE)
        _active.append(self)

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Anything but passed and failed items means that the plan was not carried out."""
        if self.run.trouble or self.run.cut_short or exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            return
        if exitstatus == pytest.ExitCode.INTERRUPTED and not self.broken:
            self.interrupted()
        elif not self.broken:
            self.broken.append(f"pytest ended with code {int(exitstatus)}")

    def pytest_unconfigure(self) -> None:
        """The session is over, one way or another."""
        if self in _active:
            _active.remove(self)
        self.close()

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
        """Around the one item that holds all generated cases of an operation."""
        if not pyfuncitem.name.startswith(_GENERATED):
            return (yield)
        label = pyfuncitem.name.removeprefix(_GENERATED).removesuffix("]")
        operation = next(it.id for it in self.spec.operations.values() if f"{it.method} {it.path}" == label)
        with self.task(pyfuncitem.user_properties) as found:
            with self.run.all_generated(operation) as later:
                result = yield
            found.extend(later)
        return result

    @contextmanager
    def task(self, properties: list[tuple[str, object]]) -> Iterator[list[Finding]]:
        """Around one task: its findings fail the item, and trouble with the target ends the session."""
        found: list[Finding] = []
        try:
            yield found
        except TargetTrouble as trouble:
            properties.append(("finding", "trouble"))
            self.run.trouble = str(trouble)
            if self._joined:
                pytest.fail(str(trouble), pytrace=False)  # The process that started this one ends the session.
            pytest.exit(str(trouble), returncode=Verdict.TROUBLE)
        bad = self.run.not_accepted(found)
        if bad:
            properties.append(("finding", len(bad)))
            pytest.fail("\n\n".join(_text(finding) for finding in bad), pytrace=False)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """An item that failed without a finding is a mistake of ours."""
        if report.failed and not any(name == "finding" for name, _ in report.user_properties):
            self.broken.append(self.run.mask(_crash(report)))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """So is a module that cannot be collected."""
        if report.failed:
            self.broken.append(self.run.mask(_crash(report)))

    def generated_schema(self, operations: tuple[str, ...]) -> Any:
        """What Schemathesis parametrizes the generated tests of these operations with."""
        from contracts import generated  # Loading Schemathesis takes a while; a run without it should not wait.

        return generated.schema(self.spec, self.settings, operations)


def gate(settings: Settings, listeners: tuple[Listener, ...]) -> Gate:
    """A gate that is ready to be opened. Raises UsageError when the settings ask for what is not there."""
    spec = spec_of(settings)
    return Gate(settings, spec, plan.make(spec, settings), listeners)


def items(kind: str) -> Callable[[Any], Any]:
    """The decorator that makes one test item for each task of a kind: `recipe`, `machine`, `generated` …"""
    it = active()
    if kind == "recipe":
        return pytest.mark.parametrize("recipe", it.plan.recipes, ids=[recipe.id for recipe in it.plan.recipes])
    if kind == "machine":
        return pytest.mark.parametrize("machine", it.plan.machines, ids=[one.__name__ for one in it.plan.machines])
    if kind == "linked":
        # A link may lead to any operation, whichever shard that falls to.
        links = [it.generated_schema(tuple(it.spec.operations))] if it.plan.linked else []
        return pytest.mark.parametrize("schema", links, ids=["links"] * len(links))
    if not it.plan.generated:
        return pytest.mark.parametrize("case", [])
    decorator: Callable[[Any], Any] = it.generated_schema(it.plan.generated).parametrize()
    return decorator


def _text(finding: Finding) -> str:
    lines = "\n".join(f"    {line}" for line in finding.reproduce)
    head = f"{finding.check}: {finding.operation}\n  expected {finding.expected}\n  seen {finding.seen}"
    return f"{head}\n  again:\n{lines}" if lines else head


def _crash(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Our mistake in one line: which item, what was raised, where."""
    lines = [line for line in report.longreprtext.splitlines() if line.strip()]
    raised = [line[1:].strip() for line in lines if line.startswith("E ")]
    where = lines[-1].strip() if lines else ""
    return " … ".join((report.nodeid.removeprefix("::"), *raised[:1], where))
