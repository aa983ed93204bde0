"""What the vendor keeps of the SDKs inside apps: their tokens, what they uploaded, and what their inboxes hold."""

from __future__ import annotations

from mockserver.store import Kind
from mockserver.vendors.vibes.shapes import FLAG, MAYBE, NO_SLASH, TEXT, TIME, record

KINDS = (
    # A token that has `ended` was renewed, or has expired: it is good for renewal only.
    Kind(
        "device_tokens",
        key="auth_token",
        searched=("vibes_device_id", "vibes_device_id+ended"),
        schema=record({"auth_token": TEXT, "vibes_device_id": TEXT, "app_id": TEXT, "ended": FLAG}),
    ),
    # `id` is `<vibes_device_id>/<uuid>`: an event counts once
    Kind(
        "device_events",
        key="id",
        searched=("vibes_device_id",),
        schema=record(
            {"id": TEXT, "vibes_device_id": TEXT, "uuid": TEXT, "type": TEXT, "timestamp": TIME},
            attributes={"type": "object"},
        ),
    ),
    Kind(
        "inbox_messages",
        key="message_uid",
        searched=("app_id+person_key",),
        schema=record(
            {
                "message_uid": NO_SLASH,
                "app_id": TEXT,
                "person_key": TEXT,
                "content": {"type": "string"},
                "read": FLAG,
                "created_at": TIME,
            },
            subject=MAYBE,
            detail=MAYBE,
            expires_at={**MAYBE},
            collapse_key=MAYBE,
            images=record({}, main=TEXT, icon=TEXT),
            inbox_custom_data={"type": "object"},
            client_app_data={"type": "object"},
            apprefdata={"type": "object"},
        ),
    ),
    # what a silent push names; `vibes_device_id` is the device that has confirmed it
    Kind(
        "migration_items",
        key="migration_item_id",
        schema=record({"migration_item_id": TEXT, "app_id": TEXT, "push_token": TEXT, "vibes_device_id": MAYBE}),
    ),
)
