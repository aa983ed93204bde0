"""A target whose answers have any shape is a finding each time, and never a crash of the gate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.process import own_mock
from contracts.settings import Settings
from tests.contracts.conftest import Gate
from tests.contracts.warped import Warped

pytestmark = pytest.mark.long


@pytest.fixture(scope="module", params=["vibes", "voltmx"])
def mock(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    with own_mock(Settings(request.param)) as url:
        yield request.param, url


@pytest.mark.parametrize(("seed", "share"), [(1, 0.6), (2, 0.1)])
def test_misshapen_answers_are_findings(gate: Gate, mock: tuple[str, str], seed: int, share: float) -> None:
    """Few of them let a run get further, to code that relies on what came before."""
    vendor, url = mock
    with Warped(url, seed, share) as target:
        outcome = gate(vendor, "--url", f"{target.url}/{vendor}", "--control", target.url, "--profile", "smoke")
    assert target.warped > 20
    assert outcome.code == 1, outcome.text[-3000:]
    assert "Traceback" not in outcome.text
    assert "body-schema" in outcome.text


def test_machines_and_generated_requests_meet_them_too(gate: Gate, mock: tuple[str, str]) -> None:
    vendor, url = mock
    operation = {"vibes": "migrations.import_devices", "voltmx": "subscriptions.change_subscription"}[vendor]
    with Warped(url, 3, 0.02) as target:
        arguments = ["--profile", "quick", "--operation", operation]
        outcome = gate(vendor, "--url", f"{target.url}/{vendor}", "--control", target.url, *arguments)
    assert outcome.code == 1, outcome.text[-3000:]
    assert "Traceback" not in outcome.text
    assert "body-schema" in outcome.text


def test_one_check_alone_does_not_stumble_either(gate: Gate, mock: tuple[str, str]) -> None:
    """With the check that would object switched off, the recipe's own does."""
    vendor, url = mock
    with Warped(url, 4, 0.3) as target:
        arguments = ["--profile", "smoke", "--only", "read-your-write"]
        outcome = gate(vendor, "--url", f"{target.url}/{vendor}", "--control", target.url, *arguments)
    assert outcome.code == 1, outcome.text[-3000:]
    assert "Traceback" not in outcome.text


def test_a_real_target_is_cleaned_up_all_the_same(gate: Gate, mock: tuple[str, str], tmp_path: Path) -> None:
    vendor, url = mock
    credentials = tmp_path / "credentials.toml"
    credentials.write_text('username = "VibesUser"\npassword = "Password123"\n')
    with Warped(url, 5, 0.3) as target:
        arguments = ["--allow-writes", "--rate", "0", "--credentials", str(credentials), "--profile", "smoke"]
        outcome = gate(vendor, "--url", f"{target.url}/{vendor}", *arguments)
    assert outcome.code == 1, outcome.text[-3000:]
    assert "Traceback" not in outcome.text
