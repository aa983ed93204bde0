"""Machines: what they find, how few requests show it, and that the same seed sends the same requests."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fakeredis import TcpFakeServer

from contracts import gate as gates
from contracts.finding import Finding, TargetTrouble
from contracts.settings import Settings
from tests.contracts.conftest import Gate
from tests.contracts.drawers import MACHINE, Drawers, vendor_in

pytestmark = pytest.mark.long

Hunt = Callable[..., tuple[Finding, ...]]
HERE = Path(__file__).parent
# What is wrong, what it is called, and how many requests to the vendor are enough to show it.
BUGS = [
    ("stale", "read-your-write", 4),
    ("leak", "no-leak-between-accounts", 4),
    ("refusal-writes", "refusal-changes-nothing", 3),
    ("ghost", "counts-add-up", 4),
]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A user's directory with the vendor `drawers` and its machine."""
    return vendor_in(tmp_path, machine=MACHINE)


@pytest.fixture
def hunt(place: Path) -> Hunt:
    """Runs the machine of `drawers` as one task of a run, in worlds unless `alone`, and gives its findings."""

    def run(drawers: Drawers, alone: bool = False, **more: Any) -> tuple[Finding, ...]:
        where = {"url": f"{drawers.url}/drawers", "control": drawers.url}
        if alone:
            where = {"url": drawers.url, "credentials": place / "credentials.toml", "allow_writes": True, "rate": 0.0}
        it = gates.gate(Settings(vendor="drawers", vendor_paths=(place,), **{"profile": "full", **where, **more}), ())
        it.open()
        try:
            return tuple(finding for machine in it.plan.machines for finding in it.run.machine(machine))
        finally:
            it.close()

    return run


@pytest.mark.parametrize(("bug", "check", "most"), BUGS)
def test_one_finding_with_the_fewest_requests_shows_again(hunt: Hunt, bug: str, check: str, most: int) -> None:
    with Drawers(bug) as drawers:
        (finding,) = hunt(drawers)
        script = "\n".join(f"{line}; echo" for line in finding.reproduce)
        ended = subprocess.run(["bash", "-e"], input=script, capture_output=True, text=True, check=True, timeout=30)
    assert finding.check == check
    assert sum("/_control" not in line for line in finding.reproduce) <= most, finding.reproduce
    last = ended.stdout.replace("\r", "").rpartition("HTTP/1.1 ")[2]
    assert finding.exchange is not None
    assert finding.exchange.response is not None
    assert last[:3] == str(finding.exchange.status)
    assert last.partition("\n\n")[2].strip() == finding.exchange.response.body.decode()


@pytest.mark.parametrize(("bug", "check"), [(bug, check) for bug, check, _ in BUGS])
def test_without_worlds_too(hunt: Hunt, bug: str, check: str) -> None:
    with Drawers(bug) as drawers:
        (finding,) = hunt(drawers, alone=True)
    assert finding.check == check


@pytest.mark.parametrize("alone", [False, True], ids=["worlds", "alone"])
def test_a_right_server_is_clean(hunt: Hunt, alone: bool) -> None:
    for seed in range(2):
        with Drawers() as drawers:
            assert hunt(drawers, alone, seed=seed) == ()
        assert len(drawers.log) > 500


def test_same_seed_same_requests(hunt: Hunt) -> None:
    logs = []
    for seed in (5, 5, 6):
        with Drawers() as drawers:
            hunt(drawers, seed=seed, profile="quick")
        logs.append(drawers.log)
    assert logs[0] == logs[1]
    assert logs[0] != logs[2]


@pytest.fixture(params=["directory", "redis"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "directory":
        yield str(tmp_path / "kept")
        return
    server = TcpFakeServer(("127.0.0.1", 0), server_type="redis")
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"redis://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_what_failed_is_tried_first_from_the_database(hunt: Hunt, database: str) -> None:
    with Drawers("stale") as drawers:
        (first,) = hunt(drawers, database=database)
    with Drawers("stale") as again:
        (found,) = hunt(again, database=database, seed=77, profile="quick")
    assert found.identity == first.identity
    assert len(again.log) < len(drawers.log)
    with Drawers() as right:
        assert hunt(right, database=database, profile="quick") == ()


def test_a_deep_run_goes_on_with_other_seeds_until_its_time_is_over(hunt: Hunt) -> None:
    with Drawers() as drawers:
        started = time.monotonic()
        assert hunt(drawers, minutes=0.05, profile="deep") == ()
        assert time.monotonic() - started > 3
    assert len(drawers.log) > 500


def test_a_target_that_dies_is_trouble_and_no_finding(hunt: Hunt) -> None:
    with Drawers("dies") as drawers, pytest.raises(TargetTrouble):
        hunt(drawers, alone=True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--minutes", "3"], "--minutes goes with --profile deep"),
        (["--database", "redis://127.0.0.1:9"], "edis"),
        (["--database", "ftp://x"], "neither a directory nor"),
        (["--database", "/proc/nowhere"], "cannot be used"),
    ],
)
def test_wrong_usage(gate: Gate, arguments: list[str], words: str) -> None:
    outcome = gate("voltmx", "--url", "http://127.0.0.1:9", *arguments)
    assert outcome.code == 2, outcome.text
    assert words in outcome.text
    assert "Traceback" not in outcome.text


def test_a_machine_that_names_no_operation_is_wrong_usage(gate: Gate, place: Path) -> None:
    folder = place / "contracts" / "vendors" / "chests"
    folder.mkdir()
    (place / "specs" / "chests.yaml").write_text((HERE / "drawers.yaml").read_text())
    (folder / "machine.py").write_text(MACHINE.replace('"list_drawers"', '"no_such"'))
    outcome = gate("chests", "--vendor-path", str(place), "--url", "http://127.0.0.1:9")
    assert outcome.code == 2, outcome.text
    assert "no operation 'drawers.no_such'" in outcome.text
