"""Which request removes again what an exchange made, read from the spec: its links, its paths, its capabilities.

Careful by design: a request that may only have changed what was there already is never undone by a delete.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from contracts.exchange import Exchange
from contracts.validity import path_values, query_values
from specs import Operation, Spec
from specs.codecs import Undecodable, codec
from specs.loading import steps
from specs.operations import Media

_MAKES = frozenset({"add", "create", "import", "register", "upload"})
_REMOVES = frozenset({"cancel", "delete", "remove"})
_PARAMETER = re.compile(r"\{([^{}]+)\}")
_MADE_NAMES = ("id", "key", "uuid", "uid", "guid")


@dataclass(frozen=True, slots=True)
class Removal:
    """An operation that deletes, and its path parameters."""

    operation: str
    arguments: Mapping[str, str]

    def path(self, spec: Spec) -> str:
        """The path that is deleted, without escapes."""
        return _PARAMETER.sub(lambda it: self.arguments[it[1]], spec.operations[self.operation].path)


def makes(exchange: Exchange, operation: Operation, spec: Spec) -> bool:
    """Whether an exchange made something new, or may have done so while its answer was lost."""
    if exchange.request.method != operation.method or operation.method not in ("POST", "PUT", "PATCH"):
        return False
    named = (operation.capability or "").partition("-")[0] in _MAKES
    if exchange.response is None:
        return operation.method == "POST" and (named or "201" in operation.responses)
    if exchange.status == 201:
        return True
    if not 200 <= exchange.status < 300 or operation.method != "POST" or "201" in operation.responses:
        return False
    return named or _new_id(exchange, operation, spec)


def removal(exchange: Exchange, operation: Operation, spec: Spec) -> Removal | None:
    """The request that removes what an exchange made; None when the spec has none, or the answer does not tell."""
    for remover in _removers(exchange, operation, spec):
        found = address(remover, exchange, operation, spec)
        if found is not None:
            return Removal(remover.id, found)
    return None


def address(target: Operation, exchange: Exchange, operation: Operation, spec: Spec) -> dict[str, str] | None:
    """The path parameters by which another operation finds what an exchange made; None when one cannot be told."""
    found: dict[str, str] = {}
    for name in _PARAMETER.findall(target.path):
        value = _value(name, target, exchange, operation, spec)
        if value is None:
            return None
        found[name] = value
    return found


def _new_id(exchange: Exchange, operation: Operation, spec: Spec) -> bool:
    """Whether the answer names a thing that can be deleted, by an id that the request did not choose."""
    found = removal(exchange, operation, spec)
    if found is None or spec.operations[found.operation].path == operation.path:
        return False
    last = found.arguments[_PARAMETER.findall(spec.operations[found.operation].path)[-1]]
    asked = unquote(exchange.request.url) + (exchange.request.body or b"").decode(errors="replace")
    return last not in asked


def _removers(exchange: Exchange, operation: Operation, spec: Spec) -> Iterator[Operation]:
    """Deleting operations that may fit, the likeliest first."""
    deletes = [it for it in spec.operations.values() if it.method == "DELETE" and it is not operation]
    linked = {target.path for target, _ in _links(exchange, operation, spec)}
    noun = (operation.capability or "").partition("-")[2]
    for fits in (
        lambda it: it.path in linked,
        lambda it: re.fullmatch(re.escape(operation.path.rstrip("/")) + r"/\{[^/]+\}/?", it.path),
        lambda it: exchange.status == 201 and it.path == operation.path,
        lambda it: noun and (it.capability or "").partition("-")[::2] in [(verb, noun) for verb in _REMOVES],
    ):
        yield from filter(fits, deletes)


def _links(exchange: Exchange, operation: Operation, spec: Spec) -> Iterator[tuple[Operation, Mapping[str, Any]]]:
    """The operations that the answer's links lead to, with the parameters as the document writes them."""
    documented = operation.response(exchange.status)
    for link in documented.links.values() if documented else ():
        target = spec.operations.get(str(link.get("operationId")))
        if target is None and "operationRef" in link:
            target = next((it for it in spec.operations.values() if it.pointer == link["operationRef"]), None)
        if target is not None:
            yield target, link.get("parameters") or {}


