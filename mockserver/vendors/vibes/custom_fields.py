"""The custom fields that a company has set up (Technical Overview, former URI tree; the bodies are ours)."""

from __future__ import annotations

from mockserver.errors import NotFound
from mockserver.exchange import Reply
from mockserver.store import Record
from mockserver.vendors.vibes import values
from mockserver.world import World


def list_custom_fields(world: World, company_key: str) -> Reply:
    """200 with all fields, oldest first."""
    return Reply([_shown(field) for field in values.defined(world, company_key)])


def get_custom_field(world: World, company_key: str, custom_field_id: str) -> Reply:
    """200 with the field. Raises NotFound."""
    field = world.get("custom_fields", custom_field_id)
    if field is None or field["company_key"] != company_key:
        raise NotFound("The custom field was not found")
    return Reply(_shown(field))


def _shown(field: Record) -> Record:
    """Without the company, which the url names; options, if it is a selection, as persons show them."""
    found: Record = {name: field[name] for name in ("id", "name", "type")}
    if field["type"] in ("single_selection", "multi_selection"):
        found["options"] = [{"id": None, **option} for option in field.get("options", ())]
    return {**found, "url": f"/companies/{field['company_key']}/mobiledb/custom_fields/{field['id']}"}
