"""Accengage: all devices as CSV, look-ups among a million devices, the last page of a long list, signed requests."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from statistics import median

from mockserver.store import Record
from mockserver.vendors.accengage import crowd
from mockserver.vendors.accengage.auth import sign
from tests.bench import servers
from tests.bench.inside import STORES, Inside, inside
from tests.bench.report import ROUNDS, resident, row

_APP = "/v1/me/apps/myPartnerId"
_COLUMNS = {"all columns": "", "two columns": "&fields[]=UDID&fields[]=clientId"}
_CSV_PAGE, _LIST_PAGE = 10_000, 100
_CSV_TARGETS = {"memory": "≥ 200,000", "SQLite": "≥ 60,000"}


def signed() -> dict[str, str]:
    """Headers of a GET, good for all of them: it has no body, and any time is accepted unless a switch says else."""
    return sign("GET", "", b"")


def csv(large: bool) -> None:
    """Devices as CSV, page after page, in this process: 1,000,000 in memory and 100,000 in SQLite, or a tenth."""
    counts = (1_000_000, 100_000) if large else (100_000, 10_000)
    for store, count in zip(STORES, counts, strict=True):
        with inside("accengage", store, signed()) as asked:
            world = asked.world(f"devices-{count}", _devices(count))
            for name, query in _COLUMNS.items():
                before, most = resident(), 0.0
                rates = []
                for _ in range(ROUNDS):
                    rate, highest = _rows_per_second(asked, world, query, count)
                    rates.append(rate)
                    most = max(most, highest)
                what = f"CSV of {count:,} devices, in process, {store}, {name}"
                row(what, _CSV_TARGETS[store], median(rates), unit="rows/s")
                row("… memory beyond the data", "flat", most - before, unit="MiB")


def _rows_per_second(asked: Inside, world: str, query: str, count: int) -> tuple[float, float]:
    """Of all pages in turn; and the most memory that the process held at the end of one, in MiB."""
    lines, highest = 0, 0.0

    def take(piece: bytes) -> None:
        nonlocal lines
        lines += piece.count(b"\n")

    pages = count // _CSV_PAGE
    started = time.perf_counter()
    for page in range(1, pages + 1):
        asked.get(world, f"{_APP}/devices?page={page}{query}", take)
        highest = max(highest, resident())
    spent = time.perf_counter() - started
    if lines != count + pages:  # each page names its columns
        raise RuntimeError(f"{lines} lines of CSV for {count} devices")
    return count / spent, highest


def look_ups(large: bool) -> None:
    """A search by an indexed field among 1,000,000 devices in memory (100,000 in SQLite), or a tenth, against 1,000."""
    path = f"{_APP}/devices/search/by?clientId=100500"
    for store, count in zip(STORES, (1_000_000, 100_000), strict=True):
        many = count if large else count // 10
        with inside("accengage", store, signed()) as asked:
            worlds = [asked.world(f"devices-{size}", _devices(size)) for size in (1000, many)]
            ratio = asked.ratio((worlds[1], path), (worlds[0], path))
            row(f"search by clientId, {many:,} devices against 1,000, {store}", "≤ 2 ×", ratio, unit="×")


def last_page(large: bool) -> None:
    """The last full page of 100,000 campaigns (10,000 without `--large`) against the first."""
    count = 100_000 if large else 10_000
    for store in STORES:
        with inside("accengage", store, signed()) as asked:
            world = asked.world("campaigns", _campaigns(count))
            first, last = (f"{_APP}/campaigns?page={page}" for page in (1, count // _LIST_PAGE))
            ratio = asked.ratio((world, last), (world, first))
            row(f"last page of {count:,} campaigns against the first, {store}", "≤ 2 ×", ratio, unit="×")


def _devices(count: int) -> Iterator[tuple[str, Record]]:
    """With those of the `default` fixture they make the last page of CSV a full one, and one more."""
    return (("devices", device) for device in crowd.devices(count))


def _campaigns(count: int) -> Iterator[tuple[str, Record]]:
    for number in range(count):
        yield "campaigns", {"id": 1000 + number, "partnerId": "myPartnerId", "name": f"Spring sale {number}"}


def throughput() -> None:
    """Signed GETs of a campaign, with their signature checked, against a bare application that returns as much."""
    port, bare_port = servers.free_port(), servers.free_port()
    ours = servers.serve(port, "--no-rate-limits")
    with contextlib.ExitStack() as stack:
        mock, mine = stack.enter_context(servers.server(ours, port, "/_control/health"))
        command = servers.uvicorn("tests.bench.bare:app", bare_port)
        bare, other = stack.enter_context(servers.server(command, bare_port, "/"))
        sides = ((mine, f"{mock}/accengage{_APP}/campaigns/91"), (other, f"{bare}{_APP}/campaigns/91"))
        headers, ratios = signed(), []
        for turn in range(ROUNDS + 1):
            rates = [servers.rate(pid, url, headers) for pid, url in sides]
            if turn:  # the first round warms up
                ratios.append(rates[0] / rates[1])
    row("signed GET of a campaign, requests/s of a bare Starlette app's", "≥ 0.7", median(ratios))
