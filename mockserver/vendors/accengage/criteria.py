"""What in-apps, alarms and inbox messages refer to beside segments and lists: whether the application has it (our
reference, section 2.7). Events go by their code, views by their value, states by their name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mockserver.store import Record
from mockserver.vendors.accengage import dates
from mockserver.vendors.accengage.errors import Refused, invalid
from mockserver.world import World


def check_campaign(world: World, partner_id: str, body: Mapping[str, Any]) -> None:
    """Raises Refused, 400, for a campaign that the application does not have."""
    number = body.get("campaignId")
    campaign = world.get("campaigns", str(number)) if number is not None else None
    if number is not None and (campaign is None or campaign["partnerId"] != partner_id):
        raise invalid(f"Campaign {number} is unknown")


def check_languages(contents: Iterable[Mapping[str, Any]]) -> None:
    """Raises Refused, 400, for a language that stands twice."""
    languages = [it["language"] for it in contents if "language" in it]
    twice = [it for it in dict.fromkeys(languages) if languages.count(it) > 1]
    if twice:
        raise invalid(*(f"The language {it} stands more than once" for it in twice))


def check_triggers(world: World, app: Record, triggers: Mapping[str, Any]) -> None:
    """Raises Refused: 400 for dates that are none or in the wrong order, 404 for what the application does not have."""
    dates.check_range(triggers)
    for place in _both(triggers.get("geolocations", {})):
        kind = "geogroups" if place.get("type") == "geogroup" else "geofences"
        _check_owned(world, app, kind, place["id"], "geolocation")
    for beacon in _both(triggers.get("beacons", {})):
        _check_owned(world, app, "beacons", beacon["id"], "beacon")
    check_named(app, "events", _both(triggers.get("events", {})))
    check_named(app, "views", _both(triggers.get("views", {})))
    check_named(app, "states", [state["name"] for state in _both(triggers.get("states", {}))])


def check_named(app: Record, kind: str, names: Iterable[str]) -> None:
    """Raises Refused, 404, for events, views, states or templates that the application's settings do not have."""
    for name in names:
        if name not in app.get(kind, ()):
            raise _missing(kind.removesuffix("s").replace("inapp_", ""), name)


def _check_owned(world: World, app: Record, kind: str, number: int, what: str) -> None:
    found = world.get(kind, str(number))
    if found is None or found["partnerId"] != app["partnerId"]:
        raise _missing(what, number)


def _both(found: Mapping[str, Any]) -> list[Any]:
    """What is to be there, and what is not."""
    return [*found.get("inclusion", ()), *found.get("exclusion", ())]


def _missing(what: str, name: object) -> Refused:
    return Refused(404, f"Can not find {what} with id {name}")
