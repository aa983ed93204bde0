"""The gate's verdict on an implementation that shares nothing with it but the reference; see `voltmx_flask.py`.

It is judged like a real vendor: over HTTP, without a control API. The right one must be clean, each bug must be found,
and where the reference only infers a rule, the other reading must be clean too.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from contracts.cli import verify
from tests.independent.voltmx_bugs import BUGS, READINGS

pytestmark = pytest.mark.long

OPERATION = "subscriptions.change_subscription"
TOKEN = "1234abc"
# Bugs of a server whose security is on. The others are judged on one where it is off, as the console leaves it.
SECURED = {"token-ignored", "token-optional", "unsubscribe-open", "short-text", "token-after-app"}
# Bugs that only show with input that nobody writes down; `smoke` has recipes only.
GENERATED = {"crash-on-type"}


@dataclass(frozen=True)
class Run:
    """What a run ended with, as its report for programs tells it."""

    code: int
    findings: list[dict[str, Any]]
    cells: dict[tuple[str, str], str]
    text: str

    def marks(self) -> set[tuple[str, str, str]]:
        return {(it["check"], it["expected"], it["sender"]) for it in self.findings}


Judge = Callable[..., Run]
FORMATS = ("application/json", "text/xml")


class App:
    """The app in a process of its own, starting while something else may be judged."""

    def __init__(self, directory: Path, bug: str, secured: bool) -> None:
        self._ready = directory / "ready.json"
        command = [sys.executable, "-m", "tests.independent.voltmx_flask", "--ready-file", str(self._ready)]
        command += [*(("--bug", bug) if bug else ()), *(("--auth-token", TOKEN) if secured else ())]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, cwd=Path(__file__).parents[2])

    def url(self) -> str:
        """The base URL, as soon as there is one."""
        started = time.monotonic()
        while not self._ready.exists():
            assert self._process.poll() is None, "the app did not start"
            assert time.monotonic() - started < 30, "the app was not ready in time"
            time.sleep(0.01)
        return str(json.loads(self._ready.read_text())["url"])

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    """Runs the gate on the app with a bug, once for each profile; the next bug's app starts meanwhile."""
    runs: dict[tuple[str, str, bool], Run] = {}
    apps: dict[tuple[str, bool], App] = {}
    following = dict(pairwise(["", *BUGS, *READINGS]))

    def app(bug: str, secured: bool) -> App:
        if (bug, secured) not in apps:
            apps[bug, secured] = App(tmp_path_factory.mktemp("app"), bug, secured)
        return apps[bug, secured]

    def run(bug: str = "", profile: str = "smoke", secured: bool = False) -> Run:
        if (bug, profile, secured) not in runs:
            url = app(bug, secured).url()
            if bug in following:
                app(following[bug], following[bug] in SECURED)
            runs[bug, profile, secured] = _run(tmp_path_factory.mktemp("verdict"), url, profile, secured)
            apps.pop((bug, secured)).stop()
        return runs[bug, profile, secured]

    yield run
    for left in apps.values():
        left.stop()


def _run(directory: Path, url: str, profile: str, secured: bool) -> Run:
    report, credentials = directory / "run.jsonl", directory / "credentials.toml"
    credentials.write_text(f'token = "{TOKEN}"\n' if secured else "")
    # The app has the Subscription API alone, and none of its neighbours.
    arguments = ["voltmx", "--operation", OPERATION, "--url", url, "--allow-writes", "--credentials", str(credentials)]
    result = CliRunner().invoke(verify, [*arguments, "--profile", profile, "--json", str(report)])
    end = json.loads(report.read_text().splitlines()[-1])
    assert not secured or TOKEN not in report.read_text() + result.output, "a secret in a report"
    cells = {(it["status"], it["media_type"]): it["state"] for it in end["cells"]}
    assert all(it["reason"] for it in end["cells"] if it["state"] == "not provokable"), "an excuse without a reason"
    return Run(result.exit_code, end["findings"], cells, result.output)


@pytest.mark.parametrize(
    ("security", "profile"), [("open", "smoke"), ("open", "quick"), ("secured", "smoke"), ("secured", "quick")]
)
def test_a_right_implementation_is_clean(judge: Judge, security: str, profile: str) -> None:
    run = judge(profile=profile, secured=security == "secured")
    assert run.findings == []
    assert run.code == 0, run.text


def test_what_cannot_be_provoked_is_named(judge: Judge) -> None:
    """An open target without a control API shows no 500, and no 401 either; everything else is reached."""
    run = judge()
    unseen = {cell: state for cell, state in run.cells.items() if state != "witnessed"}
    assert unseen == {(code, kind): "not provokable" for code in ("401", "500") for kind in FORMATS}
    assert run.text.count("not provokable  subscriptions") == 4


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_is_found(judge: Judge, bug: str) -> None:
    profile, secured = "quick" if bug in GENERATED else "smoke", bug in SECURED
    # Whatever is found on the right implementation too is a false alarm, and proves nothing.
    alarms = judge(profile=profile, secured=secured).marks()
    assert not (secured and alarms), "no bug of a secured vendor can be told while the right one is refused throughout"
    run = judge(bug, profile, secured)
    found = [it for it in run.findings if (it["check"], it["expected"], it["sender"]) not in alarms]
    assert found, f"not found: {BUGS[bug]}"
    assert run.code == 1
    assert {it["operation"] for it in found} == {OPERATION}
    assert all(it["reproduce"] for it in found)


@pytest.mark.parametrize("reading", READINGS)
def test_what_is_only_inferred_is_not_held_against_a_real_target(judge: Judge, reading: str) -> None:
    secured = reading in SECURED
    alarms = judge(secured=secured).marks()
    run = judge(reading, secured=secured)
    assert not (secured and alarms), "nothing can be told of a secured vendor while the right one is refused throughout"
    assert run.marks() <= alarms, READINGS[reading]
