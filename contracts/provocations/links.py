"""`links-lead`: an address in an answer is one of the document's, and what it names is there.

Where the documented examples of an answer have an address of the document's own (`url: /items/7`), answers have one
too, whatever it leads to: the thing itself, what it belongs to, a list of what belongs to it. What is at a thing's own
address says of it what the answer said.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from contracts.client import Client
from contracts.exchange import Exchange, Request
from contracts.finding import NotProvokable
from contracts.listing import decoded, row_id
from contracts.provocations import made
from contracts.provocations.locations import pattern
from contracts.recipes import Recipe
from contracts.ways import EACH, Way, at, named
from specs import Operation, Spec
from specs.codecs import is_json

CHECK = "links-lead"
# What was removed may have an address still, at which it is not there.
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH"})
# A list that is asked for without the filter that it wants is there.
_NOT_THERE = frozenset({404, 405, 410})

Readers = list[tuple[re.Pattern[str], Operation]]
# What is read where, by the number of slashes in the path; paths without parameters first.
_known: WeakKeyDictionary[Spec, dict[int, Readers]] = WeakKeyDictionary()


def recipes(spec: Spec, operation: Operation) -> Iterator[Recipe]:
    """One for an operation whose examples show addresses."""
    links = _links(operation, spec) if operation.method in _METHODS else []
    if links:
        yield made(operation, "links", partial(_follow, operation=operation, links=links), check=CHECK)


def _links(operation: Operation, spec: Spec) -> list[Way]:
    """The ways to members that are addresses of the document's operations in its examples of success."""
    found: dict[Way, None] = {}
    for status, response in operation.responses.items():
        medias = [it for kind, it in response.content.items() if is_json(kind)] if status.startswith("2") else []
        for example in (it for media in medias for it in media.examples.values()):
            for way, text in _texts(example):
                if way not in found and _there(spec, text, *_servers(spec)):
                    found[way] = None
    return [*found]


def _texts(value: Any, way: Way = ()) -> Iterator[tuple[Way, str]]:
    if isinstance(value, str) and way and way[-1] != EACH:
        yield way, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _texts(item, (*way, str(name)))
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, (*way, EACH))


def _servers(spec: Spec) -> list[str]:
    servers = spec.document.get("servers")
    return [str(it.get("url", "")) for it in servers if isinstance(it, dict)] if isinstance(servers, list) else []


def _there(spec: Spec, address: str, *bases: str) -> tuple[str, Operation] | None:
    """What is at an address, a whole URL or a path on the host: the path below one of the bases, and who reads it."""
    if not address.startswith(("/", "http://", "https://")):
        return None
    starts = {urlsplit(it).path.rstrip("/") for it in bases} | {""} if address[0] == "/" else {*bases}
    for start in sorted((it.rstrip("/") for it in starts), key=len, reverse=True):
        below = address[len(start) :] if address.startswith(f"{start}/") else ""
        path = urlsplit(below).path.rstrip("/") if below[:2] != "//" else ""
        for wanted, reader in _readers(spec).get(path.count("/"), ()):
            if wanted.fullmatch(path):
                return below, reader
    return None


def _readers(spec: Spec) -> dict[int, Readers]:
    if spec not in _known:
        found: dict[int, Readers] = defaultdict(list)
        for it in sorted(spec.operations.values(), key=lambda it: it.path.count("{")):
            if it.method == "GET":
                found[it.path.rstrip("/").count("/")].append((re.compile(pattern(it.path)), it))
        _known[spec] = dict(found)
    return _known[spec]


def _follow(client: Client, operation: Operation, links: list[Way]) -> None:
    exchange = client.call(operation.id)
    answer = decoded(exchange, operation, client.spec) if 200 <= exchange.status < 300 else None
    if answer is None:
        raise NotProvokable(f"its example is answered {exchange.status} here")
    followed: dict[str, Exchange] = {}
    for way in links:
        # One row of a list stands for all.
        holder = next(at(answer, way[:-1]), {})
        address = holder.get(way[-1])
        if isinstance(address, str):
            _lead(client, address, way, holder, followed)


def _lead(client: Client, address: str, way: Way, holder: dict[str, Any], followed: dict[str, Exchange]) -> None:
    spec, name = client.spec, named(way[:-1], way[-1])
    there = _there(spec, address, client.base, *_servers(spec))
    client.expect(there is not None, CHECK, f"an address of the document's for {name}", address)
    if there is None:
        return
    below, reader = there
    if address not in followed:
        request = client.authorized(Request("GET", client.base + below, (("Accept", "*/*"),)), reader, "right")
        followed[address] = client.send(reader.id, request)
    read = followed[address]
    client.expect(read.status not in _NOT_THERE, CHECK, f"what {name} names, at {address}")
    there_is = decoded(read, reader, spec)
    if len([it for it in way if it != EACH]) == 1 and way[-1] == "url" and isinstance(there_is, dict):
        other = _unlike(client, holder, there_is)
        client.expect(not other, CHECK, f"at {address} what has it for its {name}: {holder}", other)


def _unlike(client: Client, one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """The members that tell one thing from another; of a target whose things may change meanwhile, the id alone."""
    if not client.has_world:
        ids = row_id(one), row_id(other)
        return [f"{ids[1]}, not {ids[0]}"] if None not in ids and ids[0] != ids[1] else []
    return [f"{name} {other[name]!r}" for name, value in one.items() if name in other and other[name] != value]
