"""Recipes for messages and instant messages (sections 6 and 7 of our reference)."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.recipes import recipe
from contracts.vendors.accengage.devices import ALICE, BRUNO, CHLOE
from contracts.vendors.accengage.paging import walk
from contracts.vendors.accengage.recipes import label

LIST, CREATE, ACTIONS = "messages.list_messages", "messages.create_message", "messages.list_message_actions"
GET, UPDATE, DELETE = "messages.get_message", "messages.update_message", "messages.delete_message"
SEND, SEND_MANY = "instant_messages.send_instant_message", "instant_messages.send_instant_message_multi_apps"
HELLO: dict[str, Any] = {"name": "Hello", "messages": [{"language": "en", "title": "Hi", "text": "Hello"}]}
CAMPAIGN_TARGETS = "targets.list_campaign_targets"
# The web application of the `default` fixture, and its device whose version is new enough.
WEB, WEB_ALICE = "myWebPartnerId", "5E6F7A8B-9C0D-1E2F-3A4B-5C6D7E8F9001"
VALUES = {"order_id": "A1", "delivery_date": "2018-05-02"}


@recipe(CREATE, 400)
@recipe(UPDATE, 400)
def no_message(client: Client) -> None:
    """6 and 20.17: what is no message, or names an unknown campaign; and nothing is made or changed."""
    before = walk(client, LIST)
    each: tuple[dict[str, Any], ...] = (
        {"campaignId": -1},
        {"campaignId": 123},
        {"campaignId": 93},
        {"messages": []},
        {"messages": [{"title": "no text"}]},
        {"messages": [*HELLO["messages"], *HELLO["messages"]]},
        {"messages": [{"text": "Hello", "buttons": [{"id": "0", "action": "explode"}]}]},
    )
    for wrong in each:
        client.call(client.operation, body={**HELLO, **wrong})
        client.expect(client.sent[-1].status == 400, "rejects-invalid", f"400 for {wrong}")
    after = walk(client, LIST)
    client.expect(after == before, "refusal-changes-nothing", "the same messages", after)


@recipe(CREATE, 404)
@recipe(UPDATE, 404)
def names_what_is_not_there(client: Client) -> None:
    """6: an unknown collapse key, button template, segment or static list; and nothing is made or changed."""
    before = walk(client, LIST)
    text = {"text": "Hello"}
    for wrong in (
        {"messages": [{**text, "collapseKey": "unheard_of"}]},
        {"messages": [{**text, "template": "unheard_of", "buttons": [{"id": "0"}]}]},
        {"segments": {"campaign": [99]}},
        {"segments": {"test": [5]}},
        {"lists": [{"id": 9000}]},
        {"lists": [{"externalId": "unheard_of"}]},
    ):
        client.call(client.operation, body={**HELLO, **wrong})
        client.expect(client.sent[-1].status == 404, "rejects-invalid", f"404 for {wrong}")
    after = walk(client, LIST)
    client.expect(after == before, "refusal-changes-nothing", "the same messages", after)


@recipe(UPDATE, 404)
@recipe(GET, 404)
@recipe(DELETE, 404)
@recipe(ACTIONS, 404)
@recipe("schedules.create_schedule", 404)
@recipe("schedules.get_schedule", 404)
@recipe("schedules.update_schedule", 404)
@recipe("schedules.delete_schedule", 404)
@recipe("exclusions.create_schedule_exclusion", 404)
@recipe("exclusions.list_schedule_exclusions", 404)
@recipe("exclusions.delete_schedule_exclusions", 404)
@recipe("send.send_message", 404)
def message_of_another_application(client: Client) -> None:
    """20.16, and 1.7: messages that are unknown, or another application's; and what is no push message."""
    for number in (2159, 456, 2158, 123456, 2168):
        client.call(client.operation, messageId=number)
        check = "no-leak-between-accounts" if number < 2158 else "unknown-id"
        client.expect(client.sent[-1].status == 404, check, f"404 for message {number}")


@recipe(UPDATE, 400)
@recipe(GET, 400)
@recipe(DELETE, 400)
@recipe(ACTIONS, 400)
@recipe("schedules.get_schedule", 400)
@recipe("schedules.delete_schedule", 400)
@recipe("exclusions.list_schedule_exclusions", 400)
@recipe("exclusions.delete_schedule_exclusions", 400)
@recipe("send.send_message", 400)
def no_positive_integer(client: Client) -> None:
    """20.15: an id that is no positive integer."""
    for number in ("msg", "0", "-1"):
        client.call(client.operation, messageId=number)
        client.expect(client.sent[-1].status == 400, "rejects-invalid", f"400 for the id {number}")


