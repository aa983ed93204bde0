"""What the vendor keeps, and what a fixture's records must look like.

Several companies share a world, so what is unique in a mobile database (an MDN, an external id) is unique beside its
company.
"""

from __future__ import annotations

from mockserver.store import Kind
from mockserver.vendors.vibes import kinds_broadcasts, kinds_incentives, kinds_lists, kinds_sdk, kinds_wallet
from mockserver.vendors.vibes.shapes import E164, FLAG, MAYBE, NO_SLASH, TEXT, TIME, record

_OPTION = record({"name": TEXT, "option_key": TEXT}, id=MAYBE, active={"type": "boolean"})
_OUTCOME = record(
    {"status": {"type": "string", "enum": ["SUCCESS", "FAILURE"]}}, platform_status=TEXT, platform_message=TEXT
)
_DEVICE = record(
    {
        "token": TEXT,
        "platform": {"type": "string", "enum": ["IOS", "ANDROID"]},
        "status": {"type": "string", "enum": ["PENDING", "SUCCESS", "FAILURE"]},
    },
    external_person_id=MAYBE,
    platform_status=TEXT,
    platform_message=TEXT,
)

KINDS = (
    Kind("companies", key="company_key", schema=record({"company_key": NO_SLASH, "name": TEXT})),
    Kind(
        "credentials",
        key="username",
        schema=record({"username": TEXT, "password": TEXT, "companies": {"type": "array", "items": TEXT}}),
    ),
    Kind(
        "apps",
        key="app_id",
        searched=("company_key",),
        schema=record({"app_id": NO_SLASH, "company_key": TEXT}, inbox_enabled=FLAG),
    ),
    Kind(
        "custom_fields",
        key="id",
        searched=("company_key",),
        schema=record(
            {
                "id": TEXT,
                "company_key": TEXT,
                "name": TEXT,
                "type": {"type": "string", "enum": ["string", "date", "single_selection", "multi_selection"]},
            },
            options={"type": "array", "items": _OPTION},
        ),
    ),
    Kind(
        "persons",
        key="person_key",
        unique=("company_key+person_id", "company_key+external_person_id", "company_key+mobile_phone.mdn"),
        schema=record(
            {
                "person_key": TEXT,
                "person_id": TEXT,
                "company_key": TEXT,
                "external_person_id": {**MAYBE, "maxLength": 128},
                "mobile_phone": {**record({"mdn": E164, "carrier_code": MAYBE}), "nullable": True},
                "timezone": MAYBE,
                "timezone_source": MAYBE,
                # text, date or option_key as it stands; the option_keys of a multiple selection as a list
                "custom_fields": {
                    "type": "object",
                    "additionalProperties": {"anyOf": [TEXT, {"type": "array", "items": TEXT}]},
                },
                "created_at": TIME,
                "updated_at": TIME,
            }
        ),
    ),
    Kind(
        "devices",
        key="vibes_device_id",
        unique=("app_id+push_token",),
        searched=("person_key",),
        schema=record(
            {
                "vibes_device_id": TEXT,
                "app_id": TEXT,
                "os": {"type": "string", "enum": ["IOS", "ANDROID"]},
                "push_token": MAYBE,
                "person_key": TEXT,
                "created_at": TIME,
                "updated_at": TIME,
            },
            os_version=MAYBE,
            sdk_version=MAYBE,
            app_version=MAYBE,
            hardware_make=MAYBE,
            hardware_model=MAYBE,
            advertising_id=MAYBE,
            locale=MAYBE,
            timezone=MAYBE,
            location={**record({"latitude": {"type": "number"}, "longitude": {"type": "number"}}), "nullable": True},
        ),
    ),
    Kind(
        "import_batches",
        key="batch_id",
        searched=("app_id", "app_id+finished"),
        schema=record(
            {
                "batch_id": TEXT,
                "app_id": TEXT,
                "received_on": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$"},
                "finished": {"type": "boolean"},
                "devices": {"type": "array", "minItems": 1, "items": _DEVICE},
            }
        ),
    ),
    # `id` is `<app_id>/<token>`; `batches` are those in which it is done; `outcome` decides how its next import ends.
    Kind(
        "tokens",
        key="id",
        schema=record({"id": TEXT, "batches": {"type": "array", "items": TEXT}}, outcome=_OUTCOME),
    ),
    # `callback_type` is the name used at registration, `happening` the type it stands for; `subject` is what the type
    # is narrowed to (a list, a campaign, an app, an event type), "" for nothing, and `narrowed` how that was written.
    Kind(
        "callbacks",
        key="callback_id",
        searched=("company_key", "company_key+happening", "company_key+happening+subject"),
        schema=record(
            {
                "callback_id": NO_SLASH,
                "company_key": TEXT,
                "callback_type": TEXT,
                "happening": TEXT,
                "subject": {"type": "string"},
                "narrowed": {"type": "object", "additionalProperties": TEXT},
                "destination": record({"url": TEXT, "method": TEXT, "content_type": TEXT}),
                "start_date": TIME,
                "end_date": {**MAYBE},
                "api_version": {"type": "string", "enum": ["1", "2"]},
                "created_at": TIME,
                "updated_at": TIME,
            }
        ),
    ),
    # `id` is `<company_key>/<event_id>`: an event id works once
    Kind(
        "events",
        key="id",
        schema=record({"id": TEXT, "company_key": TEXT, "event_type": TEXT}),
    ),
    # what the platform does at an event: `id` is that of the message, `event_type` in lower case
    Kind(
        "event_routes",
        key="id",
        unique=("company_key+event_type",),
        schema=record(
            {"id": TEXT, "company_key": TEXT, "event_type": TEXT},
            subscription_list_id=MAYBE,
            pool_id={"type": "integer", "nullable": True},
        ),
    ),
    *kinds_sdk.KINDS,
    *kinds_lists.KINDS,
    *kinds_broadcasts.KINDS,
    *kinds_wallet.KINDS,
    *kinds_incentives.KINDS,
)
