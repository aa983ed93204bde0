"""One mutant on trial: the gate, the comparison with the mock as it is, and stock Schemathesis, each as a process of
its own against a served mutant.

Whatever is started is given a time and ended by its own process group.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson

from tests.mutants.mutant import Mutant
from tests.mutants.steps import basic, signed

_ROOT = Path(__file__).parents[2]
_SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
_ENVIRONMENT = {**os.environ, "PYTHONPATH": str(_ROOT)}  # mutants, gate and mock are of one tree
# All that a header which never changes can do. Accengage's signature is over the body: this one, over none, lets in
# what is sent without a body, and DELETE; stock's POST and PUT are refused for their signature, as its results show.
_HEADERS = {
    "vibes": ("-H", f"Authorization: {basic('VibesUser')}"),
    "accengage": tuple(
        part for name, value in signed("GET", "").carried(b"").items() for part in ("-H", f"{name}: {value}")
    ),
}
# The profile in which a mutant is held against the mock as it is, by `bodydouble compare`, and not against the spec.
DIFFERENTIAL = "compare"
TIMEOUTS = {"quick": 300.0, "full": 1200.0, DIFFERENTIAL: 300.0}  # seconds on a busy machine
# A failure of stock Schemathesis: its code for the check, and the operation.
Failure = tuple[str, str]


class NotServed(Exception):
    """A server did not start; the text is what it printed."""


@dataclass(frozen=True)
class Verdict:
    """What the gate said. `checks` are (check, operation) in the order of their first finding; `exchanges` and
    `seconds` are those until the first finding, or of the whole run, which took `took`. `exit_code` is None when its
    time was up; `whole` is false for a run that broke off. `steps` are the requests to the vendor that it takes to see
    the first difference again, of a comparison."""

    exit_code: int | None
    checks: tuple[tuple[str, str], ...]
    exchanges: int
    seconds: float
    took: float
    whole: bool
    steps: int = 0

    @property
    def killed(self) -> bool:
        """Whether the gate found something. A run that broke off without it says nothing of the mutant."""
        return self.exit_code in (1, None) and bool(self.checks)

    @property
    def clean(self) -> bool:
        return self.exit_code == 0 and self.whole

    @property
    def word(self) -> str:
        if self.whole or self.exit_code not in (0, 1):
            names = {0: "clean", 1: "findings", 2: "usage", 3: "trouble", None: "no time left"}
            return names.get(self.exit_code, f"exit {self.exit_code}")
        return "broke off"


@dataclass(frozen=True)
class Stock:
    """What stock Schemathesis said; `complete` is false when it left no report."""

    failures: frozenset[Failure]
    cases: int
    seconds: float
    complete: bool


@contextmanager
def served(vendor: str, mutant: Mutant | None, *arguments: str) -> Iterator[str]:
    """The base URL of a server with one mutant, or with the mock as it is. Raises NotServed."""
    module = ["mockserver", "serve", vendor, "--quiet"] if mutant is None else ["tests.mutants.serve", mutant.id]
    with tempfile.TemporaryDirectory() as directory:
        ready, printed = Path(directory, "ready.json"), Path(directory, "printed.txt")
        command = [sys.executable, "-m", *module, "--port", "0", "--ready-file", str(ready), *arguments]
        with printed.open("wb") as sink:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, cwd=_ROOT, env=_ENVIRONMENT
            )
        try:
            deadline = time.monotonic() + 30
            while not ready.exists():
                if process.poll() is not None or time.monotonic() > deadline:
                    raise NotServed(printed.read_text(errors="replace").strip())
                time.sleep(0.02)
            yield str(orjson.loads(ready.read_bytes())["url"])
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def judge(
    url: str, vendor: str, profile: str, seed: int, report: Path, operations: Sequence[str] = (), baseline: str = ""
) -> Verdict:  # fmt: skip
    """Let the gate loose on a server: whole, or narrowed to some operations, whose tasks are those of the whole run.

    `report` is where its JSON lines go. A narrow run has no whole grid to judge. `baseline` is a server with the mock
    as it is, which a comparison needs.
    """
    command = [sys.executable, "-m", "mockserver"]
    if profile == DIFFERENTIAL:
        command += ["compare", vendor, "--candidate", f"{url}/{vendor}", "--candidate-control", url]
        command += ["--baseline", f"{baseline}/{vendor}", "--baseline-control", baseline]
    else:
        command += ["verify", vendor, "--url", f"{url}/{vendor}", "--control", url, "--profile", profile]
        command += ["--skip", "grid"] if operations else []
    command += ["--seed", str(seed), "--json", str(report), "--fail-fast"]
    command += [part for name in operations for part in ("--operation", name)]
    code, seconds = _bounded(command, TIMEOUTS[profile], report.with_suffix(".txt"))
    return read_report(report, code, seconds)


def read_report(report: Path, code: int | None, seconds: float) -> Verdict:
    """The gate's verdict from its exit code and its JSON lines, which may break off."""
    checks: dict[tuple[str, str], None] = {}
    exchanges, spent, stopped, whole, steps = 0, 0.0, False, False, 0
    for line in report.read_bytes().splitlines() if report.exists() else ():
        try:
            event = orjson.loads(line)
        except orjson.JSONDecodeError:
            break
        if event["event"] == "finding" and not event.get("known"):
            checks.setdefault((event["check"], event["operation"]))
            steps = steps or _steps(event)
        elif event["event"] == "task-ended" and not stopped:
            exchanges, spent = exchanges + event["exchanges"], spent + event["seconds"]
            stopped = bool(checks)  # a finding is reported before the task that made it has ended
        elif event["event"] == "run-ended":
            whole = True
            # What only the end of a run shows, such as a cell that nothing witnessed.
            for finding in event["findings"]:
                if not finding.get("known"):
                    checks.setdefault((finding["check"], finding["operation"]))
            if not stopped:
                exchanges, spent = event["exchanges"], event["seconds"]
    return Verdict(code, tuple(checks), exchanges, spent or seconds, seconds, whole, steps)


