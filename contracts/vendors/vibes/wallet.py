"""What only a sequence of calls shows: wallet campaigns and items. Numbers as in `recipes`."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from contracts.client import Client
from contracts.finding import NotProvokable
from contracts.hearing import DESCRIBED, listening
from contracts.recipes import content, got, recipe
from contracts.vendors.vibes.callbacks import bodies, register
from contracts.vendors.vibes.recipes import FOREIGN_COMPANY, a_record
from contracts.vendors.vibes.subscriptions import rows

CAMPAIGNS, CAMPAIGN = "wallet.list_wallet_campaigns", "wallet.get_wallet_campaign"
LIST, GET, UPDATE = "wallet.list_wallet_items", "wallet.get_wallet_item", "wallet.update_wallet_item"
_A_MINUTE = 60
PROTECTED = ("wallet_item_id", "campaign_ref", "url", "provider", "created_at")


def _item(client: Client, **body: Any) -> dict[str, Any]:
    """The spec's item as it is read, or as an update answers."""
    return content(client, client.call(UPDATE, body=body) if body else client.call(GET))


@recipe(CAMPAIGNS, 403)
@recipe(CAMPAIGN, 403)
@recipe(LIST, 403)
@recipe(GET, 403)
@recipe(UPDATE, 403)
@recipe("wallet_messages.list_wallet_messages", 403)
@recipe("wallet_messages.send_wallet_message", 403)
@recipe("wallet_messages.get_wallet_message", 403)
def foreign_company(client: Client) -> None:
    """4: the wallet campaigns of another company."""
    client.call(client.operation, company_key=FOREIGN_COMPANY)


@recipe(CAMPAIGNS, 200)
def campaigns_by_their_links(client: Client) -> None:
    """6: each `url` leads to the campaign that has it."""
    for campaign in client.value(client.call(CAMPAIGNS)) or []:
        same = client.value(client.call(CAMPAIGN, wallet_id=campaign.get("wallet_id", "none")))
        client.expect(same == campaign, "read-your-write", f"the campaign as it was listed: {campaign}")
        ends = str(campaign.get("url", "")).endswith(f"/{campaign.get('wallet_id')}")
        client.expect(ends, "read-your-write", "a url that ends in the wallet_id")


@recipe(CAMPAIGNS, 404)
def campaigns_that_are_over_are_not_listed(client: Client) -> None:
    """9.3: active ones only, and 404 when there is none."""
    for one in client.world.state("vibes", "wallet_campaigns"):
        client.world.put("vibes", "wallet_campaigns", one["wallet_id"], {**one, "active": False})
        listed = client.value(client.call(CAMPAIGNS))
        ids = [it.get("wallet_id") for it in listed] if isinstance(listed, list) else []
        client.expect(one["wallet_id"] not in ids, "read-your-write", f"no {one['wallet_id']}, which is over", ids)
    got(client, 404, "provokes", "a company without an active campaign")


@recipe(GET, 404)
@recipe(UPDATE, 404)
def an_item_belongs_to_its_campaign(client: Client) -> None:
    """9.2: its id is unique in the campaign, and leads to nothing in another."""
    campaigns = [it.get("wallet_id", "none") for it in client.value(client.call(CAMPAIGNS)) or []]
    whole = {wallet: client.value(client.call(LIST, wallet_id=wallet)) or [] for wallet in campaigns}
    ids = {wallet: {it.get("wallet_item_id", "none") for it in items} for wallet, items in whole.items()}
    for wallet in campaigns:
        for item in sorted(set().union(*ids.values()) - ids[wallet]):
            client.call(client.operation, wallet_id=wallet, wallet_item_id=item)
            got(client, 404, "unknown-id", f"the item {item}, which the campaign {wallet} does not have")
    for wallet, items in whole.items():
        after = client.value(client.call(LIST, wallet_id=wallet)) or []
        client.expect(after == items, "refusal-changes-nothing", f"the items as before: {items}")


