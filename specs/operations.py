"""What a document says about each operation, with references resolved and in one shape for both halves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from specs.loading import SpecError, pointer

METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
Place = Literal["path", "query", "header", "cookie"]
EmptyBody = Literal["never", "allowed", "always"]


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
    capability: str | None
    sources: tuple[Mapping[str, str], ...]
    raw: Mapping[str, Any] = field(repr=False)
    pointer: str

    def response(self, status: int) -> Response | None:
        """The documented response for a status: the exact one, else its range (`4XX`), else `default`."""
        responses = self.responses
        return responses.get(str(status)) or responses.get(f"{status // 100}XX") or responses.get("default")


def argument(name: str) -> str:
    """A parameter's name as a Python argument: `X-API-Version` → `x_api_version`, `fields[]` → `fields`."""
    return re.sub(r"\W+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)).strip("_").lower()


def operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    """All operations in the order of the document. Raises SpecError for a reference that leads nowhere."""
    for path, item in document["paths"].items():
        item = _resolved(document, item)
        for method in METHODS:
            if method in item:
                yield _operation(document, path, method, item)


def rate_classes(document: Mapping[str, Any]) -> dict[str, RateClass]:
    """The classes of the root's `x-rate-limit`, by name."""
    classes = document.get("x-rate-limit", {})
    return {name: RateClass(name, int(it["requests"]), float(it["seconds"])) for name, it in classes.items()}


def _operation(document: Mapping[str, Any], path: str, method: str, item: Mapping[str, Any]) -> Operation:
    raw = item[method]
    where = f"#/paths/{_escape(path)}/{method}"
    if not isinstance(raw.get("responses"), dict):
        raise SpecError(f"{method.upper()} {path} documents no responses")
    body = _resolved(document, raw.get("requestBody", {}))
    security = raw.get("security", document.get("security", []))
    return Operation(
        id=raw.get("operationId") or f"{method} {path}",
        method=method.upper(),
        path=path,
        tag=(raw.get("tags") or ["default"])[0],
        summary=raw.get("summary", ""),
        deprecated=bool(raw.get("deprecated", False)),
        parameters=tuple(_parameters(document, item, raw, where)),
        body=_content(document, body.get("content", {}), f"{where}/requestBody"),
        body_required=bool(body.get("required", False)),
        responses={str(status): _response(document, str(status), it, where) for status, it in raw["responses"].items()},
        security=tuple(tuple(alternative) for alternative in security),
        rate_class=raw.get("x-rate-limit"),
        capability=raw.get("x-capability"),
        sources=tuple(raw.get("x-source", ())),
        raw=raw,
        pointer=where,
    )


def _parameters(
    document: Mapping[str, Any], item: Mapping[str, Any], raw: Mapping[str, Any], where: str
) -> Iterator[Parameter]:
    merged: dict[tuple[str, str], tuple[Mapping[str, Any], str]] = {}
    for owner, place in ((item, where.rsplit("/", 1)[0]), (raw, where)):
        for index, entry in enumerate(owner.get("parameters", ())):
            parameter = _resolved(document, entry)
            at = entry.get("$ref", f"{place}/parameters/{index}")
            merged[parameter["in"], parameter["name"]] = (parameter, at)
    for parameter, at in merged.values():
        style = parameter.get("style", "form" if parameter["in"] in ("query", "cookie") else "simple")
        examples = [it.get("value") for it in parameter.get("examples", {}).values()]
        schema = parameter.get("schema") or next(iter(parameter.get("content", {}).values()), {}).get("schema", {})
        yield Parameter(
            name=parameter["name"],
            place=parameter["in"],
            required=bool(parameter.get("required", False)),
            schema=schema,
            style=style,
            explode=bool(parameter.get("explode", style == "form")),
            example=parameter.get("example", examples[0] if examples else schema.get("example")),
            pointer=at,
        )


def _response(document: Mapping[str, Any], status: str, entry: Mapping[str, Any], where: str) -> Response:
    at = entry.get("$ref", f"{where}/responses/{status}")
    raw = _resolved(document, entry)
    headers = {name: _resolved(document, header) for name, header in raw.get("headers", {}).items()}
    return Response(
        status=status.upper() if status != "default" else status,
        description=raw.get("description", ""),
        content=_content(document, raw.get("content", {}), at),
        headers=headers,
        empty_body=raw.get("x-empty-body", "never" if raw.get("content") else "always"),
        links={name: _resolved(document, link) for name, link in raw.get("links", {}).items()},
        pointer=at,
    )


def _content(document: Mapping[str, Any], content: Mapping[str, Any], where: str) -> dict[str, Media]:
    found = {}
    for name, media in content.items():
        examples = {key: _resolved(document, it).get("value") for key, it in media.get("examples", {}).items()}
        if "example" in media:
            examples = {"example": media["example"], **examples}
        schema = media.get("schema")
        if not examples and schema is not None:
            resolved = _resolved(document, schema)
            examples = {"example": resolved["example"]} if "example" in resolved else {}
        at = f"{where}/content/{_escape(name)}"
        found[name.lower().split(";")[0].strip()] = Media(name, schema, examples, at)
    return found


def _resolved(document: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow `$ref` on a parameter, response, header or the like. Schemas keep theirs: they may be recursive."""
    for _ in range(32):
        if "$ref" not in node:
            return node
        node = pointer(document, node["$ref"])
    raise SpecError(f"reference {node['$ref']!r} goes round in circles")


def _escape(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
