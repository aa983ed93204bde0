"""Messages shown inside the application (REST API Documentation, In-Apps)."""

from __future__ import annotations

from mockserver.exchange import Reply, Request
from mockserver.store import Record
from mockserver.vendors.accengage import addressees, criteria, stored
from mockserver.vendors.accengage.errors import invalid
from mockserver.world import World


def list_inapps(world: World, request: Request, partner_id: str, page: int) -> Reply:
    """200 with a page, in the order of their ids."""
    return stored.page(world, request, "inapps", partner_id, page)


def create_inapp(world: World, partner_id: str, body: Record) -> Reply:
    """200 with the new id. Raises Refused: 400 for templates that cannot be, 404 for what there is not."""
    _check(world, partner_id, body)
    return stored.create(world, "inapps", partner_id, {"isActive": False, **body})


def get_inapp(world: World, partner_id: str, in_app_id: int) -> Reply:
    """200 with what was written, and the id. Raises Refused, 404."""
    return Reply(stored.shown(_by_id(world, partner_id, in_app_id)))


def update_inapp(world: World, partner_id: str, in_app_id: int, body: Record) -> Reply:
    """200. Raises Refused: as the creation, for another type of template, and 404."""
    return _update(world, _by_id(world, partner_id, in_app_id), body)


def set_inapp_status(world: World, partner_id: str, in_app_id: int, body: Record) -> Reply:
    """200, or 204 when it is so already. Raises Refused, 404."""
    return stored.activate(world, "inapps", _by_id(world, partner_id, in_app_id), body)


def get_inapp_by_external_id(world: World, partner_id: str, external_id: str) -> Reply:
    """200 with what was written, and the id. Raises Refused, 404."""
    return Reply(stored.shown(_by_external_id(world, partner_id, external_id)))


def update_inapp_by_external_id(world: World, partner_id: str, external_id: str, body: Record) -> Reply:
    """200. Raises Refused: as the creation, for another type of template, and 404."""
    return _update(world, _by_external_id(world, partner_id, external_id), body)


def set_inapp_status_by_external_id(world: World, partner_id: str, external_id: str, body: Record) -> Reply:
    """200, or 204 when it is so already. Raises Refused, 404."""
    return stored.activate(world, "inapps", _by_external_id(world, partner_id, external_id), body)


def _by_id(world: World, partner_id: str, number: int) -> Record:
    return stored.known(stored.by_id(world, "inapps", partner_id, number), f"In-app {number}")


def _by_external_id(world: World, partner_id: str, external_id: str) -> Record:
    return stored.known(stored.by_external_id(world, "inapps", partner_id, external_id), f"In-app {external_id}")


def _update(world: World, known: Record, body: Record) -> Reply:
    before, after = (_type(it) for it in (known, body))
    if before != after:
        raise invalid(f"The template type of an in-app can not be changed (from {before} to {after})")
    _check(world, known["partnerId"], body)
    return stored.update(world, "inapps", known, body)


def _type(inapp: Record) -> str:
    return str(inapp["messages"][0]["template"]["type"])


def _check(world: World, partner_id: str, body: Record) -> None:
    app = world.get("apps", partner_id) or {"partnerId": partner_id, "platform": ""}
    templates = [it["template"] for it in body["messages"]]
    criteria.check_campaign(world, partner_id, body)
    criteria.check_languages(body["messages"])
    if len({(it["type"], str(it.get("templateValue"))) for it in templates}) > 1:
        raise invalid("The template must be the same for each message")
    if templates[0]["type"] == "browser" and app["platform"] != "ios":
        raise invalid("A browser template can only be used for iOS in-apps")
    criteria.check_named(app, "inapp_templates", [it["templateValue"] for it in templates if "templateValue" in it])
    opened = [it["action"]["templateValue"] for it in body["messages"] if "templateValue" in it.get("action", {})]
    criteria.check_named(app, "inapp_templates", opened)
    addressees.check(world, partner_id, body)
    criteria.check_triggers(world, app, body.get("triggers", {}))