@recipe(UPDATE, 200)
def tokens_are_merged_and_the_rest_is_kept(client: Client) -> None:
    """48."""
    before = _item(client)
    client.world.advance(_A_MINUTE)
    with_both = _item(client, tokens={"check_one": "1", "check_two": "2"}, **dict.fromkeys(PROTECTED, "x"))
    got(client, 200, "provokes", "new tokens beside members that cannot be updated")
    tokens = {**before.get("tokens", {}), "check_one": "1", "check_two": "2"}
    client.expect(with_both.get("tokens") == tokens, "read-your-write", f"the tokens {tokens}")
    for name in PROTECTED:
        client.expect(with_both.get(name) == before.get(name), "read-your-write", f"{name} as before")
    after = _item(client, tokens={"check_one": None}, group_code="check")
    tokens.pop("check_one")
    client.expect(after.get("tokens") == tokens, "delete-deletes", f"the tokens {tokens}")
    client.expect(after.get("group_code") == "check", "read-your-write", "the new group")
    client.expect(_item(client) == after, "read-your-write", f"the item as the update answered: {after}")
    moved = str(after.get("updated_at", "")) > str(before.get("updated_at", ""))
    client.expect(moved, "read-your-write", f"an updated_at after {before.get('updated_at')}", after.get("updated_at"))
    listed = client.value(client.call(LIST, group_code="check")) or []
    client.expect(after in listed, "read-your-write", "the item in its new group")
    gone = _item(client, group_code=None)
    client.expect(gone.get("group_code") is None, "delete-deletes", "no group")


@recipe(UPDATE, 422)
def updates_of_the_wrong_form(client: Client) -> None:
    """2: nothing changes."""
    before = _item(client)
    bodies: tuple[dict[str, Any], ...] = ({"tokens": {"a": 1}}, {"locations": [{}]}, {"passbook": "Hello"})
    for body in bodies:
        _item(client, group_code="wrong", **body)
        got(client, 422, "rejects-invalid", f"an update with {body}")
    client.expect(_item(client) == before, "refusal-changes-nothing", f"the item as before: {before}")


@recipe(LIST, 200)
def pages_of_items(client: Client) -> None:
    """49: by the time of their update, complete and disjoint."""
    whole = client.value(client.call(LIST)) or []
    times = [str(it.get("updated_at")) for it in whole]
    client.expect(times == sorted(times, reverse=True), "counts-add-up", "the item updated last first", times)
    if len(whole) >= 50:
        raise NotProvokable("the campaign has more than one page of items")
    found: list[Any] = []
    for page in range(1, len(whole) + 2):
        rows = client.value(client.call(LIST, page=page, per_page=1)) or []
        client.expect(len(rows) == (page <= len(whole)), "counts-add-up", "one item on each page, then none", rows)
        found += rows
    client.expect(found == whole, "counts-add-up", "all items, each on one page")


@recipe(LIST, 200)
def items_of_one_group(client: Client) -> None:
    """9.3: all of them, and no others."""
    whole = client.value(client.call(LIST)) or []
    groups = {it.get("group_code") for it in whole} - {None}
    client.expect(len(groups) < len(whole), "counts-add-up", "items of several groups, or of none", whole)
    for group in (*sorted(groups), "no-such-group"):
        found = client.value(client.call(LIST, group_code=group))
        wanted = [it for it in whole if it.get("group_code") == group]
        client.expect(found == wanted, "counts-add-up", f"the {len(wanted)} items of the group {group}", found)


@recipe(LIST, 400)
def pages_that_cannot_be(client: Client) -> None:
    queries: tuple[dict[str, Any], ...] = ({"page": 0}, {"per_page": 51}, {"per_page": 0})
    for query in queries:
        client.call(LIST, query=query)
        got(client, 400, "rejects-invalid", f"a page with {query}")


