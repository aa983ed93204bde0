"""A run against a receiver: it delivers what was planned, judges the answers, and says what happens as events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

from contracts import environment
from contracts.connection import NotSendable
from contracts.events import Event as RunEvent
from contracts.events import FindingMade, Listener, Noted, RunEnded, RunStarted, TaskEnded
from contracts.exchange import Exchange, Response, curl
from contracts.finding import Finding, Problem, TargetTrouble, Verdict
from contracts.grid import Cell
from contracts.receiver import checks, fuzz
from contracts.receiver.event import Event, Events
from contracts.receiver.plan import Plan, Task
from contracts.target import Target
from specs import Operation

_SILENT = 4
_PAUSE = 0.25
_HANG_UP = 0.001


class Run:
    """One run. `within` is how long an answer may take; `mask` takes secrets out of what is shown."""

    def __init__(
        self, vendor: str, callbacks: Sequence[Operation], events: Events, plan: Plan, target: Target, *,
        seed: int, within: float, mask: Callable[[str], str], listeners: Iterable[Listener],
    ) -> None:  # fmt: skip
        self._vendor, self._events, self._plan, self._target = vendor, events, plan, target
        self._seed, self._within, self._mask, self._listeners = seed, within, mask, tuple(listeners)
        self._findings: dict[tuple[str, str, str], Finding] = {}
        self._cells = {(it.id, kind): Cell(it.id, "2XX", kind) for it in callbacks for kind in ([*it.body] or [""])}
        self._refused: dict[tuple[str, str], Finding] = {}
        self._early: list[tuple[Event, Exchange, float, tuple[Exchange, ...]]] = []
        self._exchanges = self._silent = 0
        self._last: tuple[Event, Exchange] | None = None

    def carry_out(self) -> Verdict:
        """Deliver everything, and give the verdict. A receiver that answers nothing is given up early."""
        shown = self._mask(self._target.base)
        started, trouble = environment.now(), ""
        self._tell(RunStarted(self._vendor, shown, self._seed, "receiver", len(self._plan.tasks)))
        if self._plan.left_out:
            self._tell(Noted(f"{self._plan.left_out} more requests were left out; --max-requests allows more"))
        try:
            for task in self._plan.tasks:
                if self._silent >= _SILENT:
                    self._tell(Noted(f"given up: {_SILENT} deliveries in a row got no complete answer in time"))
                    break
                self._task(task)
        except TargetTrouble as error:
            trouble = self._mask(self._lost(str(error)))
        except KeyboardInterrupt:
            trouble = "interrupted; what was found until then is reported"
        for early in self._early:  # Whether these are taken in order was never seen.
            self._judge(checks.ACCEPTS, *early)
        findings = tuple(self._findings.values())
        verdict = Verdict.TROUBLE if trouble else Verdict.FINDINGS if findings else Verdict.CLEAN
        self._tell(
            RunEnded(
                vendor=self._vendor, target=shown, seed=self._seed, verdict=verdict, trouble=trouble,
                findings=findings, cells=tuple(self._cells.values()), exchanges=self._exchanges,
                seconds=environment.now() - started,
            )
        )  # fmt: skip
        return verdict

    def _task(self, task: Task) -> None:
        before, sent, since = set(self._findings), self._exchanges, environment.now()
        try:
            if task.way == "sequence":
                self._sequence(task)
            else:
                (event,) = task.events
                _WAYS[task.way](self, task, event)
        finally:
            fresh = tuple(it for identity, it in self._findings.items() if identity not in before)
            for finding in fresh:
                self._tell(FindingMade(finding))
            name = "*" if task.way == "sequence" else task.events[0].callback.id
            count, seconds = self._exchanges - sent, environment.now() - since
            self._tell(TaskEnded(task.name, task.way, name, count, seconds, fresh))

    def _once(self, task: Task, event: Event) -> None:
        exchange, seconds = self._deliver(event)
        self._judge(task.check, event, exchange, seconds, ())
        # Refused out of order though taken in order: only now is it known that order is to blame.
        mine = [it for it in self._early if _example(it[0]) == _example(event) and not event.kind]
        for early in mine:
            self._judge(checks.ORDER, *early)
            self._early.remove(early)

    def _twice(self, task: Task, event: Event) -> None:
        first, seconds = self._deliver(event)
        once = replace(event, story=event.origin, kind="")
        if self._judge(checks.ACCEPTS, once, first, seconds, ()):
            return
        second, seconds = self._deliver(event)
        self._judge(task.check, event, second, seconds, (first,))

    def _late(self, task: Task, event: Event) -> None:
        request = self._events.request(event)
        with suppress(NotSendable, TargetTrouble):  # The next delivery tells.
            self._target.leave(request, _HANG_UP)
        self._exchanges += 1
        left = Exchange(event.callback.id, self._target.base, request, None, "hung up before the answer", event.story)
        environment.sleep(_PAUSE)
        exchange, seconds = self._deliver(self._events.again(event))
        self._judge(task.check, event, exchange, seconds, (left,))

    def _sequence(self, task: Task) -> None:
        before: tuple[Exchange, ...] = ()
        for event in task.events:
            exchange, seconds = self._deliver(event)
            self._early.append((event, exchange, seconds, before))
            before = (*before, exchange)
            if self._silent >= _SILENT:
                break

    def _deliver(self, event: Event) -> tuple[Exchange, float]:
        """Send one event, and how long that took. Raises TargetTrouble: nobody listens."""
        request = self._events.request(event)
        since = environment.now()
        try:
            answer = self._target.send(request)
        except NotSendable as error:
            raise TargetTrouble(f"{event.story} cannot be sent: {error}") from None
        response, trouble = (answer, "") if isinstance(answer, Response) else (None, answer)
        exchange = Exchange(event.callback.id, self._target.base, request, response, trouble, event.story)
        self._exchanges += 1
        seconds = response.seconds if response else environment.now() - since
        self._silent = 0 if response and seconds <= self._within else self._silent + 1
        self._last = (event, exchange)
        return exchange, seconds

    def _judge(
        self, check: str, event: Event, exchange: Exchange, seconds: float, before: tuple[Exchange, ...]
    ) -> Finding | None:
        """Note what came of a delivery; the finding, if it breaks anything."""
        name = event.callback.id
        found = checks.objection(exchange, seconds, self._within, event.story, event.kind, check)
        if found is None:
            key = (name, _kind(event))
            self._cells[key] = replace(self._cells[key], witness=self._cells[key].witness or event.story)
            return None
        check, problem = found
        known = self._refused.get(_example(event))
        if known is not None and known.exchange and known.exchange.status == exchange.status and check in _REFUSALS:
            # It refuses this example however it comes: neither order nor an oddity is to blame.
            return self._add(replace(known, times=1))
        made = self._finding(check, problem, event, exchange, before)
        if event.kind == fuzz.KIND:
            # What says the same as a simpler delivery did has the same cause.
            same = [it for it in self._findings.values() if (it.operation, it.seen) == (made.operation, made.seen)]
            made = replace(same[0], times=1) if same else made
        made = self._add(made)
        if not event.kind:
            self._refused[_example(event)] = made
        return made

    def _finding(
        self, check: str, problem: Problem, event: Event, exchange: Exchange, before: tuple[Exchange, ...]
    ) -> Finding:
        lines = [
            curl(it.request, self._target.base, self._mask(self._target.base), self._mask) for it in (*before, exchange)
        ]
        return Finding(
            check=check, operation=event.callback.id, expected=self._mask(problem.expected),
            seen=self._mask(problem.seen), key=problem.key, sender=event.story, seed=self._seed,
            reproduce=tuple(lines), exchange=exchange,
        )  # fmt: skip

    def _add(self, finding: Finding) -> Finding:
        """Keep a finding, or count it; of equal ones the one that is shown by less stays."""
        known = self._findings.get(finding.identity)
        if known is not None:
            finding = replace(finding if _simpler(finding, known) else known, times=known.times + 1)
        self._findings[finding.identity] = finding
        return finding

    def _lost(self, trouble: str) -> str:
        """Nobody listens any more: a finding about the last delivery before that, if there was one."""
        if self._last is None:
            return trouble
        event, exchange = self._last
        told = f"{trouble}, after {event.callback.id}, {event.story}"
        if exchange.response is None and self._findings:
            return told  # it died of that one, which is a finding already
        problem = Problem("gone", f"a receiver that is still there after {event.story}", f"nobody listens: {trouble}")
        self._add(self._finding(checks.ANSWERS, problem, event, exchange, ()))
        return told

    def _tell(self, event: RunEvent) -> None:
        for listener in self._listeners:
            listener(event)


_WAYS: dict[str, Callable[[Run, Task, Event], None]] = {"once": Run._once, "twice": Run._twice, "late": Run._late}
_REFUSALS = frozenset((checks.ANSWERS, checks.ACCEPTS, checks.REPEATS, checks.ORDER, checks.RETRIES, checks.EXTRAS))


def _example(event: Event) -> tuple[str, str]:
    return event.callback.id, event.origin


def _kind(event: Event) -> str:
    return event.media.type.lower().partition(";")[0].strip() if event.media else ""


def _simpler(one: Finding, other: Finding) -> bool:
    """Whether a finding is shown by less: fewer requests, or a smaller one of the same sort."""
    if one.exchange is None or other.exchange is None or len(one.reproduce) != len(other.reproduce):
        return len(one.reproduce) < len(other.reproduce)
    return (
        one.key == other.key
        and one.exchange.request.size < other.exchange.request.size
        and one.sender.startswith(fuzz.KIND)
    )
