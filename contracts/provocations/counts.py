"""`counts-add-up` and `delete-deletes` for lists: what is made is one row more, what is removed one row less.

The list is the GET at the path that things are made at. In a world of one's own it grows by exactly one; elsewhere
others add rows too, and a list may leave out what is new, so that only a row that was removed and still stands there
tells anything, or one that stands there twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from contracts import removal
from contracts.client import Client
from contracts.exchange import Exchange
from contracts.finding import NotProvokable
from contracts.listing import Listing, listing, row_id
from contracts.provocations import made
from contracts.provocations.pages import walk
from contracts.recipes import Recipe
from specs import Operation, Spec

CHECK, GONE = "counts-add-up", "delete-deletes"
_MADE = 201
_NOT_THERE = frozenset({404, 410})


def recipes(spec: Spec, operation: Operation) -> Iterator[Recipe]:
    """One for an operation that adds to a list at its own path, or removes from one at the path above."""
    if operation.method == "POST" and str(_MADE) in operation.responses:
        it = _list_at(spec, operation.path)
        if it is not None:
            yield made(operation, "one more in the list", partial(_more, operation=operation, it=it), check=CHECK)
    if operation.method == "DELETE" and operation.path.rstrip("/").endswith("}"):
        above = operation.path.rstrip("/").rpartition("/")[0]
        it, maker = _list_at(spec, above), _at(spec, above, "POST")
        reader = _at(spec, operation.path, "GET")
        if it is not None and maker is not None and reader is not None:
            act = partial(_less, operation=operation, it=it, maker=maker, reader=reader)
            yield made(operation, "not in the list any more", act, check=GONE)


def _list_at(spec: Spec, path: str) -> Listing | None:
    """The list at a path, if it can be had whole: without a filter that somebody would have to choose."""
    operation = _at(spec, path, "GET")
    if operation is None or any(it.required and it.place == "query" for it in operation.parameters):
        return None
    return listing(operation, spec)


def _at(spec: Spec, path: str, method: str) -> Operation | None:
    found = (it for it in spec.operations.values() if it.path.rstrip("/") == path.rstrip("/") and it.method == method)
    return next(found, None)


def _more(client: Client, operation: Operation, it: Listing) -> None:
    _, count = _read(client, it)
    exchange = _made(client, operation)
    after, more = _read(client, it)
    new = _id(client, exchange, operation)
    if client.has_world:
        client.expect(more == count + 1, CHECK, "one more in the list than before it was added to", f"{count}, {more}")
    elif new is not None:
        times = [row_id(row) for row in after].count(new)
        client.expect(times < 2, CHECK, "what was added once in the list", f"{times} times")


def _less(client: Client, operation: Operation, it: Listing, maker: Operation, reader: Operation) -> None:
    exchange = _made(client, maker)
    new = _id(client, exchange, maker)
    where = removal.address(operation, exchange, maker, client.spec)
    before, count = _read(client, it)
    if where is None or new is None or new not in [row_id(row) for row in before]:
        raise NotProvokable("the list does not show what was just made")
    gone = client.call(operation.id, parameters=where)
    read = client.call(reader.id, parameters=where)
    if not 200 <= gone.status < 300 or read.status not in _NOT_THERE:
        raise NotProvokable("what was removed may still be read here")
    after, fewer = _read(client, it)
    client.expect(new not in [row_id(row) for row in after], GONE, "a list without what was just removed")
    if it.page:
        walk(client, it)
    if client.has_world:
        client.expect(fewer == count - 1, CHECK, "one less in the list than before it was removed", f"{count}, {fewer}")


def _read(client: Client, it: Listing) -> tuple[list[Any], int]:
    """The rows of the first page, and how many there are in all. Raises NotProvokable when nobody can know."""
    exchange = client.call(it.operation.id)
    value = client.value(exchange)
    rows = it.of(value)
    if not 200 <= exchange.status < 300 or rows is None:
        raise NotProvokable("its list has no rows here")
    total = it.counted(value, exchange.response) if it.sure else None
    if total is None and (it.page or it.size_parameter) and client.has_world and len(rows) >= (it.size or 1):
        if it.size is None:
            raise NotProvokable("how many there are on all pages is not told")
        raise NotProvokable("its list has more than one page")
    return rows, len(rows) if total is None else total


def _made(client: Client, operation: Operation) -> Exchange:
    exchange = client.call(operation.id)
    if exchange.status != _MADE:
        raise NotProvokable(f"its example is answered {exchange.status} here")
    return exchange


def _id(client: Client, exchange: Exchange, operation: Operation) -> str | None:
    answer = removal.answer(exchange, operation, client.spec)
    while isinstance(answer, dict) and len(answer) == 1 and isinstance(inner := next(iter(answer.values())), dict):
        answer = inner
    return row_id(answer)
