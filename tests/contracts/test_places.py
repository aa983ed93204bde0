"""Recipes and checks of the user's own, from the user's own directory; and the gate in front of our mock."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.conftest import SHOP, Gate
from tests.contracts.shop import KEY, Shop

RECIPES = """
from contracts.client import Client
from contracts.recipes import recipe


@recipe("items.get_item", 200, anywhere=True, check="read-your-write")
def added_is_read_back(client: Client) -> None:
    made = client.value(client.call("items.add_item", body={"name": "spoon"})) or {}
    again = client.value(client.call("items.get_item", item_id=made.get("id", 0)))
    client.expect(again == made, "read-your-write", f"{made}")


@recipe("items.delete_item", 204, anywhere=True)
def deleted_is_gone(client: Client) -> None:
    client.call("items.delete_item", item_id=1)
    client.expect(client.call("items.get_item", item_id=1).status == 404, "delete-deletes", "404 after a delete")


@recipe("items.list_items", 200)
def needs_a_world(client: Client) -> None:
    client.world.freeze()
"""
CHECKS = """
from contracts.checks import Check, accepts_valid
from contracts.finding import Problem


def shouting(exchange, operation, spec):
    if exchange.response is not None and b"cup" in exchange.response.body:
        yield Problem("cup", "no cups", "a cup")


CHECKS = (
    Check("no-cups", "There are no cups here", shouting),
    Check("accepts-valid", "Nothing valid is refused", accepts_valid.unless(lambda exchange, operation, spec: None)),
)
"""
TARGET = f"""
from contracts.credentials import Credentials

CREDENTIALS = Credentials(key={KEY!r}, public=True)
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A user's directory with the vendor `corner-shop`."""
    folder = tmp_path / "contracts" / "vendors" / "corner_shop"
    folder.mkdir(parents=True)
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "corner-shop.yaml").write_text(SHOP.read_text())
    for name, text in (("recipes", RECIPES), ("checks", CHECKS), ("target", TARGET)):
        (folder / f"{name}.py").write_text(text)
    (tmp_path / "credentials.toml").write_text(f'[corner-shop]\nkey = "{KEY}"\n')
    return tmp_path


def test_a_users_recipes_and_checks_apply(gate: Gate, place: Path) -> None:
    arguments = ("corner-shop", "--vendor-path", str(place), "--credentials", str(place / "credentials.toml"))
    more = ("--allow-writes", "--rate", "0", "--operation", "items.add_item", "--operation", "items.get_item")
    with Shop("off-by-one") as shop:
        outcome = gate(*arguments, "--url", shop.url, *more)
    assert outcome.checks() == {"no-cups", "accepts-valid"}, outcome.text
    with Shop() as shop:
        outcome = gate(
            *arguments, "--url", shop.url, "--allow-writes", "--profile", "smoke", "--skip", "no-cups",
        )  # fmt: skip
    assert outcome.checks() == {"delete-deletes"}, outcome.text


SHARED = "GET = 'items.get_item'\n"
PART = """
from contracts.recipes import recipe
from contracts.vendors.sorted_shop.items import GET


@recipe(GET, 200, anywhere=True)
def {name}(client):
    client.call(GET, item_id=1)
"""


def test_recipes_of_one_tag_may_stand_in_several_modules(gate: Gate, tmp_path: Path) -> None:
    """All of them are read: first what belongs to no tag, then a tag's folder by the names of its modules."""
    folder = tmp_path / "contracts" / "vendors" / "sorted_shop"
    (folder / "items").mkdir(parents=True)
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "sorted-shop.yaml").write_text(SHOP.read_text())
    (folder / "items" / "__init__.py").write_text(SHARED)
    for path, name in (("items/b.py", "third"), ("items/a.py", "second"), ("recipes.py", "first")):
        (folder / path).write_text(PART.format(name=name))
    report = tmp_path / "run.jsonl"
    with Shop() as shop:
        outcome = gate(
            "sorted-shop", "--vendor-path", str(tmp_path), "--url", shop.url, "--profile", "smoke", "-n", "1",
            "--operation", "items.get_item", "--rate", "0", "--json", str(report),
        )  # fmt: skip
    tasks = [json.loads(line).get("task", "").rpartition(" ")[2] for line in report.read_text().splitlines()]
    assert [it for it in tasks if it in ("first", "second", "third")] == ["first", "second", "third"], outcome.text