@recipe(DELETE, 200, check="read-your-write")
def life_of_a_message(client: Client) -> None:
    """20.14: created, read, listed, updated, deleted, gone."""
    texts = [*HELLO["messages"], {"language": "fr", "title": "Salut", "text": "Bonjour"}]
    body = {**HELLO, "externalId": client.unique("hello"), "campaignId": 91, "messages": texts}
    number = (client.value(client.call(CREATE, body=body)) or {}).get("id")
    read = client.value(client.call(GET, messageId=number))
    client.expect(read == {"id": number, **body}, "read-your-write", "what was written, and the id", read)
    client.call(CREATE, body=body)
    client.expect(client.sent[-1].status == 400, "rejects-invalid", "400 for an external id that exists already")
    other = (client.value(client.call(CREATE, body=HELLO)) or {}).get("id")
    client.call(UPDATE, messageId=other, body={**HELLO, "externalId": body["externalId"]})
    client.expect(client.sent[-1].status == 400, "rejects-invalid", "400 for an external id that another one has")
    same = client.value(client.call(GET, messageId=other))
    client.expect(same == {"id": other, **HELLO}, "refusal-changes-nothing", "the other message as before", same)
    client.call(CREATE, partnerId="mySecondPartnerId", body={**HELLO, "externalId": body["externalId"]})
    client.expect(client.sent[-1].status == 200, "accepts-valid", "200 for the same external id in another application")
    rows = walk(client, LIST, externalId=body["externalId"])
    client.expect(rows == [read], "read-your-write", "the message alone, by its external id", rows)
    body |= {"name": "Hello again", "messages": [{"language": "en", "title": "Hi", "text": "Hello again"}]}
    client.call(UPDATE, messageId=number, body=body)
    read = client.value(client.call(GET, messageId=number))
    client.expect(read == {"id": number, **body}, "read-your-write", "the update", read)
    client.call(DELETE, messageId=number)
    for operation in (GET, DELETE, ACTIONS, "clicks.list_message_clicks", "targets.list_message_targets"):
        client.call(operation, messageId=number)
        client.expect(client.sent[-1].status == 404, "delete-deletes", "404 for what was deleted")


@recipe(LIST, 200, check="pages")
def filters(client: Client) -> None:
    """20.22: `%` is any run of characters, and without it a filter is exact."""
    for name in ("P-1", "P-2", "Q-P-1", "p-1"):
        client.call(
            CREATE, body={**HELLO, "externalId": name, "messages": [{"text": "x", "title": f"Title of {name}"}]}
        )
    both = [{"language": "en", "title": "Order", "text": "x"}, {"language": "fr", "title": "Commande", "text": "x"}]
    client.call(CREATE, body={**HELLO, "externalId": "both", "messages": both})
    for query, wanted in (
        ({"externalId": "P-%"}, ["P-1", "P-2"]),
        ({"externalId": "P-1"}, ["P-1"]),
        ({"externalId": "%P-1"}, ["P-1", "Q-P-1"]),
        ({"externalId": "%-%-%"}, ["Q-P-1"]),
        ({"externalId": "P"}, []),
        ({"title": "Title of P-1"}, ["P-1"]),
        ({"title": "Title%P-_"}, []),
        ({"title": "%of P%", "externalId": "%2"}, ["P-2"]),
        ({"title": "Order"}, ["both"]),
        ({"title": "Comm%"}, ["both"]),
        ({"title": "Order", "externalId": "P-1"}, []),
    ):
        found = [row.get("externalId") for row in walk(client, LIST, parameters=query)]
        client.expect(found == wanted, "pages", f"{wanted} for {query}", found)


