"""The people in a company's mobile database (CRM Integration; Person API)."""

from __future__ import annotations

from mockserver.errors import NotFound
from mockserver.exchange import Reply
from mockserver.store import Record
from mockserver.vendors.vibes import identity, profile, search
from mockserver.vendors.vibes.errors import Code, Error, bad_query, invalid
from mockserver.world import World


def find_persons(
    world: World,
    company_key: str,
    x_api_version: str,
    mdn: str | None = None,
    external_person_id: str | None = None,
) -> Reply:
    """200 with an array, empty when nobody matches all that is given. Raises BadParameter."""
    if mdn is None and external_person_id is None:
        raise bad_query(Error("mdn or external_person_id is required", Code.REQUIRED))
    found = search.find(world, company_key, search.Filters(mdn, None, external_person_id), x_api_version)
    return Reply([] if found is None else [profile.shown(world, found, x_api_version)])


def add_person(world: World, company_key: str, body: Record, x_api_version: str) -> Reply:
    """201 with the new person, 200 with the one who was known by MDN or external id. Raises Invalid, Conflict."""
    changes = _changes(world, company_key, body, x_api_version)
    wanted, number = changes.get("external_person_id"), changes.get("mdn")
    known = identity.by_mdn(world, company_key, number) if number is not None else None
    if known is None and wanted is not None:
        known = identity.by_external_id(world, company_key, wanted)
    person, added = identity.merge(world, company_key, known, changes)
    return Reply(profile.shown(world, person, x_api_version), 201 if added else 200)


def get_person(world: World, company_key: str, person_key: str, x_api_version: str) -> Reply:
    """200 with the person. Raises NotFound."""
    return Reply(profile.shown(world, identity.known(identity.by_key(world, company_key, person_key)), x_api_version))


def update_person(world: World, company_key: str, person_key: str, body: Record, x_api_version: str) -> Reply:
    """200 with what was submitted. Raises NotFound, Invalid, Conflict."""
    person = identity.known(identity.by_key(world, company_key, person_key))
    changes = _changes(world, company_key, body, x_api_version)
    return _updated(world, identity.change(world, person, changes), body, x_api_version)


def get_person_by_external_id(world: World, company_key: str, external_person_id: str, x_api_version: str) -> Reply:
    """200 with the person. Raises NotFound."""
    person = identity.known(identity.by_external_id(world, company_key, external_person_id))
    return Reply(profile.shown(world, person, x_api_version))


def update_person_by_external_id(
    world: World, company_key: str, external_person_id: str, body: Record, x_api_version: str
) -> Reply:
    """200 with what was submitted, 201 when the person was added. Raises Invalid, Conflict, and NotFound by switch."""
    person = identity.by_external_id(world, company_key, external_person_id)
    if person is None and world.switches["unknown_external_id"] == "refuse":
        raise NotFound("The person was not found")
    changes = _changes(world, company_key, body, x_api_version)
    if person is not None:
        return _updated(world, identity.change(world, person, changes), body, x_api_version)
    # A null in the body has nothing to remove yet: the person is to have the id that the caller addressed.
    changes["external_person_id"] = changes.get("external_person_id") or external_person_id
    number = changes.get("mdn")
    owner = identity.by_mdn(world, company_key, number) if number is not None else None
    person, added = identity.merge(world, company_key, owner, changes)
    return _updated(world, person, body, x_api_version, 201 if added else 200)


def _changes(world: World, company_key: str, body: Record, version: str) -> Record:
    """What a body asks for. Raises Invalid with all that is wrong."""
    errors: list[Error] = []
    changes = profile.changes(world, company_key, body, version, errors)
    if errors:
        raise invalid(errors)
    return changes


def _updated(world: World, person: Record, body: Record, version: str, status: int = 200) -> Reply:
    if world.switches["update_reply"] == "full":
        return Reply(profile.shown(world, person, version), status)
    return Reply(body, status)
