"""`pages-complete`: a list in pages has every row once (`x-pagination`).

Pages are walked from the first to the first that is empty or not full, or for as long as the answer has an address of a
next one. No row stands on two of them, none but the last is cut short, and none is longer than documented; a page again
is the same page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

import orjson

from contracts.client import Client
from contracts.finding import NotProvokable
from contracts.provocations import made
from contracts.recipes import Recipe
from specs import Operation, Spec

CHECK = "pages-complete"
_MOST = 12


def recipes(_spec: Spec, operation: Operation) -> Iterator[Recipe]:
    """One for a list in numbered pages."""
    how = operation.raw.get("x-pagination")
    known = {parameter.name for parameter in operation.parameters if parameter.place == "query"}
    if isinstance(how, Mapping) and how.get("parameter") in known and "items" in how and operation.method == "GET":
        yield made(operation, "pages", partial(_walk, operation=operation, how=how), check=CHECK)


def _walk(client: Client, operation: Operation, how: Mapping[str, Any]) -> None:
    size, pages = how.get("size"), [rows := _page(client, operation, how, 1)]
    while rows and len(pages) < _MOST:
        if size:
            client.expect(len(rows) <= size, CHECK, f"at most {size} rows on a page", len(rows))
        pages.append(rows := _page(client, operation, how, len(pages) + 1))
    seen: set[bytes] = set()
    for rows in pages:
        keys = {_key(row) for row in rows}
        client.expect(len(keys) == len(rows) and not keys & seen, CHECK, "every row on one page, once")
        seen |= keys
    if size:
        short = any(len(rows) < size and following for rows, following in pairwise(pages))
        client.expect(not short, CHECK, f"{size} rows on every page but the last", [len(rows) for rows in pages])
    if client.has_world:
        again = _page(client, operation, how, 1)
        client.expect(again == pages[0], CHECK, "the same page for the same request")


def _page(client: Client, operation: Operation, how: Mapping[str, Any], number: int) -> list[Any]:
    """The rows of a page; what is no success ends the walk."""
    exchange = client.call(operation.id, parameters={str(how["parameter"]): number})
    value = client.value(exchange)
    rows = value.get(how["items"]) if isinstance(value, dict) else None
    if number == 1 and not isinstance(rows, list):
        raise NotProvokable("its first page has no rows here")
    return rows if 200 <= exchange.status < 300 and isinstance(rows, list) else []


def _key(row: Any) -> bytes:
    """What makes two rows the same one: the id if it has one."""
    known = row.get("id") if isinstance(row, dict) else None
    return orjson.dumps(row if known is None else known, option=orjson.OPT_SORT_KEYS)
