"""What the vendor keeps of incentives. Numbers of codes, issuances and redemptions are counted, never kept.

A code is unique in its company, as its path has no pool. `issued` codes have been issued at least once.
"""

from __future__ import annotations

from mockserver.store import Kind
from mockserver.vendors.vibes.shapes import FLAG, MAYBE, NUMBER, TEXT, TIME, record

# What an issuance and a redemption have in common. `code` is the id of a code.
_USE = {"id": NUMBER, "code": TEXT, "external_issuee_id": MAYBE, "created_at": TIME}
_APPLICATION = {"referring_application": MAYBE, "referring_application_ref_id": MAYBE}

KINDS = (
    # `registered` pools issue codes to registered campaigns only.
    Kind(
        "incentive_pools",
        key="id",
        searched=("company_key",),
        schema=record(
            {
                "id": NUMBER,
                "company_key": TEXT,
                "name": TEXT,
                "issuance_allowed": FLAG,
                "redemption_allowed": FLAG,
                "low_threshold": NUMBER,
                "max_characters": NUMBER,
                "method": {"type": "string", "enum": ["unique", "multi"]},
                "notification_email_address": TEXT,
                "registered": FLAG,
                "created_at": TIME,
                "updated_at": TIME,
            }
        ),
    ),
    # `id` is `<company_key>/<code>`.
    Kind(
        "incentive_codes",
        key="id",
        searched=("pool_id", "pool_id+active", "pool_id+issued", "pool_id+active+issued"),
        schema=record(
            {
                "id": TEXT,
                "company_key": TEXT,
                "code": TEXT,
                "pool_id": NUMBER,
                "active": FLAG,
                "issued": FLAG,
                "created_at": TIME,
                "updated_at": TIME,
            }
        ),
    ),
    Kind(
        "incentive_issuances",
        key="id",
        searched=("code",),
        schema=record({**_USE, "issuee_id": TEXT}, **_APPLICATION),
    ),
    Kind(
        "incentive_redemptions",
        key="id",
        searched=("code", "code+anonymous"),
        schema=record({**_USE, "issuee_id": MAYBE, "anonymous": FLAG}, **_APPLICATION),
    ),
    # Who holds which code: an issuee at most one of a pool. `id` is `<pool id>/<issuee_id>`.
    Kind(
        "incentive_holdings",
        key="id",
        searched=("code", "code+redeemed"),
        schema=record({"id": TEXT, "code": TEXT, "issuee_id": TEXT, "redeemed": FLAG}),
    ),
    # `id` is `<company_key>/<external_issuee_id>`.
    Kind("incentive_issuees", key="id", schema=record({"id": TEXT, "issuee_id": TEXT})),
    # Mails that the platform sent; `about` is the self link of what they are about.
    Kind(
        "mails",
        key="id",
        searched=("company_key",),
        schema=record({"id": TEXT, "company_key": TEXT, "address": TEXT, "text": TEXT, "about": TEXT, "sent_at": TIME}),
    ),
)
