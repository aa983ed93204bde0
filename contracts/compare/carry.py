"""A request that was made to one side, as the other side has to get it: its base URL, its ids, its credentials."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote

import orjson

from contracts.client import Client, Which
from contracts.compare.ids import Ids
from contracts.credentials import Credentials
from contracts.exchange import Headers, Request
from specs import Operation
from specs.codecs import is_json

_OWN = frozenset({"host", "content-length"})


def carried(request: Request, base: str, to: str, ids: Ids) -> Request:
    """The request under another base URL, with the candidate's ids in its path, query, headers and body.

    What holds no id of the baseline stays as it is, byte for byte.
    """
    url = to + _address(request.url.removeprefix(base), ids)
    headers = tuple((name, ids.text(value)) for name, value in request.headers)
    return Request(request.method, url, headers, _body(request, ids))


def authorized(request: Request, baseline: Headers, candidate: Headers) -> Request:
    """The request with the candidate's credentials where it has those of the baseline, and only there: a header that
    was changed on purpose stays as it is."""
    ours = {name.lower(): value for name, value in baseline}
    theirs = {name.lower(): value for name, value in candidate}
    given = {name.lower() for name, value in request.headers if ours.get(name.lower()) == value}
    if given == set(ours):  # All of them: the other side may use another scheme, with headers of its own.
        kept = tuple((name, value) for name, value in request.headers if name.lower() not in {*ours, *theirs})
        return replace(request, headers=(*kept, *candidate)) if given else request
    swapped = ((name, theirs[name.lower()] if name.lower() in given & theirs.keys() else value)
               for name, value in request.headers)  # fmt: skip
    return replace(request, headers=tuple(swapped))


def credentials(client: Client, operation: Operation, which: Which, body: bytes | None) -> Headers:
    """The headers that a client authorizes itself with. Raises NotProvokable when it knows no credentials."""
    return tuple(client.authorization(operation, which, body).items())


def acting(who: Credentials, ids: Ids) -> Credentials:
    """Somebody whom the baseline knows, by the credentials that the candidate gave the same one."""
    known = {name: getattr(who, name) for name in ("username", "password", "token", "key")}
    theirs: dict[str, Any] = {name: ids.stands_for(value) for name, value in known.items() if value}
    return replace(who, **{name: value for name, value in theirs.items() if value})


def said(request: Request, base: str) -> Iterator[Any]:
    """What a request says by itself: segments of its path, values of its query, its body when that can be read."""
    path, _, query = request.url.removeprefix(base).partition("?")
    yield from (unquote(step) for step in path.split("/") if step)
    yield from (unquote(pair.partition("=")[2].replace("+", " ")) for pair in query.split("&") if pair)
    if request.body:
        value = _json(request)
        yield value if value is not None else request.body.decode("latin-1")


def _address(address: str, ids: Ids) -> str:
    path, mark, query = address.partition("?")
    steps = "/".join(_step(step, ids) for step in path.split("/"))
    pairs = "&".join(_pair(pair, ids) for pair in query.split("&"))
    return steps + mark + pairs


def _step(step: str, ids: Ids) -> str:
    plain = unquote(step)
    found = ids.stands_for(plain)
    return step if found in (None, plain) else quote(str(found), safe="")


def _pair(pair: str, ids: Ids) -> str:
    name, equals, value = pair.partition("=")
    plain = unquote(value.replace("+", " "))
    found = ids.carried(plain, unquote(name))
    return pair if found == plain else f"{name}{equals}{quote(str(found), safe='')}"


def _body(request: Request, ids: Ids) -> bytes | None:
    if not request.body:
        return request.body
    value = _json(request)
    if value is None:
        text = request.body.decode("latin-1")
        found = ids.text(text)
        return request.body if found == text else found.encode("latin-1", "replace")
    carried = ids.carried(value)
    return request.body if carried == value else orjson.dumps(carried)


def _json(request: Request) -> Any:
    try:
        return orjson.loads(request.body or b"") if is_json(request.media_type or "") else None
    except orjson.JSONDecodeError:
        return None
