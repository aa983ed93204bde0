"""What the vendor keeps of broadcasts."""

from __future__ import annotations

from mockserver.store import Kind
from mockserver.vendors.vibes.shapes import MAYBE, MOMENT, NO_SLASH, TEXT, TIME, record

KINDS = (
    # One that a fixture has `in_progress` or `paused` stays so until it is cancelled, or paused and resumed.
    Kind(
        "broadcasts",
        key="broadcast_id",
        ordered=("status+send_scheduled_date", "company_key+status+send_scheduled_date"),
        schema=record(
            {
                "broadcast_id": NO_SLASH,
                "company_key": TEXT,
                "status": {
                    "type": "string",
                    "enum": ["scheduled", "in_progress", "sent", "canceled", "deleted", "paused", "failed"],
                },
                "name": TEXT,
                "created_by": TEXT,
                "created_by_application": MAYBE,
                "send_scheduled_date": MOMENT,
                "send_schedule": {"type": "object", "nullable": True},
                "targeting": {"$ref": "#/components/schemas/BroadcastTargeting"},
                "delivery": {"$ref": "#/components/schemas/BroadcastDelivery"},
                "created_at": TIME,
                "updated_at": TIME,
            }
        ),
    ),
)
