"""The vendors' operations, tried, and the grid of the last report, in a browser."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from console_world import ADA, World
from playwright.sync_api import Page, expect

Look = Callable[[Page], None]
ADD = "persons.add_person"


def test_an_operation_is_found_by_keyboard_and_tried(page: Page, world: World, accessible: Look) -> None:
    page.goto(world.url("specs"))
    accessible(page)
    page.get_by_role("link", name="vibes", exact=True).click()
    accessible(page)
    page.get_by_label("Name, path or capability").fill("MERGE the data into")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    link = page.locator("tbody").get_by_role("link")
    expect(link).to_contain_text("POST /vibes/companies/{company_key}/mobiledb/persons")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("persons.py:")).to_be_visible()
    expect(page.locator("dd", has_text="add-person")).to_be_visible()
    accessible(page)
    body = page.locator("#body")
    body.focus()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text('{"external_person_id": "EXT-TRIED"}')
    page.keyboard.press("Tab")
    expect(page.get_by_label("With credentials that work")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    answer = page.get_by_role("region", name="Answered with")
    expect(answer).to_contain_text("201")
    expect(answer).to_contain_text("Carried out: request and answer are as the spec has them")
    expect(answer).to_contain_text("EXT-TRIED")
    expect(body).to_have_value('{"external_person_id": "EXT-TRIED"}')
    accessible(page)
    answer.get_by_role("link", name="in the journal").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Exchange")


@pytest.mark.parametrize(
    ("signed", "body", "status", "words"),
    [
        (True, '{"external_person_id": "E"}', 201, "as the spec has"),
        (True, "{<b>", 400, "Refused"),
        (False, "{}", 401, "missing"),
    ],
)
def test_what_is_tried_is_judged(page: Page, world: World, signed: bool, body: str, status: int, words: str) -> None:
    page.goto(world.url("specs/vibes/operation", f"id={ADD}"))
    page.get_by_label("With credentials that work").set_checked(signed)
    page.locator("#body").fill(body)
    page.get_by_role("button", name="Send").click()
    answer = page.get_by_role("region", name="Answered with")
    expect(answer).to_contain_text(str(status))
    expect(answer).to_contain_text(words)
    (last,) = world.control("GET", "/journal?limit=1").json()["exchanges"]
    assert (last["operation"], last["status"]) == (ADD, status)


def test_the_grid_is_a_heat_map_linked_to_findings(page: Page, world: World, accessible: Look) -> None:
    """The report is about acme: no other test looks at that, and none reports on Vibes."""
    page.goto(world.url("specs/vibes/grid"))
    expect(page.get_by_text("Nothing was verified yet")).to_be_visible()
    expect(page.get_by_text("bodydouble verify vibes --publish http://127.0.0.1")).to_be_visible()
    accessible(page)
    get = {"operation": "parts.get_part", "media_type": "application/json"}
    report = {
        "verdict": "findings",
        "findings": [
            {"check": "body_schema", "operation": "parts.get_part", "expected": "text", "seen": ADA, "status": 200},
            {"check": "grid", "operation": "parts.get_part", "key": "parts.get_part 404 application/json",
             "expected": "a witness", "seen": "none"},
        ],
        "cells": [
            {**get, "status": "200", "state": "witnessed", "times": 1000, "witness": ADA},
            {**get, "status": "304", "media_type": "", "state": "witnessed", "times": 1},
            {**get, "status": "404", "state": "missing", "times": 0},
            {**get, "status": "503", "state": "not provokable", "reason": "it never is", "times": 0},
        ],
    }  # fmt: skip
    url = f"{world.server.url}/_control/reports/acme"
    assert httpx.put(url, json=report, trust_env=False).is_success
    page.goto(world.url("specs/acme/grid"))
    accessible(page)
    cells = page.locator("table.grid .cell")
    expect(cells).to_have_text(["json 1000× finding", "no body 1×", "json 0× finding", "json n/a"])
    expect(cells.nth(0)).to_have_class("cell heat4 found")
    expect(cells.nth(1)).to_have_class("cell heat1")
    cells.nth(2).click()
    assert page.url.endswith("#finding-2")
    expect(page.locator("#finding-1")).to_contain_text("<script>")
    page.get_by_role("link", name="get_part").click()
    expect(page.get_by_role("heading", name="Try it in")).to_be_visible()


def test_trying_needs_the_key_of_a_form(world: World) -> None:
    answer = httpx.post(world.url("specs/vibes/operation", f"id={ADD}"), data={"body": "{}"}, trust_env=False)
    assert answer.status_code == 403
    assert world.control("GET", "/journal").json()["total"] == 0
