"""Finding the one person that the filters of a search mean (Vibes Ruby client, MobileDb)."""

from __future__ import annotations

from typing import NamedTuple

from mockserver.store import Record
from mockserver.vendors.vibes import identity
from mockserver.vendors.vibes import mdn as numbers
from mockserver.vendors.vibes.errors import Code, Error, bad_query
from mockserver.world import World


class Filters(NamedTuple):
    """What may stand in the query of a search; the MDN as sent."""

    mdn: str | None = None
    person_id: str | None = None
    external_person_id: str | None = None


def demand(filters: Filters) -> None:
    """Raises BadParameter without any filter."""
    if not any(it is not None for it in filters):
        raise bad_query(Error("mdn, person_id or external_person_id is required", Code.REQUIRED))


def find(world: World, company_key: str, filters: Filters, version: str) -> Record | None:
    """The person who matches all that is given, if there is one. Raises BadParameter for the MDN of another version."""
    mdn, person_id, external_person_id = filters
    found = []
    if mdn is not None:
        try:
            number = numbers.read(mdn, version)
        except ValueError as error:
            raise bad_query(Error(str(error), Code.FORMAT)) from None
        found.append(identity.by_mdn(world, company_key, number))
    if person_id is not None:
        found.append(identity.by_key(world, company_key, person_id))
    if external_person_id is not None:
        found.append(identity.by_external_id(world, company_key, external_person_id))
    keys = {None if person is None else person["person_key"] for person in found}
    return found[0] if len(keys) == 1 else None