def _steps(finding: Mapping[str, Any]) -> int:
    """The requests to the vendor that a difference takes; 0 for any other finding."""
    sides = finding.get("sides") or ()
    return sum("/_control" not in line for line in sides[1]["reproduce"]) if len(sides) > 1 else 0


def stock(url: str, vendor: str, seconds: float, seed: int, report: Path) -> Stock:
    """Let `schemathesis run`, as it comes, loose on a server for so many seconds, in a world without rate limits."""
    world = f"stock-{os.getpid()}-{time.monotonic_ns()}"
    made = httpx.post(f"{url}/_control/worlds", json={"name": world, "rate_limits": False}, timeout=10)
    made.raise_for_status()
    command = [str(_SCHEMATHESIS), "run", str(_ROOT / "specs" / f"{vendor}.yaml"), "--url", f"{url}/w/{world}/{vendor}"]
    command += ["--checks", "all", "--continue-on-failure", "--max-time", str(max(1, round(seconds + 0.5)))]
    command += ["--seed", str(seed), *_HEADERS.get(vendor, ())]
    command += ["--report", "json", "--report-json-path", str(report)]
    _, spent = _bounded(command, seconds * 2 + 60, report.with_suffix(".txt"))
    if not report.exists():
        return Stock(frozenset(), 0, spent, complete=False)
    found = orjson.loads(report.read_bytes())
    failures = frozenset((it["code"], operation) for it in found["failures"] for operation in it["operations"])
    return Stock(failures, found["test_cases"]["generated"], spent, complete=True)


def _bounded(command: Sequence[str], seconds: float, printed: Path) -> tuple[int | None, float]:
    """Exit code, None when the time was up, and the seconds it took. It runs where it can leave files behind."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as directory, printed.open("wb") as sink:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            cwd=directory,
            env=_ENVIRONMENT,
            start_new_session=True,
        )
        try:
            return process.wait(timeout=seconds), time.monotonic() - started
        except subprocess.TimeoutExpired:
            return None, time.monotonic() - started
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
