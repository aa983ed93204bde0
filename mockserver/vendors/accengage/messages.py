"""Push messages (REST API Documentation, Messages)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mockserver.exchange import Reply, Request
from mockserver.store import Between, Record, Taken, joined
from mockserver.vendors.accengage import addressees, content, numbers
from mockserver.vendors.accengage.errors import invalid
from mockserver.vendors.accengage.paging import page_of
from mockserver.world import World

_HIDDEN = frozenset(("partnerId", "state"))
_LAST_CHARACTER = "\U0010ffff"


def list_messages(
    world: World,
    request: Request,
    partner_id: str,
    page: int,
    external_id: str | None = None,
    title: str | None = None,
) -> Reply:
    """200 with a page, in the order of their ids. Without a filter a page costs what it shows; an external id costs
    what begins like it, a title all messages of the application."""
    if external_id is None and title is None:

        def fetch(offset: int, limit: int) -> Iterable[Record]:
            return world.find("messages", {"partnerId": partner_id}, None, offset, limit)

    else:
        found = _matching(world, partner_id, external_id, title)

        def fetch(offset: int, limit: int) -> Iterable[Record]:
            return found[offset : offset + limit]

    return page_of(request, page, "messages", lambda offset, limit: [_shown(it) for it in fetch(offset, limit)])


def create_message(world: World, partner_id: str, body: Record) -> Reply:
    """200 with the new id. Raises Refused: 400 for a campaign, 404 for anything else that it names and is not there."""
    _check(world, partner_id, body)
    message = {**body, "id": numbers.next_id(world, "messages"), "partnerId": partner_id, "state": "new"}
    _put(world, message)
    return Reply({"id": message["id"]})


def get_message(world: World, partner_id: str, message_id: int) -> Reply:
    """200 with what was written, and the id. Raises Refused, 404."""
    return Reply(_shown(numbers.own(world, "messages", partner_id, message_id, "Message")))


def update_message(world: World, partner_id: str, message_id: int, body: Record) -> Reply:
    """200; members left out keep their value. Raises Refused, as the creation does, and 404."""
    known = numbers.own(world, "messages", partner_id, message_id, "Message")
    _check(world, partner_id, body)
    _put(world, {**known, **body, "id": known["id"], "partnerId": partner_id, "state": known["state"]})
    return Reply({})


def delete_message(world: World, partner_id: str, message_id: int) -> Reply:
    """200; the schedule goes too. Raises Refused, 404, also the second time."""
    numbers.own(world, "messages", partner_id, message_id, "Message")
    world.delete("schedules", str(message_id))
    world.delete("messages", str(message_id))
    return Reply({})


def list_message_actions(world: World, request: Request, partner_id: str, message_id: int, page: int) -> Reply:
    """200 with a page of buttons and rich pages. Raises Refused, 404."""
    message = numbers.own(world, "messages", partner_id, message_id, "Message")
    found = content.actions(message)
    return page_of(request, page, "actions", lambda offset, limit: found[offset : offset + limit])


def _check(world: World, partner_id: str, body: Record) -> None:
    app = world.get("apps", partner_id) or {"platform": ""}
    number = body.get("campaignId")
    if number is not None:
        campaign = world.get("campaigns", str(number))
        if campaign is None or campaign["partnerId"] != partner_id:
            raise invalid(f"Campaign {number} is unknown")
    content.check(app, body["messages"])
    addressees.check(world, partner_id, body)


def _put(world: World, message: Record) -> None:
    try:
        world.put("messages", message)
    except Taken:
        raise invalid(f"Another message has the external id {message['externalId']}") from None


def _matching(world: World, partner_id: str, external_id: str | None, title: str | None) -> list[Record]:
    """All messages that both filters let through, by ascending id."""
    if external_id is None:
        found = world.find("messages", {"partnerId": partner_id})
    else:
        start = joined(partner_id, external_id.partition("%")[0])
        end = start + _LAST_CHARACTER if "%" in external_id else start
        found = world.find("messages", {"partnerId+externalId": Between(start, end)})
        wanted = _pattern(external_id)
        found = sorted((it for it in found if wanted.fullmatch(it["externalId"])), key=lambda it: int(it["id"]))
    if title is not None:
        wanted = _pattern(title)
        found = [it for it in found if any(wanted.fullmatch(one.get("title") or "") for one in it["messages"])]
    return found


def _pattern(text: str) -> re.Pattern[str]:
    """`%` for any run of characters; everything else for itself."""
    return re.compile(".*".join(re.escape(part) for part in text.split("%")), re.DOTALL)


def _shown(message: Record) -> Record:
    return {name: value for name, value in message.items() if name not in _HIDDEN}
