"""A report that is told to a server, for its console."""

from __future__ import annotations

import httpx
import pytest
from click.testing import CliRunner

from contracts.cli import verify
from contracts.events import RunEnded
from contracts.finding import Finding, Verdict
from contracts.grid import Cell
from contracts.reports.publish import Publish
from tests.conftest import Server


def ended(findings: int) -> RunEnded:
    cells = (Cell("parts.get_part", "200", "application/json", witness="a recipe", times=3),)
    made = tuple(Finding("status", "parts.get_part", "200", str(n), key=str(n)) for n in range(findings))
    return RunEnded("voltmx", "http://127.0.0.1:1", 7, Verdict.FINDINGS, "", made, cells, 3, 0.5)


@pytest.mark.parametrize(("findings", "kept"), [(1, 1), (301, 300)])
def test_a_report_is_published(shared_server: Server, findings: int, kept: int) -> None:
    report = f"{shared_server.url}/_control/reports/voltmx"
    Publish(shared_server.url)(ended(findings))
    found = httpx.get(report, trust_env=False).json()
    assert (found["verdict"], found["seed"], len(found["findings"])) == ("findings", 7, kept)
    assert found["findings"][0]["key"] == "0"
    assert found["cells"][0]["state"] == "witnessed"
    assert [*map(str, found["notes"])] == ([] if findings == kept else ["the first 300 of 301 findings"])


def test_a_server_that_is_not_there_changes_no_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    Publish("http://127.0.0.1:1")(ended(1))
    assert "was not published" in capsys.readouterr().err


def test_a_url_that_is_none_is_wrong_usage() -> None:
    result = CliRunner().invoke(verify, ["voltmx", "--publish", "nowhere"])
    assert result.exit_code == Verdict.USAGE
    assert "'nowhere'" in result.output
