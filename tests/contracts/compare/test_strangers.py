"""`bodydouble compare` when a side is no mock: its data are somebody's, and so are its credentials."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.compare import carry
from contracts.compare.ids import Ids
from contracts.credentials import Credentials
from tests.contracts.compare.conftest import Compare, Server
from tests.contracts.drawers import OWNERS, Drawers, vendor_in

KNOWN = {
    "vibes": ('username = "VibesUser"', 'password = "Password123"'),
    "voltmx": ('username = "admin@example.com"', 'password = "Engage#2016"'),
}
PHONES = ("sdk_devices.register_device", "sdk_devices.get_device_person")


class Full(dict[tuple[str, str], str]):
    """Full drawers; those that were emptied are noted."""

    def __init__(self, *full: tuple[str, str]) -> None:
        super().__init__(dict.fromkeys(full, "gold"))
        self.emptied: list[tuple[str, str]] = []

    def pop(self, key: tuple[str, str], default: object = None) -> object:  # type: ignore[override]
        self.emptied += [key] if key in self else []
        return super().pop(key, default)


@pytest.mark.parametrize("side", ["baseline", "candidate"])
def test_what_a_run_did_not_make_is_not_deleted(run_compare: Compare, tmp_path: Path, side: str) -> None:
    vendor = vendor_in(tmp_path, "bureau")
    with Drawers() as mock, Drawers() as real:
        full = real.worlds[""].full = Full((OWNERS[0], "top"))
        urls = {"baseline": mock.url, "candidate": mock.url} | {side: real.url}
        sides = [text for name, url in urls.items() for text in (
            f"--{name}", f"{url}/bureau", f"--{name}-credentials", str(vendor / "credentials.toml"),
            *((f"--{name}-control", url) if url == mock.url else ()),
        )]  # fmt: skip
        asked = ("--operation", "drawers.empty_drawer", "--allow-writes", "--rate", "0")
        outcome = run_compare("bureau", "--vendor-path", str(vendor), *sides, *asked)
    assert outcome.exchanges > 5, outcome.text
    assert full.emptied == []
    assert any("only what a run has made is removed" in note for note in outcome.notes), outcome.notes


def test_a_side_without_credentials_is_told_and_what_needs_them_left_out(run_compare: Compare, mock_url: str) -> None:
    asked = ("--operation", "subscribers.list_subscribers", "--operation", "subscribers.change_subscriber")
    outcome = run_compare(
        "voltmx", "--candidate", f"{mock_url}/voltmx", "--allow-writes", "--rate", "0", "--profile", "smoke", *asked
    )
    assert (outcome.code, outcome.findings) == (0, []), outcome.text
    assert any("the candidate: no credentials known for basic or claims_token" in it for it in outcome.notes)
    assert outcome.exchanges > 20


def test_a_url_of_something_else_is_told(run_compare: Compare, mock_url: str) -> None:
    asked = ("--operation", "locations.update_location", "--profile", "smoke", "--rate", "0", "--allow-writes")
    outcome = run_compare("voltmx", "--candidate", f"{mock_url}/accengage", *asked)
    assert outcome.code == 1, outcome.text
    told = "the {} answered 404 to everything: is its URL that of this vendor's API?"
    assert told.format("candidate") in outcome.notes
    assert told.format("baseline") not in outcome.notes


def test_somebody_is_known_by_what_either_side_gave_them() -> None:
    ids = Ids()
    assert ids.agree("token-of-the-baseline", "token-of-the-candidate")
    who = Credentials(username="ana", token="token-of-the-baseline", public=True)
    assert carry.acting(who, ids) == Credentials(username="ana", token="token-of-the-candidate", public=True)


@pytest.fixture
def real(tmp_path: Path) -> Callable[[str], Server]:
    """Starts a mock that is told of by its URL alone."""
    return lambda vendor: Server(tmp_path, "mockserver", "serve", vendor, "--port", "0", "--quiet", "--no-rate-limits")


@pytest.mark.long
@pytest.mark.parametrize(("vendor", "operations"), [("vibes", PHONES), ("voltmx", ())])
def test_a_mock_without_worlds_does_not_differ_from_one_with(
    run_compare: Compare, real: Callable[[str], Server], tmp_path: Path, vendor: str, operations: tuple[str, ...]
) -> None:
    (tmp_path / "credentials.toml").write_text("\n".join(KNOWN[vendor]))
    server = real(vendor)
    asked = [text for name in operations for text in ("--operation", name)]
    target = ("--candidate", f"{server.url()}/{vendor}", "--candidate-credentials", str(tmp_path / "credentials.toml"))
    try:
        for seed in ("1", "2"):  # The second run finds there what the first one has left.
            outcome = run_compare(vendor, *target, "--allow-writes", "--rate", "0", "--seed", seed, *asked)
            assert (outcome.code, outcome.findings) == (0, []), outcome.text
    finally:
        server.stop()
