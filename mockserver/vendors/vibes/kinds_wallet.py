"""What the vendor keeps of wallet campaigns. Campaigns and items are made in the platform, never through the API."""

from __future__ import annotations

from mockserver.store import Kind
from mockserver.vendors.vibes.shapes import FLAG, MAYBE, MOMENT, NO_SLASH, NUMBER, TEXT, TIME, record

_PLACE = record({"latitude": {"type": "number"}, "longitude": {"type": "number"}}, relevant_text=TEXT)

KINDS = (
    Kind(
        "wallet_campaigns",
        key="wallet_id",
        ordered=("company_key+active+updated_at",),
        schema=record(
            {
                "wallet_id": NO_SLASH,
                "company_key": TEXT,
                "name": TEXT,
                "type": {"type": "string", "enum": ["Offer", "Loyalty"]},
                "smartlink_url": TEXT,
                "active": FLAG,
                "created_at": TIME,
                "updated_at": MOMENT,
            }
        ),
    ),
    # `id` is `<wallet_id>/<wallet_item_id>`.
    Kind(
        "wallet_items",
        key="id",
        searched=(
            "wallet_id+active",
            "wallet_id+active+provider",
            "wallet_id+active+group_code",
            "wallet_id+active+group_code+provider",
        ),
        ordered=("wallet_id+active+updated_at", "wallet_id+active+group_code+updated_at"),
        schema=record(
            {
                "id": TEXT,
                "wallet_id": TEXT,
                "wallet_item_id": TEXT,
                "group_code": MAYBE,
                "provider": {"type": "string", "enum": ["apple", "google"]},
                "tokens": {"type": "object", "additionalProperties": {"type": "string"}},
                "locations": {"type": "array", "items": _PLACE},
                "strip_image": MAYBE,
                "expiration_date": MAYBE,
                "active": FLAG,
                "created_at": TIME,
                "updated_at": MOMENT,
            },
            # in whose wallet it is, once it was put there
            instance=record({"wallet_instance_uid": TEXT, "registered_at": TIME, "unregistered_at": MAYBE}),
        ),
    ),
    # `number` counts the messages of a campaign, in nine digits.
    Kind(
        "wallet_messages",
        key="message_id",
        searched=("wallet_id",),
        ordered=("wallet_id+number",),
        schema=record(
            {
                "message_id": NO_SLASH,
                "wallet_id": TEXT,
                "number": {"type": "string", "pattern": "^[0-9]{9}$"},
                "notification": TEXT,
                "group_code": MAYBE,
                "wallet_item_ids": {"type": "array", "nullable": True, "items": TEXT},
                "recipient_count": NUMBER,
                "created_at": TIME,
            }
        ),
    ),
)
