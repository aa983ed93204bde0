"""`bodydouble compare` hears what both sides send: whether, how often, and with what in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contracts.compare.bells import Bells, vendor_in
from tests.contracts.compare.conftest import Compare, Outcome
from tests.contracts.test_hearing import Public, free_port

BUGS = [
    ("deaf", "callback rung", 2),
    ("busy", "callback rung", 2),
    ("once", "callback rung", 3),
    ("twice", "callback rung", 2),
    ("nameless", "callback /headers/x-ring-id", 2),
    ("another ring", "callback /body/ring_id", 2),
    ("louder", "callback /body/by", 2),
    ("nobody", "callback /body/by", 2),
    ("put", "callback /method", 2),
    ("text", "callback /headers/content-type", 2),
]


@pytest.fixture
def vendor(tmp_path: Path) -> Path:
    """A user's directory with the vendor `bells`."""
    return vendor_in(tmp_path)


@pytest.mark.parametrize("bug", ["", "backwards", "later"])
def test_what_both_send_is_the_same_in_any_order(run_compare: Compare, vendor: Path, bug: str) -> None:
    with Bells() as one, Bells(bug) as other:
        outcome = _in_worlds(run_compare, vendor, one, other)
    assert (outcome.code, outcome.findings) == (0, []), outcome.text
    assert one.told == other.told == [503, 503, 504, 504]


@pytest.mark.parametrize(("bug", "place", "requests"), BUGS)
def test_what_one_sends_otherwise_is_found_and_made_small(
    run_compare: Compare, vendor: Path, bug: str, place: str, requests: int
) -> None:
    with Bells() as right, Bells(bug) as wrong:
        outcome = _in_worlds(run_compare, vendor, right, wrong)
    assert outcome.code == 1, outcome.text
    assert {(it["check"], it["operation"]) for it in outcome.findings} == {("same-callbacks", "bells.hang_bell")}
    assert {it["key"].split(" | ")[0] for it in outcome.findings} == {place}
    found = outcome.findings[0]
    for side in found["sides"]:
        assert sum("/_control" not in line for line in side["reproduce"]) == requests, side
    assert found["sides"][0]["exchange"] != found["sides"][1]["exchange"]
    assert "callback: POST /" in found["sides"][0]["exchange"]


@pytest.mark.parametrize(("bug", "code"), [("", 0), ("later", 0), ("busy", 0), ("louder", 1), ("nameless", 1)])
def test_real_vendors_send_to_a_public_url(run_compare: Compare, vendor: Path, bug: str, code: int) -> None:
    port = free_port()
    with Bells() as one, Bells(bug) as other, Public(port) as public:
        hearing = ("--callback-url", f"{public.url}/hooks", "--callback-port", str(port), "--allow-writes")
        outcome = _compared(run_compare, vendor, one, other, *hearing)
    assert outcome.code == code, outcome.text
    assert outcome.kinds() == ({"same-callbacks"} if code else set())
    assert len(public.passed) == (12 if bug == "busy" else 8), outcome.text


def test_without_a_public_url_people_are_told(run_compare: Compare, vendor: Path) -> None:
    with Bells() as one, Bells("deaf") as other:
        outcome = _compared(run_compare, vendor, one, other, "--allow-writes")
    assert outcome.code == 0, outcome.text
    assert any("--callback-url" in note for note in outcome.notes)


def test_a_receiver_that_nobody_could_reach_is_wrong_usage(run_compare: Compare) -> None:
    outcome = run_compare("vibes", "--candidate", "mock", "--callback-port", "9000")
    assert (outcome.code, "go together" in outcome.text) == (2, True), outcome.text


def _in_worlds(run_compare: Compare, vendor: Path, one: Bells, other: Bells) -> Outcome:
    control = ("--baseline-control", one.url, "--candidate-control", other.url)
    return _compared(run_compare, vendor, one, other, *control)


def _compared(run_compare: Compare, vendor: Path, one: Bells, other: Bells, *more: str) -> Outcome:
    sides = ("--baseline", f"{one.url}/bells", "--candidate", f"{other.url}/bells")
    return run_compare("bells", "--vendor-path", str(vendor), "--profile", "smoke", *sides, *more)
