"""Acquisition campaigns as they are listed and read."""

from __future__ import annotations

from contracts.client import Client
from contracts.recipes import got, recipe
from contracts.vendors.vibes.acquisitions import ADD, ASKS, CONFIRMS, GET, ITS_LIST, LISTED, OF_LIST
from contracts.vendors.vibes.recipes import a_record
from contracts.vendors.vibes.subscriptions import rows


@recipe(LISTED, 200)
@recipe(OF_LIST, 200)
def listed_campaigns_are_active(client: Client) -> None:
    """22: each is read as it is listed."""
    of_its_list = rows(client, OF_LIST, subscription_list_id=ITS_LIST)
    ids = {it.get("acquisition_id") for it in of_its_list}
    client.expect(ids == {ASKS, CONFIRMS}, "counts-add-up", "the active campaigns of the list", ids)
    found = rows(client, LISTED) + rows(client, OF_LIST) + of_its_list
    for one in found:
        client.expect(one.get("status") == "active", "counts-add-up", "active campaigns only", one)
        same = client.value(client.call(GET, acquisition_id=one.get("acquisition_id", "none")))
        client.expect(same == one, "read-your-write", f"the campaign as it is listed: {one}")


@recipe(LISTED, 200)
def no_more_than_fifty_campaigns(client: Client) -> None:
    """2.8 and 8.3: of those that are active."""
    model = a_record(client, "acquisition_campaigns", acquisition_id=ASKS)
    for number in range(51):
        key = f"gate{number}"
        client.world.put("vibes", "acquisition_campaigns", key, {**model, "acquisition_id": key})
    count = len(rows(client, LISTED))
    client.expect(count == 50, "counts-add-up", "fifty of more than that", count)


@recipe(GET, 200, frozen_at="2026-01-31T08:00:00Z")
@recipe(LISTED, 200, frozen_at="2026-01-31T08:00:00Z")
def a_campaign_follows_its_dates(client: Client) -> None:
    """8.1: scheduled, active, past; listed while it is active."""
    client.suppose("the status of a campaign follows its dates")
    found = {it["acquisition_id"]: it for it in client.world.state("vibes", "acquisition_campaigns")}
    dates = {"start_date": "2026-01-31T09:00:00Z", "end_date": "2026-01-31T11:00:00Z"}
    client.world.put("vibes", "acquisition_campaigns", ASKS, {**found[ASKS], **dates})
    for status in ("scheduled", "active", "past"):
        seen = (client.value(client.call(GET, acquisition_id=ASKS)) or {}).get("status")
        client.expect(seen == status, "read-your-write", f"a campaign that is {status}", seen)
        listed = ASKS in [it.get("acquisition_id") for it in rows(client, LISTED)]
        client.expect(listed == (status == "active"), "counts-add-up", "it in the list while it is active", status)
        client.world.advance(7200)


@recipe(LISTED, 404)
def no_active_campaign(client: Client) -> None:
    for one in client.world.state("vibes", "acquisition_campaigns"):
        client.world.put("vibes", "acquisition_campaigns", one["acquisition_id"], {**one, "deleted": True})
    client.call(LISTED)
    got(client, 404, "provokes", "a company without an active campaign")


@recipe(ADD, 404)
def unknown_campaign(client: Client) -> None:
    client.call(ADD, acquisition_id="no-such-campaign")
