"""How the tests compare: by the command, against servers that are started once."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from contracts.compare.cli import compare

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Outcome:
    """What a user sees of a comparison, and what its report for programs says."""

    code: int
    text: str
    findings: list[dict[str, Any]]
    notes: list[str]
    exchanges: int
    seconds: float

    def kinds(self) -> set[str]:
        return {it["check"] for it in self.findings if not it["known"]}


Compare = Callable[..., Outcome]


@pytest.fixture
def run_compare(tmp_path: Path) -> Compare:
    """Runs `bodydouble compare` with the given arguments."""

    def run(*arguments: str) -> Outcome:
        report = tmp_path / "compare.jsonl"
        result = CliRunner().invoke(compare, [*arguments, "--json", str(report)], prog_name="bodydouble compare")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        lines = report.read_text().splitlines() if report.exists() else []
        end = json.loads(lines[-1]) if lines else {"findings": [], "notes": [], "exchanges": 0, "seconds": 0.0}
        facts = (end["findings"], end["notes"], end["exchanges"], end["seconds"])
        return Outcome(result.exit_code, result.output, *facts)

    return run


class Server:
    """A server in a process of its own, which writes its URL to a file when it is ready."""

    def __init__(self, directory: Path, *module: str) -> None:
        self.ready = directory / "ready.json"
        command = [sys.executable, "-m", *module, "--ready-file", str(self.ready)]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd=ROOT)

    def url(self) -> str:
        started = time.monotonic()
        while not self.ready.exists():
            assert self.process.poll() is None, "the server did not start"
            assert time.monotonic() - started < 30, "the server was not ready in time"
            time.sleep(0.01)
        return str(json.loads(self.ready.read_text())["url"])

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture(scope="session")
def mock_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A mock of Volt MX that all tests share; they use worlds."""
    server = Server(tmp_path_factory.mktemp("mock"), "mockserver", "serve", "voltmx", "--quiet", "--port", "0")
    yield server.url()
    server.stop()


@pytest.fixture
def flask(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Starts the independent Volt MX with a bug, or right, and gives its URL."""
    servers: list[Server] = []

    def start(bug: str = "") -> str:
        place = tmp_path / f"flask{len(servers)}"
        place.mkdir()
        servers.append(Server(place, "tests.independent.voltmx_flask", *(("--bug", bug) if bug else ())))
        return servers[-1].url()

    yield start
    for server in servers:
        server.stop()
