"""Recipes for every operation, made from the spec alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from contracts.client import Client
from contracts.filled import NOTHING
from contracts.finding import NotProvokable
from contracts.provocations import (
    accounts,
    bounds,
    charsets,
    counts,
    documented,
    examples,
    filters,
    letters,
    links,
    lives,
    locations,
    made,
    pages,
    parents,
    rates,
    readonly,
    strictness,
)
from contracts.recipes import Recipe
from contracts.validity import RESERVED_HEADERS
from specs import Operation, Spec
from specs.codecs import is_json, is_xml
from specs.operations import Parameter

_UNKNOWN_TEXT = "zz-nobody-has-this-id-0"
_UNKNOWN_NUMBER = 2**31 - 17
_VERBS = ("PATCH", "DELETE", "PUT", "POST", "GET")
# Nobody knows what an undocumented DELETE does to data that somebody needs.
_HARMLESS = ("PATCH", "PUT", "POST", "GET")
_PROMISES = (
    bounds, charsets, letters, strictness, accounts, lives, pages, counts, filters, locations, links, parents, readonly,
)  # fmt: skip


def recipes(spec: Spec, operation: Operation) -> Iterator[Recipe]:
    """All generic recipes that make sense for an operation."""
    for kind in rates.kinds(operation):
        yield from examples.recipes(spec, operation, kind)
        yield from _refusals(operation, kind)
        yield from _server_errors(spec, operation, kind)
    yield from _bad_parameters(operation)
    for promise in _PROMISES:
        yield from promise.recipes(spec, operation)


def _refusals(operation: Operation, kind: str | None) -> Iterator[Recipe]:
    if operation.security and () not in operation.security:
        for which in ("none", "wrong"):
            act = partial(_unauthorized, operation=operation, which=which)
            yield made(operation, f"{which} credentials", act, kind=kind)
    if operation.body:
        malformed = _malformed(kind or "")
        if malformed is not None:
            status = documented(operation, 400)
            act = partial(_refused, operation=operation, raw=malformed)
            yield made(operation, "malformed body", act, status, kind, check="rejects-invalid")
        status = documented(operation, 415)
        act = partial(_refused, operation=operation, raw=b"no such thing", media_type="application/x-unheard-of")
        yield made(operation, "wrong media type", act, status, kind, check="rejects-invalid")
        if operation.body_required:
            act = partial(_refused, operation=operation, body=NOTHING)
            yield made(operation, "no body", act, 0, kind)
    act = partial(_wrong_verb, operation=operation)
    yield made(operation, "wrong verb", act, documented(operation, 405), kind)
    for place, parameter in enumerate(it for it in operation.parameters if it.place == "path"):
        silent = place > 0 and not documented(operation, 404) and any(it[0] == "4" for it in operation.responses)
        act = partial(_unknown, operation=operation, parameter=parameter, refusal=not silent)
        status = documented(operation, 404) if operation.method == "GET" or place == 0 else 0
        more: dict[str, Any] = {"check": "unknown-id", "accept": frozenset({403} if place == 0 else ())}
        yield made(operation, f"unknown {parameter.name}", act, status, kind, **more)


def _unauthorized(client: Client, operation: Operation, which: Any) -> None:
    exchange = client.call(operation.id, every=True, credentials=which)
    wanted = documented(operation, 401, 403)
    if wanted:
        client.expect(exchange.status in client.refusals, "auth-enforced", f"{wanted} for {which} credentials")


def _refused(client: Client, operation: Operation, **how: Any) -> None:
    exchange = client.call(operation.id, every=True, **how)
    client.expect(400 <= exchange.status < 500, "rejects-invalid", "a refusal of what the spec forbids")


def _malformed(kind: str) -> bytes | None:
    if is_json(kind):
        return b'{"cut": [1, "off'
    return b"<cut><off>" if is_xml(kind) else None


def _wrong_verb(client: Client, operation: Operation) -> None:
    known = {it.method for it in client.spec.operations.values() if _alike(it.path, operation.path)}
    verbs = _VERBS if client.has_world else _HARMLESS
    verb = next((verb for verb in verbs if verb not in known), None)
    if verb is None:
        raise NotProvokable("its path takes every verb that may be tried")
    exchange = client.call(operation.id, every=True, method=verb)
    client.expect(400 <= exchange.status < 600, "rejects-invalid", f"a refusal of the undocumented verb {verb}")


def _alike(path: str, other: str) -> bool:
    """Whether one URL may be both: equal but for parameters."""
    one, two = path.strip("/").split("/"), other.strip("/").split("/")
    return len(one) == len(two) and all(a == b or "{" in a or "{" in b for a, b in zip(one, two, strict=True))


def _unknown(client: Client, operation: Operation, parameter: Parameter, refusal: bool) -> None:
    """Name what there is not. `refusal` is false where the document has refusals, and none for this: it is empty."""
    schema: Mapping[str, Any] = parameter.schema
    if "$ref" in schema:
        schema = client.spec.resolve(schema["$ref"])
    if "enum" in schema or "pattern" in schema or schema.get("format"):
        raise NotProvokable(f"no unknown {parameter.name} can be made up: its schema is narrow")
    number = schema.get("type") in ("integer", "number")
    unknown: dict[str, Any] = {parameter.name: _UNKNOWN_NUMBER if number else _UNKNOWN_TEXT}
    exchange = client.call(operation.id, every=True, parameters=unknown)
    if operation.method == "GET" and refusal:
        client.expect(400 <= exchange.status < 500, "unknown-id", f"a refusal of an unknown {parameter.name}")


def _bad_parameters(operation: Operation) -> Iterator[Recipe]:
    for parameter in operation.parameters:
        if parameter.place == "cookie" or parameter.name.lower() in RESERVED_HEADERS:
            continue
        if parameter.required and parameter.place != "path":
            act = partial(_bad_value, operation=operation, name=parameter.name, value=NOTHING)
            yield made(operation, f"without {parameter.name}", act, check="rejects-invalid")
        if "enum" in parameter.schema or parameter.schema.get("type") in ("integer", "number", "boolean"):
            act = partial(_bad_value, operation=operation, name=parameter.name, value="no-such-value")
            status = documented(operation, 400, 422)
            accept = frozenset({404} if parameter.place == "path" else ())
            yield made(operation, f"bad {parameter.name}", act, status, check="rejects-invalid", accept=accept)
        if parameter.schema.get("type") == "integer":
            act = partial(_almost_number, operation=operation, parameter=parameter)
            yield made(operation, f"almost a number for {parameter.name}", act, check="rejects-invalid")


def _bad_value(client: Client, operation: Operation, name: str, value: Any) -> None:
    exchange = client.call(operation.id, every=True, parameters={name: value})
    client.expect(400 <= exchange.status < 500, "rejects-invalid", f"a refusal of a bad {name}")


def _almost_number(client: Client, operation: Operation, parameter: Parameter) -> None:
    """What begins like a number is none: many a parser stops where the digits do."""
    client.spare(operation)
    for value in (f"{parameter.example or 1}x", f"{parameter.example or 1} or 1=1"):
        exchange = client.call(operation.id, every=True, parameters={parameter.name: value})
        client.expect(400 <= exchange.status < 500, "rejects-invalid", f"a refusal of {value} for {parameter.name}")


def _server_errors(spec: Spec, operation: Operation, kind: str | None) -> Iterator[Recipe]:
    for status in operation.responses:
        if status.startswith("5") and status.isdigit():
            act = partial(_ordered, operation=operation, status=int(status), vendor=spec.vendor)
            yield made(operation, f"{status} ordered", act, int(status), kind)


def _ordered(client: Client, operation: Operation, status: int, vendor: str) -> None:
    if not client.has_world:
        raise NotProvokable("a server error cannot be ordered from a target without a control API")
    client.world.fault(vendor, operation.id, "status", status=status, count=1)
    client.asked = frozenset({status})
    client.call(operation.id, every=True)