@recipe(ACTIONS, 200)
def actions_of_buttons(client: Client) -> None:
    """6, O13: an action for each button, none without any."""
    rows = walk(client, ACTIONS)
    client.expect([row.get("type") for row in rows] == ["browser", "close"], "provokes", "two buttons", rows)
    rows = walk(client, ACTIONS, messageId=2157)
    client.expect(rows == [], "provokes", "no action without buttons", rows)
    page, shop = "https://www.example.com/page", "https://www.example.com/shop"
    button = {"id": "0", "action": "browser", "title": "Shop", "url": shop}
    texts: list[dict[str, Any]] = [
        {"language": "en", "text": "Hello", "template": "one_button", "buttons": [button]},
        {"language": "fr", "text": "Bonjour", "richPushUrl": page, "openRichPushIn": "browser"},
    ]
    made = client.value(client.call(CREATE, body={**HELLO, "messages": texts})) or {}
    rows = walk(client, ACTIONS, messageId=made.get("id"))
    ids = [row.get("id") for row in rows]
    client.expect(len(set(ids)) == len(ids) == 2, "provokes", "a button and a rich page, each with an id", rows)
    details = [(row.get("language", text["language"]), row.get("url")) for row, text in zip(rows, texts, strict=False)]
    client.expect(details == [("en", shop), ("fr", page)], "read-your-write", "what each of them opens", rows)


@recipe(SEND, 400)
@recipe(SEND_MANY, 400)
def targets_as_a_whole(client: Client) -> None:
    """20.31 and 20.34: none, 101, mixed kinds, no comparison."""
    one = {"clientId": "42", "data": VALUES}
    for targets in (
        [],
        [one] * 101,
        [one, {"segmentId": 2}],
        [{"segmentId": 2}, {"staticListId": 1234}],
        [{"clientId": {"$like": "4%"}}],
        [{"clientId": {"$eq": "42", "$ne": "43"}}],
        [{"clientId": ["42"]}],
        ["42"],
    ):
        body = {**client.example(client.operation), "targets": targets}
        client.call(client.operation, body=body)
        client.expect(client.sent[-1].status == 400, "rejects-invalid", f"400 for targets {targets[:2]}")
    client.call(client.operation, body={**client.example(client.operation), "targets": [one] * 100})
    client.expect(client.sent[-1].status == 200, "provokes", "200 for 100 targets")


@recipe(SEND, 400)
def targets_that_fail(client: Client) -> None:
    """20.31, 20.32 and 20.35: no parent, no indexed field, no value for a macro; one good target is enough."""
    good = {"clientId": "42", "data": VALUES}
    order = {"parentMessageId": 2157}
    for body, status in (
        ({"targets": [good]}, 400),
        ({"parentMessageId": 2159, "targets": [good]}, 404),
        ({"parentMessageExternalId": "unheard-of", "targets": [good]}, 404),
        ({"parentMessageId": 2157, "parentMessageExternalId": "unheard-of", "targets": [good]}, 200),
        ({**order, "targets": [{"firstname": "Alice", "data": VALUES}]}, 400),
        ({**order, "targets": [{"firstname": "Alice", "data": {**VALUES, "firstname": "you"}}]}, 400),
        ({**order, "targets": [{"clientId": {"$gte": "42"}, "data": VALUES}]}, 400),
        ({**order, "targets": [{"clientId": {"$eq": "42"}, "data": VALUES}]}, 200),
        ({**order, "targets": [{"firstname": "Alice", "clientId": "42", "data": VALUES}]}, 200),
        ({**order, "targets": [{"firstname": "Alice", "data": VALUES}, good]}, 200),
        ({**order, "targets": [{"clientId": "42"}]}, 400),
        ({**order, "targets": [{"clientId": "42"}, good]}, 200),
        ({**order, "targets": [{"clientId": "42"}], "message": {"data": VALUES}}, 200),
        ({**order, "targets": [{"clientId": "nobody", "data": VALUES}]}, 400),
        ({**order, "targets": [{"clientId": "nobody", "data": {**VALUES, "firstname": "you"}}]}, 200),
        ({**order, "targets": [{"unheardOf": "42", "data": VALUES}]}, 400),
        ({**order, "targets": [{**good, "unheardOf": 1}]}, 400),
        ({"parentMessageId": 1613, "targets": [{"segmentId": 99}]}, 404),
        ({"parentMessageId": 1613, "targets": [{"staticListExternalId": "unheard-of"}]}, 404),
        ({"parentMessageId": 1613, "targets": [{"staticListExternalId": "newsletter"}]}, 200),
        (
            {"parentMessageId": 1613, "message": {"buttons": [{"id": "0", "action": "urlsheme"}]}, "targets": [good]},
            200,
        ),
        ({"parentMessageId": 1613, "message": {"buttons": [{"id": "0", "action": "explode"}]}, "targets": [good]}, 400),
        ({"parentMessageId": 1613, "message": {"collapseKey": "unheard_of"}, "targets": [good]}, 404),
    ):
        client.call(SEND, body=body)
        client.expect(client.sent[-1].status == status, "provokes", f"{status} for {body}")
    client.call("send.send_message", messageId=2157)
    client.expect(client.sent[-1].status == 200, "refusal-changes-nothing", "200 for the parent, which stays new")


