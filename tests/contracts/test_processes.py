"""Several processes share the work: the same requests, one report, one verdict."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.conftest import Gate
from tests.contracts.shop import Shop

OPERATIONS = ("--operation", "items.add_item", "--operation", "items.get_item")


def _ended(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text().splitlines()[-1])
    return found


def test_the_same_requests_and_the_same_report(judge: Gate, tmp_path: Path) -> None:
    logs, ends = [], []
    for processes in ("1", "2"):
        report = tmp_path / f"{processes}.jsonl"
        with Shop("wrong-status") as shop:
            outcome = judge(shop, "-n", processes, "--json", str(report), *OPERATIONS, profile="quick")
        assert outcome.code == 1, outcome.text
        logs.append(sorted(shop.log))
        end = _ended(report)
        found = {(it["check"], it["operation"], it["expected"]) for it in end["findings"]}
        ends.append((found, end["exchanges"], [(it["operation"], it["status"], it["state"]) for it in end["cells"]]))
    assert logs[0] == logs[1]
    assert ends[0] == ends[1]


@pytest.mark.parametrize(("bug", "words"), [("dies", "target trouble"), ("hang-up", "5 times in a row")])
def test_trouble_in_one_process_ends_the_run(judge: Gate, tmp_path: Path, bug: str, words: str) -> None:
    report = tmp_path / "run.jsonl"
    with Shop(bug) as shop:
        outcome = judge(shop, "-n", "2", "--json", str(report))
    assert outcome.code == 3, outcome.text
    assert words in outcome.text
    assert _ended(report)["verdict"] == "trouble"


@pytest.mark.parametrize("processes", ["0", "many"])
def test_a_number_of_processes_that_is_none(gate: Gate, processes: str) -> None:
    assert gate("voltmx", "-n", processes).code == 2
