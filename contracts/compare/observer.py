"""What a proxy thinks of what passed: each exchange held against the spec, and kept if somebody records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from contracts import environment, known
from contracts.checks import Check
from contracts.compare.proxy import Passed
from contracts.compare.record import Recording, plain_text
from contracts.compare.secrets import Masking, Secrets
from contracts.ending import operation_times, verdict_of
from contracts.events import Event, FindingMade, Listener, Noted, RunEnded, RunStarted, TaskEnded
from contracts.exchange import Exchange
from contracts.finding import Verdict
from contracts.grid import Cell, of
from contracts.known import Known
from contracts.recorder import Recorder
from specs import Spec
from specs.paths import Paths


class Observer:
    """Judges what passes, and tells. Of what it shows, secrets are taken out as they are of a recording."""

    def __init__(
        self, spec: Spec, upstream: str, checks: Mapping[str, Check], accepted: Sequence[Known],
        recording: Recording | None, listeners: Iterable[Listener],
    ) -> None:  # fmt: skip
        self._spec, self._upstream, self._recording, self._listeners = spec, upstream, recording, tuple(listeners)
        self._known, self._secrets, self._paths = accepted, Secrets(spec), Paths(spec)
        self._mask: Masking = str
        self._recorder = Recorder(spec, of(spec), checks, seed=0, mask=self._masked, shown=upstream)
        self._aside, self._lost, self._unrecorded = Counter[str](), Counter[str](), ""
        self._started, self._passed = environment.now(), 0
        self._tell(RunStarted(spec.vendor, upstream, 0, "proxy", 0))

    def passed(self, passed: Passed) -> None:
        """Judge an exchange, and record it."""
        self._passed += 1
        self._record(passed)
        match = self._paths.find(passed.request.method, passed.request.url)
        plain = plain_text(passed.response)
        if match is None:
            self._aside["no operation of the spec"] += 1
        elif not all(passed.wholes):
            self._aside["larger than --keep"] += 1
        elif plain is None:
            self._aside["in an encoding that cannot be read"] += 1
        else:
            self._mask = self._secrets.mask(passed.request, plain)
            before = set(self._recorder.findings)
            exchange = Exchange(match.operation.id, match.base, passed.request, plain, sender="traffic")
            for finding in self._recorder.judge(exchange):
                if finding.identity not in before:
                    self._tell(FindingMade(finding))

    def _record(self, passed: Passed) -> None:
        """Append to the recording, until that fails: then what passes is still passed on, and checked."""
        if self._recording is None or self._unrecorded:
            return
        try:
            self._recording.add(passed)
        except OSError as error:
            self._unrecorded = f"the recording ends after {self._passed - 1} exchanges: {error.strerror or error}"
            self._tell(Noted(self._unrecorded))

    def note_trouble(self, text: str) -> None:
        """Something could not be passed on."""
        if text not in self._lost:
            self._tell(Noted(f"not passed on: {text}"))
        self._lost[text] += 1

    def end(self) -> Verdict:
        """Tell what was found, and give the verdict."""
        for reason, count in self._aside.items():
            self._tell(Noted(f"{count} times not checked: {reason}"))
        findings, notes = known.apply(self._known, self._recorder.findings.values(), environment.today())
        for reason, count in self._lost.items():
            if count > 1:
                self._tell(Noted(f"{count} times not passed on: {reason}"))
        lost = "" if self._passed or not self._lost else "nothing could be passed on: " + next(iter(self._lost))
        trouble = lost or self._unrecorded
        for name, seconds in self._recorder.times.items():
            mine = tuple(it for it in findings if it.operation == name)
            self._tell(TaskEnded(f"traffic of {name}", "traffic", name, len(seconds), sum(seconds), mine))
        verdict = verdict_of(findings, trouble, "")
        self._tell(
            RunEnded(
                self._spec.vendor, self._upstream, 0, verdict, trouble, tuple(findings), _seen(self._recorder),
                self._passed, environment.now() - self._started,
                operation_times(self._spec, self._recorder.times), tuple(notes), command="proxy",
            )
        )  # fmt: skip
        return verdict

    def _masked(self, text: str) -> str:
        return self._mask(text)

    def _tell(self, event: Event) -> None:
        for listener in self._listeners:
            listener(event)


def _seen(recorder: Recorder) -> tuple[Cell, ...]:
    return tuple(cell for cell in recorder.grid if cell.witness)
