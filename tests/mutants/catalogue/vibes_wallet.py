"""Vibes: wallet campaigns, their items and messages (reference, section 9)."""

from __future__ import annotations

from mockserver.exchange import Reply
from mockserver.vendors.vibes import passes
from tests.mutants.mutant import Theme
from tests.mutants.patch import Answer, Patch
from tests.mutants.steps import get, post, put

mutant = Theme("vibes", "wallet")
CAMPAIGNS, CAMPAIGN = "wallet.list_wallet_campaigns", "wallet.get_wallet_campaign"
ITEMS, ITEM, UPDATE = "wallet.list_wallet_items", "wallet.get_wallet_item", "wallet.update_wallet_item"
MESSAGES, MESSAGE = "wallet_messages.list_wallet_messages", "wallet_messages.get_wallet_message"
SEND = "wallet_messages.send_wallet_message"
_W = "/companies/ABC123/campaigns/wallet"
_CARDS, _OFFER = f"{_W}/k7Tq2m", f"{_W}/p3Xw9d"
_CARD = f"{_CARDS}/items/4be1c3a2-0d95-4c7e-8f61-a5279e30bd18"
_SENT = f"{_CARDS}/messages/91f5d07c-3ea2-4b68-bd13-60c7a8e2f945"
_TOKENS = {"tokens": {"loyalty_balance": "300"}}


@mutant("Only active campaigns are listed", "vibes 9.3 [D38]", "prose", CAMPAIGNS, [get(_W)])
def inactive_wallet_campaigns_listed(patch: Patch) -> None:
    @patch.function("wallet.list_wallet_campaigns")
    def _(original, **asked):
        found = asked["world"].find("wallet_campaigns")
        mine = [it for it in found if it["company_key"] == asked["company_key"]]
        return Reply([passes.shown_campaign(it) for it in mine])


@mutant("The campaign updated last comes first", "vibes 9.3 [D38]", "prose", CAMPAIGNS, [get(_W)])
def wallet_campaigns_oldest_first(patch: Patch) -> None:
    @patch.function("wallet.list_wallet_campaigns")
    def _(original, **asked):
        return Reply(original(**asked).body[::-1])


@mutant("A campaign is an Offer or Loyalty", "vibes 9.1 [D39]", "schema", CAMPAIGN, [get(_CARDS)])
def type_in_lower_case(patch: Patch) -> None:
    @patch.answer(CAMPAIGN)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as campaign:
                campaign["type"] = campaign["type"].lower()


@mutant("A campaign of another company is 404", "vibes 9.3 [D38]", "prose", CAMPAIGN, [get(f"{_W}/z5Lh4n")])
def wallet_campaign_of_another_company_read(patch: Patch) -> None:
    @patch.function("wallet.get_wallet_campaign")
    def _(original, **asked):
        campaign = asked["world"].get("wallet_campaigns", asked["wallet_id"])
        return original(**asked) if campaign is None else Reply(passes.shown_campaign(campaign))


@mutant("Only active items are listed", "vibes 9.3 [D38]", "prose", ITEMS, [get(f"{_CARDS}/items")])
def removed_items_listed(patch: Patch) -> None:
    @patch.function("passes.items")
    def _(original, world, campaign, group_code, offset, limit):
        found = world.find("wallet_items", {"wallet_id+active+updated_at": passes._all(campaign["wallet_id"], False)})
        gone = [it for it in found if group_code in (None, it["group_code"])]
        return [*gone, *original(world, campaign, group_code, offset, limit)]


@mutant("A group narrows the items", "vibes 9.3 [D38]", "prose", ITEMS, [get(f"{_CARDS}/items?group_code=gold")])
def group_not_read(patch: Patch) -> None:
    @patch.function("wallet.list_wallet_items")
    def _(original, **asked):
        return original(**{**asked, "group_code": None})


@mutant("Pages are disjoint", "vibes 9.3, 17.49 [I]", "prose", ITEMS, [get(f"{_CARDS}/items?page=2&per_page=2")])
def page_not_read(patch: Patch) -> None:
    @patch.function("wallet.list_wallet_items")
    def _(original, **asked):
        return original(**{**asked, "page": 1})


