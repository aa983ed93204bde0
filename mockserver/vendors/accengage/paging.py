"""Lists in pages of 100, with links in header and body (REST API Documentation, Paginated requests)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote_plus

from mockserver.exchange import Exchange, Reply, Request

SIZE = 100
_FAR = 10**12
"""No list is that long, and a store's own numbers end somewhere."""
_UNQUOTED = "%/?:@!$&'()*+,;=[]"
_HOST = "api.accengage.com"

# Rows from an offset, at most as many as the limit says.
Fetch = Callable[[int, int], list[Any]]


def page_of(request: Request, page: int, collection: str, fetch: Fetch, size: int = SIZE) -> Reply:
    """200 with a page's rows under the name of the collection, and its links.

    One row more than a page is fetched, so that `next` is there only when there is more. Pages below 1 and beyond the
    last one are empty.
    """
    rows, more = rows_of(page, fetch, size)
    links = links_of(request.exchange, page, more)
    return Reply({collection: rows, "link": links}, headers={"Link": header_of(links)})


def rows_of(page: int, fetch: Fetch, size: int = SIZE) -> tuple[list[Any], bool]:
    """A page's rows, and whether more follow."""
    found = fetch((page - 1) * size, size + 1) if 1 <= page <= _FAR else []
    return found[:size], len(found) > size


def links_of(exchange: Exchange, page: int, more: bool) -> dict[str, str]:
    """`first` always, `prev` above page 1, `next` when there is more; each with the query of the request."""
    links = {"first": _address(exchange, 1)}
    if page > 1:
        links["prev"] = _address(exchange, page - 1)
    if more:
        links["next"] = _address(exchange, page + 1)
    return links


def header_of(links: dict[str, str]) -> str:
    """The links as RFC 8288 writes them."""
    return ", ".join(f'<{url}>; rel="{relation}"' for relation, url in links.items())


def _address(exchange: Exchange, page: int) -> str:
    """The request's own address, as the client spelled it, with another page."""
    path, _, query = exchange.target.partition("?")
    pairs = [pair for pair in query.split("&") if pair and unquote_plus(pair.partition("=")[0]) != "page"]
    host = exchange.header(b"host") or _HOST
    return f"{exchange.scheme}://{host}" + quote(f"{path}?{'&'.join([*pairs, f'page={page}'])}", safe=_UNQUOTED)
