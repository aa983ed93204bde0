"""What a vendor gives for a while only is asked for by the gate itself, and stays as secret as the rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from contracts.process import own_mock
from contracts.settings import Settings
from tests.contracts.conftest import Gate

ASKED = "access_tokens.create_access_token"


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    with own_mock(Settings("accengage")) as url:
        yield url


@pytest.fixture
def given(tmp_path: Path) -> Path:
    path = tmp_path / "credentials.toml"
    path.write_text('[accengage]\nusername = "mymail@client.com"\nkey = "a1b2c3d4e5f6g7h8"\n')
    return path


def journal(mock: str, operation: str) -> list[dict[str, object]]:
    found = httpx.get(f"{mock}/_control/worlds/default/journal", params={"operation": operation}, timeout=10).json()
    entries: list[dict[str, object]] = found["exchanges"]
    return entries


def test_a_token_is_fetched_once_and_never_shown(gate: Gate, mock: str, given: Path, tmp_path: Path) -> None:
    report, page = tmp_path / "report.jsonl", tmp_path / "page.html"
    before = len(journal(mock, ASKED))
    outcome = gate(
        "accengage", "--url", f"{mock}/accengage", "--credentials", str(given), "--operation", "me.get_me",
        "--operation", "campaigns.list_campaigns", "--profile", "smoke", "--json", str(report), "--html", str(page),
    )  # fmt: skip
    assert outcome.code == 0, outcome.text
    asked = journal(mock, ASKED)[before:]
    assert [entry["status"] for entry in asked] == [200]
    token = httpx.get(f"{mock}/_control/worlds/default/state/accengage/access_tokens", timeout=10).json()["records"]
    made = [it["access_token"] for it in token if not it["access_token"].startswith("bodydouble-")]
    assert made
    for text in (outcome.text, report.read_text(), page.read_text()):
        assert not [it for it in (*made, "a1b2c3d4e5f6g7h8") if it in text]


def test_no_token_is_trouble_with_the_target(gate: Gate, mock: str, given: Path) -> None:
    given.write_text(given.read_text().replace("a1b2", "zzzz"))
    outcome = gate("accengage", "--url", f"{mock}/accengage", "--credentials", str(given), "--profile", "smoke")
    assert outcome.code == 3, outcome.text
    assert "the target gave no access" in outcome.text
    assert "API_ERR_SIGNATURE" in outcome.text
    assert "zzzz" not in outcome.text
    assert "Traceback" not in outcome.text
