"""The capability matrix in a browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import httpx
from click.testing import CliRunner
from console_world import World
from playwright.sync_api import Page, expect

from contracts.swap.cli import swap
from tests.conftest import Mock, Server


def test_the_matrix_is_that_of_the_command(shared_server: Server, tmp_path: Path) -> None:
    written = tmp_path / "swap.json"
    assert CliRunner().invoke(swap, ["vibes", "voltmx", "--json", str(written)]).exit_code == 0
    shown = httpx.get(f"{shared_server.url}/_control/swap/vibes/voltmx", trust_env=False).json()
    assert {**shown, "stories": []} == json.loads(written.read_text())


def test_what_would_change_is_seen(page: Page, world: World, accessible: Callable[[Page], None]) -> None:
    page.goto(world.url("swap"))
    page.get_by_label("In use now").select_option("vibes")
    page.get_by_label("In its place").select_option("voltmx")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Swap: vibes for voltmx")
    adding = page.get_by_role("row", name="add-person add a person")
    expect(adding).to_contain_text("POST /companies/{company_key}/mobiledb/persons")
    adding.get_by_text("differ").click()
    expect(adding.get_by_text("error body", exact=True)).to_be_visible()
    accessible(page)
    page.get_by_role("link", name="lacks").click()
    assert "verdict=lacks" in page.url
    expect(page.get_by_role("row", name="list-callbacks list")).to_be_visible()
    expect(adding).to_have_count(0)


def test_one_vendor_has_nothing_to_be_compared_with(mock: Callable[..., Mock]) -> None:
    shown = mock(vendors=("voltmx",)).get("/_console/swap")
    assert shown.status_code == 200
    assert "Two vendors are compared" in shown.text


def test_a_vendor_that_is_not_there_is_said(page: Page, world: World) -> None:
    page.goto(world.url("swap", "old=vibes&new=nobody"))
    expect(page.get_by_role("alert")).to_contain_text("nobody")
