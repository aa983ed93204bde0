"""`pages-complete` and `counts-add-up`: a list in pages has every row once, and as many as it says.

Pages are walked from the first to the first that is empty or not full. No row stands on two of them, none but the last
is cut short, and none is longer than documented or asked for; a page again is the same page; and the number of all
rows, where an answer says it, is what the pages have together.

Where `x-pagination` says how pages are asked for, that is done; elsewhere by the parameters that are called so by
custom. On a target that is no mock others may add rows meanwhile: then nothing is held against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import orjson

from contracts.client import Client
from contracts.exchange import Exchange
from contracts.finding import NotProvokable
from contracts.listing import Listing, listing, row_id
from contracts.provocations import made
from contracts.recipes import Recipe
from specs import Operation, Spec
from specs.operations import Parameter

CHECK, COUNTS = "pages-complete", "counts-add-up"
_MOST = 12
_FEW = 2


@dataclass(frozen=True, slots=True)
class _Page:
    rows: list[Any]
    total: int | None
    exchange: Exchange


def recipes(spec: Spec, operation: Operation) -> Iterator[Recipe]:
    """One for a list in pages."""
    it = listing(operation, spec)
    if it is not None and it.page:
        yield made(operation, "pages", partial(walk, it=it), check=CHECK)


def walk(client: Client, it: Listing) -> None:
    """Ask for all pages, and hold them against each other. Raises NotProvokable where that tells nothing."""
    size, pages = _size(it), _pages(client, it)
    totals = [page.total for page in pages if page.exchange.status == 200]
    if (
        not client.has_world
        and len({*totals}) > 1
        and [(it.rows, it.total) for it in _pages(client, it)] != [(it.rows, it.total) for it in pages]
    ):
        raise NotProvokable("its rows changed meanwhile")
    _disjoint(client, it, pages)
    if size and not it.offset:
        short = any(len(page.rows) < size and after.rows for page, after in pairwise(pages))
        lengths = [len(page.rows) for page in pages]
        client.expect(not short, CHECK, f"{size} rows on every page but the last", lengths)
    _adds_up(client, it, pages)
    if client.has_world and it.stated:
        again = _page(client, it, size, None if it.offset else 1)
        client.expect(again.rows == pages[0].rows, CHECK, "the same page for the same request")


def _pages(client: Client, it: Listing) -> list[_Page]:
    """The pages, up to one that is empty or not full."""
    size = _size(it)
    pages = [page := _page(client, it, size, None if it.offset or not it.stated else 1)]
    number = _second(client, it, size, page)
    while page.rows and len(pages) < _MOST and not (size and len(page.rows) < size and not it.stated):
        _fits(client, it, size, page)
        at = sum(len(page.rows) for page in pages) if it.offset else number
        pages.append(page := _page(client, it, size, at))
        number += 1
    return pages


def _second(client: Client, it: Listing, size: int | None, first: _Page) -> int:
    """The number of the second page. Where no document says what the first one is, it is the one that comes unasked."""
    if it.offset or it.stated:
        return 2
    for number in (1, 0):
        if first.rows and _page(client, it, size, number).rows == first.rows:
            return number + 1
    raise NotProvokable("nobody says what the number of its first page is")


def _fits(client: Client, it: Listing, size: int | None, page: _Page) -> None:
    # A size that is asked for may be one that the vendor counts in its own way, unless that is the custom.
    if size and (it.size or not it.stated):
        client.expect(len(page.rows) <= size, CHECK, f"at most {size} rows on a page", len(page.rows))


def _disjoint(client: Client, it: Listing, pages: list[_Page]) -> None:
    seen: set[bytes] = set()
    for page in pages:
        ids = [row_id(row) for row in page.rows]
        if not it.stated and None in ids:
            return  # Two rows of a log may be alike, for all that is known.
        keys = {_key(row) for row in page.rows}
        client.expect(len(keys) == len(page.rows) and not keys & seen, CHECK, "every row on one page, once")
        seen |= keys


def _adds_up(client: Client, it: Listing, pages: list[_Page]) -> None:
    """The number of all rows is the same on each page, and how many there were until one was empty."""
    full = [page for page in pages if page.total is not None]
    if not full or (len(pages) == _MOST and pages[-1].rows) or pages[-1].exchange.status >= 300:
        return
    if not it.sure and all(page.total == len(page.rows) for page in full):
        return
    found = sum(len(page.rows) for page in pages)
    totals = sorted({page.total or 0 for page in full})
    name = it.header or ".".join(it.total)
    client.expect(totals == [found], COUNTS, f"{name} to be the number of rows on all pages", f"{totals}, {found} rows")


def _page(client: Client, it: Listing, size: int | None, number: int | None) -> _Page:
    """A page; None asks for none, and so for the first. What is no success has no rows, and ends the walk."""
    asked: dict[str, Any] = {} if number is None else {it.page: number}
    if size and it.size_parameter and not it.stated:
        asked[it.size_parameter] = size
    exchange = client.call(it.operation.id, parameters=asked)
    value = client.value(exchange)
    rows = it.of(value)
    if not number and rows is None:
        raise NotProvokable("its first page has no rows here")
    good = 200 <= exchange.status < 300
    return _Page(rows or [] if good else [], it.counted(value, exchange.response) if good else None, exchange)


def _size(it: Listing) -> int | None:
    """How many rows a page has: as documented; else so few that there are several, where that can be asked for."""
    if it.size or it.stated or not it.size_parameter:
        return it.size
    parameter = next(one for one in it.operation.parameters if one.name == it.size_parameter)
    return _within(parameter, _FEW)


def _within(parameter: Parameter, wanted: int) -> int:
    low, high = (parameter.schema.get(bound) for bound in ("minimum", "maximum"))
    wanted = max(wanted, low) if isinstance(low, int) else wanted
    return min(wanted, high) if isinstance(high, int) else wanted


def _key(row: Any) -> bytes:
    """What makes two rows the same one: the id if it has one."""
    known = row.get("id") if isinstance(row, dict) else None
    return orjson.dumps(row if known is None else known, option=orjson.OPT_SORT_KEYS)