@recipe(SEND_MANY, 200)
def report_of_each_application(client: Client) -> None:
    """20.36: each application has the status that its own call would have had."""
    apps = {
        "myPartnerId": {"parentMessageExternalId": "order-delivery"},
        "mySecondPartnerId": {"parentMessageId": 2157},
        "myWebPartnerId": {},
        "otherPartnerId": {"parentMessageExternalId": "order-delivery"},
    }
    targets = [{"clientId": "42", "data": VALUES}]
    report = (client.value(client.call(SEND_MANY, body={"apps": apps, "targets": targets})) or {}).get("apps", {})
    seen = {name: entry.get("statusCode") for name, entry in report.items()}
    wanted = {"myPartnerId": 200, "mySecondPartnerId": 404, "myWebPartnerId": 400, "otherPartnerId": 403}
    client.expect(seen == wanted, "provokes", f"{wanted}", seen)
    told = all(bool(entry.get("body", {}).get("errors")) for entry in report.values() if entry["statusCode"] != 200)
    client.expect(told, "provokes", "the errors of every application that failed", report)


@recipe(SEND, 404)
def no_parent(client: Client) -> None:
    """7: an unknown parent has the label of data."""
    exchange = client.call(SEND, body={"parentMessageId": 2159, "targets": [{"clientId": "42"}]})
    client.expect(label(client, exchange) == "API_ERR_DATA", "label", "API_ERR_DATA")


@recipe(SEND, 200, check="counts-add-up")
@recipe(SEND_MANY, 200, check="counts-add-up")
def who_is_meant_is_reached(client: Client) -> None:
    """7 and 14: a device that meets all criteria of a target, of any target, once; of all applications that are named;
    web devices from version b3.1.0 on."""
    client.suppose("that who got an instant message is a target of its parent's campaign")
    body = {**HELLO, "externalId": "recipe", "campaignId": 91}
    client.call(CREATE, body=body)
    many = client.operation == SEND_MANY
    if many:
        campaign = client.value(client.call("campaigns.create_campaign", partnerId=WEB, body={"name": "Recipe"})) or {}
        client.call(CREATE, partnerId=WEB, body={**body, "campaignId": campaign.get("id")})
    cases: tuple[tuple[list[dict[str, Any]], list[str]], ...] = (
        ([{"clientId": "42"}, {"token": "AB60"}, {"clientId": {"$eq": "42"}}], [ALICE, BRUNO]),
        ([{"clientId": "42", "age": {"$lt": 34}}, {"clientId": "44", "age": {"$gte": 9}}], [CHLOE]),
        ([{"clientId": "43", "model": "Pixel 2"}, {"clientId": "42", "model": "Pixel 2"}], [ALICE]),
        ([{"clientId": "42", "firstname": {"$ne": "Alice"}}, {"clientId": "43"}], [BRUNO]),
        ([{"segmentId": 2}, {"segmentId": 3}], [ALICE, BRUNO, CHLOE]),
        ([{"staticListId": 1235}], [ALICE, BRUNO]),
    )
    for targets, wanted in cases:
        if many and not {"clientId", "token"} & targets[0].keys():
            continue
        parent = {"parentMessageExternalId": "recipe"}
        before = len(walk(client, CAMPAIGN_TARGETS, campaignId=91))
        if many:
            client.call(SEND_MANY, body={"apps": {"myPartnerId": parent, WEB: parent}, "targets": targets})
        else:
            client.call(SEND, body={**parent, "targets": targets})
        client.world.advance(60)
        rows = walk(client, CAMPAIGN_TARGETS, campaignId=91)[before:]
        seen = sorted(row.get("deviceId") for row in rows)
        client.expect(seen == wanted, "counts-add-up", f"each device once: {wanted}", seen)
    if many:
        rows = walk(client, CAMPAIGN_TARGETS, partnerId=WEB, campaignId=campaign.get("id"))
        web = {row.get("deviceId") for row in rows}
        client.expect(web == {WEB_ALICE}, "counts-add-up", "of the web devices the newer one alone", web)
