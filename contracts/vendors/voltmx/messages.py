"""Pushes. Numbers name the properties of section 7 of our reference."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.recipes import content
from contracts.recipes import recipe as any_recipe
from contracts.vendors.voltmx.subscribers import NOBODY, ksid
from contracts.vendors.voltmx.subscriptions import APP, OTHER_APP, recipe, subscribe, unsubscribe
from specs.codecs import is_xml

PUSH = "messages.push_message"


def push(client: Client, targets: list[dict[str, Any]], app: str = APP, **members: Any) -> dict[str, Any]:
    """Send "Hi" to some; the one entry of `details`, empty when refused."""
    message = {"type": "PUSH", "content": {"mimeType": "text/plain", "data": "Hi"}, **members}
    if targets:
        message["subscribers"] = {"subscriber": targets}
    request = {"appId": app, "messages": {"message": message}}
    kind = client.media_type or "application/json"
    body = request if is_xml(kind) else {"messageRequest": request}
    value = client.value(client.call(PUSH, body=body, media_type=kind))
    details = value.get("details") if isinstance(value, dict) else None
    return details[0] if details and isinstance(details[0], dict) else {}


def _queued(client: Client, detail: dict[str, Any], number: int, what: str) -> None:
    said = detail.get("description")
    client.expect(said == f"Number of Pushes queued:{number}", "counts-add-up", f"{number} queued for {what}", said)


@recipe(PUSH, 200)
def reaches_whom_it_names(client: Client) -> None:
    """23 and 25: by KSID, device or ufid, and nobody who has left."""
    ufid = client.unique("ana")
    first = subscribe(client, ufid=ufid)
    subscribe(client, deviceId="device-2", sid="token-2", ufid=ufid)
    device = client.unique("device-1")
    _queued(client, push(client, [{"ksid": ksid(first)}]), 1, "one KSID")
    _queued(client, push(client, [{"deviceId": device}]), 1, "one device")
    _queued(client, push(client, [{"ufid": ufid}]), 2, "a ufid of two devices")
    unsubscribe(client, ksid=ksid(first))
    _queued(client, push(client, [{"ufid": ufid}]), 1, "a ufid with one device left")
    failed = push(client, [{"ksid": ksid(first)}], refId="r1")
    _queued(client, failed, 0, "one who has left")


@recipe(PUSH, 200)
def named_more_than_once(client: Client) -> None:
    """25: one push for each device, however often and by whatever name it is among the targets."""
    client.suppose("a device that is named more than once is counted once")
    ufid, device = client.unique("ana"), client.unique("device-1")
    one = subscribe(client, ufid=ufid)
    by_ksid, by_device, by_ufid = {"ksid": ksid(one)}, {"deviceId": device}, {"ufid": ufid}
    for targets in ([by_ksid, by_ksid], [by_device] * 3, [by_ufid, by_ufid], [by_ksid, by_device, by_ufid]):
        _queued(client, push(client, targets), 1, f"one device, named {len(targets)} times")
    other = subscribe(client, deviceId="device-2", sid="token-2", ufid=ufid)
    _queued(client, push(client, [by_ksid, {"ksid": ksid(other)}, by_ufid]), 2, "two devices, one of them named twice")


@recipe(PUSH, 200)
def stays_in_its_application(client: Client) -> None:
    first = subscribe(client, appId=OTHER_APP)
    _queued(client, push(client, [{"ksid": ksid(first)}]), 0, "a KSID of another application")
    _queued(client, push(client, [{"ksid": ksid(first)}], OTHER_APP), 1, "the KSID in its own application")
    ufid = client.unique("ana")
    subscribe(client, appId=OTHER_APP, deviceId="device-2", sid="token-2", ufid=ufid)
    for target in ({"ufid": ufid}, {"deviceId": client.unique("device-2")}):
        _queued(client, push(client, [target]), 0, f"the {next(iter(target))} of another application")
        _queued(client, push(client, [target], OTHER_APP), 1, f"the {next(iter(target))} in its own application")


@recipe(PUSH, 400)
def nothing_to_send(client: Client) -> None:
    """What names no application, nobody, or a message that is not waiting."""
    for what, arguments in (
        ("an unknown application", {"app": "no-such-app", "targets": [{"ksid": NOBODY}]}),
        ("nobody", {"targets": []}),
        ("a message that is not waiting", {"targets": [{"ksid": NOBODY}], "overrideMessageId": "17"}),
        ("another channel", {"targets": [{"ksid": NOBODY}], "type": "SMS"}),
    ):
        push(client, **arguments)
        client.expect(client.sent[-1].status == 400, "rejects-invalid", f"400 for {what}")


@any_recipe(PUSH, 200)
def waiting_message_is_replaced(client: Client) -> None:
    """4.5: `overrideMessageId` with the `msgId` of a message whose time has not come."""
    first = subscribe(client)
    later = push(client, [{"ksid": ksid(first)}], startTimestamp="99999999999999")
    again = push(client, [{"ksid": ksid(first)}], overrideMessageId=str(later.get("msgId", "0")))
    client.expect(again.get("msgId") == later.get("msgId"), "read-your-write", "the msgId of the message replaced")
    push(client, [{"ksid": ksid(first)}], overrideMessageId=str(again.get("msgId", "0")))
    client.expect(client.sent[-1].status == 400, "refusal-changes-nothing", "400 for a message that was sent")


@recipe(PUSH, 200)
def named_in_any_place(client: Client) -> None:
    """4.5: below `global`, in each message, as one object or several; an entry of `details` for each message, with the
    reference of what was not in order alone."""
    one = subscribe(client)
    other = subscribe(client, deviceId="device-2", sid="token-2")
    text = {"mimeType": "text/plain", "data": "Hi"}
    targets = {name: {"subscribers": {"subscriber": {"ksid": ksid(it)}}} for name, it in (("a", one), ("b", other))}
    messages = [{"type": "PUSH", "refId": f"r{number}", "content": text} for number in (1, 2)]
    both = {"subscribers": {"subscriber": [{"ksid": ksid(one)}, {"ksid": ksid(other)}]}}
    for shared, sent, wanted in (
        (targets["a"], [messages[0]], [1]),
        (targets["a"], [{**messages[0], **targets["b"]}], [2]),
        (both, [{**messages[0], **targets["a"]}, messages[1]], [2, 2]),
        ({}, [{**messages[0], **targets["a"]}, {**messages[1], **both}], [1, 2]),
    ):
        request: dict[str, Any] = {"appId": APP, "messages": {"message": sent if len(sent) > 1 else sent[0]}}
        if shared:
            request["global"] = shared
        kind = client.media_type or "application/json"
        body = request if is_xml(kind) else {"messageRequest": request}
        details = content(client, client.call(PUSH, body=body, media_type=kind)).get("details") or []
        seen = [it.get("description") for it in details]
        counts = [f"Number of Pushes queued:{number}" for number in wanted]
        client.expect(seen == counts, "counts-add-up", f"{counts}", details)
        references = {it.get("refId") for it in details}
        client.expect(references <= {"", None}, "read-your-write", "no reference of what is in order", details)
        ids = {it.get("msgId") for it in details}
        client.expect(len(ids) == len(details), "read-your-write", "a msgId of its own for each message", details)
