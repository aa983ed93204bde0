"""Lists in pages, as every recipe reads them: links, page numbers, all rows (Paginated requests)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from contracts.client import Client
from contracts.exchange import Exchange
from specs import read

_LINK = re.compile(r'<([^<>]*)>; *rel="?([a-z]+)"?')
# Lists in JSON; the devices' CSV has pages of its own.
PAGED = {
    it.id: it.raw["x-pagination"]
    for it in read("accengage").operations.values()
    if it.raw.get("x-pagination", {}).get("links")
}


def header_links(exchange: Exchange) -> dict[str, str]:
    """The addresses of the `Link` header by relation."""
    header = exchange.response.header("link") if exchange.response else None
    return {relation: url for url, relation in _LINK.findall(header or "")}


def page_of(url: str) -> int:
    """The page that an address asks for."""
    return int(parse_qs(urlsplit(url).query)["page"][0])


def walk(client: Client, operation: str, **arguments: Any) -> list[Any]:
    """All rows of a list, following `next` from page 1; at most 50 pages."""
    how, rows, page = PAGED[operation], [], 1
    for _ in range(50):
        exchange = client.call(operation, page=page, **arguments)
        rows += (client.value(exchange) or {}).get(how["items"], [])
        following = header_links(exchange).get("next")
        if following is None:
            break
        client.expect(page_of(following) == page + 1, "pages", f"`next` to page {page + 1}", following)
        page += 1
    return rows
