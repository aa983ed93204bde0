"""What happened on each day; days on which nothing did are left out (REST API Documentation, Statistics)."""

from __future__ import annotations

from mockserver.exchange import Reply, Request
from mockserver.store import Between, Record, joined
from mockserver.vendors.accengage import dates
from mockserver.vendors.accengage.paging import page_of
from mockserver.world import World

_FIRST, _LAST = "0000-00-00", "9999-99-99"


def list_stats(
    world: World,
    request: Request,
    partner_id: str,
    page: int,
    start_date: str | None = None,
    end_date: str | None = None,
    date: str | None = None,
) -> Reply:
    """200 with a page of days, ascending. A first day goes before a single one, and a last day alone does not count.

    Raises Refused for a day that no calendar has.
    """
    for name, day in (("startDate", start_date), ("endDate", end_date), ("date", date)):
        if day is not None:
            dates.seconds(name, day)
    first, last = _FIRST, _LAST
    if start_date is not None:
        first, last = start_date, end_date or world.time()[:10]
    elif date is not None:
        first = last = date
    bounds = Between(joined(partner_id, first), joined(partner_id, last))

    def fetch(offset: int, limit: int) -> list[Record]:
        found = world.find("stats", {"partnerId+date": bounds}, "partnerId+date", offset, limit)
        return [{name: value for name, value in it.items() if name not in ("id", "partnerId")} for it in found]

    return page_of(request, page, "stats", fetch)