@mutant("Pages leave nothing out", "vibes 9.3, 17.49 [I]", "prose", ITEMS, [get(f"{_CARDS}/items?page=2&per_page=1")])
def pages_counted_from_nought(patch: Patch) -> None:
    @patch.function("wallet.list_wallet_items")
    def _(original, **asked):
        return original(**{**asked, "page": asked["page"] + 1 if asked["page"] > 1 else 1})


@mutant(
    "The item updated last comes first",
    "vibes 9.3, 17.49 [D38]",
    "prose",
    ITEMS,
    [put(f"{_CARDS}/items/card-0003", _TOKENS), get(f"{_CARDS}/items")],
)
def items_in_the_order_of_their_making(patch: Patch) -> None:
    @patch.function("wallet.list_wallet_items")
    def _(original, **asked):
        return Reply(sorted(original(**asked).body, key=lambda it: it["created_at"]))


@mutant("An item belongs to one campaign", "vibes 9.3 [I]", "prose", ITEM, [get(f"{_OFFER}/items/card-0003")])
def item_of_another_campaign_read(patch: Patch) -> None:
    @patch.function("wallet.get_wallet_item")
    def _(original, **asked):
        world, item_id = asked["world"], asked["wallet_item_id"]
        campaign = passes.campaign_of(world, asked["company_key"], asked["wallet_id"])
        found = [it for it in world.find("wallet_items") if it["wallet_item_id"] == item_id]
        if any(it["wallet_id"] == campaign["wallet_id"] for it in found) or not found:
            return original(**asked)
        return Reply(passes.shown_item(campaign, found[0]))


@mutant("Tokens are text", "vibes 9.2 [D40]", "schema", ITEM, [get(_CARD)])
def tokens_are_numbers(patch: Patch) -> None:
    @patch.answer(ITEM)
    def _(answer: Answer) -> None:
        if answer.status == 200:
            with answer.json() as item:
                item["tokens"] = {name: int(it) if it.isdecimal() else it for name, it in item["tokens"].items()}


@mutant("Tokens are merged", "vibes 9.3, 17.48 [I]", "prose", UPDATE, [put(_CARD, _TOKENS), get(_CARD)])
def tokens_replaced_as_a_whole(patch: Patch) -> None:
    @patch.function("wallet._changed")
    def _(original, item, body):
        return original({**item, "tokens": {}} if "tokens" in body else item, body)


@mutant("null removes a member", "vibes 9.3 [D40]", "prose", UPDATE, [put(_CARD, {"group_code": None}), get(_CARD)])
def null_member_of_an_item_ignored(patch: Patch) -> None:
    @patch.function("wallet._changed")
    def _(original, item, body):
        return original(item, {name: it for name, it in body.items() if it is not None})


@mutant("A member left out stays", "vibes 9.3 [D40]", "prose", UPDATE, [put(_CARD, _TOKENS), get(_CARD)])
def update_of_an_item_erases(patch: Patch) -> None:
    @patch.function("wallet._changed")
    def _(original, item, body):
        return original({**item, "group_code": None, "strip_image": None}, body)


@mutant(
    "The provider cannot be written",
    "vibes 9.3, 17.48 [D40]",
    "prose",
    UPDATE,
    [put(_CARD, {"provider": "google", **_TOKENS}), get(_CARD)],
)
def provider_written(patch: Patch) -> None:
    @patch.function("wallet._changed")
    def _(original, item, body):
        given = body.get("provider")
        return {**original(item, body), **({"provider": given} if isinstance(given, str) and given else {})}


@mutant("An update is stored", "vibes 9.3 [D41]", "prose", UPDATE, [put(_CARD, _TOKENS), get(_CARD)])
def update_of_an_item_not_stored(patch: Patch) -> None:
    @patch.function("wallet.update_wallet_item")
    def _(original, **asked):
        key = f"{asked['wallet_id']}/{asked['wallet_item_id']}"
        before = asked["world"].get("wallet_items", key)
        reply = original(**asked)
        asked["world"].put("wallet_items", before)
        return reply


