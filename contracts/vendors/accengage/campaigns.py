"""Recipes for campaigns (section 5 of our reference)."""

from __future__ import annotations

from contracts.client import Client
from contracts.recipes import recipe
from contracts.vendors.accengage.paging import walk

LIST, CREATE = "campaigns.list_campaigns", "campaigns.create_campaign"
GET, UPDATE, DELETE = "campaigns.get_campaign", "campaigns.update_campaign", "campaigns.delete_campaign"
SPRING = {"name": "Spring", "startDate": "2018-03-01T00:00:00Z", "endDate": "2018-05-31T23:59:59Z"}


@recipe(CREATE, 400, anywhere=True)
def end_before_start(client: Client) -> None:
    """5: `endDate` is not before `startDate`; a refused creation makes nothing."""
    for dates in (
        {"startDate": SPRING["endDate"], "endDate": SPRING["startDate"]},
        {"startDate": "2018-03-01"},
        {"startDate": "yesterday"},
        {"startDate": "2018-02-30T00:00:00Z"},
    ):
        client.call(CREATE, body={"name": "Never", **dates})
        client.expect(client.sent[-1].status == 400, "rejects-invalid", f"400 for {dates}")
    if client.has_world:
        names = [row["name"] for row in walk(client, LIST)]
        client.expect("Never" not in names, "refusal-changes-nothing", "no campaign from a refused creation", names)


@recipe(UPDATE, 400, anywhere=True)
@recipe(GET, 400, anywhere=True)
@recipe(DELETE, 400, anywhere=True)
def no_positive_integer(client: Client) -> None:
    """20.15: an id that is no positive integer."""
    for number in ("cmp", "0", "-1", "1.5", "1e3", "%20"):
        client.call(client.operation, campaignId=number)
        client.expect(client.sent[-1].status == 400, "rejects-invalid", f"400 for the id {number}")


@recipe(UPDATE, 404)
@recipe(GET, 404)
@recipe(DELETE, 404)
def of_another_application(client: Client) -> None:
    """20.16: a campaign of another application is not found, and stays."""
    for number in (123, 93):
        client.call(client.operation, campaignId=number)
        client.expect(client.sent[-1].status == 404, "no-leak-between-accounts", f"404 for campaign {number}")


@recipe(DELETE, 200, check="read-your-write")
def life_of_a_campaign(client: Client) -> None:
    """20.13: created, read, listed, updated, deleted, gone."""
    number = (client.value(client.call(CREATE, body=SPRING)) or {}).get("id")
    read = client.value(client.call(GET, campaignId=number))
    client.expect(read == {"id": number, **SPRING}, "read-your-write", "what was written, and the id", read)
    rows = walk(client, LIST)
    client.expect(rows[-1:] == [read], "read-your-write", "the new campaign at the end of the list", rows[-1:])
    late = {"name": "Late spring", "startDate": "2018-04-01T00:00:00Z", "endDate": "2018-06-15T23:59:59Z"}
    client.call(UPDATE, campaignId=number, body=late)
    read = client.value(client.call(GET, campaignId=number))
    client.expect(read == {"id": number, **late}, "read-your-write", "the update", read)
    for wrong in ({"startDate": "2019-01-01T00:00:00Z"}, {"endDate": "2018-02-30T00:00:00Z"}, {"name": ""}):
        client.call(UPDATE, campaignId=number, body={**late, **wrong})
        client.expect(client.sent[-1].status == 400, "rejects-invalid", f"400 for an update with {wrong}")
    same = client.value(client.call(GET, campaignId=number))
    client.expect(same == read, "refusal-changes-nothing", f"the campaign as before: {read}", same)
    text = {"name": "Recipe", "messages": [{"text": "Hello"}], "campaignId": number}
    message = (client.value(client.call("messages.create_message", body=text)) or {}).get("id")
    client.call(DELETE, campaignId=number)
    client.expect(client.sent[-1].status == 200, "delete-deletes", "200 for the deletion")
    for operation in (GET, DELETE, "clicks.list_campaign_clicks", "targets.list_campaign_targets"):
        client.call(operation, campaignId=number)
        client.expect(client.sent[-1].status == 404, "delete-deletes", "404 for what was deleted")
    read = client.value(client.call("messages.get_message", messageId=message)) or {}
    client.expect(
        read.get("id") == message and "campaignId" not in read, "delete-deletes", "its message, without campaign", read
    )
    rows = [row["id"] for row in walk(client, LIST)]
    client.expect(number not in rows, "delete-deletes", "a list without what was deleted", rows)


@recipe(LIST, 200, check="pages")
def pages_of_campaigns(client: Client) -> None:
    """20.7 and 20.10: every campaign once, by ascending id, 100 on a page."""
    made = [(client.value(client.call(CREATE, body={"name": f"Campaign {n}"})) or {}).get("id") for n in range(150)]
    numbers = [row["id"] for row in walk(client, LIST)]
    client.expect(numbers[-150:] == made, "pages", "each campaign once, in the order of their creation", numbers)
    client.expect(numbers == sorted(set(numbers)), "pages", "ascending ids", numbers)
    first = client.value(client.call(LIST, page=1))
    client.expect(len(first["campaigns"]) == 100, "pages", "100 campaigns on page 1", len(first["campaigns"]))
