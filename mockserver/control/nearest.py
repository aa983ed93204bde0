"""The nearest request that a spec allows: the refused one, with as few parts replaced as it takes.

A parameter or member that is wrong is replaced by the spec's example, or by a value made from its schema; one that is
missing is added, one too many is left out. Whether the result is what the spec allows is not guessed but checked, with
the readers that refused the original. Credentials, and rules that no schema says, are beyond it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from mockserver.bodies import BodyReader
from mockserver.errors import Invalid, Refusal
from mockserver.exchange import Exchange, Request, by_name
from mockserver.parameters import ParameterReader, cookies, query
from specs import Operation, Spec
from specs.codecs import Undecodable, codec
from specs.loading import escape, resolved
from specs.operations import Media, Parameter
from specs.samples import sample
from specs.schemas import Problem

_MOST = 40  # changes; what needs more is another request
_MISSING = re.compile(r'("(?:[^"\\]|\\.)*") is a required property')


@dataclass(frozen=True, slots=True)
class Change:
    """One part that was replaced: where, why, and what stands there now as text; "" where it was left out."""

    place: str
    why: str
    now: str


@dataclass(slots=True)
class Draft:
    """A request on its way to being one that the spec allows; begins as the one that was sent."""

    spec: Spec
    operation: Operation
    exchange: Exchange
    path: dict[str, str]
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes
    changes: list[Change] = field(default_factory=list)

    @property
    def target(self) -> str:
        """Path and query, as they would be sent."""
        sent = self.exchange.target.partition("?")[0].rstrip("/").split("/")
        steps = self.operation.path.strip("/").split("/")
        made = [re.sub(r"\{([^{}]+)\}", lambda it: quote(self.path.get(it[1], ""), safe=""), step) for step in steps]
        target = "/".join([*sent[: len(sent) - len(steps)], *made])
        return target + (f"?{urlencode(self.query, doseq=True)}" if self.query else "")

    def problems(self) -> list[Problem]:
        """All that breaks the spec: parameters, or, when they are right, the body."""
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in self.headers.items()]
        exchange = Exchange(0, self.exchange.method, self.target, headers, by_name(headers))
        request, found = Request(exchange, self.path, self.body), list[Problem]()
        places = {"path": self.path, "query": query(request.query), "header": self.headers, "cookie": cookies(request)}
        for parameter in self.operation.parameters:
            ParameterReader(parameter, self.spec).read(places[parameter.place], found)
        reader = BodyReader(self.operation, self.spec)
        if found or not reader.declared:
            return found
        try:
            reader.read(request)
        except Invalid as refusal:
            return list(refusal.problems)
        except Refusal as refusal:
            return [Problem("body", (), "media", refusal.reason)]
        return []

    def mend(self, problem: Problem) -> None:
        """Replace what one problem is about. Raises LookupError, and what makes values raises, where that cannot be."""
        wrong = next((it for it in self.operation.parameters if problem.place == f"{it.place} {it.name!r}"), None)
        if wrong is not None:
            self._set(wrong, problem)
        elif problem.keyword == "media":
            media = self._media() or next(iter(self.operation.body.values()))
            value = next(iter(media.examples.values())) if media.examples else self._made(media.schema or {})
            self.headers["content-type"] = media.type
            written = isinstance(value, str) and not media.type.endswith("json")
            self.body = value.encode() if written else self._codec(media).encode(value)
            self.changes.append(Change("body", problem.message, self.body.decode("utf-8", "replace")))
        else:
            self._mend_body(problem)

    def _set(self, parameter: Parameter, problem: Problem) -> None:
        value = parameter.example if parameter.example is not None else self._made(parameter.schema)
        texts = [_text(it) for it in value] if isinstance(value, list) else [_text(value)]
        if parameter.place == "query":
            self.query[parameter.name] = texts if parameter.explode else [",".join(texts)]
        elif parameter.place in ("path", "header"):
            where = self.path if parameter.place == "path" else self.headers
            where[parameter.name.lower() if parameter.place == "header" else parameter.name] = ",".join(texts)
        else:
            raise LookupError("cookies are the client's own")
        self.changes.append(Change(problem.place, problem.message, ",".join(texts)))

    def _mend_body(self, problem: Problem) -> None:
        media = self._media()
        if media is None or media.schema is None:
            raise LookupError("no schema")
        value = self._codec(media).decode(self.body)
        schema = subschema(self.spec, media.schema, problem.schema_path[:-1])[0]
        owner, place = _at(value, problem.path), str(Problem(problem.place, problem.path, "", ""))[:-2]
        missing = _MISSING.match(problem.message) if problem.keyword == "required" else None
        if missing:
            name = json.loads(missing[1])
            owner[name] = made = self._made(_member(self.spec, schema, name))
            self.changes.append(Change(f"{place}.{name}", problem.message, _text(made)))
        elif problem.keyword == "additionalProperties" and isinstance(owner, dict):
            for name in [it for it in owner if it not in schema.get("properties", {})]:
                del owner[name]
                self.changes.append(Change(f"{place}.{name}", problem.message, ""))
        else:
            made = self._made(schema)
            if problem.path:
                _at(value, problem.path[:-1])[problem.path[-1]] = made
            else:
                value = made
            self.changes.append(Change(place, problem.message, _text(made)))
        self.body = self._codec(media).encode(value)

    def _media(self) -> Media | None:
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        return self.operation.body.get(kind)

    def _codec(self, media: Media) -> Any:
        return codec(media.type, media.schema, self.spec.document)

    def _made(self, schema: Mapping[str, Any]) -> Any:
        return sample(schema, self.spec.document, 0, "request")


def nearest(spec: Spec, operation: Operation, exchange: Exchange) -> tuple[list[Problem], Draft | None]:
    """What of the request breaks the spec, and the nearest request that does not; None where nothing breaks it, or
    none was found."""
    draft = _begun(spec, operation, exchange)
    first = found = draft.problems()
    try:
        for _ in range(_MOST):
            if not found:
                return first, draft if draft.changes else None
            draft.mend(found[0])
            found = draft.problems()
    except (LookupError, TypeError, ValueError, Undecodable, StopIteration):
        pass
    return first, None


def subschema(spec: Spec, schema: Mapping[str, Any], steps: tuple[str | int, ...]) -> tuple[Mapping[str, Any], str]:
    """The part of a schema that a problem's steps lead to, and where it stands: from the document's root (`#…`) or from
    the schema. Raises LookupError where the validator has steps that the document does not have."""
    node: Any = spec.document if steps[:2] == ("components", "schemas") else resolved(spec.document, schema)[0]
    at = "#" if node is spec.document else ""
    for step in steps:
        below = node[int(step)] if isinstance(node, list) else node[str(step)]
        at = f"{at}/{escape(str(step))}"
        node, at = resolved(spec.document, below, at) if isinstance(below, Mapping) else (below, at)
    return node, at


def _begun(spec: Spec, operation: Operation, exchange: Exchange) -> Draft:
    path, _, raw = exchange.target.partition("?")
    pairs: dict[str, list[str]] = {}
    for name, value in parse_qsl(raw, keep_blank_values=True, errors="replace"):
        pairs.setdefault(name, []).append(value)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in exchange.headers.items()}
    return Draft(spec, operation, exchange, _in_path(path, operation.path), pairs, headers, exchange.request_body)


def _in_path(path: str, template: str) -> dict[str, str]:
    steps = template.strip("/").split("/")
    found: dict[str, str] = {}
    for step, sent in zip(steps, path.rstrip("/").split("/")[-len(steps) :], strict=False):
        parts = re.split(r"\{([^{}]+)\}", step)
        pattern = "".join("(.+)" if index % 2 else re.escape(part) for index, part in enumerate(parts))
        match = re.fullmatch(pattern, unquote(sent), re.DOTALL)
        found.update(zip(parts[1::2], match.groups(), strict=True) if match else ())
    return found


def _member(spec: Spec, schema: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    for part in (schema, *(resolved(spec.document, it)[0] for it in schema.get("allOf", ()))):
        if name in part.get("properties", {}):
            member: Mapping[str, Any] = part["properties"][name]
            return member
    return {}


def _at(value: Any, steps: tuple[str | int, ...]) -> Any:
    for step in steps:
        value = value[step]
    return value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
