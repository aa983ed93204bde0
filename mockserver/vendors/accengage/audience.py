"""Rows about devices, one for each click or each device that was targeted (Clicks; Targets).

A row's `date` is in UTC to the second, so that dates sort as text.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from mockserver.clock import iso
from mockserver.exchange import Reply, Request
from mockserver.store import Between, Record, joined
from mockserver.vendors.accengage import dates, numbers, userbase
from mockserver.vendors.accengage.errors import Label, Refused, not_found
from mockserver.vendors.accengage.paging import page_of
from mockserver.world import World

_SHOWN = ("date", "deviceId", "messageId", "campaignId", "actionId")


def of_campaign(world: World, partner_id: str, campaign_id: int) -> tuple[str, int]:
    """What the rows of a campaign are found by. Raises Refused: 404, 403 for another application's."""
    return "campaignId", _own(world, partner_id, campaign_id, ("campaigns",), "Campaign")


def of_message(world: World, partner_id: str, message_id: int) -> tuple[str, int]:
    """What the rows of a message of any kind are found by. Raises Refused: 404, 403 for another application's."""
    return "messageId", _own(world, partner_id, message_id, numbers.SEQUENCES["messages"], "Message")


def page(
    world: World,
    request: Request,
    kind: str,
    owner: tuple[str, int],
    page: int,
    between: tuple[str | None, str | None],
    data: Mapping[str, Any] | None,
    *,
    since: float = 0.0,
) -> Reply:
    """200 with a page of rows, by ascending date: both ends of `between` count, and nothing is older than `since`.

    Raises Refused for what is no date, and for a field in `data` that the application does not have.
    """
    field, number = owner
    partner_id = request.path["partnerId"]
    first = max(since, -math.inf if between[0] is None else dates.seconds("startDate", between[0]))
    last = math.inf if between[1] is None else dates.seconds("endDate", between[1])
    fields = userbase.listed(data) if data else []
    userbase.check_known(world, partner_id, fields)
    bounds = Between(joined(number, _written(math.ceil(max(first, 0)))), joined(number, _written(last)))

    def fetch(offset: int, limit: int) -> list[Record]:
        order = f"{field}+date"
        return [
            _shown(world, partner_id, row, fields) for row in world.find(kind, {order: bounds}, order, offset, limit)
        ]

    return page_of(request, page, kind, fetch)


def _shown(world: World, partner_id: str, row: Record, fields: list[str]) -> Record:
    shown = {name: row[name] for name in _SHOWN if name in row}
    if fields:
        shown["data"] = userbase.chosen(userbase.by_udid(world, partner_id, row["deviceId"]), fields)
    return shown


def _own(world: World, partner_id: str, number: int, kinds: tuple[str, ...], what: str) -> int:
    found = next((it for it in (world.get(kind, str(number)) for kind in kinds) if it is not None), None)
    if found is None:
        raise not_found(f"{what} {number}")
    if found["partnerId"] != partner_id:
        raise Refused(403, f"{what} {number} is not associated with this partner id", label=Label.FORBIDDEN)
    return number


def _written(seconds: float) -> str:
    return "9999-12-31T23:59:59Z" if seconds >= dates.YEAR_9999 else iso(max(seconds, 0))
