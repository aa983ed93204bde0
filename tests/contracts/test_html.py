"""The HTML page in a real browser: it renders offline, needs no mouse, and shows what was found."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.events import OperationTime, RunEnded, TaskEnded
from contracts.exchange import Exchange, Request, Response
from contracts.finding import Finding, Verdict
from contracts.grid import Cell
from contracts.reports.html import Html
from tests.contracts.browser import Page, browser

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


@pytest.fixture(scope="module")
def page(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The page, opened; one browser for all tests here."""
    with browser(tmp_path_factory.mktemp("browser") / "profile") as opened:
        opened.open(file.as_uri())
        yield opened


def _visible(page: Page, query: str) -> int:
    count: int = page.run(f"[...document.querySelectorAll({query!r})].filter((it) => it.offsetParent !== null).length")
    return count


def test_it_renders_offline_and_without_errors(page: Page, file: Path) -> None:
    assert page.run("document.documentElement.dataset.ready") == "yes"
    assert [it["request"]["url"] for it in page.told("Network.requestWillBeSent")] == [file.as_uri()]
    assert page.told("Runtime.exceptionThrown", "Log.entryAdded") == []
    assert page.run("document.title").startswith("bodydouble: </pre>")
    assert page.run("document.querySelectorAll('img, main script').length") == 0
    assert page.run("document.documentElement.scrollWidth <= innerWidth")


def test_the_grid_is_a_heat_map(page: Page) -> None:
    states = page.run("[...document.querySelectorAll('.grid .cell')].map((it) => it.className).join()")
    wanted = ("witnessed heat4 found", "witnessed heat2", "ordered", "not-provokable", "missing found", "missing")
    assert states == ",".join(f"cell {it}" for it in wanted)
    colours = "[...document.querySelectorAll('.grid .cell')].map((it) => getComputedStyle(it).background)"
    assert len(set(page.run(colours))) == 5
    assert "400 times, first by items.list_items example" in page.run("document.querySelector('.cell').ariaLabel")
    assert _visible(page, ".grid .cell") == 6


def test_a_finding_shows_expected_and_seen_side_by_side(page: Page) -> None:
    places = "[...document.querySelectorAll('#finding-1 .side')].map((it) => it.getBoundingClientRect().toJSON())"
    sides = page.run(places)
    assert sides[0]["top"] == sides[1]["top"]
    assert sides[0]["right"] <= sides[1]["left"]
    assert page.run("document.querySelector('#finding-1 .seen pre').textContent").startswith("500: </pre><script>")
    assert page.run("document.querySelector('#finding-1 code').textContent") == f"{CURL}\n{CURL}"
    assert page.run("document.querySelectorAll('details.known:not([open])').length") == 1


def test_the_curl_line_is_copied(page: Page) -> None:
    page.command("Page.bringToFront")
    page.run("document.addEventListener('copy', () => { window.copied = String(getSelection()); })")
    page.run("navigator.clipboard && (navigator.clipboard.writeText = async (text) => { window.copied = text; })")
    page.run("document.querySelector('#finding-1 .copy').click()")
    copied = page.run("new Promise((done) => setTimeout(() => done(window.copied), 50))")
    assert copied == f"{CURL}\n{CURL}"
    assert page.run("document.querySelector('#finding-1 .copy').textContent") == "copied"


def test_the_keyboard_is_enough(page: Page) -> None:
    page.press("/")
    assert page.run("document.activeElement.id") == "filter"
    for letter in "notes":
        page.press(letter)
    assert _visible(page, "details[data-text]") == 2
    assert _visible(page, ".grid tr[data-text]") == 1
    page.press("Escape")
    assert _visible(page, ".grid tr[data-text]") == 4
    page.run("document.querySelector('.grid .cell').focus()")
    page.press("ArrowRight", code="ArrowRight", windowsVirtualKeyCode=39)
    assert "problem+json: witnessed" in page.run("document.getElementById('detail').textContent")


@pytest.mark.parametrize(("state", "rows"), [("missing", 2), ("not-provokable", 1), ("findings", 2)])
def test_a_state_is_chosen(page: Page, state: str, rows: int) -> None:
    button = f"document.querySelector('[data-state={state}]')"
    page.run(f"{button}.click()")
    assert _visible(page, ".grid tr[data-text]") == rows
    page.run(f"{button}.click()")
    assert _visible(page, ".grid tr[data-text]") == 4


def test_a_cell_leads_to_its_finding(page: Page) -> None:
    page.run("(document.getElementById('finding-1').open = false, document.querySelector('.grid .cell.found').click())")
    assert page.run("new Promise((done) => setTimeout(() => done(document.getElementById('finding-1').open), 100))")


def _window(page: Page, width: int, height: int) -> None:
    page.command(
        "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
    )  # fmt: skip


def test_a_narrow_window_has_everything_too(page: Page) -> None:
    """Operations stay where they are while the statuses are moved past them, and sides stand below each other."""
    _window(page, 390, 800)
    first = "document.querySelector('.grid tbody tr[data-text] th').getBoundingClientRect().left"
    before = page.run(first)
    assert page.run("document.querySelector('.grid').parentElement.scrollLeft = 60") == 60
    assert page.run(first) == before
    assert page.run("document.documentElement.scrollWidth") <= 390
    tops = page.run("[...document.querySelectorAll('#finding-1 .side')].map((it) => it.getBoundingClientRect().top)")
    assert tops[0] < tops[1]
    page.command("Emulation.clearDeviceMetricsOverride")


def test_the_statuses_stay_in_sight(page: Page) -> None:
    _window(page, 1280, 260)
    page.run("[...document.querySelectorAll('.grid tbody tr')].pop().scrollIntoView({behavior: 'instant'})")
    head = page.run("document.querySelector('.grid thead th').getBoundingClientRect().toJSON()")
    body = page.run("document.querySelector('.grid tbody tr').getBoundingClientRect().toJSON()")
    assert 0 <= head["top"] < 100
    assert body["top"] < head["top"]
    page.command("Emulation.clearDeviceMetricsOverride")


def test_light_and_dark_are_two_pages(page: Page) -> None:
    grounds, pictures = [], []
    for scheme in ("light", "dark"):
        page.wear(scheme)
        grounds.append(page.run("getComputedStyle(document.body).backgroundColor"))
        pictures.append(page.picture())
    assert grounds[0] != grounds[1]
    assert all(struct.unpack(">II", it[16:24])[0] >= 1280 and len(it) > 20_000 for it in pictures)
