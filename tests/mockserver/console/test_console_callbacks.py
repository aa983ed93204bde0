"""Callbacks in a browser: what real receivers were told, and what they were not."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from console_world import ADA, World
from playwright.sync_api import Page, expect

from tests.receiver import Receiver

VIBES = ("VibesUser", "Password123")
C = "vibes/companies/ABC123"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as opened:
        yield opened


def register(world: World, url: str) -> str:
    """The callback's id."""
    body = {"callback_type": "person_added", "destination": {"url": url}}
    answer = world.ask("POST", f"{C}/config/callbacks", json=body, auth=VIBES)
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["callback_id"]
    return found


def add_person(world: World, number: int, name: str = "Ada") -> None:
    person = {"mobile_phone": {"mdn": f"299555{number:04d}"}, "custom_fields": {"first_name": name}}
    answer = world.ask("POST", f"{C}/mobiledb/persons", json=person, auth=VIBES)
    assert answer.status_code == 201, answer.text
    world.control("POST", "/wait-for-callbacks", {})


def test_what_failed_is_seen_and_sent_again(
    page: Page, world: World, receiver: Receiver, accessible: Callable[[Page], None]
) -> None:
    page.goto(world.url("callbacks"))
    expect(page.get_by_text("No callback was due")).to_be_visible()
    accessible(page)
    receiver.answers["/hook"] = [400, 200]
    register(world, receiver.url())
    add_person(world, 1, ADA)
    row = page.locator("#deliveries tbody tr")
    expect(row).to_have_count(1)  # without loading the page again
    expect(row).to_contain_text("failed")
    expect(row.get_by_role("img")).to_have_attribute(
        "aria-label", "queued at 08:00:00.000, attempt 1: 400 at 08:00:00.000"
    )
    expect(page.locator("#registrations tbody tr").last).to_contain_text("active")
    page.reload()
    accessible(page)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Redeliver what failed").click()
    expect(row).to_contain_text("delivered")
    expect(row).to_contain_text("200, 2 attempts")
    assert [it.attempt for it in receiver.requests] == [1, 2]
    page.get_by_role("link", name="vibes person_added").click()
    expect(page.locator("#delivery tbody tr")).to_have_count(2)
    expect(page.locator("main img, main script")).to_have_count(0)
    accessible(page)


def test_a_retry_waits_for_the_clock(page: Page, world: World, receiver: Receiver) -> None:
    receiver.answers["/hook"] = [500, 200]
    register(world, receiver.url())
    add_person(world, 1)
    page.goto(world.url("callbacks"))
    line = page.locator("#deliveries tbody tr").get_by_role("img")
    expect(line.locator("circle.next")).to_have_count(1)
    expect(page.locator("#destinations tbody tr")).to_contain_text("1 pending")
    page.goto(world.url("time"))
    expect(page.locator("#due-list tbody tr")).to_contain_text(
        f"callbacks to {receiver.url()}: 1, failures in a row: 1"
    )
    world.control("POST", "/clock/advance", {"seconds": 300})
    world.control("POST", "/wait-for-callbacks", {})
    page.goto(world.url("callbacks"))
    expect(line.locator("circle.taken")).to_have_count(1)
    refused, taken = (line.locator(it).evaluate("it => it.getBBox().x") for it in ("path.refused", "circle.taken"))
    assert taken - refused > 200, "five minutes are the whole line"


def test_filters_and_pages_stand_in_the_url(page: Page, world: World, receiver: Receiver) -> None:
    receiver.answers["/hook"] = [400, 200]
    register(world, receiver.url())
    for number in range(52):
        add_person(world, number)
    page.goto(world.url("callbacks"))
    row = page.locator("#deliveries tbody tr")
    expect(row).to_have_count(50)
    page.get_by_role("link", name="Older").click()
    expect(row).to_have_count(2)
    expect(row.last).to_contain_text("failed")
    page.get_by_role("link", name="failed 1").click()
    expect(row).to_have_count(1)
    assert "status=failed" in page.url
    assert "page" not in page.url
    page.get_by_role("combobox", name="Destination").fill("http://nowhere/")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("No delivery passes these filters")).to_be_visible()
    assert "status=failed" in page.url


def test_what_has_not_ended_is_not_sent_again(page: Page, world: World, receiver: Receiver) -> None:
    receiver.answers["/hook"] = [500]
    register(world, receiver.url())
    add_person(world, 1)
    page.goto(world.url("callbacks"))
    page.get_by_role("link", name="vibes person_added").click()
    page.get_by_role("button", name="Redeliver").click()
    expect(page.get_by_role("alert")).to_contain_text("has not ended yet")


@pytest.mark.parametrize("query", ["status=lost", "page=-1", "page=many", "page=99"])
def test_a_query_that_cannot_be_is_answered(page: Page, world: World, query: str) -> None:
    answer = page.goto(world.url("callbacks", query))
    assert answer is not None
    assert answer.status == (400 if "status" in query else 200)


def test_a_registration_that_has_ended_is_not_active(page: Page, world: World, receiver: Receiver) -> None:
    callback_id = register(world, receiver.url())
    world.ask("DELETE", f"{C}/config/callbacks/{callback_id}", auth=VIBES)
    page.goto(world.url("callbacks"))
    expect(page.locator("#registrations tbody tr").last).to_contain_text("not active")
