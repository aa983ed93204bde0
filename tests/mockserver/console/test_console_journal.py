"""The live journal in a browser."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from console_world import ADA, World
from playwright.sync_api import Page, expect

from tests.conftest import Server

VIBES = ("VibesUser", "Password123")
IMPORT = "vibes/mobile_apps/MyAppId01/migrations/import_batches"


def test_requests_appear_as_they_arrive(page: Page, world: World, accessible: Callable[[Page], None]) -> None:
    page.goto(world.url("journal"))
    expect(page.get_by_text("Nothing was asked in this world yet")).to_be_visible()
    accessible(page)
    world.ask("GET", "acme/parts", params={"tag": ADA})
    row = page.locator("#rows tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("401")
    expect(page.locator("#rows img")).to_have_count(0)
    world.ask("GET", "vibes/heartbeat")
    expect(row).to_have_count(2)
    expect(row.first).to_contain_text("heartbeats.get_heartbeat")
    accessible(page)
    assert page.title() == "Journal · bodydouble"


def test_filters_stand_in_the_url(page: Page, world: World) -> None:
    world.ask("GET", "vibes/heartbeat", auth=VIBES)
    world.ask("GET", "vibes/no/such/path")
    page.goto(world.url("journal"))
    expect(page.locator("#rows tr")).to_have_count(2)
    page.get_by_label("Outcome").select_option("refused")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#rows tr")).to_have_count(1)
    assert "refused=true" in page.url
    page.goto(page.url)
    expect(page.locator("#rows tr")).to_contain_text("404")
    page.get_by_label("Status").fill("5XX")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("No exchange passes these filters")).to_be_visible()
    page.get_by_label("Status").fill("4XX")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#rows tr")).to_contain_text("404")
    page.goto(world.url("journal", "status=many"))
    expect(page.get_by_role("alert")).to_contain_text("'status'")


@pytest.mark.parametrize("path", ["/_console/stream/default", "/_control/worlds/default/journal/stream"])
def test_a_server_stops_with_a_stream_open(server: Callable[..., Server], path: str) -> None:
    """It would wait ten seconds for a request in flight, and then complain."""
    started = server("voltmx")
    with httpx.stream("GET", f"{started.url}{path}", trust_env=False) as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("id:")
        started.process.terminate()
        assert not [line for line in lines if line.startswith("data:")][1:]
    code, printed = started.wait()
    assert code == 0
    assert "Cancel" not in printed


def test_pausing_and_going_on(page: Page, world: World) -> None:
    page.goto(world.url("journal"))
    page.get_by_role("button", name="Pause").press("Enter")
    expect(page.locator("#state")).to_have_text("Paused")
    world.ask("GET", "vibes/heartbeat")
    page.get_by_role("button", name="Go on").press("Enter")
    expect(page.locator("#rows tr")).to_have_count(1)


def test_an_exchange_in_full(page: Page, world: World, accessible: Callable[[Page], None]) -> None:
    """Its body would take the page over, if anything of it were taken for markup."""
    world.ask("POST", IMPORT, json={"devices": [{"platform": ADA, "token": ADA}]}, auth=VIBES)
    page.goto(world.url("journal"))
    page.locator("#rows a").click()
    expect(page.get_by_role("heading", name="Verdict")).to_be_visible()
    expect(page.locator("#request-body")).to_contain_text("<script>document.title=")
    expect(page.locator("#answer-body")).to_contain_text("devices[0].platform")
    expect(page.locator("main img, main script")).to_have_count(0)
    assert page.title().startswith("422 POST")
    verdict = page.locator("section[aria-labelledby=verdict]")
    expect(verdict).to_contain_text("specs/vibes.yaml:")
    expect(verdict).to_contain_text("migrations.py:")
    expect(verdict.get_by_role("row")).to_have_count(2)
    expect(verdict.get_by_role("row").last).to_contain_text("body.devices[0].platform")
    expect(page.locator("#recipe")).to_contain_text('@recipe("migrations.import_devices", 422)')
    assert "Password" not in page.content()
    accessible(page)
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Exchange 2")
    expect(page.get_by_text("VibesUser")).to_be_visible()


@pytest.mark.parametrize(
    ("body", "media_type", "shown"),
    [
        (f"<subscriptionService><subscribe><appId>{ADA.replace('<', '&lt;')}</appId></subscribe></subscriptionService>",
         "text/xml", "&lt;script"),
        (f"<a>{ADA}", "text/xml", "not quite text/xml"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "text/xml", "not quite text/xml"),
        ('{"a": [1,', "application/json", "not quite application/json"),
        ('{"a": "\\ud800"}', "application/json", "\\ud800"),
        (f'{{"a":{"[" * 5000}}}', "application/json", "not quite application/json"),
        (f'name,markup\n1,"{ADA.replace(chr(34), "")}"', "text/csv", "<td><script>"),
    ],
)  # fmt: skip
def test_bodies_are_laid_out_and_stay_text(page: Page, world: World, body: str, media_type: str, shown: str) -> None:
    world.ask("POST", "voltmx/vpns/subscription", content=body, headers={"Content-Type": media_type})
    page.goto(world.url("journal/1"))
    request = page.locator("section[aria-labelledby=request]")
    wanted = ADA.replace('"', "")[:8] if media_type == "text/csv" else shown
    expect(request).to_contain_text(wanted)
    expect(page.locator("main img, main script")).to_have_count(0)


def test_the_journal_is_cleared_once_it_was_asked(page: Page, world: World) -> None:
    world.ask("GET", "vibes/heartbeat")
    page.goto(world.url("journal"))
    expect(page.locator("#rows tr")).to_have_count(1)
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Clear").click()
    assert world.control("GET", "/journal").json()["total"] == 1
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("Nothing was asked in this world yet")).to_be_visible()
    assert world.control("GET", "/journal").json()["total"] == 0


@pytest.mark.parametrize(
    ("view", "rows"),
    [("journal", 1), ("journal/1", 0), ("state", 1), ("time", 3), ("outside", 1), ("callbacks", 1), ("swap", 10)],
)
def test_a_narrow_window_needs_no_scrolling_sideways_and_keeps_its_tables(
    page: Page, world: World, view: str, rows: int
) -> None:
    page.set_viewport_size({"width": 360, "height": 700})
    world.ask("GET", f"vibes/{'long' * 60}")
    page.goto(world.url(view))
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("main [role=row]").count() >= rows
    expect(page.locator("main :is(table, thead, tbody, tr, td, th):not([role])")).to_have_count(0)
