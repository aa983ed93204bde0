"""Messages that the device shows by itself at a time, without a push (REST API Documentation, Alarms)."""

from __future__ import annotations

from mockserver.exchange import Reply, Request
from mockserver.store import Record
from mockserver.vendors.accengage import addressees, content, criteria, dates, stored
from mockserver.vendors.accengage.errors import Refused, invalid
from mockserver.world import World


def list_alarms(world: World, request: Request, partner_id: str, page: int) -> Reply:
    """200 with a page, in the order of their ids."""
    return stored.page(world, request, "alarms", partner_id, page)


def create_alarm(world: World, partner_id: str, body: Record) -> Reply:
    """200 with the new id. Raises Refused: 400 for the platform or the templates, 404 for what there is not."""
    _check(world, partner_id, body)
    return stored.create(world, "alarms", partner_id, {"isActive": False, **body})


def get_alarm(world: World, partner_id: str, alarm_id: int) -> Reply:
    """200 with what was written, and the id. Raises Refused, 404."""
    return Reply(stored.shown(_known(stored.by_id(world, "alarms", partner_id, alarm_id))))


def update_alarm(world: World, partner_id: str, alarm_id: int, body: Record) -> Reply:
    """200. Raises Refused as the creation, and 404."""
    return _update(world, partner_id, stored.by_id(world, "alarms", partner_id, alarm_id), body)


def set_alarm_status(world: World, partner_id: str, alarm_id: int, body: Record) -> Reply:
    """200, or 204 when it is so already. Raises Refused, 404."""
    return stored.activate(world, "alarms", _known(stored.by_id(world, "alarms", partner_id, alarm_id)), body)


def get_alarm_by_external_id(world: World, partner_id: str, external_id: str) -> Reply:
    """200 with what was written, and the id. Raises Refused, 404."""
    return Reply(stored.shown(_known(stored.by_external_id(world, "alarms", partner_id, external_id))))


def update_alarm_by_external_id(world: World, partner_id: str, external_id: str, body: Record) -> Reply:
    """200. Raises Refused as the creation, and 404."""
    return _update(world, partner_id, stored.by_external_id(world, "alarms", partner_id, external_id), body)


def set_alarm_status_by_external_id(world: World, partner_id: str, external_id: str, body: Record) -> Reply:
    """200, or 204 when it is so already. Raises Refused, 404."""
    return stored.activate(
        world, "alarms", _known(stored.by_external_id(world, "alarms", partner_id, external_id)), body
    )


def _known(alarm: Record | None) -> Record:
    if alarm is None:
        raise Refused(404, "Type, application and message ID mismatch")
    return alarm


def _update(world: World, partner_id: str, known: Record | None, body: Record) -> Reply:
    _check_platform(world, partner_id)
    alarm = _known(known)
    _check(world, partner_id, body)
    return stored.update(world, "alarms", alarm, body)


def _check_platform(world: World, partner_id: str) -> Record:
    app = world.get("apps", partner_id) or {"partnerId": partner_id, "platform": ""}
    if app["platform"] not in ("android", "ios"):
        raise invalid("Webservice can only be used for Android or iOS messages")
    return app


def _check(world: World, partner_id: str, body: Record) -> None:
    app = _check_platform(world, partner_id)
    contents = body["messages"]
    criteria.check_campaign(world, partner_id, body)
    criteria.check_languages(contents)
    if any(it.get("template") != contents[0].get("template") for it in contents):
        raise invalid("The template must be the same for each message")
    if app["platform"] == "ios" and contents[0].get("template") is None and any(it.get("buttons") for it in contents):
        raise invalid("Buttons need a template")
    date = body.get("settings", {}).get("programmation", {}).get("date")
    if date is not None:
        dates.seconds("settings.programmation.date", date)
    for it in contents:
        content.check_names(app, it)
    addressees.check(world, partner_id, body)
    criteria.check_triggers(world, app, body.get("triggers", {}))
