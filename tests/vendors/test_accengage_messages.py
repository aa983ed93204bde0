"""Accengage: push messages and what can be clicked in them (section 6 of our reference)."""

from __future__ import annotations

import pytest

from tests.vendors.accengage import Signing, links, walked
from tests.vendors.signed import IOS, OTHER, WEB, A, ok, refused, said

MESSAGES = f"{A}/messages"
TEXTS = [{"language": "en", "title": "Hi", "text": "Hello"}, {"language": "fr", "title": "Salut", "text": "Bonjour"}]
HELLO = {"name": "Hello", "messages": TEXTS}
BUTTONS = [{"id": "0", "action": "browser", "url": "https://www.example.com"}, {"id": 1}]


@pytest.fixture
def client(account):
    return account("accengage", auth=Signing())


def with_text(**members):
    return {"name": "Hello", "messages": [{"text": "Hello", **members}]}


def test_a_message_from_its_creation_to_its_end(client) -> None:
    body = {**HELLO, "externalId": "hello", "campaignId": 91, "segments": {"test": [1], "campaign": [2, 3]}}
    body["lists"] = [{"id": 1235}, {"externalId": "newsletter"}]
    assert ok(client.post(MESSAGES, json=body)) == {"id": 123457}
    assert ok(client.get(f"{MESSAGES}/123457")) == {"id": 123457, **body}
    assert ok(client.get(MESSAGES))["messages"][-1] == {"id": 123457, **body}
    assert ok(client.put(f"{MESSAGES}/123457", json={**HELLO, "name": "Again", "state": "sent", "id": 5})) == {}
    assert ok(client.get(f"{MESSAGES}/123457")) == {"id": 123457, **body, "name": "Again"}
    ok(client.post(f"{MESSAGES}/123457/send"))
    assert ok(client.delete(f"{MESSAGES}/123457")) == {}
    for method in ("GET", "DELETE"):
        refused(client, method, f"{MESSAGES}/123457", 404)


def test_ids_of_all_sorts_of_messages_are_one_sequence(client) -> None:
    assert [ok(client.post(f"{base}/messages", json=HELLO))["id"] for base in (A, IOS, WEB)] == [123457, 123458, 123459]
    refused(client, "GET", f"{MESSAGES}/2158", 404)


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"name": "Hello"},
        {"name": "Hello", "messages": []},
        {"name": "Hello", "messages": {}},
        {"name": "", "messages": TEXTS},
        {"name": "Hello", "messages": [{"title": "no text"}]},
        {"name": "Hello", "messages": [TEXTS[0], TEXTS[0]]},
        {**HELLO, "campaignId": -1},
        {**HELLO, "campaignId": 123},
        {**HELLO, "campaignId": 93},
        {**HELLO, "campaignId": "91"},
        {**HELLO, "externalId": "order-delivery"},
        {**HELLO, "externalId": ""},
        {**HELLO, "segments": []},
        {**HELLO, "segments": {"test": ["1"]}},
        {**HELLO, "lists": [{}]},
        with_text(buttons=[{"id": "0", "action": "urlsheme"}]),
        with_text(buttons=[{"action": "close"}]),
        with_text(buttons={"id": "0"}),
        with_text(template={"type": "popup"}),
        with_text(sound="default"),
        with_text(clickCustomParams={"Key1": 1}),
        with_text(displayCustomParams=[{"key": "Key1", "value": "Value1"}]),
    ],
)
def test_what_is_no_message_is_400_and_changes_nothing(client, body) -> None:
    refused(client, "POST", MESSAGES, 400, json=body)
    refused(client, "PUT", f"{MESSAGES}/1234", 400, json=body)


@pytest.mark.parametrize(
    "body",
    [
        with_text(collapseKey="unheard_of"),
        with_text(template="unheard_of"),
        {**HELLO, "segments": {"campaign": [99]}},
        {**HELLO, "segments": {"test": [5]}},
        {**HELLO, "segments": {"test": [4]}},
        {**HELLO, "lists": [{"id": 9000}]},
        {**HELLO, "lists": [{"externalId": "unheard_of"}]},
    ],
)
def test_what_a_message_names_must_be_there(client, body) -> None:
    refused(client, "POST", MESSAGES, 404, json=body)
    refused(client, "PUT", f"{MESSAGES}/1234", 404, json=body)


@pytest.mark.parametrize(
    ("base", "members", "status"),
    [
        (A, {"buttons": BUTTONS}, 200),
        (A, {"buttons": BUTTONS, "template": "one_button"}, 200),
        (IOS, {"buttons": BUTTONS}, 400),
        (IOS, {"buttons": BUTTONS, "template": "yes_no"}, 200),
        (IOS, {"buttons": BUTTONS, "template": "one_button"}, 404),
        (IOS, {"collapseKey": "unheard_of"}, 200),
        (A, {"collapseKey": "order"}, 200),
        (WEB, {"collapseKey": "unheard_of", "template": "unheard_of", "buttons": BUTTONS}, 200),
        (WEB, {"url": "https://www.example.com", "image": "https://www.example.com/i.png"}, 200),
    ],
)
def test_the_platform_says_what_a_message_needs(client, base, members, status) -> None:
    assert client.post(f"{base}/messages", json=with_text(**members)).status_code == status


