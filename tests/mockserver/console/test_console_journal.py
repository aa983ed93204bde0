"""The live journal in a browser."""

from __future__ import annotations

from collections.abc import Callable

from conftest import ADA, World
from playwright.sync_api import Page, expect


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
