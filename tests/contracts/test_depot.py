"""The generic gate on an API that it knows from its document alone: quiet on a right implementation in an unusual
style, and loud on bugs that vendors have."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contracts.conftest import Gate, Outcome
from tests.contracts.depot import TOKEN, Depot

DEPOT = Path(__file__).with_name("depot.yaml")
LIST, ADD, GET, PUT, PATCH, DELETE = (f"crates.{it}" for it in ("list", "add", "get", "replace", "change", "remove"))


def _judge(gate: Gate, tmp_path: Path, depot: Depot, *arguments: str) -> Outcome:
    credentials = tmp_path / "credentials.toml"
    credentials.write_text(f'token = "{TOKEN}"\n')
    common = ("--spec", str(DEPOT), "--credentials", str(credentials), "--allow-writes", "--url", depot.url)
    return gate(*common, *arguments)


@pytest.mark.parametrize("profile", ["smoke", pytest.param("quick", marks=pytest.mark.long)])
def test_an_unusual_style_is_no_finding(gate: Gate, tmp_path: Path, profile: str) -> None:
    with Depot() as depot:
        outcome = _judge(gate, tmp_path, depot, "--profile", profile, "--require", "100")
        left = [*depot.crates]
    assert outcome.code == 0, outcome.text
    assert "23 cells: 23 witnessed" in outcome.text
    assert left == [1, 2, 3, 4, 5], "what was there before is spared, what was made is gone"


@pytest.mark.parametrize(
    ("bug", "check", "operation"),
    [
        ("total-off", "counts-add-up", LIST),
        ("total-stale", "counts-add-up", DELETE),
        ("total-of-page", "counts-add-up", "labels.list"),
        ("pages-overlap", "pages-complete", LIST),
        ("last-row-lost", "counts-add-up", LIST),
        ("label-pages-repeat", "pages-complete", "labels.list"),
        ("no-limit", "rejects-invalid", LIST),
        ("no-filter", "filter-applies", LIST),
        ("odd-date", "body-schema", LIST),
        ("location-nowhere", "location-leads", ADD),
        ("pin-shown", "write-only-hidden", GET),
        ("patch-wipes", "read-your-write", PATCH),
        ("still-listed", "delete-deletes", DELETE),
        ("latin", "read-your-write", "labels.add"),
        ("any-parent", "unknown-id", "labels.get"),
        ("sets-read-only", "read-only-stays", PUT),
        ("parse-int", "rejects-invalid", GET),
        ("big-number", "no-server-error", GET),
        ("one-open-door", "auth-enforced", "labels.list"),
    ],
)
def test_what_vendors_get_wrong_is_found(gate: Gate, tmp_path: Path, bug: str, check: str, operation: str) -> None:
    with Depot(bug) as depot:
        outcome = _judge(gate, tmp_path, depot, "--profile", "smoke", "--operation", operation, "--only", check)
    assert outcome.code == 1, outcome.text
    assert f"\n{check} " in outcome.text


@pytest.mark.parametrize("bug", ["put-merges", "twice"])
def test_what_no_document_promises_is_no_finding(gate: Gate, tmp_path: Path, bug: str) -> None:
    """A PUT that keeps what it does not name, and a neighbour that appears in a list: others may have put it there."""
    with Depot(bug) as depot:
        outcome = _judge(gate, tmp_path, depot, "--profile", "smoke", "--operation", PUT, "--operation", ADD)
    assert outcome.code == 0, outcome.text