@mutant("An update answers the new state", "vibes 9.3 [D41]", "prose", UPDATE, [put(_CARD, _TOKENS)])
def update_answers_the_old_state(patch: Patch) -> None:
    @patch.function("wallet.update_wallet_item")
    def _(original, **asked):
        world = asked["world"]
        before = world.get("wallet_items", f"{asked['wallet_id']}/{asked['wallet_item_id']}")
        original(**asked)
        return Reply(passes.shown_item(passes.campaign_of(world, asked["company_key"], asked["wallet_id"]), before))


@mutant("`updated_at` grows", "vibes 17.48 [I]", "prose", UPDATE, [put(_CARD, _TOKENS), get(_CARD)])
def updated_at_of_an_item_stands_still(patch: Patch) -> None:
    @patch.put("wallet_items")
    def _(original, world, item):
        before = world.get("wallet_items", item["id"])
        return original(item if before is None else {**item, "updated_at": before["updated_at"]})


_NEW = post(f"{_CARDS}/messages", {"notification": "Triple points"})


@mutant("The message sent last comes first", "vibes 9.3 [I]", "prose", MESSAGES, [_NEW, get(f"{_CARDS}/messages")])
def messages_oldest_first(patch: Patch) -> None:
    @patch.function("wallet_messages.list_wallet_messages")
    def _(original, **asked):
        return Reply(original(**asked).body[::-1])


@mutant("The messages are those of the campaign", "vibes 9.3 [I]", "prose", MESSAGES, [get(f"{_OFFER}/messages")])
def messages_of_every_campaign(patch: Patch) -> None:
    @patch.function("wallet_messages.list_wallet_messages")
    def _(original, **asked):
        world = asked["world"]
        campaign = passes.campaign_of(world, asked["company_key"], asked["wallet_id"])
        return Reply([passes.shown_message(campaign, it) for it in world.find("wallet_messages")])


@mutant(
    "A message belongs to one campaign", "vibes 9.3 [I]", "prose", MESSAGE, [get(_SENT.replace("k7Tq2m", "p3Xw9d"))]
)
def message_of_another_campaign_read(patch: Patch) -> None:
    @patch.function("wallet_messages.get_wallet_message")
    def _(original, **asked):
        world = asked["world"]
        campaign = passes.campaign_of(world, asked["company_key"], asked["wallet_id"])
        message = world.get("wallet_messages", asked["message_id"])
        return original(**asked) if message is None else Reply(passes.shown_message(campaign, message))


@mutant(
    "A message goes to its group",
    "vibes 9.3 [I]",
    "prose",
    SEND,
    [post(f"{_CARDS}/messages", {"notification": "Hi", "group_code": "none"})],
)
def group_of_a_message_not_read(patch: Patch) -> None:
    @patch.function("passes._reached")
    def _(original, world, wallet_id, group_code):
        return original(world, wallet_id, None)


@mutant(
    "A message has a notification",
    "vibes 9.3 [I]",
    "schema",
    SEND,
    [post(f"{_CARDS}/messages", {"group_code": "gold"})],
)
def message_without_a_notification_sent(patch: Patch) -> None:
    @patch.request(SEND)
    def _(asked) -> None:
        if asked.body.startswith(b"{") and b'"notification"' not in asked.body:
            more = b'"notification":"-"' + (b"" if asked.body[1:].strip() == b"}" else b",")
            asked.body = b"{" + more + asked.body[1:]


@mutant("A message that was sent can be read", "vibes 9.3 [I]", "prose", SEND, [_NEW, get(f"{_CARDS}/messages")])
def sent_message_not_kept(patch: Patch) -> None:
    @patch.function("wallet_messages.send_wallet_message")
    def _(original, **asked):
        reply = original(**asked)
        asked["world"].delete("wallet_messages", reply.body["message_id"])
        return reply
