"""The HTML page in a real browser: it renders offline, needs no mouse, and shows what was found."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page

from contracts.events import OperationTime, RunEnded, TaskEnded
from contracts.exchange import Exchange, Request, Response
from contracts.finding import Finding, Verdict
from contracts.grid import Cell
from contracts.reports.html import Html
from tests.browser import Chromium

EVIL = "</pre><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">'\u2028\ud800"
CURL = "curl -i 'http://127.0.0.1:1/items/1?x=<b>&y=\"2\"'"


def _finding(operation: str, check: str, status: int, known: str = "") -> Finding:
    answer = Response(status, (), b"", 0.1)
    exchange = Exchange(operation, "http://x", Request("GET", "http://x/items"), answer)
    seen = f"500: {EVIL}"
    return Finding(check, operation, f"200 {EVIL}", seen, check, EVIL, 1, (CURL, CURL), exchange, known, 3)


def _ended() -> RunEnded:
    cells = (
        Cell("items.list_items", "200", "application/json", "items.list_items example", times=400),
        Cell("items.list_items", "400", "application/problem+json", "items.list_items bad limit", times=12),
        Cell("items.list_items", "500", "application/json", "500 ordered", ordered=True, times=1),
        Cell("items.get_item", "200", "application/json", reason=EVIL),
        Cell("notes.send_note", "200", "text/xml"),
        Cell(EVIL, "204", ""),
    )
    findings = (
        _finding("items.list_items", "body-schema", 200), _finding("notes.send_note", "status", 418, known=EVIL),
        Finding("grid", "notes.send_note", "200 text/xml", "nothing provoked it", "notes.send_note 200 text/xml"),
    )  # fmt: skip
    times = (OperationTime("items.list_items", "GET", "/items", 404, 1.2, 0.3),)
    return RunEnded(
        EVIL, "http://127.0.0.1:1", 1, Verdict.FINDINGS, EVIL, findings, cells, 404, 12.5, times, (EVIL,), (EVIL,)
    )  # fmt: skip


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a run in which everything tries to be markup."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    report = Html(path)
    report(TaskEnded("t", "recipe", "items.list_items", 1, 0.1))
    report(_ended())
    return path


@pytest.fixture
def report(chromium: Chromium, page: Page, file: Path) -> Page:
    """The page, opened. That it made no error is looked after by `page`."""
    chromium.run(page.goto, url=file.as_uri())
    return page


def _visible(report: Page, query: str) -> int:
    count: int = report.evaluate(
        f"[...document.querySelectorAll({query!r})].filter((it) => it.offsetParent !== null).length"
    )
    return count


def test_it_renders_offline_and_without_errors(report: Page, file: Path) -> None:
    asked: list[str] = []
    report.on("request", lambda request: asked.append(request.url))
    report.reload()
    assert report.evaluate("document.documentElement.dataset.ready") == "yes"
    assert asked == [file.as_uri()]
    assert report.evaluate("document.title").startswith("bodydouble: </pre>")
    assert report.evaluate("document.querySelectorAll('img, main script').length") == 0
    assert report.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_grid_is_a_heat_map(report: Page) -> None:
    states = report.evaluate("[...document.querySelectorAll('.grid .cell')].map((it) => it.className).join()")
    wanted = ("witnessed heat4 found", "witnessed heat2", "ordered", "not-provokable", "missing found", "missing")
    assert states == ",".join(f"cell {it}" for it in wanted)
    colours = "[...document.querySelectorAll('.grid .cell')].map((it) => getComputedStyle(it).background)"
    assert len(set(report.evaluate(colours))) == 5
    assert "400 times, first by items.list_items example" in report.evaluate(
        "document.querySelector('.cell').ariaLabel"
    )
    assert _visible(report, ".grid .cell") == 6


def test_a_finding_shows_expected_and_seen_side_by_side(report: Page) -> None:
    places = "[...document.querySelectorAll('#finding-1 .side')].map((it) => it.getBoundingClientRect().toJSON())"
    sides = report.evaluate(places)
    assert sides[0]["top"] == sides[1]["top"]
    assert sides[0]["right"] <= sides[1]["left"]
    assert report.evaluate("document.querySelector('#finding-1 .seen pre').textContent").startswith(
        "500: </pre><script>"
    )
    assert report.evaluate("document.querySelector('#finding-1 code').textContent") == f"{CURL}\n{CURL}"
    assert report.evaluate("document.querySelectorAll('details.known:not([open])').length") == 1


def test_the_curl_line_is_copied(report: Page) -> None:
    report.bring_to_front()
    report.evaluate("document.addEventListener('copy', () => { window.copied = String(getSelection()); })")
    report.evaluate(
        "navigator.clipboard && (navigator.clipboard.writeText = async (text) => { window.copied = text; })"
    )
    report.evaluate("document.querySelector('#finding-1 .copy').click()")
    copied = report.evaluate("new Promise((done) => setTimeout(() => done(window.copied), 50))")
    assert copied == f"{CURL}\n{CURL}"
    assert report.evaluate("document.querySelector('#finding-1 .copy').textContent") == "copied"


def test_the_keyboard_is_enough(report: Page) -> None:
    report.keyboard.press("/")
    assert report.evaluate("document.activeElement.id") == "filter"
    for letter in "notes":
        report.keyboard.press(letter)
    assert _visible(report, "details[data-text]") == 2
    assert _visible(report, ".grid tr[data-text]") == 1
    report.keyboard.press("Escape")
    assert _visible(report, ".grid tr[data-text]") == 4
    report.evaluate("document.querySelector('.grid .cell').focus()")
    report.keyboard.press("ArrowRight")
    assert "problem+json: witnessed" in report.evaluate("document.getElementById('detail').textContent")


@pytest.mark.parametrize(("state", "rows"), [("missing", 2), ("not-provokable", 1), ("findings", 2)])
def test_a_state_is_chosen(report: Page, state: str, rows: int) -> None:
    button = f"document.querySelector('[data-state={state}]')"
    report.evaluate(f"{button}.click()")
    assert _visible(report, ".grid tr[data-text]") == rows
    report.evaluate(f"{button}.click()")
    assert _visible(report, ".grid tr[data-text]") == 4


def test_a_cell_leads_to_its_finding(report: Page) -> None:
    report.evaluate(
        "(document.getElementById('finding-1').open = false, document.querySelector('.grid .cell.found').click())"
    )
    assert report.evaluate(
        "new Promise((done) => setTimeout(() => done(document.getElementById('finding-1').open), 100))"
    )


def test_a_narrow_window_has_everything_too(report: Page) -> None:
    """Operations stay where they are while the statuses are moved past them, and sides stand below each other."""
    report.set_viewport_size({"width": 390, "height": 800})
    first = "document.querySelector('.grid tbody tr[data-text] th').getBoundingClientRect().left"
    before = report.evaluate(first)
    assert report.evaluate("document.querySelector('.grid').parentElement.scrollLeft = 60") == 60
    assert report.evaluate(first) == before
    assert report.evaluate("document.documentElement.scrollWidth") <= 390
    tops = report.evaluate(
        "[...document.querySelectorAll('#finding-1 .side')].map((it) => it.getBoundingClientRect().top)"
    )
    assert tops[0] < tops[1]


def test_the_statuses_stay_in_sight(report: Page) -> None:
    report.set_viewport_size({"width": 1280, "height": 260})
    report.evaluate("[...document.querySelectorAll('.grid tbody tr')].pop().scrollIntoView({behavior: 'instant'})")
    head = report.evaluate("document.querySelector('.grid thead th').getBoundingClientRect().toJSON()")
    body = report.evaluate("document.querySelector('.grid tbody tr').getBoundingClientRect().toJSON()")
    assert 0 <= head["top"] < 100
    assert body["top"] < head["top"]


def test_light_and_dark_are_two_pages(report: Page) -> None:
    grounds, pictures = [], []
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        report.emulate_media(color_scheme=scheme)
        grounds.append(report.evaluate("getComputedStyle(document.body).backgroundColor"))
        pictures.append(report.screenshot(full_page=True))
    assert grounds[0] != grounds[1]
    assert all(struct.unpack(">II", it[16:24])[0] >= 1280 and len(it) > 20_000 for it in pictures)
