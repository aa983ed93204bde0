"""What happens outside the vendors' APIs, and their switches, in a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from console_world import ADA, World
from playwright.sync_api import Page, expect


def test_somebody_texts(page: Page, world: World, accessible: Callable[[Page], None]) -> None:
    page.goto(world.url("outside"))
    expect(page.get_by_role("combobox", name="Vendor")).to_have_value("acme")
    page.get_by_role("combobox", name="Vendor").select_option("vibes")
    page.get_by_role("button", name="Go").last.click()
    page.get_by_text("Somebody texts to a short code").click()
    accessible(page)
    form = page.get_by_role("form", name="text_message")
    form.get_by_label("company_key").fill("ABC123")
    form.get_by_label("mdn").fill("+12995551234")
    form.get_by_label("message").fill(ADA)
    form.get_by_role("button").click()
    expect(page.locator(".done")).to_have_text("text_message: unmatched")
    expect(form.get_by_label("mdn")).to_have_value("+12995551234")  # to let it happen again
    expect(page.locator("main img, main script")).to_have_count(0)


@pytest.mark.parametrize(
    ("happening", "facts", "said"),
    [
        ("text_message", {"company_key": "ABC123"}, "also takes mdn, message"),
        ("text_message", {"company_key": ADA, "mdn": "1", "message": "x"}, "there is no company '<script>"),
        ("incentive_codes_loaded", {"company_key": "ABC123", "pool_id": "999", "codes": "a"}, "pool was not found"),
    ],
)
def test_what_cannot_happen_is_said(page: Page, world: World, happening: str, facts: dict[str, str], said: str) -> None:
    page.goto(world.url("outside", "vendor=vibes"))
    page.locator("summary", has_text=happening).click()
    form = page.get_by_role("form", name=happening)
    for name, value in facts.items():
        form.get_by_label(name).fill(value)
    form.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text(said)
    first = next(iter(facts))
    expect(form.get_by_label(first)).to_have_value(facts[first])


def test_switches_are_set(page: Page, world: World, accessible: Callable[[Page], None]) -> None:
    page.goto(world.url("outside", "vendor=vibes"))
    page.get_by_label("update_reply").select_option("full")
    page.get_by_label("opt_in_reply_seconds").fill("5")
    page.get_by_label("callback_duplicates").select_option("true")
    page.get_by_role("button", name="Set switches").click()
    expect(page.get_by_text("Not as by default")).to_have_count(3)
    accessible(page)
    world_now = world.control("GET").json()
    assert world_now["switches"] == {
        "vibes": {"update_reply": "full", "opt_in_reply_seconds": 5, "callback_duplicates": True}
    }


def test_a_vendor_that_is_not_there_is_said(page: Page, world: World) -> None:
    page.goto(world.url("outside", "vendor=nobody"))
    expect(page.get_by_role("alert")).to_contain_text("nobody")


def test_a_vendor_without_any_says_what_there_could_be(page: Page, world: World) -> None:
    page.goto(world.url("outside", "vendor=acme"))
    expect(page.get_by_text("Nothing happens outside acme")).to_be_visible()
