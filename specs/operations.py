"""What a document says about each operation, with references resolved and in one shape for both halves."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any, Literal

from specs.loading import SpecError, escape, resolved, shown

METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
Place = Literal["path", "query", "header", "cookie"]
EmptyBody = Literal["never", "allowed", "always"]
_PLACES = ("path", "query", "header", "cookie")
_EMPTY = ("allowed", "always")
# OpenAPI 3.0.3: a header parameter of one of these names is ignored, for other parts of the document say it.
_NOT_PARAMETERS = ("accept", "content-type", "authorization")


@dataclass(frozen=True, slots=True)
class Media:
    """One media type of a request or response: its schema (references left in) and its examples by name."""

    type: str
    schema: Mapping[str, Any] | None
    examples: Mapping[str, Any]
    pointer: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation. `name` is the wire's name; `argument` is what a handler calls it."""

    name: str
    place: Place
    required: bool
    schema: Mapping[str, Any]
    style: str
    explode: bool
    example: Any
    pointer: str

    @property
    def argument(self) -> str:
        return argument(self.name)


@dataclass(frozen=True, slots=True)
class Response:
    """A documented answer. `status` is as written: `200`, `4XX` or `default`."""

    status: str
    description: str
    content: Mapping[str, Media]
    headers: Mapping[str, Mapping[str, Any]]
    empty_body: EmptyBody
    links: Mapping[str, Any]
    pointer: str


@dataclass(frozen=True, slots=True)
class RateClass:
    """A budget of requests per API user: `requests` in any `seconds`."""

    name: str
    requests: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a document. `security` is a list of alternatives, each a tuple of scheme names; [] is open."""

    id: str
    method: str
    path: str
    tag: str
    summary: str
    deprecated: bool
    parameters: tuple[Parameter, ...]
    body: Mapping[str, Media]
    body_required: bool
    responses: Mapping[str, Response]
    security: tuple[tuple[str, ...], ...]
    rate_class: str | None
    capabilities: tuple[str, ...]
    sources: tuple[Mapping[str, str], ...]
    raw: Mapping[str, Any] = field(repr=False)
    pointer: str

    @property
    def capability(self) -> str | None:
        """The capability that stands first; None where the document names none."""
        return next(iter(self.capabilities), None)

    def response(self, status: int) -> Response | None:
        """The documented response for a status: the exact one, else its range (`4XX`), else `default`."""
        responses = self.responses
        return responses.get(str(status)) or responses.get(f"{status // 100}XX") or responses.get("default")


def argument(name: str) -> str:
    """A parameter's name as a Python argument: `X-API-Version` → `x_api_version`, `fields[]` → `fields`, `class` →
    `class_`, `2fa` → `_2fa`."""
    found = re.sub(r"\W+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)).strip("_").lower()
    if not found.isidentifier():
        return "_" + found
    return found + "_" if keyword.iskeyword(found) else found


def operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    """All operations in the order of the document.

    Raises SpecError, with a pointer to the place, for what is not as OpenAPI has it: a reference that leads nowhere, a
    list where a mapping belongs, an operationId that stands twice.
    """
    known: dict[str, str] = {}
    for path, entry in document["paths"].items():
        if path.startswith("x-"):
            continue
        item, at = resolved(document, entry, f"#/paths/{escape(path)}")
        for method in item:
            if method in METHODS:
                operation = _operation(document, path, method, item, at)
                if known.setdefault(operation.id, operation.pointer) != operation.pointer:
                    raise SpecError(f"the operationId {operation.id!r} stands twice", pointer=operation.pointer)
                yield operation


def rate_classes(document: Mapping[str, Any]) -> dict[str, RateClass]:
    """The classes of the root's `x-rate-limit`, by name. Raises SpecError when one lacks `requests` or `seconds`."""
    found = {}
    for name, budget in _mapping(document, "x-rate-limit", "#").items():
        at = f"#/x-rate-limit/{escape(name)}"
        numbers: list[Any] = [budget.get(key) for key in ("requests", "seconds")] if isinstance(budget, Mapping) else []
        if len(numbers) != 2 or not all(type(it) in (int, float) and 0 < it < inf for it in numbers):
            raise SpecError("expected `requests` and `seconds`, two numbers above 0", pointer=at)
        found[name] = RateClass(name, int(numbers[0]), float(numbers[1]))
    return found


def _operation(document: Mapping[str, Any], path: str, method: str, item: Mapping[str, Any], parent: str) -> Operation:
    where = f"{parent}/{method}"
    raw = _mapping(item, method, parent)
    if not isinstance(raw.get("responses"), Mapping) or not raw["responses"]:
        raise SpecError(f"{method.upper()} {path} documents no responses", pointer=where)
    body, body_at = resolved(document, raw.get("requestBody", {}), f"{where}/requestBody")
    if not isinstance(raw.get("x-rate-limit"), str | None):
        raise SpecError("`x-rate-limit` of an operation is the name of a class", pointer=f"{where}/x-rate-limit")
    return Operation(
        id=str(raw.get("operationId") or f"{method} {path}"),
        method=method.upper(),
        path=path,
        tag=str((_list(raw, "tags", where) or ["default"])[0]),
        summary=str(raw.get("summary", "")),
        deprecated=bool(raw.get("deprecated", False)),
        parameters=tuple(_parameters(document, item, raw, where)),
        body=_content(document, body, body_at),
        body_required=bool(body.get("required", False)),
        responses={
            response.status: response
            for status, entry in raw["responses"].items()
            if not status.startswith("x-")
            for response in [_response(document, status, entry, where)]
        },
        security=_security(raw, where) if "security" in raw else _security(document, "#"),
        rate_class=raw.get("x-rate-limit"),
        capabilities=_capabilities(raw, where),
        sources=tuple(_list(raw, "x-source", where)),
        raw=raw,
        pointer=where,
    )


