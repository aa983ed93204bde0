"""A comparison: recipes and sequences sent to both sides, what differs made small, told as events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from contracts import environment, known, steady
from contracts.client import Client
from contracts.compare import examples, times, timing, varied
from contracts.compare.acted import Acted
from contracts.compare.differences import Comparison, Difference
from contracts.compare.findings import Findings
from contracts.compare.ids import Ids
from contracts.compare.mirror import Mirror
from contracts.compare.pair import Pair
from contracts.compare.sides import BASELINE, CANDIDATE
from contracts.compare.times import Clocks
from contracts.ending import verdict_of
from contracts.events import Event, FindingMade, Listener, Noted, RunEnded, RunStarted, TaskEnded
from contracts.exchange import Exchange
from contracts.finding import Finding, NotProvokable, TargetTrouble, Verdict
from contracts.known import Known
from contracts.machines import hunt
from contracts.machines.hunt import Budget
from contracts.machines.machine import Machine
from contracts.plan import Plan
from contracts.recipes import Recipe
from contracts.run import Run
from contracts.secrecy import scrubbed
from contracts.settings import Settings
from specs import Spec

# Of one machine in a quick run: one thing that differs shows in many ways, and each takes a while to be made small.
_MOST = 3
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_BUDGETS = {"quick": Budget(40, 20), "full": Budget(300, 120)}
# Of one operation's examples.
_VARIATIONS = {"quick": 80, "full": 1000, "deep": 1000}
_LASTING: Mapping[str, Any] = {"lasting": True, "rate_limits": False}
_FROZEN = "2026-01-31T08:00:00Z"
_MARKS = 10**6
_UNKNOWN = 404


class Session:
    """One comparison of two sides. It prints nothing; `shown` is what people call the two, `accepted` are differences
    that are no failures."""

    def __init__(
        self, settings: Settings, spec: Spec, plan: Plan, sides: tuple[Run, Run], shown: str, tolerance: float,
        accepted: Sequence[Known], listeners: Iterable[Listener],
    ) -> None:  # fmt: skip
        self._settings, self._spec, self._plan, self._sides = settings, spec, plan, sides
        self._shown, self._tolerance, self._listeners = shown, tolerance, tuple(listeners)
        self._known = accepted
        self.findings = Findings(
            spec, sides, (BASELINE, CANDIDATE), self._known, environment.today(), settings.seed
        )  # fmt: skip
        self.steps = 0
        self._strange = [True, True]
        self.left_out: Counter[str] = Counter()
        self._notes: list[str] = []
        self._muted: set[tuple[str, str, str]] = set()
        self._sequences, self._token = 0, int(environment.token(), 16)
        # With worlds on both sides each sequence begins with the same data at the same time, in every run. Else the
        # side that has worlds keeps one, as the other keeps what it has.
        self._worlds = all(run.settings.has_control for run in sides)
        self._settled: Mapping[str, Any] = {"frozen_at": _FROZEN} if self._worlds else _LASTING
        self._skew = (0.0, 0.0)
        self._sender = ""

    def carry_out(self) -> Verdict:
        """Compare, and give the verdict; what was found before trouble or Ctrl-C is reported all the same."""
        started, trouble = environment.now(), ""
        machines = self._machines()
        tasks = len(self._plan.recipes) + len(self._varied()) + len(machines) + 1
        self._tell(RunStarted(self._spec.vendor, self._shown, self._settings.seed, self._settings.profile, tasks))
        for name, run in zip((BASELINE, CANDIDATE), self._sides, strict=True):
            if reason := run.untried(self._plan.operations):
                self.note(reason)
            for scheme in run.customers.lacking(self._spec.operations[it] for it in self._plan.operations):
                self.note(f"the {name}: no credentials known for {scheme}, so what needs them is left out")
        try:
            with environment.stoppable(), steady.draws():
                for name, kind, operation, act in self._tasks(machines):
                    with self._task(name, kind, operation):
                        act()
                    if self._settings.fail_fast and self._fresh():
                        self.note("stopped at the first difference (--fail-fast): the rest was not tried")
                        break
        except TargetTrouble as error:
            trouble = self._whose(error)
        except KeyboardInterrupt:
            trouble = "interrupted; what was found until then is reported"
        if not (self.steps or trouble):
            trouble = "no request could be sent to both sides, so nothing was compared"
        for run in self._sides:
            run.clean_up()
        return self._end(trouble, environment.now() - started)

    def _tasks(self, machines: Sequence[type[Machine]]) -> Iterator[tuple[str, str, str, Callable[[], None]]]:
        for recipe in self._plan.recipes:
            yield recipe.id, "recipe", recipe.operation, partial(self._recipe, recipe)
        for operation in self._varied():
            yield f"{operation} varied", "varied", operation, partial(self._vary, operation)
        for number, machine in enumerate(machines):
            yield f"machine {machine.__name__}", "machine", "*", partial(self._hunt, machine, len(machines) - number)
        yield "times", "timing", "*", self._timing

    def _fresh(self) -> bool:
        """Whether anything was found that the user has not accepted."""
        found = self.findings.made.values()
        return any(not any(it.covers(one, environment.today()) for it in self._known) for one in found)

    def compared(self, baseline: Exchange, candidate: Exchange) -> None:
        """A step was taken on both sides; the first one tells how far their clocks are apart."""
        self.steps += 1
        self._strange = [
            it and one.status == _UNKNOWN for it, one in zip(self._strange, (baseline, candidate), strict=True)
        ]
        if self._skew == (0.0, 0.0) and not self._worlds:
            self._skew = (_ahead(baseline), _ahead(candidate))

    def wanted(self, difference: Difference, pair: Pair) -> bool:
        """Whether a difference is news."""
        return self.findings.news(difference)

    def note(self, text: str) -> None:
        """Tell people something that is no difference, once."""
        if text not in self._notes:
            self._notes.append(text)
            self._tell(Noted(text))

    def _machines(self) -> tuple[type[Machine], ...]:
        chosen = [it for it in self._plan.operations if self._may_write or self._spec.operations[it].method in _READS]
        own = self._plan.machines if self._may_write and self._settings.profile != "smoke" else ()
        return (*own, examples.machine(self._spec, chosen)) if chosen and self._settings.profile != "smoke" else own

    def _varied(self) -> tuple[str, ...]:
        """The operations whose examples are varied: where both sides have worlds, else each would stay for good."""
        return self._plan.operations if self._worlds and self._settings.profile in _VARIATIONS else ()

    def _vary(self, operation: str) -> None:
        most, dice = _VARIATIONS[self._settings.profile], environment.dice(self._settings.seed, operation)
        for recipe in varied.recipes(self._spec, self._spec.operations[operation], most, dice):
            self._recipe(recipe)

    @property
    def _may_write(self) -> bool:
        return all(run.settings.may_write for run in self._sides)

    def _recipe(self, recipe: Recipe) -> None:
        Acted(recipe, partial(self._mirror, recipe), self, self.findings, self._made).carry_out()

    def _mirror(self, recipe: Recipe) -> Mirror:
        settings = {**self._settled, **dict(recipe.settings)}
        first, second = self._sides
        place = (recipe.id, recipe.operation, recipe.media_type)
        mirror = first.customer(Mirror, *place, **settings)
        mirror.other = second.customer(Client, *place, **settings)
        kind = (recipe.media_type or "").rpartition("/")[2]
        for client in (mirror, mirror.other):
            client.reading = None
            client.tag = recipe.name.replace("_", "-") + ("" if self._worlds else f"-{kind}-{self._token:x}")
        mirror.own = mirror.credentials
        mirror.comparison = self._comparison(mirror, mirror.other, f"{self._token:x}")
        mirror.done = []
        return mirror

    def _hunt(self, machine: type[Machine], left: int) -> None:
        """Sequences of a machine on both sides, each difference made as small as it can be."""
        self._sender = f"machine {machine.__name__}"
        budget = _BUDGETS.get(self._settings.profile)
        if budget is None:
            budget = Budget(10**5, self._settings.minutes * 60 / max(1, left))
        made = 0
        self._muted |= self.findings.made.keys()
        try:
            for catch in hunt.hunt(
                machine, self._pair, seed=self._settings.seed, budget=budget, known=self._muted
            ):  # fmt: skip
                pair, made = catch.actor, made + 1
                found = [it for it in pair.found if it.identity == catch.violation.identity]
                trails = (pair.baseline.trail(), pair.candidate.trail())
                for difference in found[:1]:
                    self._made(self.findings.add(difference, trails, self._sender))
                if self._settings.fail_fast:
                    break
                if made == _MOST and self._settings.profile == "quick":
                    self.note(f"{self._sender}: stopped after {_MOST} differences; --profile full goes on")
                    break
        except NotProvokable as reason:
            self.note(f"{self._sender} could not run: {reason}")

    def _pair(self) -> Pair:
        settings = {**self._settled, "rate_limits": False}
        first, second = (run.customer(Client, self._sender, **settings) for run in self._sides)
        first.reading = second.reading = None
        mark = f"{(self._token + self._sequences) % _MARKS:06}"
        self._sequences += 1
        comparison = self._comparison(first, second, mark)
        return Pair(first, second, comparison, self, mark="" if self._worlds else mark)

    def _comparison(self, baseline: Client, candidate: Client, mark: str) -> Comparison:
        clocks = Clocks(*self._skew, tolerance=0.0 if self._worlds else self._tolerance)
        bases = (baseline.base, candidate.base)
        return Comparison(self._spec, Ids(), clocks, bases, None if self._worlds else mark, self.left_out)

    def _timing(self) -> None:
        first, second = (run.recorder.times for run in self._sides)
        for difference in timing.differences(first, second):
            finding = self.findings.plain(difference, "all requests")
            if finding is not None:
                self._made(finding)

    def _made(self, finding: Finding) -> None:
        self._tell(FindingMade(finding))

    @contextmanager
    def _task(self, name: str, kind: str, operation: str) -> Iterator[None]:
        before, since, steps = set(self.findings.made), environment.now(), self.steps
        try:
            yield
        finally:
            fresh = tuple(it for identity, it in self.findings.made.items() if identity not in before)
            count, seconds = 2 * (self.steps - steps), environment.now() - since
            self._tell(TaskEnded(name, kind, operation, count, seconds, fresh))

    def _whose(self, trouble: TargetTrouble) -> str:
        """Trouble in words that say which side it is about."""
        names = [name for name, run in zip((BASELINE, CANDIDATE), self._sides, strict=True)
                 if run.target.base in str(trouble)]  # fmt: skip
        return f"the {names[0]}: {trouble}" if len(names) == 1 else str(trouble)

    def _end(self, trouble: str, seconds: float) -> Verdict:
        for name, strange in zip((BASELINE, CANDIDATE), self._strange, strict=True):
            if strange and self.steps:
                self.note(f"the {name} answered {_UNKNOWN} to everything: is its URL that of this vendor's API?")
        for operation, count in self.left_out.items():
            self.note(
                f"{operation}: {count} differences left out, for the two sides may have begun with different data"
            )
        found, whole = self.findings.made.values(), not (trouble or (self._settings.fail_fast and self._fresh()))
        findings, notes = known.apply(self._known, found, environment.today(), lambda _: whole)
        for note in notes:
            self.note(note)
        verdict = verdict_of(findings, trouble, "")
        left = tuple(line for run in self._sides for line in run.left)
        self._tell(
            RunEnded(
                self._spec.vendor, self._shown, self._settings.seed, verdict, trouble, tuple(findings), (),
                2 * self.steps, seconds, notes=tuple(self._notes), left=left, command="compare",
            )
        )  # fmt: skip
        return verdict

    def _tell(self, event: Event) -> None:
        for run in self._sides:
            event = scrubbed(event, run.mask)
        for listener in self._listeners:
            listener(event)


def _ahead(exchange: Exchange) -> float:
    """How many seconds a target's clock is ahead of ours, by the Date of its answer; 0 when it does not say."""
    date = exchange.response.header("date") if exchange.response else None
    told = times.moment(date) if date else None
    return 0.0 if told is None else told - environment.clock()
