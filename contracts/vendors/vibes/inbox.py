"""What only a sequence of calls shows: the inbox of an app, which is read, marked as read, and let expire."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.finding import NotProvokable
from contracts.recipes import got, recipe
from contracts.vendors.vibes.subscriptions import rows

LIST, GET, UPDATE = "inbox.list_messages", "inbox.get_message", "inbox.update_message"
# Of the `default` fixture: somebody who has not the device of the spec's token.
_SOMEBODY = "8e1b60f3-27ac-4d94-b5c7-13f09a6de428"


def _first(client: Client) -> tuple[str, dict[str, Any]]:
    """The first message of the inbox, and its id. Raises NotProvokable when there is none."""
    found = rows(client, LIST)
    if not found or not found[0].get("message_uid"):
        raise NotProvokable("the inbox of this device is empty, and no call fills it")
    return str(found[0]["message_uid"]), found[0]


@recipe(LIST, 200)
@recipe(GET, 200)
def each_message_is_read(client: Client) -> None:
    for listed in rows(client, LIST):
        read = client.value(client.call(GET, message_uid=str(listed.get("message_uid", "none"))))
        client.expect(read == listed, "read-your-write", f"the message as it was listed: {listed}")


@recipe(UPDATE, 200)
def a_message_is_marked(client: Client) -> None:
    uid, before = _first(client)
    for flag in (True, True, False):
        answer = client.value(client.call(UPDATE, message_uid=uid, body={"read": flag}))
        client.expect(answer == {**before, "read": flag}, "read-your-write", f"the message with read {flag}")
        read = client.value(client.call(GET, message_uid=uid))
        client.expect(read == {**before, "read": flag}, "read-your-write", f"the message with read {flag}")


@recipe(UPDATE, 200)
def a_message_expires(client: Client) -> None:
    """A message that has expired is gone; one that will, is not yet."""
    client.suppose("that a message is gone once it has expired")
    uid, before = _first(client)
    client.call(UPDATE, message_uid=uid, body={"expires_at": "2999-01-01T00:00:00.000+01:00"})
    client.call(GET, message_uid=uid)
    got(client, 200, "read-your-write", "a message that expires in a thousand years")
    client.call(UPDATE, message_uid=uid, body={"expires_at": "2001-01-01T00:00:00.000Z"})
    got(client, 200, "accepts-valid", "a message that has expired by now")
    client.call(GET, message_uid=uid)
    got(client, 404, "delete-deletes", "a message that has expired")
    left = rows(client, LIST)
    client.expect(before not in left and all(it.get("message_uid") != uid for it in left), "delete-deletes", "it gone")


@recipe(UPDATE, 422)
def a_message_cannot_become_that(client: Client) -> None:
    uid, before = _first(client)
    bodies = ({"read": "yes"}, {"read": None}, {"expires_at": "soon"}, {"expires_at": "2021-02-30T00:00:00Z"})
    for body in bodies:
        client.call(UPDATE, message_uid=uid, body=body)
        got(client, 422, "rejects-invalid", f"{body}")
    client.expect(_first(client)[1] == before, "refusal-changes-nothing", "the message as before")


@recipe(LIST, 403, check="no-leak-between-accounts", accept=(404,))
@recipe(GET, 403, check="no-leak-between-accounts", accept=(404,))
@recipe(UPDATE, 403, check="no-leak-between-accounts", accept=(404,))
def the_inbox_of_somebody_else(client: Client) -> None:
    client.call(client.operation, person_key=_SOMEBODY)
    client.expect(client.sent[-1].status in (403, 404), "no-leak-between-accounts", "a refusal of another person")


@recipe(GET, 404)
@recipe(UPDATE, 404)
def no_such_message(client: Client) -> None:
    """One that was never there, and one of somebody else's inbox."""
    for uid in ("no-such-message", "7a90c3e6-14bd-4f58-92e7-d05b8a3f61c4"):
        client.call(client.operation, message_uid=uid)
        got(client, 404, "unknown-id", "a message that is not in the inbox")
