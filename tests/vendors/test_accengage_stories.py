"""Accengage's own page, walked through from top to bottom: REST API Documentation, example by example.

Bodies are ours where the page has lost its boxes; requests, codes and reasons are the page's. Each test is one section
and does what an integrator who follows the page would do.
"""

from __future__ import annotations

import pytest

from tests.vendors.accengage import KEY, TIME, Signing, errors, links, sha1
from tests.vendors.signed import ALICE, OTHER, A, ok

GENERIC = {"Content-Type": "application/json"}
EMAIL = b'{"email":"mymail@client.com"}'
HOUR, DAY = 3600, 24 * 3600


@pytest.fixture
def client(account):
    return account("accengage", auth=Signing())


# General information


def test_partner_id(client) -> None:
    """Partner ID: it must be included in every request below /v1/me/apps, and be one of the user's applications."""
    assert client.get("/v1/me/apps/myPartnerId/campaigns").status_code == 200
    errors(client.get("/v1/me/apps/12345678/campaigns"), 403, "API_ERR_FORBIDDEN")


def test_generic_headers(account) -> None:
    """Generic headers: SHA1 of (raw POST body + API key + time), for a GET of key and time alone."""
    bare = account("accengage")
    headers = {"Accengage-Time": TIME, "Accengage-Signature": sha1(EMAIL, KEY, TIME), **GENERIC}
    token = ok(bare.post("/v1/access_token", content=EMAIL, headers=headers))
    headers = {"Accengage-Time": TIME, "Accengage-Signature": sha1(KEY, TIME)}
    headers["Authorization"] = f"{token['token_type']} {token['access_token']}"
    assert bare.get("/v1/me", headers=headers).status_code == 200


def test_error_handling(client) -> None:
    """Error handling: a URL that is spelled wrong is 404; several formatting errors are returned as an array."""
    assert errors(client.post("/v1/acess_token", json={"email": "mymail@client.com"}), 404)
    assert len(errors(client.post(f"{A}/campaigns", json={"name": 1, "startDate": "1", "endDate": "2"}), 400)) == 3


def test_generic_errors(account, client) -> None:
    """Generic errors: each pair of code and label, as far as a request can cause it."""
    errors(client.get("/v1/me", headers={"Authorization": "Bearer invalid"}), 400, "API_ERR_TOKEN")
    errors(client.get("/v1/me", headers={"Accengage-Signature": ""}), 400, "API_ERR_SIGNATURE")
    expired = account("accengage", auth=Signing(token="bodydouble-expired-access-token"))
    errors(expired.get("/v1/me"), 401, "API_ERR_TOKEN")
    errors(account("accengage", auth=Signing(token=None)).get("/v1/me"), 403, "API_ERR_TOKEN")
    errors(client.get(f"{OTHER}/campaigns"), 403, "API_ERR_FORBIDDEN")


def test_paginated_requests(client) -> None:
    """Paginated requests: pages start at 1; `first` always, `prev` above page 1, `next` while there is more."""
    for number in range(1000, 1120):
        client.put_record("campaigns", {"id": number, "partnerId": "myPartnerId", "name": "One of many"})
    assert set(links(client.get(f"{A}/campaigns"))) == {"first", "next"}
    assert set(links(client.get(f"{A}/campaigns?page=2"))) == {"first", "prev"}
    for page in (0, -1, 3):
        assert ok(client.get(f"{A}/campaigns?page={page}"))["campaigns"] == []


# Access token


def test_access_token(account) -> None:
    """Access token: for the e-mail of a user; 404 for one that is not in the database; it expires after 24 h."""
    client = account("accengage", auth=Signing(token=None))
    token = ok(client.post("/v1/access_token", content=EMAIL, headers=GENERIC))
    authorization = {"Authorization": f"{token['token_type']} {token['access_token']}"}
    assert client.get("/v1/me", headers=authorization).text.strip('"') == "Welcome"
    errors(client.post("/v1/access_token", json={"email": "unknown@client.com"}), 404)
    errors(client.post("/v1/access_token", json={"login": "mymail@client.com"}), 400)
    client.advance(DAY)
    errors(client.get("/v1/me", headers=authorization), 401, "API_ERR_TOKEN")


def test_me(client) -> None:
    """Me: "Welcome" in text/plain, for new developers to ensure that they have access."""
    answer = client.get("/v1/me")
    assert (answer.status_code, answer.text.strip('"')) == (200, "Welcome")
    assert answer.headers["content-type"].startswith("text/plain")


# Campaigns


