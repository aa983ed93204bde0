"""The records of a world, and worlds as a whole, in a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from console_world import ADA, World
from playwright.sync_api import Page, expect

Look = Callable[[Page], None]
PERSONS = "state/vibes/persons"


def person(world: World, **changed: Any) -> dict[str, Any]:
    """A person who was put into the world."""
    example = world.control("GET", f"/{PERSONS}?limit=1").json()["records"][0]
    made = {**example, "person_key": "ada", "person_id": "p-ada", "external_person_id": ADA, "mobile_phone": None}
    world.control("PUT", f"/{PERSONS}/ada", {**made, **changed})
    return made


def test_records_are_found_changed_and_deleted(page: Page, world: World, accessible: Look) -> None:
    person(world)
    page.goto(world.url("state"))
    accessible(page)
    page.get_by_role("link", name="persons", exact=True).click()
    expect(page.get_by_text("1 to 7 of 7")).to_be_visible()
    expect(page.get_by_text("<script>")).to_be_visible()
    accessible(page)
    page.get_by_label("Text anywhere").fill("onerror")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="ada", exact=True).click()
    accessible(page)
    text = page.get_by_label("The record, as JSON")
    record = json.loads(text.input_value())
    assert record["external_person_id"] == ADA
    text.fill(json.dumps({**record, "external_person_id": "EXT-ADA", "timezone": 5}))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("5 is not of type")
    expect(page.locator(".line.wrong code")).to_have_text('  "timezone": 5,')
    accessible(page)
    assert world.control("GET", f"/{PERSONS}/ada").json() == record, "nothing was put"
    text.fill(json.dumps({**record, "external_person_id": "EXT-ADA"}))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    assert world.control("GET", f"/{PERSONS}/ada").json()["external_person_id"] == "EXT-ADA"
    page.once("dialog", lambda it: it.dismiss())
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ada")
    page.once("dialog", lambda it: it.accept())
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("1 to 6 of 6")).to_be_visible()
    assert page.title() == "persons of vibes · bodydouble"


def test_a_record_is_added_by_keyboard(page: Page, world: World) -> None:
    page.goto(world.url("state/acme/parts"))
    page.get_by_role("link", name="Add a record").focus()
    page.keyboard.press("Enter")
    text = page.get_by_label("The record, as JSON")
    text.focus()
    made = json.loads(text.input_value())
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("{nothing")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("line 1, column 2: this is not JSON")
    text.focus()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(json.dumps(made))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Saved.")
    page.goto(world.url("state/acme/parts/record"))
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("alert")).to_contain_text("already")


def test_worlds_are_forked_compared_reset_and_dropped(page: Page, world: World, accessible: Look) -> None:
    page.goto(world.url("state"))
    page.get_by_role("button", name="Fork").click()
    expect(page.get_by_role("status")).to_contain_text("this is the new world")
    fork = World(world.server, page.locator("#world").input_value())
    page.goto(fork.url("state/diff", f"other={world.name}"))
    expect(page.get_by_text("These worlds hold the same records")).to_be_visible()
    person(world)
    person(fork, external_person_id="EXT", timezone="UTC")
    page.goto(fork.url("state"))
    page.get_by_label("With world").select_option(world.name)
    page.get_by_role("button", name="Show differences").click()
    row = page.locator("tbody tr")
    expect(row).to_have_count(2)
    expect(row.first).to_contain_text("external_person_id")
    expect(row.first).to_contain_text("<script>")
    expect(row.nth(1)).to_contain_text("timezone")
    accessible(page)
    page.goto(fork.url("state"))
    page.on("dialog", lambda it: it.accept())
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_role("status")).to_contain_text("what it was made as")
    assert fork.control("GET", "/state/vibes").json()["kinds"]["persons"] == 6
    page.get_by_role("button", name="Drop").click()
    expect(page.get_by_role("status")).to_contain_text("The world is gone")
    page.goto(fork.url("state"))
    expect(page.get_by_role("alert")).to_contain_text(fork.name)
    fork.close(dropped=True)


def test_a_world_is_saved_and_loaded(page: Page, world: World, tmp_path: Path) -> None:
    made = person(world)
    page.goto(world.url("state"))
    with page.expect_download() as download:
        page.get_by_role("link", name="Save as a fixture file").click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    assert saved.name == f"{world.name}.json"
    assert made in json.loads(saved.read_text())["vibes"]["persons"]
    world.control("DELETE", f"/{PERSONS}/ada")
    page.locator("#file").set_input_files(saved)
    page.get_by_role("form", name="Load a fixture file").get_by_text("Put on top").click()
    expect(page.get_by_role("status")).to_contain_text("loaded")
    assert world.control("GET", f"/{PERSONS}/ada").json() == made
    saved.write_text("vibes:\n  persons:\n    - {person_key: x}\n")
    page.locator("#file").set_input_files(saved)
    page.get_by_role("form", name="Load a fixture file").get_by_text("Put on top").click()
    expect(page.get_by_role("alert")).to_contain_text("body.records.vibes.persons[0]")


def test_many_records_are_gone_through_page_by_page(page: Page, world: World) -> None:
    parts = [{"part_id": f"p{n}", "name": f"part {n}", "quantity": n} for n in range(120)]
    world.control("POST", "/fixture", {"records": {"acme": {"parts": parts}}})
    total = world.control("GET", "/state/acme").json()["kinds"]["parts"]
    page.goto(world.url("state/acme/parts"))
    expect(page.locator("tbody tr")).to_have_count(50)
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text(f"51 to 100 of {total}")).to_be_visible()
    page.get_by_role("link", name="Last").click()
    expect(page.get_by_text(f"101 to {total} of {total}")).to_be_visible()
    expect(page.get_by_role("link", name="Next")).to_have_count(0)
    page.get_by_label("Field").fill("name")
    page.get_by_label("Value").fill("part 77")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="p77", exact=True)).to_be_visible()
    expect(page.get_by_text("1 to 1 of 1")).to_be_visible()


@pytest.mark.parametrize("act", ["make", "fork", "reset", "drop", "load", "acme/parts/record", "acme/parts/delete"])
def test_what_changes_something_needs_the_key_of_a_form(world: World, act: str) -> None:
    answer = httpx.post(world.url(f"state/{act}"), data={"world": world.name, "key": "1"}, trust_env=False)
    assert answer.status_code == 403
    assert world.control("GET", "/state/acme").is_success


def send(world: World, act: str, *, file: bytes | None = None, **fields: str) -> httpx.Response:
    """Send a form of the console as a browser does."""
    with httpx.Client(trust_env=False) as browser:
        found = re.search(r'name="form-key" content="(\w+)"', browser.get(world.url("state")).text)
        assert found
        files = None if file is None else {"file": ("fixture.yaml", file)}
        return browser.post(world.url(act), data={"form_key": found[1], "world": world.name, **fields}, files=files)


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (b"[" * 50_000, "nested deeper"),
        (b"{a: " * 50_000, "nested deeper"),
        (b"a: &a [*a]", "nested deeper"),
        (
            b"a: &a0 [x, x]\n" + b"".join(b"b%d: &a%d [*a%d, *a%d]\n" % (n, n + 1, n, n) for n in range(60)),
            "letters long",
        ),
        (b"acme: !!set {parts}", "cannot be sent as JSON"),
        (b"1: 2", "cannot be sent as JSON"),
        (b"acme: {parts: [{part_id: 123456789012345678901234567890}]}", "cannot be sent as JSON"),
        (b"acme: 2026-02-30", "day is out of range"),
    ],
)
def test_a_file_that_is_no_fixture_is_refused(world: World, file: bytes, why: str) -> None:
    """Whatever it is, for the server that it is given to serves others too."""
    page = send(world, "state/load", file=file)
    assert page.status_code == 422
    assert why in page.text


def test_aliases_of_a_fixture_file_stand_for_what_they_name(world: World) -> None:
    file = b"acme: {parts: [&bolt {part_id: a1, name: Bolt, quantity: 7}, {<<: *bolt, part_id: a2, name: Nut}]}"
    assert send(world, "state/load", file=file).status_code == 303
    assert world.control("GET", "/state/acme/parts/a2").json()["quantity"] == 7


@pytest.mark.parametrize(
    "record",
    ['{"part_id": "\\ud800"}', '{"\\ud800": 1}', f'{{"part_id": {"9" * 30}}}', f'{{"a": {"[" * 400}{"]" * 400}}}'],
)
def test_a_record_that_no_store_can_keep_is_refused(world: World, record: str) -> None:
    page = send(world, "state/acme/parts/record", record=record)
    assert page.status_code == 422
    assert "cannot be kept" in page.text


@pytest.mark.parametrize("act", ["time/advance", "time/faults"])
def test_a_number_that_json_cannot_hold_is_refused(world: World, act: str) -> None:
    assert send(world, act, seconds="9" * 30, kind="delay").status_code == 422
