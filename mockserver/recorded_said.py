"""What a recorded exchange says, as the spec names it: its parameters, its bodies, and the objects in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from specs import Operation, Spec, har
from specs.codecs import Undecodable, codec
from specs.paths import Match


def parts(spec: Spec, schema: Mapping[str, Any], value: Any) -> Iterator[tuple[str, Any]]:
    """All in a value that the spec has a named schema for, with that name, the outer ones first."""
    reference = schema.get("$ref")
    if isinstance(reference, str):
        yield reference.rpartition("/")[2], value
        yield from parts(spec, spec.resolve(reference), value)
        return
    for part in schema.get("allOf", ()):
        yield from parts(spec, part, value)
    for part in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        if spec.schemas.validator(part, "response").ok(value):
            yield from parts(spec, part, value)
    if isinstance(value, dict):
        for name, member in schema.get("properties", {}).items():
            if name in value:
                yield from parts(spec, member, value[name])
    elif isinstance(value, list) and "items" in schema:
        for item in value:
            yield from parts(spec, schema["items"], item)


def path(operation: Operation, match: Match, url: str) -> dict[str, str]:
    """The values in a path, by the names of its parameters."""
    steps = urlsplit(url.removeprefix(match.base)).path.strip("/").split("/")
    template = operation.path.strip("/").split("/")
    return {
        name[1:-1]: unquote(step) for name, step in zip(template, steps, strict=True) if name[:1] + name[-1:] == "{}"
    }


def given(operation: Operation, match: Match, request: har.Asked) -> dict[str, str]:
    """The parameters of path, query and headers by their names as arguments."""
    query = parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
    said = {**{name.lower(): value for name, value in request.headers}, **dict(query)}
    said |= path(operation, match, request.url)
    named = [(it.argument, it.name.lower() if it.place == "header" else it.name) for it in operation.parameters]
    return {argument: said[name] for argument, name in named if name in said}


def media_type(headers: har.Headers) -> str:
    """The media type that headers say, in lower case; "" when they say none."""
    found = next((value for name, value in headers if name.lower() == "content-type"), "")
    return found.partition(";")[0].strip().lower()


def decoded(content: Mapping[str, Any], headers: har.Headers, body: bytes | None, spec: Spec) -> Any:
    """A body by its documented media type; None when there is none, or it cannot be read."""
    media = content.get(media_type(headers))
    if not body or media is None:
        return None
    try:
        return codec(media_type(headers), media.schema, spec.document).decode(body)
    except Undecodable:
        return None