def test_campaigns(client) -> None:
    """Campaigns: List (two pages, by ascending id), Create, Get 91 and `cmp`, Update 91, Delete 91 and 123."""
    for number in range(1000, 1150):
        client.put_record("campaigns", {"id": number, "partnerId": "myPartnerId", "name": "One of many"})
    one = client.get("/v1/me/apps/myPartnerId/campaigns")
    two = client.get(links(one)["next"])
    rows = [row["id"] for answer in (one, two) for row in ok(answer)["campaigns"]]
    assert (len(ok(one)["campaigns"]), rows) == (100, sorted(rows))
    assert set(links(two)) == {"first", "prev"}

    body = {"name": "Autumn", "startDate": "2018-09-01T00:00:00+02:00", "endDate": "2018-11-30T23:59:59+01:00"}
    number = ok(client.post("/v1/me/apps/myPartnerId/campaigns", json=body))["id"]
    assert ok(client.get(f"/v1/me/apps/myPartnerId/campaigns/{number}")) == {"id": number, **body}

    assert ok(client.get("/v1/me/apps/myPartnerId/campaigns/91"))["id"] == 91
    assert "cmp" in errors(client.get("/v1/me/apps/myPartnerId/campaigns/cmp"), 400)[0]
    ok(client.put("/v1/me/apps/myPartnerId/campaigns/91", json=body))
    assert ok(client.get("/v1/me/apps/myPartnerId/campaigns/91")) == {"id": 91, **body}
    ok(client.delete("/v1/me/apps/myPartnerId/campaigns/91"))
    errors(client.delete("/v1/me/apps/myPartnerId/campaigns/91"), 404)
    errors(client.delete("/v1/me/apps/myPartnerId/campaigns/123"), 404)


# Messages


def test_messages_list(client) -> None:
    """Messages, List: `PushCampaign2017%` for the external ids that start so; parameters must be URL-encoded."""
    answer = client.get("/v1/me/apps/myPartnerId/messages?externalId=PushCampaign2017%25")
    assert [row["externalId"] for row in ok(answer)["messages"]] == ["PushCampaign2017-1", "PushCampaign2017-2"]
    assert "externalId=PushCampaign2017%25" in links(answer)["first"]


def test_messages_create(client) -> None:
    """Messages, Create: one message, two translations, interactive buttons with segments; campaign -1 is unknown."""
    path = "/v1/me/apps/myPartnerId/messages"
    before = len(ok(client.get(path))["messages"])
    button = {"id": "0", "action": "urlscheme", "url": "myapp://yes", "customParams": {"Key1": "Value1"}}
    for body in (
        {"name": "Hello", "messages": [{"title": "Hi", "text": "Hello"}]},
        {"name": "Hello", "messages": [{"language": "en", "text": "Hello"}, {"language": "fr", "text": "Bonjour"}]},
        {
            "name": "Hello",
            "messages": [{"text": "Hello", "template": "yes_no", "buttons": [button, {"id": "1"}]}],
            "segments": {"test": [1], "campaign": [2, 3]},
        },
    ):
        number = ok(client.post(path, json=body))["id"]
        assert ok(client.get(f"{path}/{number}")) == {"id": number, **body}
    text = {"name": "Hello", "messages": [{"text": "Hello"}]}
    errors(client.post(path, json={**text, "campaignId": -1}), 400)
    errors(client.post(path, json={"name": "Hello", "messages": [{"title": "without text"}]}), 400)
    errors(client.post(path, json={"name": "Hello", "messages": [{"text": "x", "collapseKey": "unknown"}]}), 404)
    errors(client.post(path, json={"name": "Hello", "messages": [{"text": "x", "template": "invalid"}]}), 404)
    wrong = {**button, "action": "openTheDoor"}
    errors(client.post(path, json={"name": "Hello", "messages": [{"text": "x", "buttons": [wrong]}]}), 400)
    assert len(ok(client.get(path))["messages"]) == before + 3


def test_messages_get_update_delete_and_actions(client) -> None:
    """Messages, Get 2157 and 2159, Update 1613, List actions of 1613, Delete 1613 and 456."""
    path = "/v1/me/apps/myPartnerId/messages"
    assert ok(client.get(f"{path}/2157"))["id"] == 2157
    errors(client.get(f"{path}/2159"), 404)
    errors(client.get(f"{path}/-1"), 400)
    message = ok(client.get(f"{path}/1613"))
    ok(client.put(f"{path}/1613", json={**message, "name": "Spring sale, second week"}))
    assert ok(client.get(f"{path}/1613"))["name"] == "Spring sale, second week"
    assert [action["id"] for action in ok(client.get(f"{path}/1613/actions"))["actions"]] == [1, 2]
    ok(client.delete(f"{path}/1613"))
    errors(client.delete(f"{path}/1613"), 404)
    errors(client.delete(f"{path}/456"), 404)


# Instant messages


