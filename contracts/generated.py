"""Generated requests: Schemathesis' examples, boundary values and fuzzing, valid and invalid.

Schemathesis makes the requests; ours is the way they are sent, so that every exchange passes the recorder. Its own
response checks are asked for a second opinion. Only its public interface is used: `schemathesis.openapi.from_dict`,
`Config`, `serializer`, `deserializer`, `Case`.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import httpx
import hypothesis
import requests
import schemathesis
from schemathesis.errors import FailureGroup

from contracts.anyapi import AnySpec
from contracts.environment import Dice
from contracts.exchange import Exchange, Request, Response
from contracts.finding import Problem
from contracts.settings import Settings
from contracts.validity import faults
from specs import Operation, Spec
from specs.codecs import Undecodable, codec, is_csv, is_xml

# Ours judge these better, or these send requests of their own that no recorder sees. `negative_data_rejection` speaks
# only where our `rejects-invalid` finds no fault in a request: of a query parameter that no document names, say.
_OFF = (
    "positive_data_acceptance", "negative_data_rejection", "not_a_server_error", "unsupported_method", "ignored_auth",
    "missing_required_header", "use_after_free", "ensure_resource_availability",
)  # fmt: skip
_ACCEPTED = "Schema-violating request accepted"
_KNOWN_VALUES = 0.5
_STRAY_PATHS = 0.2
# Schemathesis' names for what tries nothing. A bound of a member has the name of the whole object.
_ORDINARY = ("default_", "example_")


def schema(spec: Spec, settings: Settings, operations: tuple[str, ...]) -> schemathesis.BaseSchema:
    """The spec as Schemathesis sees it, seeded, with the phases of the profile, for these operations only."""
    config = schemathesis.Config.from_dict(
        {
            "seed": settings.seed,
            "checks": {name: {"enabled": False} for name in _OFF},
            "generation": {
                "max-examples": max(settings.max_examples, 1),
                "deterministic": False,
                "database": "none",
                "with-security-parameters": False,
                "no-shrink": True,
            },
            "phases": {
                "examples": {"enabled": True},
                "coverage": {"enabled": True, "unexpected-methods": []},
                "fuzzing": {"enabled": settings.max_examples > 0},
                "stateful": {"enabled": True, "inference": {"algorithms": []}},
            },
        }
    )
    document = copy.deepcopy(_source(spec))
    document["paths"] = _only(spec, operations)
    loaded = schemathesis.openapi.from_dict(document, config=config)
    loaded.config.update(base_url="http://127.0.0.1:9")
    _register_codecs(spec)
    return loaded


def readable(spec: AnySpec, settings: Settings, operations: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the operations whose schemas Schemathesis can make requests from; the spec notes which it cannot."""
    found = []
    loaded = schema(spec, settings, operations)
    for name in operations:
        operation = spec.operations[name]
        try:
            _one_of(loaded[operation.path][operation.method].as_strategy())
            found.append(name)
        except Exception as error:  # Whatever it is, it is about the schemas of this operation.
            words = (str(error).strip() or type(error).__name__).splitlines()[0]
            spec.notes.append(f"no requests are generated for {name}: Schemathesis cannot read its schemas: {words}")
    return tuple(found)


