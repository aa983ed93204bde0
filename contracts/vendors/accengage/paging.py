"""Recipes for every list in pages: what a page's links say, and what lies beyond the pages (Paginated requests)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from contracts.client import Client
from contracts.exchange import Exchange
from contracts.recipes import recipe
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


def links_of_pages(client: Client) -> None:
    """`first` on every page, `prev` above page 1, both leading where they say; header and body agree."""
    how = PAGED[client.operation]
    for page in (1, 2, -1, 0, 10**6):
        exchange = client.call(client.operation, page=page, query={"kept": "a b&c"})
        body = client.value(exchange) or {}
        links: dict[str, Any] = body.get(how["links"]) or {}
        client.expect(exchange.status == 200, "provokes", f"200 for page {page}")
        client.expect(links == header_links(exchange), "pages", "the same links in header and body", links)
        wanted = {"first": 1} | ({"prev": page - 1} if page > 1 else {})
        shown = {relation: page_of(url) for relation, url in links.items() if relation != "next"}
        client.expect(shown == wanted, "pages", f"links {wanted} on page {page}", links)
        kept = all(parse_qs(urlsplit(url).query).get("kept") == ["a b&c"] for url in links.values())
        client.expect(kept, "pages", "links with the query parameters of the request", links)
        if page < 1 or page == 10**6:
            client.expect(body.get(how["items"]) == [], "pages", f"an empty set on page {page}")
            client.expect("next" not in links, "pages", f"no `next` on page {page}", links)


for _operation in PAGED:
    recipe(_operation, 200, check="pages")(links_of_pages)


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
