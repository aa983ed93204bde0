"""Pushes to chosen subscribers (reference, section 4.5; Push Message page)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver.exchange import Reply, Request
from mockserver.store import Record, joined
from mockserver.vendors.voltmx import register
from mockserver.vendors.voltmx.errors import Declined
from mockserver.world import World
from specs.codecs import is_xml

MALFORMED = "Invalid request format."
UNKNOWN_APP = "Invalid voltmx appId or application is not published with given appId"


def push_message(world: World, request: Request, body: dict[str, Any]) -> Reply:
    """Queue a push of each message to the active subscribers that it, or `global`, names. Raises Declined."""
    wanted = body if is_xml(request.media_type) else body["messageRequest"]
    app = world.get("apps", wanted["appId"])
    if app is None or not app["published"]:
        raise Declined(UNKNOWN_APP, f"no published application {wanted['appId']!r}")
    shared = wanted.get("global", {}).get("subscribers", {})
    request_id = str(world.ids.digits("push", 19))
    details = [
        _queued(world, request_id, wanted["appId"], shared, message)
        for message in _several(wanted["messages"]["message"])
    ]
    return Reply({"details": details, "id": request_id, "message": "Request Queued. "})


def _queued(world: World, request_id: str, app: str, shared: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
    own = message.get("subscribers", {})
    if not any(group.get(key) for group in (shared, own) for key in ("subscriber", "segmentCriteria")):
        raise Declined(MALFORMED, "a message names nobody, and `global` does not either")
    override = str(message.get("overrideMessageId", "0"))
    replaced = world.get("pushes", override) if override not in ("", "0") else None
    if override not in ("", "0") and (replaced is None or replaced["startTimestamp"] <= world.now * 1000):
        raise Declined(MALFORMED, f"{override} is no message that is still to be sent")
    ksids = sorted({record["ksid"] for group in (shared, own) for record in _reached(world, app, group)})
    message_id = override if replaced else str(world.ids.digits("message", 18))
    push = {"id": message_id, "request": request_id, "appId": app, "ksids": ksids, "data": message["content"]["data"]}
    world.put("pushes", {**push, "startTimestamp": int(message.get("startTimestamp", 0))})
    # A reference comes back when its message failed (Push Message page): then nobody is reached.
    reference = "" if ksids else message.get("refId", "")
    return {"refId": reference, "description": f"Number of Pushes queued:{len(ksids)}", "msgId": message_id}


def _reached(world: World, app: str, group: dict[str, Any]) -> Iterator[Record]:
    """The active subscriptions of an application that a group of subscribers names."""
    for target in _several(group.get("subscriber", [])):
        yield from (it for it in _of(world, app, target) if it["active"])
    for part in str(group.get("segmentCriteria", "")).split(" OR "):
        segment = world.get("segments", part.strip("#"))
        if segment is not None and segment["appId"] == app:
            found = [register.by_ksid(world, ksid) for ksid in segment["ksids"]]
            yield from (it for it in found if it is not None and it["active"])


def _of(world: World, app: str, target: dict[str, Any]) -> list[Record]:
    if "ksid" in target:
        record = register.by_ksid(world, target["ksid"])
        return [record] if record is not None and record["appId"] == app else []
    key = "ufid" if "ufid" in target else "deviceId"
    return world.find("subscriptions", {f"appId+{key}": joined(app, target[key])})


def _several(value: Any) -> list[Any]:
    """One object or an array of them: the page's samples show either."""
    return value if isinstance(value, list) else [value]