def test_instant_message_by_application(client) -> None:
    """Instant messages, By application: the order delivery of the page, with its three forms of targets."""
    values = {"order_id": "A1", "delivery_date": "2018-05-02"}
    targets = [
        {"clientId": "42", "data": values},
        {"clientId": {"$eq": "43"}, "data": values},
        {"clientId": "44", "age": {"$gte": 18}, "data": values},
    ]
    path, parent = "/v1/me/apps/myPartnerId/send", {"parentMessageId": 2157}
    number = ok(client.post(path, json={**parent, "targets": targets}))["messageId"]
    client.advance(HOUR)
    rows = ok(client.get(f"{A}/messages/{number}/targets"))["targets"]
    assert len({row["deviceId"] for row in rows}) == 3
    errors(client.post(path, json={"targets": targets}), 400)
    errors(client.post(path, json={**parent, "targets": [*targets, {"segmentId": 2}]}), 400)
    assert (
        "Unmatched template parameter(s)"
        in errors(client.post(path, json={**parent, "targets": [{"clientId": "42"}]}), 400)[0]
    )
    unindexed = {"firstname": "Alice", "data": values}
    assert "non indexed" in errors(client.post(path, json={**parent, "targets": [unindexed]}), 400)[0]
    errors(client.post(path, json={"parentMessageExternalId": "unknown", "targets": targets}), 404)
    ok(client.post(path, json={**parent, "targets": targets[:1] * 100}))
    errors(client.post(path, json={**parent, "targets": targets[:1] * 101}), 400)


def test_instant_message_for_multiple_applications(client) -> None:
    """Instant messages, Multiple applications: one of two fails, under a 200; without `apps` or `targets` it is 400."""
    targets = [{"clientId": "42", "data": {"order_id": "A1", "delivery_date": "2018-05-02"}}]
    apps = {
        "myPartnerId": {"parentMessageId": 2159},
        "mySecondPartnerId": {"parentMessageExternalId": "order-delivery"},
    }
    report = ok(client.post("/v1/me/send", json={"apps": apps, "targets": targets}))["apps"]
    assert report["mySecondPartnerId"] == {"statusCode": 200}
    assert report["myPartnerId"]["statusCode"] == 404
    assert report["myPartnerId"]["body"]["errors"][0]["label"] == "API_ERR_DATA"
    errors(client.post("/v1/me/send", json={"targets": targets}), 400)
    errors(client.post("/v1/me/send", json={"apps": apps}), 400)


# Schedule


def test_schedule(client) -> None:
    """Schedule: Create 123 (200, 400, 403), Read 123 and 1234, Update 123 (200, 400, 403), Delete 123 (200, 404)."""
    path = "/v1/me/apps/myPartnerId/messages/123/schedules"
    body = {"type": "DAILY", "nextSendingDate": "2021-11-01T09:00:00+01:00", "timezone": "Europe/Paris"}
    outdated = {**body, "nextSendingDate": "2016-11-01T09:00:00+01:00"}
    errors(client.put(path, json=body), 404)
    assert client.post(path, json=body).content == b""
    errors(client.post(path, json={"type": "DAILY"}), 400)
    assert errors(client.post(path, json=outdated), 400) == ["Next sending date is outdated"]
    assert "already exists" in errors(client.post(path, json=body), 403)[0]
    assert ok(client.get(path)) == {**body, "status": "ACTIVE"}
    errors(client.get("/v1/me/apps/myPartnerId/messages/1234/schedules"), 404)
    assert client.put(path, json={**body, "type": "WEEKLY"}).content == b""
    errors(client.put(path, json={**body, "type": "SOMETIMES"}), 400)
    assert errors(client.put(path, json=outdated), 403) == ["Next sending date is outdated"]
    assert ok(client.get(path))["type"] == "WEEKLY"
    assert client.delete(path).status_code == 200
    errors(client.delete(path), 404)


def test_schedule_exclusions(client) -> None:
    """Schedule Exclusions: Mondays and Wednesdays of message 10, once; 17 is no push, 7 not scheduled; Read; Delete."""
    path = "/v1/me/apps/myPartnerId/messages/{}/schedules/exclusions"
    days = {"type": "DAYS", "days": "[1,3]"}
    assert client.post(path.format(10), json=days).status_code == 200
    assert errors(client.post(path.format(10), json=days), 400) == ['Schedule exclusion type "DAYS" already exists.']
    errors(client.post(path.format(17), json=days), 404)
    errors(client.post(path.format(7), json=days), 404)
    early = {"type": "DATE", "startDate": "2029-12-31T00:00:00+01:00"}
    errors(client.post(path.format(10), json=early), 400)
    assert ok(client.get(path.format(10))) == [days]
    errors(client.get(path.format(123)), 404)
    assert client.delete(path.format(10)).status_code == 200
    assert ok(client.get(path.format(10))) == []


# Send


def test_send(client) -> None:
    """Send: a test first, then for real; being sent, sent, and the one that failed are refused."""
    message = {"name": "Hello", "messages": [{"text": "Hello"}], "segments": {"test": [1], "campaign": [2]}}
    number = ok(client.post(f"{A}/messages", json=message))["id"]
    path = f"/v1/me/apps/myPartnerId/messages/{number}/send"
    assert client.post(f"{path}?test=true").status_code == 200
    assert client.post(path).status_code == 200
    errors(client.post(path), 400, "API_ERR_MESSAGE_SENDING")
    client.advance(HOUR)
    errors(client.post(path), 400, "API_ERR_MESSAGE_SENT")
    errors(client.post(f"{A}/messages/1234/send"), 400, "API_ERR_MESSAGE_FAILED")
    assert ALICE in [row["deviceId"] for row in ok(client.get(f"{A}/messages/{number}/targets"))["targets"]]
