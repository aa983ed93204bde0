"""A recording sent to a target, each answer held against the one that was recorded."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contracts import environment, known
from contracts.client import Client, Which
from contracts.compare import carry
from contracts.compare.differences import HEADERS, MEDIA_TYPE, STATUS, Comparison, Difference
from contracts.compare.findings import Findings, Shown
from contracts.compare.ids import Ids, leaves
from contracts.compare.patience import patient
from contracts.compare.times import Clocks
from contracts.compare.tokens import Tokens
from contracts.ending import verdict_of
from contracts.events import Event, FindingMade, Listener, Noted, RunEnded, RunStarted, TaskEnded
from contracts.exchange import Exchange, Request, Response
from contracts.finding import Finding, NotProvokable, TargetTrouble, Verdict
from contracts.grid import Grid
from contracts.known import Known
from contracts.recorder import Recorder
from contracts.run import Run
from contracts.secrecy import scrubbed
from contracts.settings import Settings
from specs import Operation, Spec, har
from specs.har import Entry, HarError, Truncated
from specs.paths import Match, Paths

RECORDED, TARGET = "recorded", "target"
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_LONGEST_WAIT = 10
# Of how many things it is kept which requests made them, and how large these may be.
_MAKERS, _LARGE = 5_000, 64 * 1024
_DEEPEST = 12
_WITHOUT_BODY = (STATUS, MEDIA_TYPE, HEADERS)
Both = tuple[Exchange, Exchange]


@dataclass(frozen=True, slots=True)
class _Made:
    both: Both
    order: int


class Replay:
    """One replay. `path` is the recording, `side` the target; nothing is kept of an exchange that is over but what
    later ones may need, so that memory stays the same however long the recording is."""

    def __init__(
        self, settings: Settings, spec: Spec, path: Path, side: Run, shown: str, tolerance: float,
        accepted: Sequence[Known], listeners: Iterable[Listener],
    ) -> None:  # fmt: skip
        self._settings, self._spec, self._path, self._side = settings, spec, path, side
        self._shown, self._tolerance, self._listeners = f"{path.name} → {shown}", tolerance, tuple(listeners)
        self._known = accepted
        recorder = Recorder(spec, Grid(()), {}, seed=settings.seed, mask=side.mask, shown="")
        recorded = Shown(side.mask, recorder)
        self.findings = Findings(
            spec, (recorded, side), (RECORDED, TARGET), self._known, environment.today(), settings.seed
        )  # fmt: skip
        self._paths, self._ids, self._tokens = Paths(spec), Ids(), Tokens(spec)
        self._makers: OrderedDict[str, _Made] = OrderedDict()
        self._left_out: Counter[str] = Counter()
        self._tasks: dict[str, tuple[int, float, list[Finding]]] = {}
        self._moment: float | None = None
        self._notes: list[str] = []
        self.steps = 0

    def carry_out(self) -> Verdict:
        """Replay, and give the verdict; what was found before an early end of the file or the target is reported."""
        started, trouble, early = environment.now(), "", False
        self._tell(RunStarted(self._spec.vendor, self._shown, self._settings.seed, "replay", 0))
        try:
            with environment.stoppable():
                for entry in har.entries(self._path):
                    self._entry(entry)
        except Truncated:
            early, trouble = True, f"{self._path}: ends in the middle of an entry; what came before was replayed"
        except HarError as error:
            early, trouble = True, f"{error}; what came before was replayed"
        except TargetTrouble as error:
            trouble = f"the target: {error}"
        except KeyboardInterrupt:
            trouble = "interrupted; what was found until then is reported"
        self._side.clean_up()
        return self._end(trouble, early, environment.now() - started)

    def _entry(self, entry: Entry) -> None:
        match = self._paths.find(entry.request.method, entry.request.url)
        if match is None:
            self._left_out["no operation of the spec"] += 1
        elif not entry.sendable:
            self._left_out["the recording has not kept the body of the request"] += 1
        elif entry.response is None:
            self._left_out["no answer recorded"] += 1
        elif not self._settings.may_write and match.operation.method not in _READS:
            self._left_out["writing to this target is not allowed (--allow-writes)"] += 1
        else:
            since, before = environment.now(), set(self.findings.made)
            self._follow_clock(entry)
            self._replayed(entry, match.operation, _recorded(entry, match))
            fresh = [it for key, it in self.findings.made.items() if key not in before]
            count, seconds, found = self._tasks.get(match.operation.id, (0, 0.0, []))
            self._tasks[match.operation.id] = (count + 1, seconds + environment.now() - since, [*found, *fresh])

    def _replayed(self, entry: Entry, operation: Operation, baseline: Exchange) -> None:
        client = self._customer(f"entry {entry.number}")
        which = _credentials(entry, operation, self._spec, client)
        twin = carry.carried(baseline.request, baseline.base, client.base, self._ids)
        token = self._tokens.header(operation, twin, client.base) if which == "right" else {}
        self._ids.say(list(carry.said(baseline.request, baseline.base)))
        try:
            twin = _authorized(client, twin, operation, which, token)
            candidate = patient(client, lambda: client.send(operation.id, twin, which), _LONGEST_WAIT)
        except NotProvokable as reason:
            self._left_out[str(reason)] += 1
            return
        self.steps += 1
        if candidate.status == 429 != baseline.status:
            self._left_out["the target limits the rate"] += 1
            return
        clocks = Clocks((entry.started or environment.clock()) - environment.clock(), 0.0, self._tolerance)
        comparison = Comparison(self._spec, self._ids, clocks, (baseline.base, client.base))
        both = (baseline, candidate)
        if candidate.response is not None and 200 <= candidate.status < 300:
            given = self._tokens.learn(operation, candidate.request, client.base, client.value(candidate))
            if given:
                self._side.mask.learn(*given)
        for difference in comparison.differences(*both):
            self._found(difference, both, entry)
        self._remember(both, entry.number)

    def _found(self, difference: Difference, both: Both, entry: Entry) -> None:
        if not entry.whole and difference.check not in _WITHOUT_BODY:
            return  # The recording has not kept the body.
        if self.findings.news(difference):
            trail = [*self._led_to(both[0]), both]
            trails = [[it[side] for it in trail] for side in (0, 1)]
            self._tell(FindingMade(self.findings.add(difference, trails, f"entry {entry.number}")))

    def _led_to(self, baseline: Exchange) -> list[Both]:
        """The requests that made what this one is about, and what those were about, in order."""
        found: dict[int, Both] = {}
        todo = [(baseline, 0)]
        while todo:
            exchange, depth = todo.pop()
            for leaf in leaves([*carry.said(exchange.request, exchange.base)]):
                made = self._makers.get(str(leaf))
                if made and made.both[0] is not exchange and made.order not in found and depth < _DEEPEST:
                    found[made.order] = made.both
                    todo.append((made.both[0], depth + 1))
        return [found[order] for order in sorted(found)]

    def _remember(self, both: Both, order: int) -> None:
        baseline = both[0]
        if baseline.request.method in _READS or not 200 <= baseline.status < 300 or _size(both) > _LARGE:
            return
        asked = [*leaves([*carry.said(baseline.request, baseline.base)])]
        told = [*leaves(self._customer("").value(baseline))]
        for leaf in (*asked, *told):
            if len(str(leaf)) > 3:
                self._makers.setdefault(str(leaf), _Made(both, order))
        while len(self._makers) > _MAKERS:
            self._makers.popitem(last=False)

    def _customer(self, sender: str) -> Client:
        settings: dict[str, Any] = {"lasting": True, "rate_limits": False}
        if self._moment is not None:
            settings["frozen_at"] = datetime.fromtimestamp(self._moment, UTC).isoformat().replace("+00:00", "Z")
        client = self._side.customer(Client, sender, **settings)
        client.reading = None
        return client

    def _follow_clock(self, entry: Entry) -> None:
        """Where the target has worlds, its clock is that of the recording: what took an hour then takes one now."""
        if entry.started is None or not self._settings.has_control:
            return
        if self._moment is None:
            self._moment = entry.started
            return
        if entry.started - self._moment >= 1:
            world = self._customer("clock").world
            world.advance(entry.started - self._moment)
            del world.calls[1:]  # as many as the recording has gaps
            self._moment = entry.started

    def _end(self, trouble: str, early: bool, seconds: float) -> Verdict:
        for reason, count in self._left_out.items():
            self._note(f"{count} of the recorded requests were left out: {reason}")
        for name, (count, took, found) in self._tasks.items():
            self._tell(TaskEnded(f"replay of {name}", "replay", name, count, took, tuple(found)))
        if not (self.steps or trouble):
            early, trouble = True, f"{self._path}: none of its requests could be replayed"
        findings, notes = known.apply(
            self._known, self.findings.made.values(), environment.today(), lambda _: not trouble
        )  # fmt: skip
        for note in notes:
            self._note(note)
        verdict = Verdict.USAGE if early else verdict_of(findings, trouble, "")
        self._tell(
            RunEnded(
                self._spec.vendor, self._shown, self._settings.seed, verdict, trouble, tuple(findings), (),
                self.steps, seconds, notes=tuple(self._notes), left=self._side.left, command="replay",
            )
        )  # fmt: skip
        return verdict

    def _note(self, text: str) -> None:
        self._notes.append(text)
        self._tell(Noted(text))

    def _tell(self, event: Event) -> None:
        event = scrubbed(event, self._side.mask)
        for listener in self._listeners:
            listener(event)


def secret_headers(operation: Operation, spec: Spec) -> Iterator[str]:
    """Names of the headers, in lower case, that carry an operation's credentials."""
    yield "authorization"
    for alternative in operation.security:
        for name in alternative:
            scheme = spec.security_schemes.get(name, {})
            if scheme.get("type") == "apiKey":
                yield "cookie" if scheme.get("in") == "cookie" else str(scheme.get("name", "")).lower()


