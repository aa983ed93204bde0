"""What is kept about persons beside themselves: tags, the lists they are on, and how they got there."""

from __future__ import annotations

from mockserver.store import Kind
from mockserver.vendors.vibes.shapes import E164, MAYBE, NO_SLASH, TEXT, TIME, record

KINDS = (
    # `id` is `<person_key>/<tag>`
    Kind(
        "tags",
        key="id",
        searched=("person_key",),
        schema=record({"id": TEXT, "person_key": TEXT, "tag": TEXT, "created_at": TIME}),
    ),
    # what lies outside the platform: `carrier_code` null is a landline, `reply` the answer to an opt-in message
    Kind(
        "handsets",
        key="mdn",
        schema=record(
            {"mdn": E164}, carrier_code=MAYBE, reply={"type": "string", "enum": ["Y", "N", None], "nullable": True}
        ),
    ),
    Kind(
        "subscription_lists",
        key="id",
        searched=("company_key",),
        schema=record({"id": NO_SLASH, "company_key": TEXT, "name": TEXT}),
    ),
    # `active` is true, and missing once the person has left: the store lets a person be on a list once at most
    Kind(
        "subscriptions",
        key="id",
        unique=("person_key+subscription_list_id+active",),
        searched=("person_key", "person_key+active", "subscription_list_id+active"),
        schema=record(
            {
                "id": TEXT,
                "company_key": TEXT,
                "person_key": TEXT,
                "subscription_list_id": TEXT,
                "opt_in_date": TIME,
            },
            acquisition_id=MAYBE,
            active={"type": "boolean", "enum": [True]},
            opt_out_date=TIME,
            opt_out_reason=TEXT,
        ),
    ),
    # `scheduled`, `active` and `past` follow from the dates
    Kind(
        "acquisition_campaigns",
        key="acquisition_id",
        searched=("company_key", "subscription_list_id"),
        schema=record(
            {
                "acquisition_id": NO_SLASH,
                "company_key": TEXT,
                "subscription_list_id": TEXT,
                "description": {**TEXT, "maxLength": 255},
                "keywords": {"type": "array", "items": {**TEXT, "maxLength": 25}},
                "start_date": TIME,
                "created_date": TIME,
                "updated_date": TIME,
            },
            end_date={**MAYBE, "pattern": "^[0-9]{4}-"},
            sourcecode=MAYBE,
            auto_confirm={"type": "boolean"},
            deleted={"type": "boolean"},
        ),
    ),
    Kind(
        "participations",
        key="id",
        searched=("person_key+status", "acquisition_id+status", "acquisition_id+person_key+status"),
        schema=record(
            {
                "id": TEXT,
                "company_key": TEXT,
                "acquisition_id": TEXT,
                "person_key": TEXT,
                "participation_date": TIME,
                "status": {"type": "string", "enum": ["PENDING", "CONFIRMED", "REJECTED", "EXPIRED"]},
            },
            keyword=MAYBE,
            expire_date={**MAYBE, "pattern": "^[0-9]{4}-"},
        ),
    ),
    # `id` is `<acquisition_id>/<mdn>`: the number answered No to the campaign
    Kind("confirmation_blocks", key="id", schema=record({"id": TEXT})),
)
