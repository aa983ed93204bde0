"""Recipes for statistics (section 15 of our reference)."""

from __future__ import annotations

from datetime import date

from contracts.client import Client
from contracts.recipes import recipe
from contracts.vendors.accengage.paging import walk

STATS = "stats.list_stats"


@recipe(STATS, 200)
def days_of_a_period(client: Client) -> None:
    """20.55: ascending, each day once; both ends count; the first day goes before a single one."""
    rows = walk(client, STATS)
    days = [row["date"] for row in rows]
    client.expect(len(days) > 1 and days == sorted(set(days)), "pages", "each day once, ascending", days)
    if client.has_world:
        whole = (date.fromisoformat(days[-1]) - date.fromisoformat(days[0])).days + 1
        client.expect(len(days) < whole, "pages", "gaps where nothing happened", days)
    if len(days) < 3:
        return
    first, middle, last = days[0], days[len(days) // 2], days[-1]
    for query, wanted in (
        ({"date": middle}, [middle]),
        ({"startDate": middle, "endDate": middle}, [middle]),
        ({"startDate": middle}, [day for day in days if day >= middle]),
        ({"startDate": middle, "endDate": last, "date": first}, [day for day in days if day >= middle]),
        ({"endDate": middle}, days),
        ({"endDate": middle, "date": last}, [last]),
        ({"startDate": last, "endDate": first}, []),
        ({"date": "1999-12-31"}, []),
    ):
        found = [row["date"] for row in walk(client, STATS, query=query)]
        client.expect(found == wanted, "pages", f"the days of {query}", found)


@recipe(STATS, 400)
def days_that_no_calendar_has(client: Client) -> None:
    for query in ({"date": "2018-02-30"}, {"startDate": "2018-01-01 12:00:00"}, {"endDate": "soon"}):
        client.call(STATS, query=query)
        client.expect(client.sent[-1].status == 400, "rejects-invalid", f"400 for {query}")
