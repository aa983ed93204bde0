"""What Engagement Services keeps, and how it is found (reference, sections 1, 2.6, 3.1 and 4)."""

from __future__ import annotations

from typing import Any

from mockserver.store import Kind

_TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
_ANY_TEXT: dict[str, Any] = {"type": "string"}
_NUMBER: dict[str, Any] = {"type": "number"}
_KSID: dict[str, Any] = {"type": "string", "pattern": "^[1-9][0-9]{0,18}$"}


def _record(**members: dict[str, Any]) -> dict[str, Any]:
    """The schema of a record: all members must be there, and a member that nobody reads is a typing slip."""
    return {"type": "object", "required": list(members), "additionalProperties": False, "properties": members}


_APP = {
    "type": "object",
    "required": ["appId", "published"],
    "additionalProperties": False,
    "properties": {"appId": {"type": "string", "minLength": 1}, "published": {"type": "boolean"}},
}
_SUBSCRIPTION = {
    "type": "object",
    "required": ["ksid", "appId", "deviceId", "sid", "osType", "ufid", "active"],
    "additionalProperties": False,
    "properties": {
        "ksid": {"type": "string", "pattern": "^[1-9][0-9]{0,18}$"},
        "appId": {"type": "string", "minLength": 1},
        "deviceId": {"type": "string", "minLength": 1},
        "sid": {"type": "string", "minLength": 1},
        "osType": {
            "type": "string",
            "enum": [
                "iphone",
                "ipad",
                "ipod",
                "androidgcm",
                "android",
                "blackberry",
                "windows",
                "windows8",
                "webfcm",
                "androidjpush",
            ],
        },
        "ufid": {"type": "string", "nullable": True},
        "active": {"type": "boolean"},
    },
}

KINDS = (
    Kind("apps", key="appId", schema=_APP),
    # One record for each device of an application, inactive ones included: that is a subscription's identity.
    Kind(
        "subscriptions",
        key="ksid",
        unique=("appId+deviceId",),
        searched=("appId+sid", "appId+ufid", "appId", "ufid"),
        schema=_SUBSCRIPTION,
    ),
    # What only the subscriber pages show; apart, since the legacy endpoint knows nothing of it. `created` is in seconds
    # since the epoch.
    Kind(
        "details",
        key="ksid",
        schema=_record(ksid=_KSID, created={"type": "number"}, userAgent=_ANY_TEXT, deviceName=_ANY_TEXT),
    ),
    # Degrees; `at` is in seconds since the epoch.
    Kind(
        "positions",
        key="ksid",
        schema=_record(ksid=_KSID, latitude=_NUMBER, longitude=_NUMBER, locname=_ANY_TEXT, at=_NUMBER),
    ),
    Kind("segments", key="id", schema=_record(id=_TEXT, appId=_TEXT, ksids={"type": "array", "items": _KSID})),
    # `id` is a message's; one request may hold several. `startTimestamp` is in milliseconds since the epoch, 0 for now.
    Kind(
        "pushes",
        key="id",
        schema=_record(
            id=_KSID,
            request=_KSID,
            appId=_TEXT,
            ksids={"type": "array", "items": _KSID},
            data=_ANY_TEXT,
            startTimestamp={"type": "integer"},
        ),
    ),
    Kind("users", key="email", schema=_record(email=_TEXT, id=_KSID, ksid=_KSID, attributes={"type": "object"})),
    Kind("operators", key="userid", schema=_record(userid=_TEXT, password=_TEXT)),
    # `exp` is in milliseconds since the epoch, as the Authentication page has it.
    Kind("claims_tokens", key="value", schema=_record(value=_TEXT, userid=_TEXT, exp={"type": "integer"})),
)