def _value(name: str, remover: Operation, exchange: Exchange, operation: Operation, spec: Spec) -> str | None:
    """A path parameter of the remover: by a link, the Location, the request's own path, or the answer's members."""
    for target, parameters in _links(exchange, operation, spec):
        written = parameters.get(name, parameters.get(f"path.{name}"))
        if target.path == remover.path and written is not None:
            found = expression(written, exchange, operation, spec)
            if found is not None:
                return found
    located = _located(exchange, remover).get(name)
    if located is not None:
        return located
    own = (path_values(exchange, operation) or {}).get(name)
    if own is not None:
        return own
    last = _PARAMETER.findall(remover.path)[-1] == name
    return member(answer(exchange, operation, spec), name, loose=last)


def _located(exchange: Exchange, remover: Operation) -> dict[str, str]:
    location = exchange.response.header("location") if exchange.response else None
    pattern = "".join(
        f"(?P<p{number // 2}>[^/]+)" if number % 2 else re.escape(part)
        for number, part in enumerate(_PARAMETER.split(remover.path.rstrip("/")))
    )
    match = re.search(pattern + "/?$", urlsplit(location or "").path)
    names = _PARAMETER.findall(remover.path)
    return {name: unquote(match[f"p{number}"]) for number, name in enumerate(names)} if match else {}


def member(value: Any, name: str, *, loose: bool) -> str | None:
    """A scalar of an answer by a parameter's name; loosely also its `id`; in a lone member's members too."""
    if not isinstance(value, dict):
        return None
    known = {_plain(key): item for key, item in value.items() if isinstance(item, str | int) and item not in ("", True)}
    for wanted in (_plain(name), *(_MADE_NAMES if loose else ())):
        if wanted in known:
            return str(known[wanted])
    inner = [item for item in value.values() if isinstance(item, dict)]
    return member(inner[0], name, loose=loose) if len(inner) == 1 else None


def _plain(name: str) -> str:
    return re.sub(r"[_\-]", "", name).lower()


def expression(written: Any, exchange: Exchange, operation: Operation, spec: Spec) -> str | None:
    """A runtime expression of OpenAPI (`$response.body#/id`) or a constant, as text; None when it names nothing."""
    text = str(written)
    if not text.startswith("$"):
        return text
    where, _, rest = text[1:].partition(".")
    part, _, name = rest.partition(".")
    if rest.startswith("body"):
        value = answer(exchange, operation, spec) if where == "response" else sent(exchange, operation, spec)
        for step in steps(rest.partition("#")[2]):
            value = value.get(step) if isinstance(value, dict) else _item(value, step)
        return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
    if part == "header":
        message = exchange.response if where == "response" else exchange.request
        return message.header(name) if message else None
    if where == "request" and part == "path":
        return (path_values(exchange, operation) or {}).get(name)
    return next(iter(query_values(exchange.request).get(name, ())), None) if part == "query" else None


def _item(value: Any, step: str) -> Any:
    return value[int(step)] if isinstance(value, list) and step.isdecimal() and int(step) < len(value) else None


def answer(exchange: Exchange, operation: Operation, spec: Spec) -> Any:
    """The decoded body of the answer; None when there is none or it cannot be read."""
    response = exchange.response
    documented = operation.response(exchange.status)
    if response is None:
        return None
    return _decoded(response.body, response.media_type, documented.content if documented else {}, spec)


def sent(exchange: Exchange, operation: Operation, spec: Spec) -> Any:
    """The decoded body of the request; None when there is none or it cannot be read."""
    return _decoded(exchange.request.body, exchange.request.media_type, operation.body, spec)


def _decoded(body: bytes | None, kind: str | None, content: Mapping[str, Media], spec: Spec) -> Any:
    media = content.get(kind or "")
    try:
        return codec(kind or "", media.schema if media else None, spec.document).decode(body) if body else None
    except Undecodable:
        return None
