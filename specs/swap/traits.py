"""What a spec says of one operation, aspect by aspect, in words that can be compared with another vendor's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from specs import Operation, Spec
from specs.codecs import is_json
from specs.loading import resolved
from specs.operations import Response

NOT_SAID = "not said"
_DEEPEST = 6
_ID = re.compile(r"(^|_)(id|key|uuid|udid|ksid|token)$|[a-z](Id|Key|Token)$")
_LATER = re.compile(r"asynchron|\bqueued?\b|in the background", re.IGNORECASE)
_SPEAKS = {
    "not-found": re.compile(r"unknown|not_found|no_such|nobody|no such", re.IGNORECASE),
    "duplicate": re.compile(r"duplicate|already|again|exists", re.IGNORECASE),
    "unauthenticated": re.compile(r"unauthor|credential|signature", re.IGNORECASE),
}
_KINDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}


def call(operation: Operation, spec: Spec) -> str:
    """`POST /things`."""
    return f"{operation.method} {operation.path}"


def ids(operation: Operation, spec: Spec) -> str:
    """Ids in the path, and those of the first answer: what they are called, and of what kind."""
    path = [f"{it.name} ({_kind(it.schema, spec)})" for it in operation.parameters if it.place == "path"]
    answer = [f"{name} ({kind})" for name, kind in dict(_answered_ids(operation, spec)).items()]
    parts = [f"path: {', '.join(path)}" if path else "", f"answer: {', '.join(answer)}" if answer else ""]
    return "; ".join(filter(None, parts)) or "none"


def timing(operation: Operation, spec: Spec) -> str:
    """Whether the answer tells the outcome, or only that there will be one."""
    later = "202" in operation.responses or _LATER.search(str(operation.raw.get("description", "")))
    return "later" if later else "at once"


def success(operation: Operation, spec: Spec) -> str:
    """Statuses of success."""
    return _listed(status for status in operation.responses if status.startswith("2"))


def not_found(operation: Operation, spec: Spec) -> str:
    """The status for what is not there."""
    return _meaning(operation, spec, "not-found", ("404", "410"), ("4",))


def duplicate(operation: Operation, spec: Spec) -> str:
    """The status for what is there already; not an error everywhere, and nothing that a read could meet."""
    if operation.method == "GET":
        return NOT_SAID
    return _meaning(operation, spec, "duplicate", ("409",), ("2", "4"))


def invalid(operation: Operation, spec: Spec) -> str:
    """Statuses for a request that is not as documented."""
    return _listed(status for status in operation.responses if status in ("400", "413", "415", "422"))


def unauthenticated(operation: Operation, spec: Spec) -> str:
    """Statuses for credentials that are missing or wrong."""
    return _meaning(operation, spec, "unauthenticated", ("401",), ("4",))


def error_body(operation: Operation, spec: Spec) -> str:
    """The shape of a refusal's body, and which refusals may have none."""
    refusals = [it for status, it in operation.responses.items() if status.startswith("4")]
    empty = [it.status for it in refusals if it.empty_body != "never"]
    shapes = dict.fromkeys(_shape_of(it, spec) for it in refusals if it.content)
    words = " or ".join(shapes) or "none"
    return f"{words}; may be empty: {', '.join(empty)}" if empty and shapes else words


def limits(operation: Operation, spec: Spec) -> str:
    """How many items a request may hold, and how many requests are granted."""
    found = [
        f"{where or 'items'} at most {bound}"
        for media in operation.body.values()
        for where, bound in _bounds(media.schema or {}, spec, "", 0)
    ]
    budget = spec.rate_classes.get(operation.rate_class or "")
    if budget is not None:
        found.append(f"{budget.requests} requests in {budget.seconds:g} s")
    return _listed(found)


def request_types(operation: Operation, spec: Spec) -> str:
    """Media types of a request's body."""
    return ", ".join(operation.body) or "no body"


def answer_types(operation: Operation, spec: Spec) -> str:
    """Media types of a success."""
    found = [kind for status, it in operation.responses.items() if status.startswith("2") for kind in it.content]
    return ", ".join(dict.fromkeys(found)) or "no body"


def authentication(operation: Operation, spec: Spec) -> str:
    """Ways to be let in: all that belong to one way are joined by a plus."""
    ways = [" + ".join(_scheme(spec.security_schemes.get(name, {})) for name in way) for way in operation.security]
    return " or ".join(way or "nothing" for way in ways) or "nothing"


def pagination(operation: Operation, spec: Spec) -> str:
    """How a list is cut into pages."""
    written = operation.raw.get("x-pagination")
    return ", ".join(f"{key} {value}" for key, value in written.items()) if isinstance(written, dict) else "none"


