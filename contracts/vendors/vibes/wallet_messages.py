"""What only a sequence of calls shows: messages to wallet items. Numbers as in `recipes`."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.recipes import recipe
from contracts.vendors.vibes.recipes import a_record
from contracts.vendors.vibes.subscriptions import objects, rows
from contracts.vendors.vibes.wallet import UPDATE

LIST, SEND = "wallet_messages.list_wallet_messages", "wallet_messages.send_wallet_message"
GET = "wallet_messages.get_wallet_message"
# A campaign of the `default` fixture beside the one that the spec's examples name.
OTHER_CAMPAIGN = "p3Xw9d"


@recipe(SEND, 201)
def a_message_is_listed(client: Client) -> None:
    """8 and 28, for messages."""
    before = client.value(client.call(LIST)) or []
    message = client.value(client.call(SEND)) or {}
    same = client.value(client.call(GET, message_id=message.get("message_id", "none")))
    client.expect(same == message, "read-your-write", f"the message that was sent: {message}")
    after = client.value(client.call(LIST)) or []
    client.expect(after == [message, *before][:50], "counts-add-up", "the message before all others")


@recipe(GET, 404)
def a_message_belongs_to_its_campaign(client: Client) -> None:
    """9.3: what the path names is a message of that campaign."""
    message = client.value(client.call(SEND)) or {}
    client.call(GET, wallet_id=OTHER_CAMPAIGN, message_id=message.get("message_id", "none"))
    client.expect(client.sent[-1].status == 404, "unknown-id", "404 for a message of another campaign")
    listed = client.value(client.call(LIST, wallet_id=OTHER_CAMPAIGN)) or []
    client.expect(message not in listed, "read-your-write", "no message of another campaign in the list")


@recipe(SEND, 422)
def messages_that_cannot_be_sent(client: Client) -> None:
    before = client.value(client.call(LIST))
    for body in ({}, {"notification": ""}, {"notification": "Hello", "wallet_item_ids": ["nobody-at-all"]}):
        client.call(SEND, body=body)
        client.expect(client.sent[-1].status == 422, "rejects-invalid", f"422 for {body}")
    after = client.value(client.call(LIST))
    client.expect(after == before, "refusal-changes-nothing", f"the messages as before: {before}")


@recipe(UPDATE, 200)
def a_notification_is_a_message(client: Client) -> None:
    """10.3 of our reference; other servers may not list it."""
    before = client.value(client.call(LIST)) or []
    updated = client.call(UPDATE, body={"passbook": {"notification": "Hello"}})
    after = client.value(client.call(LIST)) or []
    if client.has_world:
        client.expect(after[1:] == before[:49], "counts-add-up", "one more message", after)
        names = ("notification", "wallet_item_ids")
        sent = {name: next(iter(objects(after)), {}).get(name) for name in names}
        item = client.value(updated) or {}
        wanted = {"notification": "Hello", "wallet_item_ids": [item.get("wallet_item_id")]}
        client.expect(sent == wanted, "read-your-write", f"the notification, to the item alone: {wanted}", sent)


@recipe(SEND, 201)
def a_message_reaches_whom_it_means(client: Client) -> None:
    """9.3: all items, those of a group, those that are named, or those of them that are of the group; what it was sent
    with is read again."""
    client.suppose("whom a message of the older kind is counted for")
    items = rows(client, "wallet.list_wallet_items")
    groups = {it.get("wallet_item_id"): it.get("group_code") for it in items if it.get("provider") != "google"}
    name, group = next(((it, group) for it, group in groups.items() if group), ("none", "none"))
    other = next((it for it, of in groups.items() if of != group), "none")
    cases: tuple[tuple[dict[str, Any], int], ...] = (
        ({}, len(groups)),
        ({"group_code": group}, sum(it == group for it in groups.values())),
        ({"group_code": "no-such-group"}, 0),
        ({"wallet_item_ids": [name, other, name]}, 2),
        ({"wallet_item_ids": [name, other], "group_code": group}, 1),
    )
    for meant, count in cases:
        sent = client.value(client.call(SEND, body={"notification": "Hello", **meant})) or {}
        seen = (sent.get("notification"), sent.get("group_code"), sent.get("recipient_count"))
        wanted = ("Hello", meant.get("group_code"), count)
        client.expect(seen == wanted, "read-your-write", f"notification, group and recipients {wanted}", seen)
        ids = sent.get("wallet_item_ids")
        named = list(dict.fromkeys(meant["wallet_item_ids"])) if "wallet_item_ids" in meant else None
        client.expect(ids == named, "read-your-write", f"the items {named}", ids)


@recipe(LIST, 200)
def no_more_than_fifty_messages(client: Client) -> None:
    """9.3: the newest ones."""
    model = a_record(client, "wallet_messages")
    for number in range(2, 53):
        record = {**model, "message_id": f"gate-{number}", "number": f"{number:09d}"}
        client.world.put("vibes", "wallet_messages", f"gate-{number}", record)
    listed = [it.get("message_id") for it in rows(client, LIST)]
    wanted = [f"gate-{number}" for number in range(52, 2, -1)]
    client.expect(listed == wanted, "counts-add-up", "the fifty that were sent last, newest first", listed)
