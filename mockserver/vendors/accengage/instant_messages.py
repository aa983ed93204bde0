"""A message for precise targets, at once, in one application or several (REST API Documentation, Instant messages)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.exchange import Reply, Request
from mockserver.store import Record, joined
from mockserver.vendors.accengage import content, numbers, targeting, userbase
from mockserver.vendors.accengage.errors import Label, Refused, body_of, invalid, not_found
from mockserver.world import World
from specs import Spec


def send_instant_message(world: World, partner_id: str, body: Record) -> Reply:
    """200 with the id of the message that was made. Raises Refused: 404 for what it names, 400 for its targets."""
    targeting.check_kinds(body["targets"])
    return Reply({"messageId": _send(world, partner_id, body, body["targets"])})


def send_instant_message_multi_apps(world: World, request: Request, spec: Spec, body: Record) -> Reply:
    """200 with a report for each application. Raises Refused for targets that no application could take."""
    targeting.check_kinds(body["targets"])
    user = world.get("users", request.caller or "") or {"apps": []}
    report = {name: _reported(world, spec, user, name, entry, body["targets"]) for name, entry in body["apps"].items()}
    return Reply({"apps": report})


def _reported(
    world: World, spec: Spec, user: Record, partner_id: str, entry: Record, targets: Sequence[Record]
) -> Record:
    """What became of it in one application: as the call for it alone would have answered."""
    try:
        if partner_id not in user["apps"]:
            raise Refused(403, "You have no rights on this application", label=Label.FORBIDDEN)
        _check_entry(spec, entry)
        _send(world, partner_id, entry, targets)
    except Refused as refused:
        return {"statusCode": refused.status, "body": body_of(refused)}
    return {"statusCode": 200}


def _check_entry(spec: Spec, entry: Record) -> None:
    """Raises Refused for an entry of `apps` that would be no body of the call for one application."""
    validator = spec.schemas.validator(spec.document["components"]["schemas"]["InstantContent"], "request")
    problems = [str(problem) for problem in validator.problems(entry, "apps")]
    if problems:
        raise invalid(*problems)


def _send(world: World, partner_id: str, body: Record, targets: Sequence[Record]) -> int:
    app = world.get("apps", partner_id)
    if app is None:
        raise not_found(f"Application {partner_id}")
    parent = _parent(world, partner_id, body)
    override = body.get("message", {})
    texts = [{**one, **override} for one in parent["messages"]]
    content.check_names(app, override)
    reached = _reached(world, app, targets, content.macros(texts), override.get("data", {}))
    message = {"id": numbers.next_id(world, "messages"), "partnerId": partner_id, "parentId": parent["id"]}
    world.put("instant_messages", {**message, "devices": reached})
    world.later(world.switches["sending_seconds"], "delivery.finish_instant", message_id=message["id"])
    return int(message["id"])


def _parent(world: World, partner_id: str, body: Record) -> Record:
    """The message to send, by its id, else by its external id. Raises Refused, 404."""
    if "parentMessageId" in body:
        return numbers.own(world, "messages", partner_id, body["parentMessageId"], "Message")
    external_id = body["parentMessageExternalId"]
    found = world.one("messages", {"partnerId+externalId": joined(partner_id, external_id)})
    if found is None:
        raise not_found(f"Message {external_id}")
    return found


def _reached(
    world: World, app: Record, targets: Sequence[Record], names: set[str], data: Mapping[str, Any]
) -> list[int]:
    """Ids of the devices that get the message, each once. Raises the refusal of the first target when all fail."""
    reached: dict[int, None] = {}
    failures: list[Refused] = []
    for target in targets:
        found = targeting.devices(world, app, target)
        if isinstance(found, Refused):
            failures.append(found)
            continue
        open_names = names - data.keys() - target.get("data", {}).keys() - targeting.columns(target, names)
        filled = [it for it in found if all(userbase.shown(it).get(name) is not None for name in open_names)]
        if open_names and not filled:
            failures.append(content.unmatched(open_names - _values_of(found)))
            continue
        reached |= {it["id"]: None for it in filled if targeting.reachable(app, it)}
    if len(failures) == len(targets):
        raise failures[0]
    return [*reached]


def _values_of(devices: Sequence[Record]) -> set[str]:
    """The fields that every one of these devices has."""
    each = [{name for name, value in userbase.shown(it).items() if value is not None} for it in devices]
    return set.intersection(*each) if each else set()