def test_the_mock_keeps_its_contract(gate: Gate) -> None:
    outcome = gate("voltmx", "--profile", "smoke")
    assert outcome.code == 0, outcome.text
    assert re.search(r"([1-9][0-9]*) cells: \1 witnessed", outcome.text), outcome.text


def _pytest(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(directory), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, cwd=directory)


@pytest.mark.parametrize("processes", ["0", pytest.param("2", marks=pytest.mark.long)])
def test_the_same_run_in_pytest(tmp_path: Path, processes: str) -> None:
    common = ("--pyargs", "contracts", "--vendor", "voltmx", "--contract-profile", "smoke")
    ended = _pytest(tmp_path, *common, "-n", processes)
    assert ended.returncode == 0, ended.stdout
    assert " passed" in ended.stdout


def test_a_run_in_pytest_fails_with_findings(tmp_path: Path) -> None:
    with Shop() as shop:
        common = ("--pyargs", "contracts", "--vendor", "voltmx", "--contract-profile", "smoke", "--allow-writes")
        ended = _pytest(tmp_path, *common, "--target", shop.url)
    assert ended.returncode == 1, ended.stdout
    assert "body-schema: subscriptions.change_subscription" in ended.stdout
    assert "again:\n    curl -i" in ended.stdout


def test_pytest_takes_what_verify_takes(tmp_path: Path) -> None:
    known, page, lines = tmp_path / "known.toml", tmp_path / "page.html", tmp_path / "run.jsonl"
    entry = (
        'check = "body-schema"\noperation = "subscriptions.change_subscription"\nreason = "x"\nexpires = 2130-01-01\n'
    )
    known.write_text(f"[[known]]\n{entry}")
    common = ("--pyargs", "contracts", "--vendor", "voltmx", "--contract-profile", "smoke", "--allow-writes")
    chosen = ("--contract-only", "body-schema", "--contract-operation", "subscriptions.change_subscription")
    reports = ("--contract-html", str(page), "--contract-json", str(lines))
    with Shop() as shop:
        ended = _pytest(tmp_path, *common, *chosen, *reports, "--contract-known", str(known), "--target", shop.url)
    assert ended.returncode == 0, ended.stdout
    assert '"known":"x"' in lines.read_text()
    assert "body-schema" in page.read_text()
    wrong = _pytest(tmp_path, *common, "--contract-shard", "3/2")
    assert (wrong.returncode, "is not like 1/3" in wrong.stderr) == (4, True), wrong.stderr


def test_an_unknown_vendor_in_pytest_is_one_line(tmp_path: Path) -> None:
    ended = _pytest(tmp_path, "--pyargs", "contracts", "--vendor", "nobody")
    assert ended.returncode == 4
    assert "unknown vendor 'nobody'" in ended.stderr


def test_other_sessions_of_pytest_are_left_alone(tmp_path: Path) -> None:
    """Nothing is imported for them, and their own options may have any name."""
    (tmp_path / "conftest.py").write_text("def pytest_addoption(parser):\n    parser.addoption('--target')\n")
    (tmp_path / "test_it.py").write_text(
        "import sys\n\ndef test_it(pytestconfig):\n    assert pytestconfig.getoption('--target') == 'mine'\n"
        "    assert [name for name in sys.modules if name.startswith('contracts.')] == ['contracts.pytest_plugin']\n"
    )
    ended = _pytest(tmp_path, "--target", "mine")
    assert ended.returncode == 0, ended.stdout