def _security(owner: Mapping[str, Any], at: str) -> tuple[tuple[str, ...], ...]:
    alternatives = _list(owner, "security", at)
    if not all(isinstance(alternative, Mapping) for alternative in alternatives):
        raise SpecError("`security` is a list of mappings, scheme to scopes", pointer=f"{at}/security")
    return tuple(tuple(alternative) for alternative in alternatives)


def _capabilities(raw: Mapping[str, Any], where: str) -> tuple[str, ...]:
    written = raw.get("x-capability", [])
    names = [written] if isinstance(written, str) else written
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        message = f"x-capability is a name or a list of names, not {shown(written)}"
        raise SpecError(message, pointer=f"{where}/x-capability")
    return tuple(names)


def _parameters(
    document: Mapping[str, Any], item: Mapping[str, Any], raw: Mapping[str, Any], where: str
) -> Iterator[Parameter]:
    merged: dict[tuple[str, str], tuple[Mapping[str, Any], str]] = {}
    for owner, place in ((item, where.rpartition("/")[0]), (raw, where)):
        for index, entry in enumerate(_list(owner, "parameters", place)):
            parameter, at = resolved(document, entry, f"{place}/parameters/{index}")
            name = parameter.get("name")
            if not isinstance(name, str) or parameter.get("in") not in _PLACES:
                raise SpecError(f"a parameter needs `name`, and `in`: one of {', '.join(_PLACES)}", pointer=at)
            # The names of headers are the same in any case.
            key = name.lower() if parameter["in"] == "header" else name
            merged[parameter["in"], key] = (parameter, at)
    for (place, key), (parameter, at) in merged.items():
        if place != "header" or key not in _NOT_PARAMETERS:
            yield _parameter(document, parameter, at)


def _parameter(document: Mapping[str, Any], parameter: Mapping[str, Any], at: str) -> Parameter:
    style = parameter.get("style", "form" if parameter["in"] in ("query", "cookie") else "simple")
    media = next(iter(_content(document, parameter, at).values()), None)
    schema = parameter.get("schema", media.schema if media else None)
    meant, _ = resolved(document, {} if schema is None else schema, f"{at}/schema")
    examples = [*_examples(document, parameter, at).values(), *(media.examples.values() if media else ())]
    return Parameter(
        name=parameter["name"],
        place=parameter["in"],
        required=bool(parameter.get("required", False)),
        schema={} if schema is None else schema,
        style=style,
        explode=bool(parameter.get("explode", style == "form")),
        example=examples[0] if examples else meant.get("example"),
        pointer=at,
    )


def _response(document: Mapping[str, Any], status: str, entry: Any, where: str) -> Response:
    written = f"{where}/responses/{status}"
    raw, at = resolved(document, entry, written)
    if not re.fullmatch(r"[1-5]([0-9]{2}|[xX]{2})|default", status):
        raise SpecError(f"{status!r} is no status: `200`, `2XX` and `default` are", pointer=written)
    empty = raw.get("x-empty-body", "never" if raw.get("content") else "always")
    if "x-empty-body" in raw and empty not in _EMPTY:
        raise SpecError(f"x-empty-body is one of {', '.join(_EMPTY)}, not {shown(empty)}", pointer=f"{at}/x-empty-body")
    return Response(
        status=status.upper() if status != "default" else status,
        description=str(raw.get("description", "")),
        content=_content(document, raw, at),
        headers=_resolved_each(document, raw, "headers", at),
        empty_body=empty,
        links=_resolved_each(document, raw, "links", at),
        pointer=at,
    )


def _content(document: Mapping[str, Any], owner: Mapping[str, Any], where: str) -> dict[str, Media]:
    found = {}
    content = _mapping(owner, "content", where)
    for name in content:
        at = f"{where}/content/{escape(name)}"
        media = _mapping(content, name, f"{where}/content")
        examples = _examples(document, media, at)
        schema = media.get("schema")
        if schema is not None:
            meant, _ = resolved(document, schema, f"{at}/schema")
            if not examples and "example" in meant:
                examples = {"example": meant["example"]}
        found[name.lower().split(";")[0].strip()] = Media(name, schema, examples, at)
    return found


def _examples(document: Mapping[str, Any], owner: Mapping[str, Any], at: str) -> dict[str, Any]:
    """Examples by name, `example` first; those that lie elsewhere (`externalValue`) are left out."""
    named = _resolved_each(document, owner, "examples", at)
    found = {name: it["value"] for name, it in named.items() if "value" in it}
    return {"example": owner["example"], **found} if "example" in owner else found


def _resolved_each(
    document: Mapping[str, Any], owner: Mapping[str, Any], key: str, at: str
) -> dict[str, Mapping[str, Any]]:
    entries = _mapping(owner, key, at).items()
    return {name: resolved(document, entry, f"{at}/{key}/{escape(name)}")[0] for name, entry in entries}


def _mapping(owner: Mapping[str, Any], key: str, at: str) -> Mapping[str, Any]:
    value = owner.get(key, {})
    if not isinstance(value, Mapping):
        raise SpecError(f"`{key}` must be a mapping; found {shown(value)}", pointer=f"{at}/{escape(key)}")
    return value


def _list(owner: Mapping[str, Any], key: str, at: str) -> list[Any]:
    value = owner.get(key, [])
    if not isinstance(value, list):
        raise SpecError(f"`{key}` must be a list; found {shown(value)}", pointer=f"{at}/{escape(key)}")
    return value