@recipe("callbacks.add_callback", 201, check=DESCRIBED)
@recipe(LIST, 200, check=DESCRIBED)
def a_pass_comes_and_goes(client: Client) -> None:
    """9.3 and 14.3: an item is listed while it is in somebody's wallet; both ends of that are told of."""
    campaign = "k7Tq2m"
    kinds = ("wallet_item_install", "wallet_item_remove")
    with listening(client) as ear:
        for kind in kinds:
            register(client, kind, url=f"{ear.url}/{kind}", **{kind: {"campaign_token": campaign}})
        for happening, kind, there in (("pass_installed", kinds[0], True), ("pass_removed", kinds[1], False)):
            client.world.happens("vibes", happening, company_key="ABC123", wallet_id=campaign, wallet_item_id="gate-1")
            listed = rows(client, LIST, wallet_id=campaign)
            ids = [it.get("wallet_item_id") for it in listed]
            client.expect(("gate-1" in ids) == there, "read-your-write", f"the item in the list: {there}", ids)
            heard = bodies(ear, kind)
            client.expect(len(heard) == 1, DESCRIBED, f"one {kind}", heard)
            for body in heard:
                item, through = (body.get(name) or {} for name in ("wallet_item", "wallet_campaign"))
                seen = [item.get("uuid"), through.get("token")]
                client.expect(seen == ["gate-1", campaign], DESCRIBED, "the item and its campaign", seen)
                ended = (body.get("wallet_instance") or {}).get("unregistered_at")
                client.expect(bool(ended) != there, DESCRIBED, "unregistered_at once it was removed", ended)


@recipe(UPDATE, 200)
def what_an_item_shows_is_replaced(client: Client) -> None:
    """9.2 and 9.3: places are replaced, and so are picture and date; null removes them, and nothing else. What was
    updated last is listed first."""
    before = _item(client)
    places = [{"latitude": 1.5, "longitude": -2.5, "relevant_text": "Here"}, {"latitude": 3.5, "longitude": 4.5}]
    shown = {"locations": places, "strip_image": "check", "expiration_date": "2090-01-01T00:00:00Z"}
    client.world.advance(_A_MINUTE)
    for change in (shown, {"locations": places[:1]}, dict.fromkeys(shown)):
        seen = _item(client, **change)
        before |= {**change, "updated_at": seen.get("updated_at")}
        same = [{**it, "locations": it.get("locations") or []} for it in (seen, before)]
        client.expect(same[0] == same[1], "read-your-write", f"the item with {change}: {before}", seen)
    listed = rows(client, LIST)
    client.expect(listed[:1] == [seen], "counts-add-up", "the item updated last before all others")


@recipe(CAMPAIGNS, 200)
@recipe(LIST, 200)
def no_more_than_fifty_the_newest_first(client: Client) -> None:
    """2.8 and 9.3: of what is active; what there is more of items is on the next page."""
    kind, name = ("wallet_items", "wallet_item_id") if client.operation == LIST else ("wallet_campaigns", "wallet_id")
    model = a_record(client, kind, wallet_id="k7Tq2m", active=True)
    for number in range(51):
        key = f"gate-{number:02d}"
        record = {**model, name: key, "updated_at": f"2030-01-01T00:{number:02d}:00Z"}
        if kind == "wallet_items":
            record["id"] = f"k7Tq2m/{key}"
        client.world.put("vibes", kind, quote(str(record.get("id", key)), safe=""), record)
    listed = [it.get(name) for it in rows(client, client.operation)]
    wanted = [f"gate-{number:02d}" for number in reversed(range(1, 51))]
    client.expect(listed == wanted, "counts-add-up", "the fifty that were updated last, newest first", listed)
    if client.operation == LIST:
        listed = [it.get(name) for it in rows(client, LIST, page=2)]
        client.expect(listed[:1] == ["gate-00"] and len(listed) > 1, "pages-complete", "the rest on page two", listed)
