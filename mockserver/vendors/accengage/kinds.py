"""What the vendor keeps, and what a fixture's records must look like.

What belongs to an application carries its `partnerId`. Records of one kind are listed in the order in which they came,
so a fixture has them by ascending id.
"""

from __future__ import annotations

from typing import Any

from mockserver.store import Kind

_TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
_ID: dict[str, Any] = {"type": "integer", "minimum": 1}
_TEXTS: dict[str, Any] = {"type": "array", "items": _TEXT}


def _record(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    """The schema of a record: a member that nobody reads is a typing slip, so others are refused."""
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **optional},
        "additionalProperties": False,
    }


def _body(name: str, **more: Any) -> dict[str, Any]:
    """The schema of a record that is a body of the spec with an id, an application, and what `more` says."""
    members = {"id": _ID, "partnerId": _TEXT, **more}
    own = {"type": "object", "required": [*members], "properties": members}
    return {"allOf": [own, {"$ref": f"#/components/schemas/{name}"}]}


# The fields that an application may flag as "client Id", beside UDID and token, which always are indexed.
INDEXABLE = ("clientId", "Customer_Id", "IDFA", "email", "myCustomField")
_FIELD = _record(
    {"name": _TEXT, "type": {"type": "string", "enum": ["string", "number", "date", "boolean"]}},
    indexed={"type": "boolean"},
)

_UTC: dict[str, Any] = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"}
_ROW: dict[str, Any] = {"id": _ID, "partnerId": _TEXT, "date": _UTC, "deviceId": _TEXT, "messageId": _ID}
_OWNER: dict[str, Any] = {"campaignId": _ID}
_STAT: dict[str, Any] = {
    "allOf": [
        {"type": "object", "required": ["id", "partnerId"], "properties": {"id": _TEXT, "partnerId": _TEXT}},
        {"$ref": "#/components/schemas/DailyStat"},
    ]
}

