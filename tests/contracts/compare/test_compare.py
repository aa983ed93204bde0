"""`bodydouble compare`: two that are the same, seeded bugs, what is shown of them, and bad luck with a side."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contracts.compare.conftest import Compare, Outcome
from tests.contracts.drawers import MACHINE, Drawers, vendor_in

pytestmark = pytest.mark.long

OPERATION = "subscriptions.change_subscription"
# A Flask app has a page of its own for a verb that no document names, and nothing else differs.
ACCEPTED = f"""
[[known]]
check = "same-shape"
operation = "{OPERATION}"
where = "405*"
reason = "Flask's own page for a wrong verb"
expires = 9999-12-31
"""
BUGS = [
    ("duplicate-is-update", "same-status"),
    ("update-changes-ksid", "same-values"),
    ("ksid-number", "same-shape"),
    ("xml-as-html", "same-media-type"),
    ("unsubscribe-deletes", "same-status"),
]
Flask = Callable[..., str]


@pytest.fixture
def accepted(tmp_path: Path) -> str:
    path = tmp_path / "accepted.toml"
    path.write_text(ACCEPTED)
    return str(path)


@pytest.mark.parametrize("seed", range(3))
def test_a_mock_does_not_differ_from_itself(run_compare: Compare, mock_url: str, seed: int) -> None:
    side = (f"{mock_url}/voltmx", mock_url)
    arguments = [f"--{name}{part}" for name in ("baseline", "candidate") for part in ("", "-control")]
    named = [text for pair in zip(arguments, side * 2, strict=True) for text in pair]
    profile = ("deep", "--minutes", "0.05") if seed == 0 else ("smoke",)
    outcome = run_compare("voltmx", *named, "--profile", *profile, "--seed", str(seed))
    assert outcome.findings == []
    assert outcome.code == 0, outcome.text
    assert outcome.exchanges > 200


def test_an_independent_implementation_is_the_same(
    run_compare: Compare, mock_url: str, flask: Flask, accepted: str
) -> None:
    outcome = _against(run_compare, mock_url, flask(), "--known", accepted)
    assert outcome.kinds() == set(), outcome.text
    assert outcome.code == 0
    assert [it["known"] for it in outcome.findings] == ["Flask's own page for a wrong verb"]
    assert any("may have begun with different data" in note for note in outcome.notes)


@pytest.mark.parametrize(("bug", "kind"), BUGS)
def test_a_seeded_bug_is_found(
    run_compare: Compare, mock_url: str, flask: Flask, accepted: str, bug: str, kind: str
) -> None:
    outcome = _against(run_compare, mock_url, flask(bug), "--known", accepted)
    assert kind in outcome.kinds(), outcome.text
    assert outcome.code == 1
    shown = next(it for it in outcome.findings if it["check"] == kind and not it["known"])
    baseline, candidate = shown["sides"]
    assert (baseline["name"], candidate["name"]) == ("baseline", "candidate")
    assert baseline["broken"] == []
    assert len(candidate["reproduce"]) <= 4
    assert baseline["exchange"] != candidate["exchange"]


def test_the_script_of_a_side_shows_what_it_answers(
    run_compare: Compare, mock_url: str, flask: Flask, accepted: str
) -> None:
    outcome = _against(run_compare, mock_url, flask("duplicate-is-update"), "--known", accepted)
    shown = next(it for it in outcome.findings if it["check"] == "same-status")
    baseline, candidate = (_last_status(side["reproduce"]) for side in shown["sides"])
    assert shown["expected"].startswith(f"{baseline}:")
    assert shown["seen"].startswith(f"{candidate}:")
    assert baseline != candidate


def test_which_side_conforms_is_told(run_compare: Compare, mock_url: str, flask: Flask, accepted: str) -> None:
    outcome = _against(run_compare, mock_url, flask("ksid-number"), "--known", accepted)
    baseline, candidate = next(it for it in outcome.findings if it["check"] == "same-shape" and not it["known"])[
        "sides"
    ]
    assert baseline["broken"] == []
    assert candidate["broken"][0].startswith("body-schema: ")
    assert "the candidate breaks the spec: body-schema" in outcome.text


def test_sequences_are_made_small(run_compare: Compare, drawers: Path) -> None:
    with Drawers("") as right, Drawers("stale") as wrong:
        outcome = run_compare("drawers", *_sides(right, wrong), "--vendor-path", str(drawers), "--fail-fast")
    assert outcome.code == 1, outcome.text
    first = next(it for it in outcome.findings if it["check"] == "same-effect")
    assert sum("/_control" not in line for line in first["sides"][1]["reproduce"]) <= 4, first


def test_a_side_that_dies_is_named_and_what_was_found_is_kept(run_compare: Compare, drawers: Path) -> None:
    with Drawers("") as right, Drawers("dies") as wrong:
        outcome = run_compare("drawers", *_sides(right, wrong), "--vendor-path", str(drawers))
    assert outcome.code == 3, outcome.text
    assert "target trouble" in outcome.text
    assert "candidate" in outcome.text
    assert outcome.exchanges > 20


def test_reports_have_the_two_answers_side_by_side(
    run_compare: Compare, mock_url: str, flask: Flask, tmp_path: Path
) -> None:
    page, junit = tmp_path / "page.html", tmp_path / "junit.xml"
    _against(run_compare, mock_url, flask("short-text"), "--html", str(page), "--junit", str(junit))
    text = page.read_text()
    assert "<span>baseline</span>" in text
    assert "<span>candidate</span>" in text
    assert "405 text/html" in text
    assert "see it again, candidate" in text
    assert 'id="grid"' not in text
    assert "bodydouble compare voltmx" in junit.read_text()
    assert "the documents leave this open" not in junit.read_text()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("voltmx", "--candidate", "ftp://x"), 2, "is no http:// or https:// URL"),
        (("voltmx", "--candidate", "mock", "--candidate-control", "http://127.0.0.1:1"), 2, "--candidate-control goes"),
        (("nobody", "--candidate", "mock"), 2, "nobody"),
        (("voltmx", "--candidate", "mock", "--operation", "no.such"), 2, "no operation 'no.such'"),
        (("voltmx", "--candidate", "http://127.0.0.1:9"), 3, "the candidate: http://127.0.0.1:9 cannot be reached"),
        (("voltmx", "--candidate", "mock", "--minutes", "1"), 2, "--minutes goes with --profile deep"),
        (("voltmx", "--candidate", "mock", "--values", "/dev/null"), 2, "/dev/null has no table [values]"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    run_compare: Compare, arguments: tuple[str, ...], code: int, words: str
) -> None:
    outcome = run_compare(*arguments)
    assert outcome.code == code, outcome.text
    assert words in outcome.text
    assert len(outcome.text.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("control", "code", "words"),
    [
        ("{mock}/_control", 0, "clean"),
        ("{mock}/voltmx", 3, "the candidate: what answers at {mock}/voltmx/_control is no control API of a mock"),
        ("{other}", 3, "the candidate: what answers at {other}/_control is no control API of a mock"),
    ],
)
def test_a_control_api_is_found_or_missed_in_one_line(
    run_compare: Compare, mock_url: str, flask: Flask, control: str, code: int, words: str
) -> None:
    urls = {"mock": mock_url, "other": flask("")}
    at = ("--candidate", f"{mock_url}/voltmx", "--candidate-control", control.format(**urls))
    outcome = run_compare("voltmx", *at, "--profile", "smoke", "--operation", "locations.update_location")
    assert outcome.code == code, outcome.text
    assert words.format(**urls) in outcome.text
    assert code == 0 or len(outcome.text.splitlines()) == 1


@pytest.fixture
def drawers(tmp_path: Path) -> Path:
    """A user's directory with the vendor `drawers` and its machine."""
    return vendor_in(tmp_path, machine=MACHINE)


def _sides(one: Drawers, other: Drawers) -> list[str]:
    found = []
    for name, drawers in (("baseline", one), ("candidate", other)):
        found += [f"--{name}", f"{drawers.url}/drawers", f"--{name}-control", drawers.url]
    return found


def _against(run_compare: Compare, mock_url: str, url: str, *more: str) -> Outcome:
    baseline = ["--baseline", f"{mock_url}/voltmx", "--baseline-control", mock_url, "--operation", OPERATION]
    return run_compare("voltmx", *baseline, "--candidate", url, "--allow-writes", "--profile", "smoke", *more)


def _last_status(script: list[str]) -> str:
    text = "\n".join(f"{line}; echo" for line in script)
    ended = subprocess.run(["bash", "-e"], input=text, capture_output=True, text=True, check=True, timeout=30)
    return ended.stdout.rpartition("HTTP/1.1 ")[2][:3]


def test_credentials_that_were_spoilt_on_purpose_are_spoilt_on_both_sides(run_compare: Compare) -> None:
    sides = ("--baseline", "mock", "--candidate", "mock", "--profile", "smoke", "--operation", "me.get_me")
    outcome = run_compare("accengage", *sides)
    assert (outcome.code, outcome.findings) == (0, []), outcome.text
