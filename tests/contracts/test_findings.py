"""Each check catches the broken reply that it is there for, and none objects to a right implementation."""

from __future__ import annotations

import pytest

from tests.contracts.conftest import Gate
from tests.contracts.shop import KEY, Shop


@pytest.mark.parametrize("profile", ["smoke", "quick"])
def test_a_right_implementation_is_clean(judge: Gate, profile: str) -> None:
    with Shop() as shop:
        outcome = judge(shop, "--operation", "items.add_item", "--operation", "notes.send_note", profile=profile)
    assert (outcome.code, outcome.checks()) == (0, set()), outcome.text
    assert "9 witnessed" in outcome.text


def test_the_same_seed_sends_the_same_requests(judge: Gate) -> None:
    counts = []
    for seed in ("5", "5", "6"):
        with Shop() as shop:
            judge(shop, "--seed", seed, "--operation", "items.add_item", "--skip", "second-opinion", profile="full")
        counts.append(shop.log)
    assert counts[0] == counts[1]
    assert counts[0] != counts[2]


@pytest.mark.parametrize(
    ("bug", "check"),
    [
        ("wrong-status", "status"),
        ("redirect-loop", "status"),
        ("server-error", "no-server-error"),
        ("missing-field", "body-schema"),
        ("extra-field", "body-schema"),
        ("wrong-type", "body-schema"),
        ("not-json", "body-schema"),
        ("twice-the-key", "body-schema"),
        ("wrong-content-type", "content-type"),
        ("no-content-type", "content-type"),
        ("missing-header", "headers"),
        ("wrong-header", "headers"),
        ("empty-body", "empty-body"),
        ("body-with-204", "answers"),
        ("other-envelope", "error-envelope"),
        ("no-404", "unknown-id"),
        ("malformed-xml", "xml-well-formed"),
        ("wrong-root", "xml-well-formed"),
        ("entity-in-xml", "xml-well-formed"),
        ("wrong-element", "body-schema"),
        ("not-a-number-in-xml", "body-schema"),
        ("extra-element", "body-schema"),
        ("no-auth", "auth-enforced"),
        ("refuses-json", "accepts-valid"),
        ("example-fails", "grid"),
    ],
)
def test_a_broken_reply_is_a_finding(judge: Gate, bug: str, check: str) -> None:
    with Shop(bug) as shop:
        outcome = judge(shop)
    assert outcome.code == 1, outcome.text
    assert check in outcome.checks(), outcome.text
    assert KEY not in outcome.text


@pytest.mark.parametrize(
    ("bug", "operation"), [("lenient-query", "items.list_items"), ("lenient-body", "items.add_item")]
)
def test_generated_requests_find_what_is_wrongly_accepted(judge: Gate, bug: str, operation: str) -> None:
    with Shop(bug) as shop:
        outcome = judge(shop, "--operation", operation, profile="quick")
    assert outcome.code == 1
    assert "rejects-invalid" in outcome.checks(), outcome.text


@pytest.mark.parametrize("bug", ["malformed-xml", "wrong-element"])
def test_generated_requests_find_wrong_xml(judge: Gate, bug: str) -> None:
    with Shop(bug) as shop:
        outcome = judge(shop, "--only", "second-opinion", "--operation", "notes.send_note", profile="quick")
    assert outcome.checks() == {"second-opinion"}, outcome.text


@pytest.mark.parametrize("bug", ["endless-body", "cut-body", "garbage", "hang-up", "slow"])
def test_a_target_that_never_answers_right_is_trouble(judge: Gate, bug: str) -> None:
    with Shop(bug) as shop:
        outcome = judge(shop, "--timeout", "0.3")
    assert outcome.code == 3, outcome.text
    assert "answers" in outcome.checks()
    assert "5 times in a row" in outcome.text
    assert "Traceback" not in outcome.text


@pytest.mark.parametrize("bug", ["cut-once", "hang-up-once"])
def test_one_broken_answer_is_a_finding(judge: Gate, bug: str) -> None:
    with Shop(bug) as shop:
        outcome = judge(shop, "--skip", "grid", "--skip", "delete-deletes")
    assert (outcome.code, outcome.checks()) == (1, {"answers"}), outcome.text


def test_the_reproduction_shows_the_finding_again(judge: Gate) -> None:
    with Shop("no-404") as shop:
        outcome = judge(shop, "--only", "unknown-id", "--operation", "items.get_item")
    line = next(line.strip() for line in outcome.text.splitlines() if line.strip().startswith("curl"))
    assert f"{shop.url}/items/2147483631" in line
    assert "X-Key: <secret>" in line