def _one_of(strategy: Any) -> None:
    """Make one value, for the sake of what may be raised."""

    @hypothesis.settings(
        max_examples=1, database=None, deadline=None, phases=[hypothesis.Phase.generate],
        verbosity=hypothesis.Verbosity.quiet, suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    @hypothesis.seed(0)
    @hypothesis.given(strategy)
    def make(_: Any) -> None:
        pass

    make()


def _source(spec: Spec) -> dict[str, Any]:
    """The document as its author wrote it: Schemathesis knows OpenAPI 3.1 by itself."""
    return spec.source if isinstance(spec, AnySpec) else spec.document


def _only(spec: Spec, operations: tuple[str, ...]) -> dict[str, Any]:
    wanted = {(spec.operations[name].path, spec.operations[name].method.lower()) for name in operations}
    methods = {operation.method.lower() for operation in spec.operations.values()}
    paths = {}
    for path, item in copy.deepcopy(_source(spec)["paths"]).items():
        kept = {key: it for key, it in item.items() if key not in methods or (path, key) in wanted}
        if kept.keys() & methods:
            paths[path] = kept
    return paths


def _register_codecs(spec: Spec) -> None:
    """XML and CSV by the spec's schemas, both ways, in place of Schemathesis' own, which let wrong ones pass."""
    kinds = {
        kind
        for operation in spec.operations.values()
        for content in (operation.body, *(response.content for response in operation.responses.values()))
        for kind in content
        if is_xml(kind) or is_csv(kind)
    }
    if not kinds:
        return

    @schemathesis.serializer(*kinds)
    def write(ctx: schemathesis.SerializationContext, value: Any) -> Any:
        if isinstance(value, bytes):
            return {"data": value}
        operation = of_case(ctx.case, spec)
        kind = (ctx.case.media_type or "").lower()
        media = operation.body.get(kind)
        if isinstance(value, str) and value.lstrip().startswith("<"):
            return {"data": value.encode()}
        try:
            return {"data": codec(kind, media.schema if media else None, spec.document).encode(value)}
        except (TypeError, ValueError, AttributeError):
            # Generated for JSON, with names that no element can have: not XML at all, which is a good test too.
            return {"data": str(value).encode(errors="replace")}

    @schemathesis.deserializer(*kinds)
    def read(ctx: schemathesis.DeserializationContext, response: schemathesis.Response) -> Any:
        operation = next(it for it in spec.operations.values() if _label(it) == ctx.operation.label)
        documented = operation.response(response.status_code)
        kind = (response.headers.get("content-type") or [""])[0].split(";")[0].strip().lower()
        media = documented.content.get(kind) if documented else None
        try:
            return codec(kind, media.schema if media else None, spec.document).decode(response.content)
        except Undecodable as error:
            raise ValueError(str(error)) from error


def of_case(case: schemathesis.Case[Any], spec: Spec) -> Operation:
    """The spec's operation that a case was made for."""
    label = case.operation.label
    return next(it for it in spec.operations.values() if _label(it) == label)


def _label(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"


def request_of(case: schemathesis.Case[Any], base: str) -> Request:
    """The case as bytes for the wire, under a base URL, without credentials."""
    arguments = case.as_transport_kwargs(base_url=base)
    known = {key: it for key, it in arguments.items() if key in _ARGUMENTS}
    prepared = requests.Request(**known).prepare()
    body: Any = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
    ours = {"content-length", "x-schemathesis-testcaseid", "user-agent"}
    pairs = [(_text(name), _text(value)) for name, value in prepared.headers.items()]
    headers = [(name, value) for name, value in pairs if name.lower() not in ours]
    return Request(str(prepared.method), str(prepared.url), tuple(headers), body or None)


_ARGUMENTS = frozenset({"method", "url", "headers", "files", "data", "json", "params", "cookies"})


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def season(case: schemathesis.Case[Any], operation: Operation, dice: Dice) -> None:
    """Put known values where random ones reach nothing: most path parameters, and some members of the body.

    A random person key is always a 404, so the code behind it would never be seen. What a case is there to try, a bound
    or a breach, stays as it is.
    """
    place, plain = _tried(case)
    if place != "path" and (place or dice.random() > _STRAY_PATHS):
        examples = {it.name: it.example for it in operation.parameters if it.place == "path" and it.example is not None}
        for name, value in examples.items():
            if name in case.path_parameters:
                case.path_parameters[name] = value
    if isinstance(case.body, dict) and dice.random() < _KNOWN_VALUES and (plain or place != "body"):
        media = operation.body.get((case.media_type or "").lower())
        known: dict[str, list[Any]] = {}
        for example in media.examples.values() if media else ():
            for name, leaf in _leaves(example):
                known.setdefault(name, []).append(leaf)
        case.body = _seasoned(case.body, known, dice)


def tries_body(case: schemathesis.Case[Any]) -> bool:
    """Whether a case is there to try a bound or a breach of the body."""
    place, plain = _tried(case)
    return place == "body" and not plain


def _tried(case: schemathesis.Case[Any]) -> tuple[str, bool]:
    """The place that a case for coverage tries (`path`, `body` …), and whether it tries nothing but an ordinary value
    there; no place for any other case."""
    phase = case.meta.phase if case.meta else None
    if phase is None or phase.name != "coverage":
        return "", True
    place = getattr(phase.data.parameter_location, "value", "") or "body"
    return str(place), str(getattr(phase.data, "scenario", "")).startswith(_ORDINARY)


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item, name)
    elif name:
        yield name, value


def _seasoned(value: Any, known: Mapping[str, list[Any]], dice: Dice, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _seasoned(item, known, dice, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_seasoned(item, known, dice, name) for item in value]
    return dice.choice(known[name]) if name in known and isinstance(value, str) else value


def as_httpx(request: Request, response: Response) -> httpx.Response:
    """An answer in a form that Schemathesis reads."""
    headers = [(name, value) for name, value in response.headers if name.lower() != "content-encoding"]
    sent = httpx.Request(request.method, request.url, content=request.body)
    answer = httpx.Response(response.status, headers=headers, content=response.body, request=sent)
    answer.elapsed = timedelta(seconds=response.seconds)
    return answer


def second_opinion(
    case: schemathesis.Case[Any], exchange: Exchange, operation: Operation, spec: Spec
) -> Iterator[Problem]:
    """What Schemathesis' own checks object to in an exchange.

    It takes a query parameter that the document does not name for a violation; no document forbids one.
    """
    response = exchange.response
    if response is None or not response.body:
        return  # Schemathesis does not know that a body may be left out; `empty-body` judges that.
    answer = as_httpx(exchange.request, response)
    try:
        case.validate_response(answer)
    except FailureGroup as group:
        for failure in group.exceptions:
            title = getattr(failure, "title", type(failure).__name__)
            if title == _ACCEPTED and next(faults(exchange, operation, spec), None) is None:
                continue
            yield Problem(f"{title} {response.status}", f"no `{title}`", str(failure))
