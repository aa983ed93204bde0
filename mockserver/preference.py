"""`Prefer: code=404, example=unknown_person, dynamic=true`: the documented answer of a client's choice, as Prism does.

Also how operations answer that have a spec and no function.
"""

from __future__ import annotations

from dataclasses import dataclass

from mockserver.errors import BadParameter
from mockserver.exchange import Reply, Request
from mockserver.negotiation import acceptable
from specs import Operation, Spec
from specs.codecs import Undecodable, codec, is_csv, is_xml
from specs.operations import Media, Response
from specs.samples import sample


@dataclass(frozen=True, slots=True)
class Preference:
    """What a `Prefer` header asks for. `dynamic`: a value made from the schema even where there is an example."""

    code: int | None = None
    example: str | None = None
    dynamic: bool = False

    def __bool__(self) -> bool:
        return self.code is not None or self.example is not None or self.dynamic


def parse(header: str) -> Preference:
    """The preferences in a header's value; unknown ones are ignored (RFC 7240). Raises BadParameter."""
    found = {}
    for part in header.replace(";", ",").split(","):
        name, _, value = part.partition("=")
        found[name.strip().lower()] = value.strip().strip('"')
    code = found.get("code")
    if code is not None and not (code.isascii() and code.isdigit() and 100 <= int(code) <= 599):
        raise BadParameter(f"Prefer: code={code} is not a status")
    return Preference(int(code) if code else None, found.get("example"), found.get("dynamic", "") == "true")


def documented(operation: Operation, spec: Spec, preference: Preference, seed: int, request: Request) -> Reply:
    """The documented answer: the preferred status, else the lowest success; the preferred example, else the first, else
    a value made from the schema and the seed. Raises BadParameter for what the spec does not document."""
    status, response = _response(operation, preference)
    media = response.content[acceptable(request, response.content)] if response.content else None
    headers = {name: str(_header(header)) for name, header in response.headers.items() if header.get("required")}
    if media is None:
        return Reply(None, status, headers)
    if preference.example is not None:
        if preference.example not in media.examples:
            raise BadParameter(f"status {status} has no example {preference.example!r}; it has {[*media.examples]}")
        return Reply(_value(media, media.examples[preference.example], spec), status, headers, media.type)
    if media.examples and not preference.dynamic:
        return Reply(_value(media, next(iter(media.examples.values())), spec), status, headers, media.type)
    return Reply(sample(media.schema or {}, spec.document, seed), status, headers, media.type)


def _response(operation: Operation, preference: Preference) -> tuple[int, Response]:
    if preference.code is not None:
        response = operation.response(preference.code)
        if response is None:
            known = ", ".join(operation.responses)
            raise BadParameter(f"{operation.id} does not document status {preference.code}; it documents {known}")
        return preference.code, response
    if preference.example is not None:
        for status, response in operation.responses.items():
            if status.isdigit() and any(preference.example in it.examples for it in response.content.values()):
                return int(status), response
    successes = sorted(status for status in operation.responses if status.startswith("2"))
    status = successes[0] if successes else next(iter(operation.responses))
    return int(status.replace("X", "0")) if status != "default" else 200, operation.responses[status]


def _value(media: Media, example: object, spec: Spec) -> object:
    """An example's value. Examples of XML and CSV are written as text, but encoded from values."""
    kind = media.type.lower().split(";")[0].strip()
    if isinstance(example, str) and (is_xml(kind) or is_csv(kind)):
        try:
            return codec(kind, media.schema, spec.document).decode(example.encode())
        except Undecodable:
            return example
    return example


def _header(header: object) -> object:
    if not isinstance(header, dict):
        return ""
    schema = header.get("schema", {})
    return header.get("example", schema.get("example", schema.get("default", (schema.get("enum") or ["1"])[0])))
