"""What Engagement Services keeps, and how it is found (reference, sections 1 and 2.6)."""

from __future__ import annotations

from mockserver.store import Kind

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
            "enum": ["iphone", "ipad", "ipod", "androidgcm", "android", "blackberry", "windows", "windows8", "webfcm"],
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
        searched=("appId+sid", "appId", "ufid"),
        schema=_SUBSCRIPTION,
    ),
)
