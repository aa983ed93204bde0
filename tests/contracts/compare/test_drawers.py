"""`bodydouble compare` on two small servers, one with a bug: what is accepted, how small a find is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contracts.compare.conftest import Compare
from tests.contracts.conftest import Gate
from tests.contracts.drawers import Drawers, vendor_in

RECIPES = """
from contracts.recipes import recipe


@recipe("drawers.list_drawers", 200)
def after_a_long_day(client):
    for name in ("top", "middle", "low", "left"):
        client.call("drawers.fill_drawer", name=name, body={"holds": "hats"})
        client.call("drawers.get_drawer", name=name)
    client.call("drawers.empty_drawer", name="low")
    client.call("drawers.list_drawers")


@recipe("drawers.list_drawers", 200)
def after_a_long_night(client):
    client.world.advance(60)
    for name in ("top", "middle", "low", "left"):
        client.call("drawers.fill_drawer", name=name, body={"holds": "hats"})
        client.world.switch("drawers", dust=True)
    client.world.advance(60)
    client.world.state("drawers", "drawer")
    client.call("drawers.get_drawer", name="low")


@recipe("drawers.empty_drawer", 204)
def a_dusty_one(client):
    client.call("drawers.fill_drawer", name="top", body={"holds": "hats"})
    client.world.happens("drawers", "dusted")
    client.world.advance(60)
    client.call("drawers.get_drawer", name="top")
    client.call("drawers.empty_drawer", name="top")
"""
ACCEPTED = """
[[known]]
check = "{}"
operation = "drawers.list_drawers"
reason = "ghosts are expected"
expires = 9999-12-31
"""


@pytest.fixture
def vendor(tmp_path: Path) -> Path:
    """A user's directory with the vendor `drawers` and two long recipes."""
    return vendor_in(tmp_path, recipes=RECIPES)


def test_what_a_recipe_shows_is_made_small(run_compare: Compare, vendor: Path) -> None:
    with Drawers() as right, Drawers("ghost") as wrong:
        outcome = run_compare(*_arguments(vendor, right, wrong))
    assert outcome.code == 1, outcome.text
    assert outcome.kinds() == {"same-values"}
    first, second = outcome.findings[0]["sides"]
    for side in (first, second):
        asked = [line for line in side["reproduce"] if "/_control" not in line]
        assert len(asked) == 4, asked  # Two full drawers, one of them emptied, and the list.
        assert sum("-X PUT" in line for line in asked) == 2
        assert sum("-X DELETE" in line for line in asked) == 1
    assert "low" in second["exchange"]


def test_what_was_done_to_a_world_is_made_small_too(run_compare: Compare, vendor: Path) -> None:
    with Drawers() as right, Drawers("forgetful") as wrong:
        outcome = run_compare(*_arguments(vendor, right, wrong))
    assert outcome.kinds() == {"same-status"}, outcome.text
    for side in outcome.findings[0]["sides"]:
        world, filled, moved, read = side["reproduce"]
        assert world.endswith("/_control/worlds"), side
        assert "-X PUT" in filled
        assert read.rpartition("/")[2] in filled
        assert moved.endswith("/clock/advance")
        assert "-X" not in read


@pytest.mark.parametrize(("profile", "code"), [("smoke", 0), ("quick", 1)])
def test_examples_are_varied(run_compare: Compare, vendor: Path, profile: str, code: int) -> None:
    with Drawers() as right, Drawers("trims") as wrong:
        outcome = run_compare(*_arguments(vendor, right, wrong, "drawers.fill_drawer"), "--profile", profile)
    assert outcome.code == code, outcome.text
    for found in outcome.findings:
        assert found["sender"] == "drawers.fill_drawer with another holds"
        asked = [line for line in found["reproduce"] if "/_control" not in line]
        assert len(asked) <= 2
        assert "-X PUT" in asked[0]
        assert "socks " in asked[0] or " socks" in asked[0]


def test_what_a_recipe_wrote_is_read_some_time_later(run_compare: Compare, vendor: Path) -> None:
    with Drawers() as right, Drawers("forgetful") as wrong:
        outcome = run_compare(*_arguments(vendor, right, wrong, "drawers.fill_drawer"))
    assert outcome.code == 1, outcome.text
    for found in outcome.findings:
        assert [line.rpartition("/")[2] for line in found["reproduce"]][0::2] == ["worlds", "advance"], found
        assert "-X PUT" in found["reproduce"][1]
        assert "-X" not in found["reproduce"][3]


DUSTED = "drawers.empty_drawer"


def test_what_can_only_be_done_to_something_is_made_small_with_it(run_compare: Compare, vendor: Path) -> None:
    with Drawers() as right, Drawers("forgetful") as wrong:
        outcome = run_compare(*_arguments(vendor, right, wrong, DUSTED))
    assert outcome.code == 1, outcome.text
    (found,) = outcome.findings
    assert [line.rpartition("/")[2] for line in found["reproduce"]] == ["worlds", "top", "advance", "top"], found


def test_a_world_in_which_a_recipe_cannot_go_on_is_told(run_compare: Compare, vendor: Path) -> None:
    with Drawers() as right, Drawers("sealed") as wrong:
        outcome = run_compare(*_arguments(vendor, right, wrong, DUSTED))
    assert outcome.code == 0, outcome.text
    assert any("could not go on" in note and "nothing to dust" in note for note in outcome.notes), outcome.notes


def test_a_target_whose_world_is_not_as_a_recipe_left_it_is_a_finding(gate: Gate, vendor: Path) -> None:
    for bug, code in (("", 0), ("sealed", 1)):
        with Drawers(bug) as drawers:
            where = ("--url", f"{drawers.url}/drawers", "--control", drawers.url, "--vendor-path", str(vendor))
            outcome = gate("drawers", *where, "--operation", DUSTED, "--profile", "smoke", "--only", "provokes")
        assert outcome.code == code, outcome.text
        assert ("nothing to dust" in outcome.text) == bool(bug), outcome.text


def test_an_accepted_difference_is_no_failure(run_compare: Compare, vendor: Path) -> None:
    accepted = vendor / "accepted.toml"
    accepted.write_text(ACCEPTED.format("same-values"))
    with Drawers() as right, Drawers("ghost") as wrong:
        outcome = run_compare(*_arguments(vendor, right, wrong), "--known", str(accepted))
    assert outcome.code == 0, outcome.text
    assert [it["known"] for it in outcome.findings] == ["ghosts are expected"]


def test_a_difference_that_there_is_not_cannot_be_accepted(run_compare: Compare, vendor: Path) -> None:
    accepted = vendor / "accepted.toml"
    accepted.write_text(ACCEPTED.format("read-your-write"))
    with Drawers() as right, Drawers("ghost") as wrong:
        outcome = run_compare(*_arguments(vendor, right, wrong), "--known", str(accepted))
    assert outcome.code == 2
    assert "unknown check 'read-your-write'" in outcome.text


def _arguments(vendor: Path, one: Drawers, other: Drawers, operation: str = "drawers.list_drawers") -> list[str]:
    found = ["drawers", "--vendor-path", str(vendor), "--profile", "smoke", "--operation", operation]
    for name, drawers in (("baseline", one), ("candidate", other)):
        found += [f"--{name}", f"{drawers.url}/drawers", f"--{name}-control", drawers.url]
    return found
