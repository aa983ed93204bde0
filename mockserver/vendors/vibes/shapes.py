"""Pieces of the schemas that fixtures' records are held to."""

from __future__ import annotations

from typing import Any

TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
NO_SLASH: dict[str, Any] = {"type": "string", "pattern": "^[^/]+$"}
MAYBE: dict[str, Any] = {"type": "string", "nullable": True}
FLAG: dict[str, Any] = {"type": "boolean"}
NUMBER: dict[str, Any] = {"type": "integer", "minimum": 0}
TIME: dict[str, Any] = {"$ref": "#/components/schemas/Timestamp"}
# The one form in which times sort as text.
MOMENT: dict[str, Any] = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$"}
E164: dict[str, Any] = {"type": "string", "pattern": r"^\+[1-9][0-9]{7,14}$"}


def record(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    """The schema of a record: a member that nobody reads is a typing slip, so others are refused."""
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **optional},
        "additionalProperties": False,
    }