def test_a_message_keeps_its_own_external_id_and_may_not_take_another(client) -> None:
    ok(client.put(f"{MESSAGES}/2157", json={**HELLO, "externalId": "order-delivery"}))
    refused(client, "PUT", f"{MESSAGES}/123", 400, json={**HELLO, "externalId": "order-delivery"})
    ok(client.post(f"{IOS}/messages", json={**HELLO, "externalId": "PushCampaign2017-1"}))


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_messages_of_another_application_are_not_found(client, method) -> None:
    body = {"json": HELLO} if method == "PUT" else {}
    for path in (f"{MESSAGES}/456", f"{MESSAGES}/2159", f"{IOS}/messages/2157", f"{MESSAGES}/{10**25}"):
        refused(client, method, path, 404, **body)
    for number in ("0", "-1", "msg", "2157.0", "' OR 1=1"):
        refused(client, method, f"{MESSAGES}/{number}", 400, **body)


def test_a_deleted_message_takes_its_schedule_along(client) -> None:
    ok(client.delete(f"{MESSAGES}/10"))
    assert client.records()["schedules"] == []


def test_messages_of_a_deleted_campaign_stay_without_it(client) -> None:
    ok(client.delete(f"{A}/campaigns/91"))
    for number in (123, 1613):
        assert "campaignId" not in ok(client.get(f"{MESSAGES}/{number}"))
    assert ok(client.get(f"{MESSAGES}/2157"))["campaignId"] == 92


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({}, [7, 10, 123, 1234, 1613, 2157]),
        ({"externalId": "PushCampaign2017%"}, [123, 1613]),
        ({"externalId": "PushCampaign2017"}, []),
        ({"externalId": "PushCampaign2017-2"}, [1613]),
        ({"externalId": "pushcampaign2017-2"}, []),
        ({"externalId": "%2"}, [1613]),
        ({"externalId": "%"}, [123, 1613, 2157]),
        ({"externalId": "Push%2017%1"}, [123]),
        ({"externalId": ".*"}, []),
        ({"externalId": ""}, []),
        ({"externalId": "order-delivery"}, [2157]),
        ({"title": "%sale"}, [123, 1613]),
        ({"title": "Soldes"}, [123]),
        ({"title": "%sale", "externalId": "%2"}, [1613]),
        ({"title": "_pring sale"}, []),
    ],
)
def test_filters(client, filters, numbers) -> None:
    answer = client.get(MESSAGES, params=filters)
    assert [row["id"] for row in ok(answer)["messages"]] == numbers
    assert set(links(answer)) == {"first"}


def test_pages_keep_the_filter(client) -> None:
    for number in range(3000, 3150):
        record = {"id": number, "partnerId": "myPartnerId", "state": "new", "externalId": f"bulk-{number}", **HELLO}
        client.put_record("messages", record)
    rows = walked(client, MESSAGES, "messages", params={"externalId": "bulk-%"})
    assert [row["id"] for row in rows] == [*range(3000, 3150)]
    assert len(walked(client, MESSAGES, "messages", params={"title": "Hi"})) == 150
    assert len(walked(client, MESSAGES, "messages")) == 156


def test_actions_are_buttons_and_rich_pages_of_each_language(client) -> None:
    assert ok(client.get(f"{MESSAGES}/1613/actions"))["actions"] == [
        {"id": 1, "type": "browser", "title": "See", "url": "https://www.example.com/sale", "language": "en"},
        {"id": 2, "type": "close", "title": "Later", "language": "en"},
    ]
    texts = [
        {**TEXTS[0], "buttons": [{"id": 0, "action": "sms"}], "richPushUrl": "https://www.example.com/en"},
        {**TEXTS[1], "richPushUrl": "https://www.example.com/fr", "openRichPushIn": "browser"},
    ]
    number = ok(client.post(MESSAGES, json={"name": "Rich", "messages": texts}))["id"]
    assert ok(client.get(f"{MESSAGES}/{number}/actions"))["actions"] == [
        {"id": 1, "type": "sms", "language": "en"},
        {"id": 2, "type": "webview", "url": "https://www.example.com/en", "language": "en"},
        {"id": 3, "type": "browser", "url": "https://www.example.com/fr", "language": "fr"},
    ]


def test_actions_come_in_pages(client) -> None:
    many = [{"id": number} for number in range(150)]
    number = ok(client.post(MESSAGES, json=with_text(buttons=many)))["id"]
    assert [row["id"] for row in walked(client, f"{MESSAGES}/{number}/actions", "actions")] == [*range(1, 151)]
    assert ok(client.get(f"{MESSAGES}/2157/actions"))["actions"] == []
    refused(client, "GET", f"{MESSAGES}/456/actions", 404)


def test_every_click_of_the_fixture_names_an_action(client) -> None:
    for click in client.records()["clicks"]:
        if "actionId" in click:
            actions = ok(client.get(f"{MESSAGES}/{click['messageId']}/actions"))["actions"]
            assert click["actionId"] in [action["id"] for action in actions]


def test_the_other_user_reads_their_own(account) -> None:
    from tests.vendors.accengage import OTHER as CREDENTIALS

    other = account("accengage", auth=Signing(**CREDENTIALS))
    assert ok(other.get(f"{OTHER}/messages/456"))["id"] == 456
    said(other.get(f"{MESSAGES}/2157"), 403, "API_ERR_FORBIDDEN")
