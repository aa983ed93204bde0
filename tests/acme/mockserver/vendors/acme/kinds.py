"""What Acme keeps."""

from __future__ import annotations

from mockserver.store import Kind

_TEXT = {"type": "string", "minLength": 1}
_CUSTOMER = {
    "type": "object",
    "required": ["user", "password", "key", "token"],
    "properties": {"user": _TEXT, "password": _TEXT, "key": _TEXT, "token": _TEXT},
    "additionalProperties": False,
}

KINDS = (
    Kind("customers", key="user", unique=("key", "token"), schema=_CUSTOMER),
    Kind("parts", key="part_id", unique=("name",), ordered=("quantity",), schema="Part"),
    Kind("orders", key="order_id", searched=("part_id", "status"), schema="Order"),
)
