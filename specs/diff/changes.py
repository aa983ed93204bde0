"""An operation's parameters, bodies, answers and credentials, old against new."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specs import Operation, Spec
from specs.diff.rules import RULES, Level
from specs.diff.structures import Place, schema_changes
from specs.operations import Parameter, Response

Found = tuple[str, str, str]
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One change that breaks clients. `operation` is the new operationId, or the old one of what is gone; `where` says
    in which part of it, `detail` what it was and is."""

    rule: str
    operation: str
    call: str
    where: str
    detail: str
    gone: bool = False

    @property
    def level(self) -> Level:
        return RULES[self.rule].level

    def __str__(self) -> str:
        parts = f"{self.call}: {RULES[self.rule].meaning}", self.where, self.detail
        return f"{self.level} {self.rule}: " + ": ".join(filter(None, parts))


def compare(old: Spec, new: Spec) -> list[Change]:
    """All changes from `old` to `new` that break clients, each once, in the order of the old document."""
    return list(dict.fromkeys(_changes(old, new)))


def affected(changes: Iterable[Change]) -> list[str]:
    """The operations of the new document that break clients, in order: those that are worth another verification."""
    return list(dict.fromkeys(change.operation for change in changes if not change.gone))


def _changes(old: Spec, new: Spec) -> Iterator[Change]:
    there = {_key(operation): operation for operation in new.operations.values()}
    paths = {path for _, path in there}
    for operation in old.operations.values():
        call = f"{operation.method} {operation.path}"
        after = there.get(_key(operation))
        if after is None:
            what = "api" if _key(operation)[1] in paths else "api-path"
            rule = "api-removed-with-deprecation" if operation.deprecated else f"{what}-removed-without-deprecation"
            yield Change(rule, operation.id, call, "", "", gone=True)
            continue
        for rule, where, detail in _of_operation(operation, after, old, new):
            yield Change(rule, after.id, call, where, detail)


def _key(operation: Operation) -> Key:
    """Method and path; what a path's parameters are called is nobody's business but the document's."""
    return operation.method, re.sub(r"\{[^{}]*\}", "{}", operation.path.rstrip("/"))


def _of_operation(before: Operation, after: Operation, old: Spec, new: Spec) -> Iterator[Found]:
    if before.id != after.id:
        yield "api-operation-id-removed", "", f"{before.id} → {after.id}"
    yield from _security(before, after)
    yield from _parameters(before, after, old, new)
    yield from _body(before, after, old, new)
    for status, response in before.responses.items():
        answer = after.responses.get(status)
        if answer is None:
            kind = "success" if status.startswith("2") else "non-success"
            yield f"response-{kind}-status-removed", f"response {status}", ""
        else:
            yield from _response(response, answer, old, new)
    yield from _extensions(before, after, old, new)


def _security(before: Operation, after: Operation) -> Iterator[Found]:
    was_open, is_open = (not it.security or () in it.security for it in (before, after))
    if was_open and not is_open:
        yield "api-security-added", "", " or ".join(" + ".join(way) for way in after.security)
    elif not is_open:
        gone = [way for way in before.security if way and way not in after.security]
        yield from (("api-security-removed", "", " + ".join(way)) for way in gone)


def _parameters(before: Operation, after: Operation, old: Spec, new: Spec) -> Iterator[Found]:
    mine, theirs = _by_place(before.parameters), _by_place(after.parameters)
    for key, parameter in theirs.items():
        known = mine.get(key)
        where = f"{parameter.place} {parameter.name}"
        if known is None:
            if parameter.required and parameter.place != "path":
                yield "new-required-request-parameter", where, ""
            continue
        if parameter.required and not known.required:
            yield "request-parameter-became-required", where, ""
        defaults = [_default(it, spec) for it, spec in ((known, old), (parameter, new))]
        if defaults[0] != defaults[1] and defaults[0] is not None:
            yield "request-parameter-default-value-changed", where, f"{defaults[0]} → {defaults[1]}"
        place = Place(old, new, "request", "parameter", where)
        yield from schema_changes(known.schema, parameter.schema, place)
    for key, parameter in mine.items():
        if key not in theirs:
            yield "request-parameter-removed", f"{parameter.place} {parameter.name}", ""


def _by_place(parameters: Iterable[Parameter]) -> dict[tuple[str, str | int], Parameter]:
    """Parameters by place and name; those of the path by their order, since their names may change."""
    found: dict[tuple[str, str | int], Parameter] = {}
    for parameter in parameters:
        count = sum(place == "path" for place, _ in found)
        found[parameter.place, count if parameter.place == "path" else parameter.name.lower()] = parameter
    return found


def _default(parameter: Parameter, spec: Spec) -> Any:
    schema = parameter.schema
    return spec.resolve(schema["$ref"]).get("default") if "$ref" in schema else schema.get("default")


def _body(before: Operation, after: Operation, old: Spec, new: Spec) -> Iterator[Found]:
    if after.body and not before.body:
        if after.body_required:
            yield "request-body-added-required", "request body", ""
        return
    if before.body and not after.body:
        yield "request-body-removed", "request body", ""
        return
    if after.body_required and not before.body_required:
        yield "request-body-became-required", "request body", ""
    for kind, media in before.body.items():
        other = after.body.get(kind)
        if other is None:
            yield "request-body-media-type-removed", f"request body {kind}", ""
        elif other.schema is not None:
            place = Place(old, new, "request", "body", f"request body {kind} ")
            yield from schema_changes(media.schema or {}, other.schema, place)


def _response(before: Response, after: Response, old: Spec, new: Spec) -> Iterator[Found]:
    where = f"response {before.status}"
    if before.empty_body == "never" and after.empty_body != "never":
        yield "x-empty-body-allowed", where, ""
    for kind, media in before.content.items():
        other = after.content.get(kind)
        if other is None:
            if after.content:
                yield "response-media-type-removed", f"{where} {kind}", ""
        elif media.schema is not None:
            place = Place(old, new, "response", "body", f"{where} {kind} ")
            yield from schema_changes(media.schema, other.schema or {}, place)
    yield from _headers(before.headers, after.headers, where)


def _headers(
    before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]], where: str
) -> Iterator[Found]:
    there = {name.lower(): header for name, header in after.items()}
    for name, header in before.items():
        required, other = header.get("required") is True, there.get(name.lower())
        if other is None:
            yield f"{'required' if required else 'optional'}-response-header-removed", f"{where} header {name}", ""
        elif required and other.get("required") is not True:
            yield "response-header-became-optional", f"{where} header {name}", ""


def _extensions(before: Operation, after: Operation, old: Spec, new: Spec) -> Iterator[Found]:
    mine, theirs = old.rate_classes.get(before.rate_class or ""), new.rate_classes.get(after.rate_class or "")
    if theirs is not None and (mine is None or theirs.requests / theirs.seconds < mine.requests / mine.seconds):
        was = f"{mine.requests} in {mine.seconds:g} s" if mine else "none"
        yield "x-rate-limit-decreased", "", f"{was} → {theirs.requests} in {theirs.seconds:g} s"
    if "x-pagination" in before.raw and before.raw["x-pagination"] != after.raw.get("x-pagination"):
        yield "x-pagination-changed", "", ""
