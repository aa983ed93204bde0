"""`location-leads`: the `Location` of a 201 is the address of what was made (RFC 9110, 15.3.2): it is read there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from urllib.parse import urljoin, urlsplit

from contracts.client import Client
from contracts.exchange import Request
from contracts.finding import NotProvokable
from contracts.provocations import made
from contracts.provocations.lives import reader_of
from contracts.recipes import Recipe
from specs import Operation, Spec

CHECK = "location-leads"
_MADE = 201
_NOT_THERE = frozenset({404, 410})
_PARAMETERS = re.compile(r"(\{[^{}]+\})")


def recipes(spec: Spec, operation: Operation) -> Iterator[Recipe]:
    """One for an operation whose 201 has a `Location`."""
    answer = operation.responses.get(str(_MADE))
    if answer and any(name.lower() == "location" for name in answer.headers):
        yield made(operation, "location", partial(_follow, operation=operation), check=CHECK)


def pattern(path: str) -> str:
    """A regular expression of the paths that a path with parameters stands for, without a slash at the end."""
    parts = _PARAMETERS.split(path.rstrip("/"))
    return "".join("[^/]+" if part.startswith("{") else re.escape(part) for part in parts)


def _follow(client: Client, operation: Operation) -> None:
    exchange = client.call(operation.id)
    location = exchange.response.header("location") if exchange.response else None
    if exchange.status != _MADE or location is None:
        raise NotProvokable(f"its example is answered {exchange.status} here, or without a Location")
    url, reader = _there(client, urljoin(exchange.request.url, location), operation)
    request = client.authorized(Request("GET", url, (("Accept", "*/*"),)), reader, "right")
    read = client.send(reader.id, request)
    client.expect(read.status not in _NOT_THERE, CHECK, f"what was made, at its Location {location}")


def _there(client: Client, url: str, operation: Operation) -> tuple[str, Operation]:
    """Where a Location leads on this target, and what reads there.

    A mock, or a proxy, has the vendor's paths below one of its own. Raises NotProvokable for what leads elsewhere.
    """
    parts = urlsplit(url)
    for it in client.spec.operations.values():
        match = re.search(pattern(it.path) + "/?$", parts.path) if it.method == "GET" else None
        if match:
            return f"{client.base}{match[0]}{'?' if parts.query else ''}{parts.query}", it
    reader = reader_of(client.spec, operation)
    if reader is None or not url.startswith(client.base):
        raise NotProvokable("no operation reads what is at its Location")
    return url, reader
