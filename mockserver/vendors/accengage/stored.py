"""In-apps, alarms and inbox messages as they are kept: what was written, an id of one sequence for messages of all
kinds, and an external id that is unique in the application among those of the same kind."""

from __future__ import annotations

from mockserver.exchange import Reply, Request
from mockserver.store import Record, Taken, joined
from mockserver.vendors.accengage import numbers
from mockserver.vendors.accengage.errors import invalid, not_found
from mockserver.vendors.accengage.paging import page_of
from mockserver.world import World

_OURS = frozenset(("partnerId", "sent"))


def page(world: World, request: Request, kind: str, partner_id: str, page: int) -> Reply:
    """200 with a page, in the order of their ids, which is that of their creation."""

    def fetch(offset: int, limit: int) -> list[Record]:
        return [shown(it) for it in world.find(kind, {"partnerId": partner_id}, None, offset, limit)]

    return page_of(request, page, kind, fetch)


def by_id(world: World, kind: str, partner_id: str, number: int) -> Record | None:
    """The application's message of this kind."""
    found = world.get(kind, str(number))
    return found if found is not None and found["partnerId"] == partner_id else None


def by_external_id(world: World, kind: str, partner_id: str, external_id: str) -> Record | None:
    return world.one(kind, {"partnerId+externalId": joined(partner_id, external_id)})


def known(found: Record | None, what: str) -> Record:
    """What a look-up found. Raises Refused, 404 for `what`, when that is nothing."""
    if found is None:
        raise not_found(what)
    return found


def create(world: World, kind: str, partner_id: str, body: Record) -> Reply:
    """200 with the new id. Raises Refused for an external id that another of its kind has."""
    number = numbers.next_id(world, "messages")
    _put(world, kind, {name: it for name, it in body.items() if name not in _OURS} | {"id": number}, partner_id)
    return Reply({"id": number})


def update(world: World, kind: str, known: Record, body: Record) -> Reply:
    """200; members left out keep their value. Raises Refused as `create` does."""
    changes = {name: it for name, it in body.items() if name not in _OURS}
    _put(world, kind, {**known, **changes, "id": known["id"]}, known["partnerId"])
    return Reply({})


def activate(world: World, kind: str, known: Record, body: Record) -> Reply:
    """200, or 204 when it is so already; both without a body. The flag is kept as set, whatever the dates."""
    if known["isActive"] == body["isActive"]:
        return Reply(None, 204)
    world.put(kind, {**known, "isActive": body["isActive"]})
    return Reply()


def shown(record: Record) -> Record:
    """A record as the API shows it."""
    return {name: value for name, value in record.items() if name not in _OURS}


def _put(world: World, kind: str, record: Record, partner_id: str) -> None:
    try:
        world.put(kind, {**record, "partnerId": partner_id})
    except Taken:
        raise invalid(f"Another message has the external id {record['externalId']}") from None