def _recorded(entry: Entry, match: Match) -> Exchange:
    asked, said = entry.request, entry.response
    request = Request(asked.method, asked.url, asked.headers, asked.body)
    response = Response(said.status, said.headers, said.body, said.seconds) if said else None
    return Exchange(match.operation.id, match.base, request, response, sender="recording")


def _credentials(entry: Entry, operation: Operation, spec: Spec, client: Client) -> Which:
    """Which credentials a request was sent with, as far as a recording without secrets tells."""
    names = {*secret_headers(operation, spec)}
    brought = any(name.lower() in names for name, _ in entry.request.headers) or bool(client.payload)
    if not brought:
        return "none" if operation.security else "right"
    refused = entry.response is not None and entry.response.status == 401
    return "wrong" if refused else "right"


def _authorized(client: Client, request: Request, operation: Operation, which: Which, token: dict[str, str]) -> Request:
    """The request with our credentials, and the token that the target gave, in place of the recorded ones.

    Raises NotProvokable when there are neither.
    """
    try:
        known = dict(carry.credentials(client, operation, which, request.body))
    except NotProvokable:
        if not token:
            raise
        known = {}
    ours = tuple({**known, **token}.items())
    names = {*secret_headers(operation, client.spec)}
    if not ours:
        return request
    return replace(request, headers=(*((n, v) for n, v in request.headers if n.lower() not in names), *ours))


def _size(both: Both) -> int:
    bodies = [it for exchange in both for it in (exchange.request.body, exchange.response and exchange.response.body)]
    return sum(len(body) for body in bodies if body)
