"""What only a sequence of calls shows: messages to wallet items. Numbers as in `recipes`."""

from __future__ import annotations

from contracts.client import Client
from contracts.recipes import recipe
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
    client.call(UPDATE, body={"passbook": {"notification": "Hello"}})
    after = client.value(client.call(LIST)) or []
    if client.has_world:
        client.expect(after[1:] == before[:49], "counts-add-up", "one more message", after)
