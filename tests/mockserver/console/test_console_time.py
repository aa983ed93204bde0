"""Time & faults in a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from console_world import ADA, World
from playwright.sync_api import Page, expect

from tests.conftest import KEY

VIBES = ("VibesUser", "Password123")
IMPORT = "vibes/mobile_apps/MyAppId01/migrations/import_batches"
DEVICES = {"devices": [{"platform": "IOS", "token": ADA}]}
WILE = ("wile", "roadrunner")


def now(world: World) -> str:
    clock: str = world.control("GET", "/clock").json()["now"]
    return clock


def test_what_is_due_happens_when_the_clock_is_advanced(
    page: Page, world: World, accessible: Callable[[Page], None]
) -> None:
    page.goto(world.url("time"))
    expect(page.get_by_text("Nothing waits for the clock")).to_be_visible()
    assert world.ask("POST", IMPORT, json=DEVICES, auth=VIBES).status_code == 201
    due = page.locator("#due-list tbody tr")
    expect(due).not_to_have_count(0)  # without loading the page again
    expect(due.last).to_contain_text("migrations.")
    expect(due.last).to_contain_text("08:01:00")
    expect(page.locator("main img, main script")).to_have_count(0)
    accessible(page)
    page.get_by_role("button", name="+ 1 minute").click()
    expect(page.locator("#now")).to_contain_text("2026-01-31 08:01:00")
    expect(page.get_by_text("Nothing waits for the clock")).to_be_visible()
    assert now(world) == "2026-01-31T08:01:00.000Z"


def test_the_clock_is_set_frozen_and_released(page: Page, world: World) -> None:
    page.goto(world.url("time"))
    page.get_by_label("At (empty: now)").fill("2027-03-04T05:06:07Z")
    page.get_by_role("button", name="Freeze").click()
    expect(page.locator("#now")).to_contain_text("2027-03-04 05:06:07")
    page.locator("#clock").get_by_label("Seconds").fill("90.5")
    page.get_by_role("button", name="Advance", exact=True).click()
    expect(page.locator("#now")).to_contain_text("05:07:37")
    page.get_by_role("button", name="Release").click()
    expect(page.locator("#now")).to_contain_text("running")
    expect(page.get_by_role("button", name="Release")).to_have_count(0)
    assert world.control("GET", "/clock").json()["frozen"] is False


@pytest.mark.parametrize(
    ("field", "value", "button", "said"),
    [
        ("Seconds", "-1", "Advance", "seconds"),
        ("Seconds", "", "Advance", "seconds"),
        ("At (empty: now)", "soon", "Freeze", "'soon' is not a time"),
        ("At (empty: now)", ADA, "Freeze", "<script>"),
    ],
)
def test_a_time_that_cannot_be_is_said(
    page: Page, world: World, field: str, value: str, button: str, said: str
) -> None:
    page.goto(world.url("time"))
    page.locator("#clock").get_by_label(field).fill(value)
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text(said)
    assert now(world) == "2026-01-31T08:00:00.000Z"
    page.wait_for_timeout(100)
    assert page.title() == "Time & faults · bodydouble"


def test_a_fault_strikes_and_is_used_up(page: Page, world: World, accessible: Callable[[Page], None]) -> None:
    page.goto(world.url("time"))
    form = page.get_by_role("form", name="Add a fault")
    form.get_by_label("Kind").select_option("status")
    form.get_by_label("Vendor").select_option("vibes")
    form.get_by_label("Operation").fill("heartbeats.get_heartbeat")
    form.get_by_label("Status").fill("503")
    form.get_by_label("Times").fill("2")
    form.get_by_role("button", name="Add").click()
    row = page.locator("#fault-list tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("2 more")
    accessible(page)
    assert world.ask("GET", "vibes/no/such/path").status_code == 404
    assert world.ask("GET", "vibes/heartbeat").status_code == 503
    expect(row).to_contain_text("1 more")
    expect(page.locator("#struck tbody tr")).to_contain_text("503")
    assert world.ask("GET", "vibes/heartbeat").status_code == 503
    expect(row).to_have_count(0)
    expect(page.locator("#struck")).to_contain_text("Struck so far: 2")
    expect(page.locator("#said")).to_contain_text("Struck so far: 2")
    assert world.ask("GET", "vibes/heartbeat", auth=VIBES).status_code == 200


def test_faults_are_taken_back(page: Page, world: World) -> None:
    for seconds in (0.1, 0.2, 0.3):
        world.control("POST", "/faults", {"kind": "delay", "seconds": seconds, "probability": 0.25})
    page.goto(world.url("time"))
    row = page.locator("#fault-list tbody tr")
    expect(row).to_have_count(3)
    expect(row.first).to_contain_text("25 %")
    row.nth(1).get_by_role("button", name="Remove").click()
    expect(row).to_have_count(2)
    assert [it["seconds"] for it in world.control("GET", "/faults").json()] == [0.1, 0.3]
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Remove all").click()
    expect(row).to_have_count(0)
    assert world.control("GET", "/faults").json() == []


@pytest.mark.parametrize(
    ("label", "value", "said"),
    [
        ("Operation", "nothing.here", "nothing.here"),
        ("Operation", ADA, "<script>"),
        ("Probability, 0 to 1", "often", "probability"),
        ("Probability, 0 to 1", "2", "probability"),
        ("Seconds late", "1", "no such parameter"),
    ],
)
def test_a_fault_that_cannot_be_is_said_and_stays_in_the_form(
    page: Page, world: World, label: str, value: str, said: str
) -> None:
    page.goto(world.url("time"))
    form = page.get_by_role("form", name="Add a fault")
    form.get_by_label("Kind").select_option("drop")
    form.get_by_label(label).fill(value)
    form.get_by_role("button", name="Add").click()
    expect(page.get_by_role("alert")).to_contain_text(said)
    expect(form.get_by_label(label)).to_have_value(value)
    expect(form.get_by_label("Kind")).to_have_value("drop")
    assert world.control("GET", "/faults").json() == []


def test_a_budget_is_seen_being_spent(page: Page, world: World, accessible: Callable[[Page], None]) -> None:
    page.goto(world.url("time"))
    row = page.locator("#limit-list tbody tr", has_text="ordering")
    expect(row).to_contain_text("nothing")
    for _ in range(3):
        world.ask("POST", "acme/orders", json={"part_id": "hinge/7", "quantity": 1}, auth=WILE)
    expect(row).to_contain_text("3 of 3")
    expect(row).to_contain_text("spent until 08:00:10")
    expect(row.get_by_role("meter")).to_have_attribute("value", "3")
    accessible(page)
    world.control("POST", "/clock/advance", {"seconds": 10})
    expect(row).to_contain_text("nothing")


def test_what_stays_as_it_is_is_left_alone_and_not_read_out(page: Page, world: World) -> None:
    world.control("POST", "/faults", {"kind": "status", "status": 503})
    world.ask("GET", "acme/parts", headers=KEY)
    page.goto(world.url("time"))
    row = page.locator("#struck tbody tr").element_handle()
    with page.expect_response(lambda it: it.request.resource_type == "fetch"):
        pass
    world.control("DELETE", "/faults")
    expect(page.locator("#fault-list tbody tr")).to_have_count(0)  # by a second look
    assert row.evaluate("it => it.isConnected")
    expect(page.locator("#said")).to_have_count(0)


def test_what_somebody_is_in_is_not_taken_away(page: Page, world: World) -> None:
    """The focus stays where it is while other parts of the page go on."""
    world.control("POST", "/faults", {"kind": "status", "status": 503, "count": 5})
    page.goto(world.url("time"))
    button = page.locator("#fault-list").get_by_role("button", name="Remove")
    button.focus()
    assert world.ask("GET", "acme/parts", headers=KEY).status_code == 503
    expect(page.locator("#struck tbody tr")).to_have_count(1)
    expect(button).to_be_focused()