ASPECTS: Mapping[str, Callable[[Operation, Spec], str]] = {
    "ids": ids,
    "timing": timing,
    "success": success,
    "not found": not_found,
    "duplicate": duplicate,
    "invalid": invalid,
    "unauthenticated": unauthenticated,
    "error body": error_body,
    "limits": limits,
    "request types": request_types,
    "answer types": answer_types,
    "authentication": authentication,
    "pagination": pagination,
}


def _listed(values: Any) -> str:
    return ", ".join(dict.fromkeys(values)) or NOT_SAID


def _meaning(operation: Operation, spec: Spec, meaning: str, codes: tuple[str, ...], classes: tuple[str, ...]) -> str:
    """The statuses with which HTTP says it; where none of them is documented, those whose examples speak of it."""
    plain = [code for code in codes if code in operation.responses]
    if plain:
        return ", ".join(plain)
    spoken = [
        status
        for status, response in operation.responses.items()
        if status.startswith(classes) and any(_SPEAKS[meaning].search(it) for it in _names(response))
    ]
    return _listed(spoken)


def _names(response: Response) -> Iterator[str]:
    """What a response is for: its description, if it is a refusal, and the names of its examples."""
    if not response.status.startswith("2"):
        yield response.description
    for media in response.content.values():
        yield from media.examples


def _answered_ids(operation: Operation, spec: Spec) -> Iterator[tuple[str, str]]:
    for status, response in operation.responses.items():
        if status.startswith("2"):
            for kind, media in response.content.items():
                if is_json(kind) and media.schema:
                    yield from _ids_in(media.schema, spec, 0)
            return


def _ids_in(schema: Mapping[str, Any], spec: Spec, depth: int) -> Iterator[tuple[str, str]]:
    for name, member in _members(schema, spec).items():
        if _ID.search(name):
            yield name, _kind(member, spec)
        elif depth < 2:
            yield from _ids_in(member, spec, depth + 1)


def _members(schema: Mapping[str, Any], spec: Spec) -> dict[str, Mapping[str, Any]]:
    """Members of an object, or of the objects in an array, those of `allOf` included."""
    meant = _meant(schema, spec)
    for _ in range(_DEEPEST):
        if "items" not in meant:
            break
        meant = _meant(meant["items"], spec)
    found = dict(meant.get("properties", {}))
    for part in meant.get("allOf", ()):
        found |= _members(part, spec)
    return found


def _meant(schema: Mapping[str, Any], spec: Spec) -> Mapping[str, Any]:
    return resolved(spec.document, schema)[0]


def _kind(schema: Mapping[str, Any], spec: Spec) -> str:
    meant = _meant(schema, spec)
    choices = [_kind(part, spec) for key in ("anyOf", "oneOf") for part in meant.get(key, ())]
    word = _KINDS.get(meant.get("type", ""), "") or " or ".join(dict.fromkeys(choices)) or "anything"
    more = meant.get("format") or meant.get("pattern")
    return f"{word}, {more}" if more else word


def _shape_of(response: Response, spec: Spec) -> str:
    kind, media = next(iter(response.content.items()))
    return _shape(media.schema or {}, spec, 0) if is_json(kind) else kind


def _shape(schema: Mapping[str, Any], spec: Spec, depth: int) -> str:
    """`{errors: [{code: whole number, message: text}]}`."""
    meant = _meant(schema, spec)
    members = _members(meant, spec) if meant.get("type", "object") == "object" else {}
    if meant.get("type") == "array":
        return f"[{_shape(meant.get('items', {}), spec, depth + 1)}]" if depth < _DEEPEST else "[…]"
    if members and depth < _DEEPEST:
        return "{" + ", ".join(f"{name}: {_shape(it, spec, depth + 1)}" for name, it in sorted(members.items())) + "}"
    return _KINDS.get(meant.get("type", ""), "anything")


def _bounds(schema: Mapping[str, Any], spec: Spec, where: str, depth: int) -> Iterator[tuple[str, int]]:
    """Arrays of a request that have a largest size, by the name of their member."""
    meant = _meant(schema, spec)
    if "maxItems" in meant:
        yield where, meant["maxItems"]
    if depth < _DEEPEST:
        for name, member in {
            **meant.get("properties", {}),
            **({"": meant["items"]} if "items" in meant else {}),
        }.items():
            yield from _bounds(member, spec, name or where, depth + 1)
        for part in (*meant.get("allOf", ()), *meant.get("oneOf", ()), *meant.get("anyOf", ())):
            yield from _bounds(part, spec, where, depth + 1)


def _scheme(scheme: Mapping[str, Any]) -> str:
    if scheme.get("type") == "apiKey":
        return f"{scheme.get('in')} {scheme.get('name')}"
    return f"{scheme.get('type', 'unknown')} {scheme.get('scheme', '')}".strip()
