"""A run: it carries the plan out, task by task, and says what happens as events. It prints nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from contracts import environment, generated, grid, hearing, known, promise
from contracts.client import Client
from contracts.control import World
from contracts.customers import Customers
from contracts.ending import operation_times, verdict_of
from contracts.events import Event, FindingMade, Listener, Noted, RunEnded, RunStarted, TaskEnded
from contracts.exchange import Exchange
from contracts.finding import Finding, NotProvokable, Problem, Verdict
from contracts.ledger import Ledger, Left, summary
from contracts.part import Part
from contracts.payload import carried
from contracts.plan import Plan, all_checks
from contracts.recipes import Recipe
from contracts.recorder import Harvest, Recorder
from contracts.secrecy import scrubbed
from contracts.settings import Settings
from contracts.turns import Turns
from specs import Spec

if TYPE_CHECKING:
    from contracts.machines import Machine
    from contracts.machines.actor import Actor

C = TypeVar("C", bound=Client)
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_PUBLIC_MOCK = "http://127.0.0.1:8080"
_OPINIONS = 8
# When sequences of machines happen: always at the same time, so that their requests are the same in every run.
_FROZEN = "2026-01-31T08:00:00Z"


class Run:
    """One run against one target. `url` is the vendor's base URL; `control` the control API's, or None.

    `part` is what it shares with other processes that do a part of the same run.
    """

    def __init__(
        self, settings: Settings, spec: Spec, plan: Plan, url: str, control: str | None, listeners: Iterable[Listener],
        part: Part,
    ) -> None:  # fmt: skip
        self.settings, self.spec, self.plan = settings, spec, plan
        self.trouble = ""
        self._listeners = tuple(listeners)
        self._known = known.read(settings.known, all_checks(spec), spec)
        self._notes: list[str] = []
        self._left: list[Left] = []
        self.customers = Customers(settings, spec, url, control, part.processes, self.note)
        self.target, self.mask = self.customers.target, self.customers.mask
        self._shown = f"{_PUBLIC_MOCK}/{spec.vendor}" if settings.url is None else url.rstrip("/")
        self.grid = grid.of(spec, plan.operations)
        self.recorder = Recorder(spec, self.grid, plan.checks, seed=settings.seed, mask=self.mask, shown=self._shown)
        self._started, self._token, self._part = environment.now(), part.token, part
        self._ledger = Ledger(spec, part.directory, part.name) if settings.may_write and not control else None
        self.target.on_exchange = self._note_made if self._ledger else None
        self._dice: dict[str, environment.Dice] = {}
        self._sequences = 0
        self._asked: Counter[tuple[str, int]] = Counter()
        self._turns = Turns(spec, settings.operations or tuple(spec.operations))

    def start(self) -> None:
        """See that the target is there, and announce the plan. Raises TargetTrouble when it is not."""
        self._tell(
            RunStarted(self.spec.vendor, self._shown, self.settings.seed, self.settings.profile, self.plan.tasks)
        )
        for note in getattr(self.spec, "notes", ()):
            self.note(note)
        if reason := self.untried(self.plan.operations):
            self.note(reason)
        self.reach()

    def recipe(self, recipe: Recipe) -> tuple[Finding, ...]:
        """Run one recipe in a world of its own."""
        before, started = set(self.recorder.findings), self.recorder.exchanges
        since = environment.now()
        world = self.customers.world(dict(recipe.settings))
        client = self._client(recipe.id, recipe.operation, world, recipe.media_type)
        kind = (recipe.media_type or "").rpartition("/")[2]
        client.tag = recipe.name.replace("_", "-") + ("" if world else f"-{kind}-{self._token}")
        try:
            if not world and not recipe.anywhere:
                raise NotProvokable("it needs the `default` fixture, and this target has no control API")
            promise.carry_out(recipe, client)
        except NotProvokable as reason:
            for operation in (recipe.operation, *recipe.also) if recipe.status else ():
                self.grid.excuse(operation, str(recipe.status), str(reason))
        finally:
            if world:
                world.drop()
        return self._task(recipe.id, "recipe", recipe.operation, before, self.recorder.exchanges - started, since)

    def generated(self, case: Any) -> None:
        """Send one generated case and have it judged."""
        operation = generated.of_case(case, self.spec)
        if not self.settings.may_write and operation.method not in _READS:
            return
        if not self.settings.max_examples and generated.tries_body(case) and not self._turns.takes(operation.id):
            return
        dice = self._dice.setdefault(operation.id, environment.dice(self.settings.seed, operation.id))
        generated.season(case, operation, dice)
        world = self.customers.world_of(operation.id)
        client = self._client("generated", operation.id, world)
        try:
            client.spare(operation)
            request = generated.request_of(case, client.base)
            exchange = client.send(operation.id, client.authorized(request, operation, "right"))
        except (NotProvokable, ValueError, UnicodeError):
            return  # No credentials, somebody's data, or generated data that no HTTP client can send.
        if not client.objections and "second-opinion" in self.plan.checks and self._asks_again(exchange):
            for problem in generated.second_opinion(case, exchange, operation, self.spec):
                self.recorder.object("second-opinion", problem, exchange, ())
        if operation.method == "DELETE" and exchange.status < 300 and world:
            world.reset()

    def _asks_again(self, exchange: Exchange) -> bool:
        """Whether Schemathesis is asked about an answer: that takes time, so quick runs ask about some of each kind."""
        kind = exchange.operation, exchange.status
        self._asked[kind] += 1
        return self._asked[kind] <= _OPINIONS or self.settings.max_examples > 0

    def linked(self, schema: Any) -> tuple[Finding, ...]:
        """Scenarios along the spec's links, each in a world of its own."""
        from contracts import linked

        before, started, since = set(self.recorder.findings), self.recorder.exchanges, environment.now()
        if self.settings.may_write:
            linked.run(schema, self.spec, self.settings, self._scenario)
        return self._task("linked calls", "linked", "*", before, self.recorder.exchanges - started, since)

    def machine(self, machine: type[Machine]) -> tuple[Finding, ...]:
        """Sequences of a machine's steps, each in a world of its own."""
        from contracts.machines import session

        before, started, since = set(self.recorder.findings), self.recorder.exchanges, environment.now()
        name = f"machine {machine.__name__}"
        if self.settings.may_write:
            actor, share = partial(self._actor, name), 1 / len(self.plan.machines)
            try:
                session.run(machine, self.settings, self.recorder, actor, self.plan.database, share)
            except NotProvokable as reason:
                self._tell(Noted(f"{name} could not run: {reason}"))
        return self._task(name, "machine", "*", before, self.recorder.exchanges - started, since)

    def _actor(self, sender: str) -> Actor:
        from contracts.machines.actor import Actor

        world = self.customers.world({"rate_limits": False, "frozen_at": _FROZEN})
        actor = self.customers.customer(Actor, self.recorder, sender, "*", world)
        actor.moves, actor.checks = [], self.plan.checks
        if world is None:
            self._sequences += 1
            start = environment.dice(int(self._token, 16), sender).randrange(10**6)
            actor.mark = f"{(start + self._sequences) % 10**6:06}"
        return actor

    def _scenario(self) -> Client:
        return self._client("linked calls", "*", self.customers.world({"rate_limits": False}))

    @contextmanager
    def all_generated(self, operation: str) -> Iterator[list[Finding]]:
        """Around all generated cases of an operation; its findings are in the list afterwards."""
        before, started, since = set(self.recorder.findings), self.recorder.exchanges, environment.now()
        found: list[Finding] = []
        try:
            yield found
        finally:
            self.customers.drop_world_of(operation)
            exchanges = self.recorder.exchanges - started
            found += self._task(f"{operation} generated", "generated", operation, before, exchanges, since)

    def judge_grid(self) -> tuple[Finding, ...]:
        """Hold the grid against what is required of it, and the run against having reached anything."""
        before, since = set(self.recorder.findings), environment.now()
        if "grid" in self.plan.checks:
            self._judge_share()
        return self._task("grid", "grid", "*", before, 0, since)

    def end(self, mistake: str = "") -> Verdict:
        """Announce the end and give the verdict. `mistake` is one of our own, in one line."""
        if not self.recorder.reached and not (self.trouble or mistake):
            self.recorder.add(Finding("reached", "*", "at least one operation reached", "none was", "reached"))
        found, cut_short = self.recorder.findings.values(), self.cut_short
        findings, notes = known.apply(self._known, found, environment.today(), self._tried)
        for note in notes:
            self.note(note)
        if cut_short:
            self.note("stopped at the first finding (--fail-fast): the rest was not tried")
        verdict = verdict_of(findings, self.trouble, mistake)
        self._tell(
            RunEnded(
                self.spec.vendor, self._shown, self.settings.seed, verdict, self.trouble or mistake, tuple(findings),
                tuple(self.grid), self.recorder.exchanges, environment.now() - self._started,
                operation_times(self.spec, self.recorder.times), tuple(self._notes), self.left,
            )
        )  # fmt: skip
        self.close()
        return verdict

    def _tried(self, entry: known.Known) -> bool:
        """Whether this run would have found what an accepted failure is about, if it were still there."""
        whole = not (self.trouble or self.cut_short)
        return whole and entry.check in self.plan.checks and entry.operation in (*self.plan.operations, "*")

    @property
    def left(self) -> tuple[str, ...]:
        """What `clean_up` could not remove."""
        return tuple(map(str, self._left))

    def close(self) -> None:
        """Give back what is left of worlds, and close all connections."""
        self.customers.close()

    def reach(self) -> None:
        """Raises TargetTrouble unless the target is there, and its control API where it has one."""
        self.customers.reach()

    def untried(self, operations: Iterable[str]) -> str:
        """Why callbacks of these operations are not tried; empty when they are, or there are none."""
        control = self.customers.control
        url = control.url if control else None
        return hearing.untried(self.spec, operations, self.settings.callback_url, url)

    def customer(
        self, kind: type[C], sender: str, operation: str = "*", media_type: str | None = None, *,
        lasting: bool = False, **settings: Any,
    ) -> C:  # fmt: skip
        """A customer for one sequence of calls; where the target has worlds, in one of its own with these settings, or
        in a `lasting` one that all such customers share until the run ends."""
        if lasting and self.customers.control:
            return self.customers.lasting(kind, self.recorder, sender, **settings)
        world = self.customers.world(settings)
        return self.customers.customer(kind, self.recorder, sender, operation, world, media_type)

    def not_accepted(self, findings: Iterable[Finding]) -> list[Finding]:
        """Those of the findings that the user has not accepted (`--known`)."""
        today = environment.today()
        return [it for it in findings if not any(entry.covers(it, today) for entry in self._known)]

    @property
    def cut_short(self) -> bool:
        """Whether there is a finding after which nothing more is tried (`--fail-fast`)."""
        return self.settings.fail_fast and bool(self.not_accepted(self.recorder.findings.values()))

    def clean_up(self) -> None:
        """Remove what this run, in all its processes, made on a target without worlds; note what stays."""
        if self._ledger is None:
            return
        self.target.on_exchange = None
        client = self._client("clean-up", "*", None)
        client.recorder = Recorder(self.spec, grid.of(self.spec), {}, seed=0, mask=self.mask, shown=self._shown)
        removed, self._left = self._ledger.remove_all(client)
        for line in summary(removed, self._left):
            self.note(line)
        self._ledger.close()

    def note(self, text: str) -> None:
        """Tell people something that is no finding."""
        self._notes.append(text)
        self._tell(Noted(text))

    def absorb(self, harvest: Harvest, task: TaskEnded | None) -> None:
        """Take over what another process saw in one task."""
        before = set(self.recorder.findings)
        self.recorder.absorb(harvest)
        if task is not None:
            self._task(task.task, task.kind, task.operation, before, task.exchanges, environment.now() - task.seconds)

    def _note_made(self, exchange: Exchange) -> None:
        operation = self.spec.operations.get(exchange.operation)
        if self._ledger is not None and operation is not None:
            bare = carried(exchange.request, operation, self.spec, self.customers.payload, None)
            self._ledger.note(replace(exchange, request=bare), operation)

    def _judge_share(self) -> None:
        required = self.settings.require
        if required is None:
            required = 100.0 if self.customers.control else 0.0
        missing = self.grid.missing()
        if not missing or self.grid.share * 100 >= required:
            return
        for cell in missing:
            problem = Problem(str(cell), f"{cell.status} {cell.media_type}".strip(), "nothing provoked it")
            self.recorder.add(
                Finding("grid", cell.operation, problem.expected, problem.seen, problem.key, seed=self.settings.seed)
            )

    def _client(self, sender: str, operation: str, world: World | None, media_type: str | None = None) -> Client:
        return self.customers.customer(Client, self.recorder, sender, operation, world, media_type)

    def _task(
        self, name: str, kind: str, operation: str, before: set[tuple[str, str, str]], exchanges: int, since: float
    ) -> tuple[Finding, ...]:
        fresh = tuple(it for identity, it in self.recorder.findings.items() if identity not in before)
        for finding in fresh:
            self._tell(FindingMade(finding))
        self._tell(TaskEnded(name, kind, operation, exchanges, environment.now() - since, fresh))
        return fresh

    def _tell(self, event: Event) -> None:
        event = scrubbed(event, self.mask)
        for listener in self._listeners:
            listener(event)
