"""Credentials that a vendor wants in the body of a request, which no security scheme of OpenAPI can say.

A vendor's `target.py` names the members of its bodies in `PAYLOAD`, each with the one of the Credentials that it takes:
`{"authToken": "token"}`. Where they stand follows from the schemas: in every object that has a member of that name.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from contracts.credentials import Credentials
from contracts.exchange import Request
from specs import Operation, Spec
from specs.codecs import Undecodable, codec

_DEEPEST = 16
_JOINTS = ("allOf", "anyOf", "oneOf")


def carried(
    request: Request, operation: Operation, spec: Spec, members: Mapping[str, str], given: Credentials | None
) -> Request:
    """The request with these credentials in its body; without any there when `given` is None.

    A body that cannot be read, or has nothing of the kind, stays as it is, byte for byte. So does a member that is no
    text: somebody wanted to know what becomes of that.
    """
    values = {name: getattr(given, which) if given else None for name, which in members.items()}
    if not request.body or not values or (given is not None and not any(values.values())):
        return request
    media = operation.body.get(request.media_type or "")
    if media is None or media.schema is None:
        return request
    coder = codec(request.media_type or "", media.schema, spec.document)
    try:
        body = copy.deepcopy(coder.decode(request.body))
        changed = False
        for holder, name in _places(body, media.schema, spec, members):
            changed = _put(holder, name, values[name], bare=given is None) or changed
        return replace(request, body=coder.encode(body)) if changed else request
    except (Undecodable, TypeError, ValueError, AttributeError):
        return request  # Generated for something else than this media type.


def _put(holder: dict[str, Any], name: str, value: str | None, *, bare: bool) -> bool:
    """Whether this changed anything."""
    before = holder.get(name, "")
    if not isinstance(before, str) or (value is None and not bare):
        return False
    if value is None:
        return holder.pop(name, None) is not None
    holder[name] = value
    return before != value


def _places(
    value: Any, schema: Any, spec: Spec, members: Mapping[str, str], depth: int = 0
) -> Iterator[tuple[Any, str]]:
    """The objects of a body that have a member for credentials by their schema, and its name."""
    for _ in range(_DEEPEST):
        if not (isinstance(schema, Mapping) and "$ref" in schema):
            break
        schema = spec.resolve(schema["$ref"])
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return
    for joint in _JOINTS:
        for part in schema.get(joint) or ():
            yield from _places(value, part, spec, members, depth + 1)
    if isinstance(value, list):
        for item in value:
            yield from _places(item, schema.get("items"), spec, members, depth + 1)
    if isinstance(value, dict):
        for name, inner in (schema.get("properties") or {}).items():
            if name in members:
                yield value, name
            elif name in value:
                yield from _places(value[name], inner, spec, members, depth + 1)