KINDS = (
    Kind("users", key="email", schema=_record({"email": _TEXT, "api_key": _TEXT, "apps": _TEXTS})),
    # `expires_at` in seconds since the epoch; null: never, which only a fixture can say.
    Kind(
        "access_tokens",
        key="access_token",
        schema=_record({"access_token": _TEXT, "email": _TEXT, "expires_at": {"type": "number", "nullable": True}}),
    ),
    # One application on one platform: its device schema, and what messages may name. `fields` are the columns of its
    # devices, in their order.
    Kind(
        "apps",
        key="partnerId",
        schema=_record(
            {
                "partnerId": {"type": "string", "pattern": "^[^/]+$"},
                "platform": {"type": "string", "enum": ["android", "ios", "web"]},
                "fields": {"type": "array", "items": _FIELD},
            },
            collapse_keys=_TEXTS,
            button_templates=_TEXTS,
            inapp_templates=_TEXTS,
            events=_TEXTS,
            views=_TEXTS,
            states=_TEXTS,
        ),
    ),
    # `devices` are the UDIDs of its members.
    Kind("segments", key="id", schema=_record({"id": _ID, "partnerId": _TEXT, "name": _TEXT, "devices": _TEXTS})),
    # `fields` by name, UDID among them. `id` is the technical id; an indexed field is found by one look-up.
    Kind(
        "devices",
        key="id",
        unique=("partnerId+fields.UDID", "partnerId+fields.token"),
        searched=("partnerId", *(f"partnerId+fields.{name}" for name in INDEXABLE)),
        ordered=("id", "partnerId+fields.firstOpen", "partnerId+fields.lastOpen"),
        paged=("partnerId",),
        schema=_record(
            {
                "id": _ID,
                "partnerId": _TEXT,
                "fields": {"type": "object", "required": ["UDID"], "properties": {"UDID": _TEXT}},
            }
        ),
    ),
    Kind(
        "campaigns",
        key="id",
        searched=("partnerId",),
        ordered=("id",),
        paged=("partnerId",),
        schema=_body("Campaign"),
    ),
    # `id` is `<partnerId>/<listId with 20 digits>`, which sorts as the number does.
    Kind(
        "lists",
        key="id",
        unique=("partnerId+externalId",),
        ordered=("id",),
        schema=_record(
            {
                "id": {"type": "string", "pattern": "^[^/]+/[0-9]{20}$"},
                "partnerId": _TEXT,
                "listId": _ID,
                "name": _TEXT,
            },
            externalId=_TEXT,
        ),
    ),
    # `id` is `<list>/<UDID>`; `expiresAt` in seconds since the epoch; null: stays.
    Kind(
        "members",
        key="id",
        searched=("list",),
        ordered=("expiresAt",),
        paged=("list",),
        schema=_record(
            {"id": _TEXT, "list": _TEXT, "deviceId": _TEXT, "expiresAt": {"type": "number", "nullable": True}}
        ),
    ),
    *(
        Kind(
            kind,
            key="id",
            unique=("partnerId+externalId",),
            searched=("partnerId",),
            ordered=("id",),
            paged=paged,
            schema=_body(schema),
        )
        for kind, schema, paged in (
            ("inapps", "StoredInapp", ("partnerId",)),
            ("alarms", "StoredAlarm", ("partnerId",)),
            ("inboxes", "Inbox", ()),  # that nobody lists
        )
    ),
    # `id` is `<inbox>/<UDID>`.
    Kind(
        "inbox_states",
        key="id",
        schema=_record(
            {"id": _TEXT, "inbox": _ID, "deviceId": _TEXT},
            readDate={"type": "string", "nullable": True},
            archivedDate={"type": "string", "nullable": True},
        ),
    ),
    Kind(
        "clicks", key="id", ordered=("campaignId+date", "messageId+date"), schema=_record(_ROW, **_OWNER, actionId=_ID)
    ),
    Kind("targets", key="id", ordered=("id", "campaignId+date", "messageId+date"), schema=_record(_ROW, **_OWNER)),
    # `id` is `<partnerId>/<date>`.
    Kind("stats", key="id", ordered=("partnerId+date",), schema=_STAT),
    *(
        Kind(kind, key="id", searched=("partnerId",), ordered=("id",), paged=("partnerId",), schema=_body(schema))
        for kind, schema in (("geofences", "Geofence"), ("beacons", "Beacon"))
    ),
    Kind(
        "geogroups",
        key="id",
        unique=("partnerId+externalId",),
        searched=("partnerId",),
        ordered=("id",),
        paged=("partnerId",),
        schema=_body("StoredGeogroup"),
    ),
    # Push messages; `state` is new, sending, sent or failed.
    Kind(
        "messages",
        key="id",
        unique=("partnerId+externalId",),
        searched=("partnerId", "campaignId"),
        ordered=("id", "partnerId+externalId"),
        paged=("partnerId",),
        schema=_body("Message", state={"type": "string", "enum": ["new", "sending", "sent", "failed"]}),
    ),
    # What a call for instant messages made of its parent: for whom, and with which texts.
    Kind(
        "instant_messages",
        key="id",
        searched=("parentId",),
        ordered=("id",),
        schema=_record({"id": _ID, "partnerId": _TEXT, "parentId": _ID, "devices": {"type": "array", "items": _ID}}),
    ),
    # One for each message that has one. `armed` tells apart the dates that were set one after the other, `anchor` is
    # the date that was set last, `count` how many intervals after it the next date lies.
    Kind(
        "schedules",
        key="messageId",
        schema={
            "allOf": [
                {"$ref": "#/components/schemas/Schedule"},
                {
                    "type": "object",
                    "required": ["messageId", "exclusions", "armed", "anchor", "count"],
                    "properties": {
                        "messageId": _ID,
                        "exclusions": {"type": "array", "items": {"$ref": "#/components/schemas/ScheduleExclusion"}},
                        "armed": {"type": "integer"},
                        "anchor": {"$ref": "#/components/schemas/DateTime"},
                        "count": {"type": "integer", "minimum": 0},
                    },
                },
            ]
        },
    ),
    # The last id that was given out, by sequence.
    Kind("sequences", key="name", schema=_record({"name": _TEXT, "last": {"type": "integer", "minimum": 0}})),
)
