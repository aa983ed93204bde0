"""What the served vendors can be asked for, and where each answer is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from mockserver.errors import NotFound
from mockserver.exchange import Reply
from mockserver.pipeline import place_of
from mockserver.vendor import Vendor
from mockserver.welcome import example_call
from mockserver.worlds import Worlds
from specs import Operation
from specs.loading import resolved
from specs.operations import Media, Parameter, Response


def list_operations(worlds: Worlds, vendor: str | None = None) -> Reply:
    """The operations of one vendor or of all, in the order of their specs. Raises NotFound for an unknown vendor."""
    chosen = worlds.vendors.values() if vendor is None else [worlds.vendor(vendor)]
    return Reply([_facts(it, operation) for it in chosen for operation in it.spec.operations.values()])


def get_operation(worlds: Worlds, vendor: str, operation: str) -> Reply:
    """One operation in full: what it takes, what it answers, and a call that works. Raises NotFound."""
    known = worlds.vendor(vendor)
    facts = known.spec.operations.get(operation)
    if facts is None:
        raise NotFound(f"{vendor} has no operation {operation!r}")
    return Reply(
        {
            **_facts(known, facts),
            "description": str(facts.raw.get("description", "")),
            "deprecated": facts.deprecated,
            "spec": f"{known.spec.path}{facts.pointer}",
            "security": [list(alternative) for alternative in facts.security],
            "rate_class": facts.rate_class,
            "parameters": [_parameter(known, it) for it in facts.parameters],
            "body_required": facts.body_required,
            "body": [_media(it) for it in facts.body.values()],
            "responses": [_response(it) for it in facts.responses.values()],
            "call": _call(facts),
        }
    )


def _facts(vendor: Vendor, operation: Operation) -> dict[str, Any]:
    return {
        "vendor": vendor.name,
        "operation": operation.id,
        "method": operation.method,
        "path": vendor.base + operation.path,
        "tag": operation.tag,
        "summary": operation.summary,
        "statuses": list(operation.responses),
        "capabilities": list(operation.capabilities),
        "sources": [{"kind": kind, "text": str(text)} for source in operation.sources for kind, text in source.items()],
        "handler": place_of(vendor.function(operation.id)),
    }


def _parameter(vendor: Vendor, parameter: Parameter) -> dict[str, Any]:
    schema, _ = resolved(vendor.spec.document, parameter.schema)
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.required,
        "explode": parameter.explode,
        "type": type_of(schema),
        "description": str(schema.get("description", "")),
        "example": None if parameter.example is None else _text(parameter.example),
    }


def type_of(schema: Mapping[str, Any]) -> str | None:
    """What a schema allows, in a word; None where it does not say."""
    if "enum" in schema:
        return " | ".join(str(it) for it in schema["enum"])
    found = schema.get("format") or schema.get("type")
    return None if found is None else str(found)


def _media(media: Media) -> dict[str, Any]:
    examples = [{"name": name, "text": _text(value)} for name, value in media.examples.items()]
    return {"type": media.type, "examples": examples}


def _response(response: Response) -> dict[str, Any]:
    return {
        "status": response.status,
        "description": response.description,
        "headers": list(response.headers),
        "body": [_media(it) for it in response.content.values()],
    }


def _call(operation: Operation) -> dict[str, Any]:
    target, headers, body = example_call(operation)
    return {"target": target, "headers": headers, "body": body.decode("utf-8", "replace")}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
