"""Recipes for inbox messages (section 18 of our reference)."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.filled import NOTHING
from contracts.recipes import got, recipe
from contracts.vendors.accengage.devices import ALICE
from contracts.vendors.accengage.recipes import label

CREATE, UPDATE, UPDATE_EXTERNAL = "inboxes.create_inbox", "inboxes.update_inbox", "inboxes.update_inbox_by_external_id"
STATUS, STATUS_EXTERNAL = "inboxes.set_inbox_status", "inboxes.set_inbox_status_by_external_id"
BODY: dict[str, Any] = {"messages": [{"title": "Recipe", "content": {"type": "text", "body": "Hello"}}]}
READ = {"readDate": "2030-01-01T00:00:00Z"}


def _at(client: Client, number: Any, name: str) -> dict[str, Any]:
    return {"externalId": name} if "external" in client.operation else {"inboxId": number}


@recipe(UPDATE, 200)
@recipe(UPDATE_EXTERNAL, 200)
@recipe(STATUS, 200)
@recipe(STATUS_EXTERNAL, 200)
def life_of_an_inbox_message(client: Client) -> None:
    """Created, changed, and read by one user; each as often as one likes."""
    name = client.unique("recipe")
    made = client.value(client.call(CREATE, body={**BODY, "externalId": name})) or {}
    where = _at(client, made.get("id"), name)
    sets = "status" in client.operation
    for date in ("2030-01-01T00:00:00Z", None):
        if sets:
            client.call(client.operation, **where, UDID=ALICE, body={"readDate": date, "archivedDate": date})
        else:
            client.call(client.operation, **where, body={**BODY, "name": str(date)})
        got(client, 200, "provokes", f"a change of a message that was just made ({date})")


@recipe(CREATE, 400)
@recipe(UPDATE, 400)
@recipe(UPDATE_EXTERNAL, 400)
def bodies_that_cannot_be(client: Client) -> None:
    message = BODY["messages"][0]
    bodies: tuple[dict[str, Any], ...] = (
        {},
        {"messages": []},
        {"messages": [{"title": "Recipe"}]},
        {"messages": [{**message, "content": {"type": "film"}}]},
        {"messages": [{**message, "language": "en"}, {**message, "language": "en"}]},
        {**BODY, "expirationDate": "soon"},
        {**BODY, "externalId": "old-news"},
    )
    for body in bodies:
        client.call(client.operation, body=body)
        got(client, 400, "rejects-invalid", f"{body}")


@recipe(CREATE, 404)
@recipe(UPDATE, 404)
@recipe(UPDATE_EXTERNAL, 404)
def what_the_application_does_not_have(client: Client) -> None:
    for more in ({"segments": {"campaign": [99]}}, {"lists": [{"id": 9000}]}, {"events": ["nothing"]}):
        client.call(client.operation, body={**BODY, **more})
        got(client, 404, "provokes", f"{more}")


@recipe(UPDATE, 400)
@recipe(UPDATE_EXTERNAL, 400)
def what_was_sent_stays(client: Client) -> None:
    """20.59."""
    exchange = client.call(client.operation, **_at(client, 2172, "old-news"), body=BODY)
    got(client, 400, "provokes", "a message that was sent")
    client.expect(label(client, exchange) == "API_ERR_MESSAGE_SENT", "label", "API_ERR_MESSAGE_SENT")


@recipe(UPDATE, 404)
@recipe(UPDATE_EXTERNAL, 404)
@recipe(STATUS, 404)
@recipe(STATUS_EXTERNAL, 404)
def not_there(client: Client) -> None:
    """20.58: what nobody has, with an envelope."""
    for number in (2159, 2173):
        exchange = client.call(client.operation, **_at(client, number, "nobodys-at-all"))
        got(client, 404, "unknown-id", f"{number}")
        client.expect(label(client, exchange) == "API_ERR_DATA", "label", "API_ERR_DATA in a body")


@recipe(STATUS, 404)
@recipe(STATUS_EXTERNAL, 404)
def not_for_this_user(client: Client) -> None:
    """20.58: a message that is not available, without a body."""
    for udid, where in (
        ("nobody", _at(client, 2168, "news")),
        ("3C4D5E6F-7A8B-9C0D-1E2F-3A4B5C6D7E8F", _at(client, 2169, "readers")),
    ):
        exchange = client.call(client.operation, **where, UDID=udid, body=READ)
        got(client, 404, "provokes", "a message that is not for this user")
        empty = exchange.response is not None and not exchange.response.body
        client.expect(empty, "empty-body", "no body")


@recipe(STATUS, 400)
@recipe(STATUS_EXTERNAL, 400)
def statuses_that_cannot_be(client: Client) -> None:
    """20.58: no UDID, no date, or one that is none."""
    client.call(client.operation, UDID=NOTHING, body=READ)
    got(client, 400, "rejects-invalid", "no UDID in the query")
    bodies: tuple[dict[str, Any], ...] = ({}, {"readDate": "soon"}, {"archivedDate": 7})
    for body in bodies:
        client.call(client.operation, body=body)
        got(client, 400, "rejects-invalid", f"{body}")


@recipe(UPDATE, 400)
@recipe(STATUS, 400)
def no_positive_integer(client: Client) -> None:
    for text in ("abc", "0", "-1"):
        client.call(client.operation, inboxId=text)
        got(client, 400, "rejects-invalid", f"the id {text}")
