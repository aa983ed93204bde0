"""What the served vendors can be asked for, and where each answer is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver.exchange import Reply
from mockserver.pipeline import place_of
from mockserver.vendor import Vendor
from mockserver.worlds import Worlds


def list_operations(worlds: Worlds, vendor: str | None = None) -> Reply:
    """The operations of one vendor or of all, in the order of their specs. Raises NotFound for an unknown vendor."""
    chosen = worlds.vendors.values() if vendor is None else [worlds.vendor(vendor)]
    return Reply([facts for it in chosen for facts in _operations(it)])


def _operations(vendor: Vendor) -> Iterator[dict[str, Any]]:
    for operation in vendor.spec.operations.values():
        yield {
            "vendor": vendor.name,
            "operation": operation.id,
            "method": operation.method,
            "path": vendor.base + operation.path,
            "tag": operation.tag,
            "summary": operation.summary,
            "statuses": list(operation.responses),
            "handler": place_of(vendor.function(operation.id)),
        }
