"""Is a request what the spec allows? Judged from the bytes that went over the wire, whatever produced them.

Only what the document says in a form that a machine can hold is judged here. Where servers may differ (a parameter that
stands twice, a format) a fault is a doubt: neither a success nor a refusal is held against the target then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, unquote_plus, urlsplit

from contracts.exchange import Exchange, Request
from specs import Operation, Spec, SpecError
from specs.codecs import Undecodable, codec
from specs.operations import Parameter

# OpenAPI says that parameters with these names are ignored.
RESERVED_HEADERS = frozenset({"accept", "content-type", "authorization"})
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_CHARSET = re.compile(r""";\s*charset\s*=\s*"?([^\s;"]+)""", re.IGNORECASE)
_UNICODE = frozenset({"utf-8", "utf8", "us-ascii"})
# Servers differ in how strictly they read formats, and no document says.
_LENIENT = frozenset({"format"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which a request breaks the spec; `sure` unless a server may see it otherwise."""

    text: str
    sure: bool = True


def faults(exchange: Exchange, operation: Operation, spec: Spec) -> Iterator[Fault]:
    """All ways in which a request breaks the spec, or may; nothing for one that is valid beyond doubt."""
    yield from _parameter_faults(exchange, operation, spec)
    yield from _body_faults(exchange.request, operation, spec)


def path_values(exchange: Exchange, operation: Operation) -> dict[str, str] | None:
    """The decoded path parameters of a request; None when its path is not the operation's."""
    path = urlsplit(exchange.request.url.removeprefix(exchange.base)).path
    sent, template = path.rstrip("/").split("/"), operation.path.rstrip("/").split("/")
    if len(sent) != len(template):
        return None
    values: dict[str, str] = {}
    for have, want in zip(sent, template, strict=True):
        match = re.fullmatch(r"\{([^{}]+)\}", want)
        if match:
            values[match[1]] = unquote(have)
        elif "{" not in want and unquote(have) != want:
            return None
    return values


def query_values(request: Request) -> dict[str, list[str]]:
    """The decoded query parameters of a request, in the order sent."""
    found: dict[str, list[str]] = {}
    for pair in filter(None, urlsplit(request.url).query.split("&")):
        name, _, value = pair.partition("=")
        found.setdefault(unquote_plus(name), []).append(unquote_plus(value))
    return found


def body_value(request: Request, operation: Operation, spec: Spec) -> Any:
    """The request's body as the spec reads it. Raises Undecodable when it cannot be read, or there is none."""
    media = operation.body.get(request.media_type or "")
    if media is None or not request.body:
        raise Undecodable("no body of a documented media type")
    return codec(request.media_type or "", media.schema, spec.document).decode(request.body)


def _parameter_faults(exchange: Exchange, operation: Operation, spec: Spec) -> Iterator[Fault]:
    path, query = path_values(exchange, operation), query_values(exchange.request)
    if path is None:
        yield Fault("the path is not the operation's")
        return
    for parameter in operation.parameters:
        if parameter.place == "path":
            sent = [path[parameter.name]] if parameter.name in path else []
        elif parameter.place == "query":
            sent = query.get(parameter.name, [])
        elif parameter.place == "header" and parameter.name.lower() not in RESERVED_HEADERS:
            value = exchange.request.header(parameter.name)
            sent = [] if value is None else [value]
        else:
            continue
        yield from _value_faults(parameter, sent, spec)


def _value_faults(parameter: Parameter, sent: list[str], spec: Spec) -> Iterator[Fault]:
    where = f"{parameter.place} parameter {parameter.name}"
    if not sent:
        if parameter.required:
            yield Fault(f"{where} is missing")
        return
    schema = followed(parameter.schema, spec)
    if schema.get("type") == "object" or "type" not in schema:
        yield Fault(f"{where} has a form that is not judged", sure=False)
        return
    if schema.get("type") == "array":
        texts = sent if parameter.explode and parameter.style == "form" else sent[0].split(",")
        items = followed(schema.get("items", {}), spec)
        value: Any = [typed(text, items.get("type")) for text in texts]
    elif len(sent) > 1:
        yield Fault(f"{where} stands more than once", sure=False)
        return
    else:
        value = typed(sent[0], schema.get("type"))
    for problem in spec.schemas.validator(parameter.schema, "request").problems(value, where):
        yield Fault(str(problem), problem.keyword not in _LENIENT)


def _body_faults(request: Request, operation: Operation, spec: Spec) -> Iterator[Fault]:
    if not operation.body:
        return
    if not request.body:
        if operation.body_required:
            yield Fault("the body is missing")
        return
    name = request.media_type
    media = operation.body.get(name or "")
    if media is None:
        if not any("*" in it for it in operation.body):
            yield Fault(f"the media type {name} is not one of {', '.join(operation.body)}")
        return
    charset = _CHARSET.search(request.header("content-type") or "")
    if charset and charset[1].lower() not in _UNICODE:
        yield Fault(f"the body is said to be in {charset[1]}", sure=False)
        return
    try:
        value = codec(name or "", media.schema, spec.document).decode(request.body)
    except Undecodable as error:
        yield Fault(f"the body is undecodable: {error}")
        return
    if media.schema is not None:
        for problem in spec.schemas.validator(media.schema, "request").problems(value, "body"):
            yield Fault(str(problem), problem.keyword not in _LENIENT)


def typed(text: str, kind: Any) -> Any:
    """Text from a path, query or header as the schema's type; left as text when it is not of that type."""
    if kind == "integer" and len(text) < 40 and _INTEGER.fullmatch(text):
        return int(text)
    if kind == "number" and len(text) < 400 and _NUMBER.fullmatch(text):
        return float(text)
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return text


def followed(schema: Mapping[str, Any], spec: Spec) -> Mapping[str, Any]:
    """A schema behind its references. Raises SpecError when they lead nowhere."""
    for _ in range(32):
        if "$ref" not in schema:
            return schema
        schema = spec.resolve(schema["$ref"])
    raise SpecError("a schema's reference goes round in circles")
