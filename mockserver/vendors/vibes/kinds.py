"""What the vendor keeps, and what a fixture's records must look like.

Several companies share a world, so what is unique in a mobile database (an MDN, an external id) is unique beside its
company.
"""

from __future__ import annotations

from typing import Any

from mockserver.store import Kind

_TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
_NO_SLASH: dict[str, Any] = {"type": "string", "pattern": "^[^/]+$"}
_MAYBE: dict[str, Any] = {"type": "string", "nullable": True}
_TIME: dict[str, Any] = {"$ref": "#/components/schemas/Timestamp"}
_E164: dict[str, Any] = {"type": "string", "pattern": r"^\+[1-9][0-9]{7,14}$"}


def _record(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    """The schema of a record: a member that nobody reads is a typing slip, so others are refused."""
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **optional},
        "additionalProperties": False,
    }


_OPTION = _record({"name": _TEXT, "option_key": _TEXT}, id=_MAYBE, active={"type": "boolean"})
_OUTCOME = _record(
    {"status": {"type": "string", "enum": ["SUCCESS", "FAILURE"]}}, platform_status=_TEXT, platform_message=_TEXT
)
_DEVICE = _record(
    {
        "token": _TEXT,
        "platform": {"type": "string", "enum": ["IOS", "ANDROID"]},
        "status": {"type": "string", "enum": ["PENDING", "SUCCESS", "FAILURE"]},
    },
    external_person_id=_MAYBE,
    platform_status=_TEXT,
    platform_message=_TEXT,
)

KINDS = (
    Kind("companies", key="company_key", schema=_record({"company_key": _NO_SLASH, "name": _TEXT})),
    Kind(
        "credentials",
        key="username",
        schema=_record({"username": _TEXT, "password": _TEXT, "companies": {"type": "array", "items": _TEXT}}),
    ),
    Kind("apps", key="app_id", searched=("company_key",), schema=_record({"app_id": _NO_SLASH, "company_key": _TEXT})),
    Kind(
        "custom_fields",
        key="id",
        searched=("company_key",),
        schema=_record(
            {
                "id": _TEXT,
                "company_key": _TEXT,
                "name": _TEXT,
                "type": {"type": "string", "enum": ["string", "date", "single_selection", "multi_selection"]},
            },
            options={"type": "array", "items": _OPTION},
        ),
    ),
    Kind(
        "persons",
        key="person_key",
        unique=("company_key+person_id", "company_key+external_person_id", "company_key+mobile_phone.mdn"),
        schema=_record(
            {
                "person_key": _TEXT,
                "person_id": _TEXT,
                "company_key": _TEXT,
                "external_person_id": {**_MAYBE, "maxLength": 128},
                "mobile_phone": {**_record({"mdn": _E164, "carrier_code": _MAYBE}), "nullable": True},
                "timezone": _MAYBE,
                "timezone_source": _MAYBE,
                # text, date or option_key as it stands; the option_keys of a multiple selection as a list
                "custom_fields": {
                    "type": "object",
                    "additionalProperties": {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]},
                },
                "created_at": _TIME,
                "updated_at": _TIME,
            }
        ),
    ),
    Kind(
        "devices",
        key="vibes_device_id",
        unique=("app_id+push_token",),
        searched=("person_key",),
        schema=_record(
            {
                "vibes_device_id": _TEXT,
                "app_id": _TEXT,
                "os": {"type": "string", "enum": ["IOS", "ANDROID"]},
                "push_token": _MAYBE,
                "person_key": _TEXT,
                "created_at": _TIME,
                "updated_at": _TIME,
            }
        ),
    ),
    Kind(
        "import_batches",
        key="batch_id",
        searched=("app_id", "app_id+finished"),
        schema=_record(
            {
                "batch_id": _TEXT,
                "app_id": _TEXT,
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
        schema=_record({"id": _TEXT, "batches": {"type": "array", "items": _TEXT}}, outcome=_OUTCOME),
    ),
    # `callback_type` is the name used at registration, `happening` the type it stands for; `subject` is what the type
    # is narrowed to (a list, a campaign, an app, an event type), "" for nothing, and `narrowed` how that was written.
    Kind(
        "callbacks",
        key="callback_id",
        searched=("company_key", "company_key+happening+subject"),
        schema=_record(
            {
                "callback_id": _NO_SLASH,
                "company_key": _TEXT,
                "callback_type": _TEXT,
                "happening": _TEXT,
                "subject": {"type": "string"},
                "narrowed": {"type": "object", "additionalProperties": _TEXT},
                "destination": _record({"url": _TEXT, "method": _TEXT, "content_type": _TEXT}),
                "start_date": _TIME,
                "end_date": {**_MAYBE},
                "api_version": {"type": "string", "enum": ["1", "2"]},
                "created_at": _TIME,
                "updated_at": _TIME,
            }
        ),
    ),
)
