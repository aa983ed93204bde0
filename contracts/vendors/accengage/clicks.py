"""Recipes for clicks and targets (sections 13 and 14 of our reference)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from contracts.client import Client
from contracts.finding import NotProvokable
from contracts.recipes import got, recipe
from contracts.vendors.accengage.paging import walk

CLICKS, MESSAGE_CLICKS = "clicks.list_campaign_clicks", "clicks.list_message_clicks"
TARGETS, MESSAGE_TARGETS = "targets.list_campaign_targets", "targets.list_message_targets"
# Targets are kept for 3 months: those of the `default` fixture are there on this day.
OCTOBER = "2021-10-28T12:00:00Z"
# The page's own number, of which our mock has rows; and what belongs to another application, or to nobody.
CAMPAIGN, FOREIGN_CAMPAIGN, FOREIGN_MESSAGE, NOBODYS = 91, 93, 2170, 987654


def _owner(client: Client, campaign: Any, message: Any) -> dict[str, Any]:
    return {"campaignId": campaign} if "campaign" in client.operation else {"messageId": message}


@recipe(CLICKS, 403, check="no-leak-between-accounts")
@recipe(MESSAGE_CLICKS, 403, check="no-leak-between-accounts")
@recipe(TARGETS, 403, check="no-leak-between-accounts")
@recipe(MESSAGE_TARGETS, 403, check="no-leak-between-accounts")
def of_another_application(client: Client) -> None:
    """20.16."""
    client.call(client.operation, **_owner(client, FOREIGN_CAMPAIGN, FOREIGN_MESSAGE))
    got(client, 403, "no-leak-between-accounts", "what belongs to another application")


@recipe(CLICKS, 404)
@recipe(MESSAGE_CLICKS, 404)
@recipe(TARGETS, 404)
@recipe(MESSAGE_TARGETS, 404)
def of_nobody(client: Client) -> None:
    client.call(client.operation, **_owner(client, NOBODYS, NOBODYS))
    got(client, 404, "unknown-id", "an id that nobody has")


@recipe(CLICKS, 400)
@recipe(MESSAGE_CLICKS, 400)
@recipe(TARGETS, 400)
@recipe(MESSAGE_TARGETS, 400)
def rows_that_cannot_be_asked_for(client: Client) -> None:
    """13: ids, dates and fields."""
    for number in ("cmp", "0", "-1"):
        client.call(client.operation, **_owner(client, number, number))
        got(client, 400, "rejects-invalid", f"the id {number}")
    for query in ({"startDate": "2018-02-30"}, {"endDate": "soon"}, {"data[]": "no_such_field"}):
        client.call(client.operation, query=query)
        got(client, 400, "rejects-invalid", f"{query}")


@recipe(CLICKS, 200)
@recipe(MESSAGE_CLICKS, 200)
@recipe(TARGETS, 200, frozen_at=OCTOBER)
@recipe(MESSAGE_TARGETS, 200, frozen_at=OCTOBER)
def rows_of_a_period(client: Client) -> None:
    """20.50: both ends count, rows ascend, and a wider period never has fewer."""
    rows = walk(client, client.operation)
    dates = [row["date"] for row in rows]
    client.expect(bool(rows) and dates == sorted(dates), "pages", "rows, by ascending date", dates)
    for start in sorted(set(dates)):
        for end in sorted(set(dates)):
            found = walk(client, client.operation, query={"startDate": start, "endDate": end})
            wanted = [row for row in rows if start <= row["date"] <= end]
            client.expect(found == wanted, "pages", f"the rows from {start} to {end}, both included", found)


@recipe(CLICKS, 200)
@recipe(MESSAGE_CLICKS, 200)
@recipe(TARGETS, 200, frozen_at=OCTOBER)
@recipe(MESSAGE_TARGETS, 200, frozen_at=OCTOBER)
def data_of_the_device(client: Client) -> None:
    """20.51: exactly the fields that were asked for, and only then."""
    plain = walk(client, client.operation)
    client.expect(all("data" not in row for row in plain), "read-your-write", "no `data` unless asked for", plain)
    rows = walk(client, client.operation, query={"data[]": ["clientId", "bundleversion"]})
    shown = [{name: value for name, value in row.items() if name != "data"} for row in rows]
    client.expect(shown == plain, "pages", "the same rows with `data`", rows)
    right = all((row.get("data") or {}).keys() == {"clientId", "bundleversion"} for row in rows)
    client.expect(right, "read-your-write", "`data` with the two fields on each row", rows)


@recipe(MESSAGE_CLICKS, 200)
def actions_that_were_clicked(client: Client) -> None:
    """20.52: an action of the message, as its list of actions has it; none where there is neither button nor page."""
    for number, has in ((1613, True), (2158, False)):
        rows = walk(client, MESSAGE_CLICKS, messageId=number)
        clicked = {row.get("actionId") for row in rows}
        if not has:
            client.expect(clicked <= {None}, "read-your-write", "no `actionId` without buttons", rows)
            continue
        known = {row["id"] for row in walk(client, "messages.list_message_actions", messageId=number)}
        client.expect(bool(rows) and clicked <= known, "read-your-write", f"one of the actions {known}", rows)


@recipe(CLICKS, 200, check="counts-add-up")
@recipe(TARGETS, 200, check="counts-add-up", frozen_at=OCTOBER)
def rows_of_a_campaign_are_those_of_its_messages(client: Client) -> None:
    """20.53."""
    by_message = MESSAGE_CLICKS if client.operation == CLICKS else MESSAGE_TARGETS
    rows = walk(client, client.operation)
    parts: list[Any] = []
    for number in sorted({row["messageId"] for row in rows}):
        exchange = client.call(by_message, messageId=number)
        if exchange.status == 200:
            found = walk(client, by_message, messageId=number)
            own = all(row["messageId"] == number for row in found)
            client.expect(own, "no-leak-between-accounts", f"rows of message {number} only", found)
            parts += [row for row in found if row.get("campaignId") == CAMPAIGN]
            continue
        parts += [row for row in rows if row["messageId"] == number]
    same = sorted(parts, key=str) == sorted(rows, key=str)
    client.expect(same, "counts-add-up", "the rows of the campaign's messages", parts)


@recipe(TARGETS, 200, check="delete-deletes", frozen_at=OCTOBER)
@recipe(MESSAGE_TARGETS, 200, check="delete-deletes", frozen_at=OCTOBER)
def targets_are_kept_for_three_months(client: Client) -> None:
    """20.54."""
    rows = walk(client, client.operation)
    client.expect(all(row["date"] >= "2021-07-28T12:00:00Z" for row in rows), "delete-deletes", "no old rows", rows)
    newest = max((row["date"] for row in rows), default="")
    client.world.advance(60 * 24 * 3600)
    kept = [row["date"] for row in walk(client, client.operation)]
    client.expect(newest in kept, "delete-deletes", f"the row of {newest}, which is not 3 months old", kept)
    client.world.advance(33 * 24 * 3600)
    rows = walk(client, client.operation)
    client.expect(rows == [], "delete-deletes", "no rows after 3 months", rows)


@recipe(CLICKS, 200)
@recipe(MESSAGE_CLICKS, 200)
@recipe(TARGETS, 200, frozen_at=OCTOBER)
@recipe(MESSAGE_TARGETS, 200, frozen_at=OCTOBER)
def dates_in_each_spelling(client: Client) -> None:
    """1.6 and 13: with `T` and an offset, or with a blank and in UTC; a day alone is its midnight."""
    rows = walk(client, client.operation)
    if not rows:
        raise NotProvokable("there are no rows here")
    moment = sorted(row["date"] for row in rows)[len(rows) // 2]
    day, clock = moment[:10], moment[11:19]
    there = (datetime.fromisoformat(moment) + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S+02:00")
    for name in ("startDate", "endDate"):
        cases = ((f"{day} {clock}", moment), (there, moment), (day, f"{day}T00:00:00Z"))
        for text, bound in cases:
            found = walk(client, client.operation, query={name: text})
            wanted = [it for it in rows if (it["date"] >= bound if name == "startDate" else it["date"] <= bound)]
            client.expect(found == wanted, "pages", f"the rows with {name} {text}", found)
