"""Accengage: instant messages, in one application and in several (section 7 of our reference)."""

from __future__ import annotations

import pytest

from tests.vendors.accengage import Signing
from tests.vendors.signed import ALICE, WEB, A, ok, refused

SEND, SEND_MANY = f"{A}/send", "/v1/me/send"
VALUES = {"order_id": "A1", "delivery_date": "2018-05-02"}
GOOD = {"clientId": "42", "data": VALUES}
ORDER = {"parentMessageId": 2157}
PLAIN = {"parentMessageId": 1613}


@pytest.fixture
def client(account):
    return account("accengage", auth=Signing())


def reached(client, body, base=A):
    """The technical ids of the devices that an accepted call is for."""
    number = ok(client.post(f"{base}/send", json=body))["messageId"]
    return next(it["devices"] for it in client.records()["instant_messages"] if it["id"] == number)


def test_the_documented_forms_of_targets(client) -> None:
    body = {
        "parentMessageExternalId": "order-delivery",
        "message": {"text": "Hi ${firstname}, order ${order_id} arrives on ${delivery_date}"},
        "targets": [
            GOOD,
            {"clientId": {"$eq": "43"}, "data": VALUES},
            {"clientId": "44", "age": {"$gte": 18}, "data": VALUES},
        ],
    }
    assert reached(client, body) == [1001, 1002, 1003]


@pytest.mark.parametrize(
    ("target", "devices"),
    [
        ({"clientId": "42"}, [1001]),
        ({"clientId": 42}, [1001]),
        ({"clientId": {"$eq": "42"}}, [1001]),
        ({"UDID": ALICE}, [1001]),
        ({"deviceId": ALICE}, [1001]),
        ({"token": "AB60"}, [1002]),
        ({"Customer_Id": "C-44"}, [1003]),
        ({"clientId": "42", "token": "AB60"}, []),
        ({"clientId": "nobody"}, []),
        ({"clientId": "42", "age": 34}, [1001]),
        ({"clientId": "42", "age": "34"}, [1001]),
        ({"clientId": "42", "age": {"$lt": 34}}, []),
        ({"clientId": "42", "age": {"$lte": 34}}, [1001]),
        ({"clientId": "42", "age": {"$gt": 33}}, [1001]),
        ({"clientId": "42", "age": {"$gt": 34}}, []),
        ({"clientId": "42", "age": {"$gte": 9}}, [1001]),
        ({"clientId": "42", "age": {"$ne": 34}}, []),
        ({"clientId": "42", "firstname": "Alice"}, [1001]),
        ({"clientId": "42", "firstname": "alice"}, []),
        ({"clientId": "42", "system_optin_notifs": True}, [1001]),
        ({"clientId": "42", "system_optin_notifs": False}, []),
        ({"clientId": "44", "IDFA": {"$ne": "x"}}, [1003]),
        ({"clientId": "44", "IDFA": {"$lt": "x"}}, []),
        ({"clientId": "42", "lastOpen": {"$gte": "2018-04-30"}}, [1001]),
        ({"firstname": "Alice", "clientId": {"$eq": "42"}}, [1001]),
        ({"segmentId": 2}, [1001, 1002]),
        ({"segmentId": "3"}, [1003]),
        ({"staticListId": 1235}, [1001, 1002]),
        ({"staticListId": "1235"}, [1001, 1002]),
        ({"staticListExternalId": "newsletter"}, [1001, 1002]),
        ({"staticListId": 1234}, []),
    ],
)
def test_whom_a_target_means(client, target, devices) -> None:
    assert reached(client, {**PLAIN, "targets": [target]}) == devices


def test_each_device_gets_the_message_once(client) -> None:
    assert reached(client, {**PLAIN, "targets": [GOOD, {"token": "AB5E"}, {"clientId": "43"}]}) == [1001, 1002]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"targets": [GOOD]}, 400),
        ({**ORDER}, 400),
        ({**ORDER, "targets": []}, 400),
        ({**ORDER, "targets": GOOD}, 400),
        ({**ORDER, "targets": [GOOD] * 101}, 400),
        ({**ORDER, "targets": ["42"]}, 400),
        ({**ORDER, "targets": [{"clientId": None}]}, 400),
        ({**ORDER, "targets": [{"clientId": ["42"]}]}, 400),
        ({**ORDER, "targets": [{"clientId": {}}]}, 400),
        ({**ORDER, "targets": [{"clientId": {"$like": "4%"}}]}, 400),
        ({**ORDER, "targets": [{"clientId": {"$eq": "42", "$ne": "43"}}]}, 400),
        ({**ORDER, "targets": [{"clientId": {"$eq": ["42"]}}]}, 400),
        ({**ORDER, "targets": [{**GOOD, "data": ["A1"]}]}, 400),
        ({**ORDER, "targets": [{**GOOD, "unheardOf": 1}]}, 400),
        ({**ORDER, "targets": [GOOD, {"segmentId": 2}]}, 400),
        ({**ORDER, "targets": [{**GOOD, "segmentId": 2}]}, 400),
        ({**ORDER, "targets": [{"segmentId": 2}, {"staticListId": 1234}]}, 400),
        ({**ORDER, "targets": [{"segmentId": "two"}]}, 400),
        ({**ORDER, "message": {"buttons": [{"id": 0, "action": "explode"}]}, "targets": [GOOD]}, 400),
        ({**ORDER, "message": "Hello", "targets": [GOOD]}, 400),
        ({"parentMessageId": "2157", "targets": [GOOD]}, 400),
        ({"parentMessageId": 2159, "targets": [GOOD]}, 404),
        ({"parentMessageId": 456, "targets": [GOOD]}, 404),
        ({"parentMessageId": -1, "targets": [GOOD]}, 404),
        ({"parentMessageExternalId": "unheard-of", "targets": [GOOD]}, 404),
        ({**PLAIN, "targets": [{"segmentId": 99}]}, 404),
        ({**PLAIN, "targets": [{"segmentId": 5}]}, 404),
        ({**PLAIN, "targets": [{"staticListId": 9000}]}, 404),
        ({**PLAIN, "targets": [{"staticListExternalId": "unheard-of"}]}, 404),
        ({**PLAIN, "message": {"collapseKey": "unheard_of"}, "targets": [GOOD]}, 404),
        ({**PLAIN, "message": {"template": "unheard_of"}, "targets": [GOOD]}, 404),
    ],
)
def test_what_refuses_the_whole_call(client, body, status) -> None:
    refused(client, "POST", SEND, status, json=body)


@pytest.mark.parametrize(
    "target",
    [
        {"firstname": "Alice", "data": VALUES},
        {"clientId": {"$gte": "42"}, "data": VALUES},
        {"data": VALUES},
        {"clientId": "42"},
        {"clientId": "42", "data": {"order_id": "A1"}},
        {"clientId": "nobody", "data": VALUES},
    ],
)
def test_a_target_that_fails_for_itself_is_dropped_unless_it_is_the_last(client, target) -> None:
    refused(client, "POST", SEND, 400, json={**ORDER, "targets": [target]})
    assert reached(client, {**ORDER, "targets": [target, {**GOOD, "clientId": "43"}]}) == [1002]


def test_the_first_failure_is_told_when_all_fail(client) -> None:
    not_indexed, unmatched = {"firstname": "Alice"}, {"clientId": "42"}
    first = refused(client, "POST", SEND, 400, json={**ORDER, "targets": [not_indexed, unmatched]})
    assert first == ["Using non indexed criterions to query: firstname"]
    first = refused(client, "POST", SEND, 400, json={**ORDER, "targets": [unmatched, not_indexed]})
    assert first == ["Unmatched template parameter(s): delivery_date, order_id"]


def test_values_come_from_the_target_the_message_or_the_device(client) -> None:
    everything = {**VALUES, "firstname": "you"}
    assert reached(client, {**ORDER, "message": {"data": VALUES}, "targets": [{"clientId": "42"}]}) == [1001]
    assert reached(client, {**ORDER, "targets": [{"clientId": "nobody", "data": everything}]}) == []
    client.put_record(
        "devices",
        {"id": 1009, "partnerId": "myPartnerId", "fields": {"UDID": "nameless", "token": "n", "clientId": "42"}},
    )
    assert reached(client, {**ORDER, "targets": [GOOD]}) == [1001]
    assert reached(client, {**ORDER, "message": {"data": {"firstname": "x"}}, "targets": [GOOD]}) == [1001, 1009]


def test_what_the_call_says_goes_before_the_parent(client) -> None:
    assert reached(client, {**ORDER, "message": {"text": "No values"}, "targets": [{"clientId": "42"}]}) == [1001]
    body = {**PLAIN, "message": {"text": "Hi ${firstname}, ${code}"}, "targets": [{"clientId": "42"}]}
    assert refused(client, "POST", SEND, 400, json=body) == ["Unmatched template parameter(s): code"]


def test_columns_of_a_static_list_fill_in_names_of_its_own(client) -> None:
    message = {"text": "In ${a4p_city}"}
    assert reached(client, {**PLAIN, "message": message, "targets": [{"staticListId": 1235}]}) == [1001, 1002]
    refused(client, "POST", SEND, 400, json={**PLAIN, "message": message, "targets": [GOOD]})


@pytest.mark.parametrize("action", ["urlscheme", "urlsheme", "webview"])
def test_the_misspelt_action_is_accepted_here(client, action) -> None:
    message = {"buttons": [{"id": "0", "action": action}]}
    assert reached(client, {**PLAIN, "message": message, "targets": [GOOD]}) == [1001]


@pytest.mark.parametrize(
    ("version", "devices"),
    [
        ("b3.1.0", [1005]),
        ("b3.2", [1005]),
        ("b3.10.0", [1005]),
        ("b10.0.0", [1005]),
        ("b3.0.9", []),
        ("b3", []),
        (None, []),
    ],
)
def test_older_web_devices_are_passed_over(client, version, devices) -> None:
    fields = {"UDID": "web", "token": "w", "clientId": "42"} | ({"sw_version": version} if version else {})
    client.put_record("devices", {"id": 1005, "partnerId": "myWebPartnerId", "fields": fields})
    assert reached(client, {"parentMessageExternalId": "order-delivery", "targets": [GOOD]}, WEB) == devices


def test_a_hundred_targets_are_not_too_many(client) -> None:
    assert reached(client, {**ORDER, "targets": [GOOD] * 100}) == [1001]


def test_devices_are_targeted_after_a_while_and_the_parent_stays_new(client) -> None:
    number = ok(client.post(SEND, json={**ORDER, "targets": [GOOD]}))["messageId"]
    path = f"{A}/messages/{number}/targets"
    assert ok(client.get(path))["targets"] == []
    client.advance(60)
    (row,) = ok(client.get(path))["targets"]
    assert (row["deviceId"], row["messageId"], row["campaignId"]) == (ALICE, number, 92)
    assert ok(client.post(f"{A}/messages/2157/send")) is None
    refused(client, "GET", f"{A}/messages/{number}", 404)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"apps": {"myPartnerId": ORDER}},
        {"targets": [GOOD]},
        {"apps": {}, "targets": [GOOD]},
        {"apps": [], "targets": [GOOD]},
        {"apps": {"myPartnerId": 2157}, "targets": [GOOD]},
        {"apps": {"myPartnerId": ORDER}, "targets": []},
        {"apps": {"myPartnerId": ORDER}, "targets": {}},
        {"apps": {"myPartnerId": ORDER}, "targets": [GOOD] * 101},
        {"apps": {"myPartnerId": ORDER}, "targets": [GOOD, {"segmentId": 2}]},
        {"apps": {"myPartnerId": ORDER}, "targets": [{"clientId": {"$like": "4%"}}]},
    ],
)
def test_what_no_application_could_take_is_400(client, body) -> None:
    refused(client, "POST", SEND_MANY, 400, json=body)


@pytest.mark.parametrize(
    ("entry", "status"),
    [
        ({"parentMessageExternalId": "order-delivery"}, 200),
        (ORDER, 200),
        ({}, 400),
        ({"parentMessageId": "2157"}, 400),
        ({**ORDER, "message": {"buttons": [{"id": 0, "action": "explode"}]}}, 400),
        ({**ORDER, "message": {"text": "${nothing}"}}, 400),
        ({"parentMessageId": 2159}, 404),
        ({"parentMessageId": 2160}, 404),
        ({**ORDER, "message": {"collapseKey": "unheard_of"}}, 404),
    ],
)
def test_each_application_has_a_report_of_its_own(client, entry, status) -> None:
    apps = {"myPartnerId": entry, "mySecondPartnerId": {"parentMessageExternalId": "order-delivery"}}
    report = ok(client.post(SEND_MANY, json={"apps": apps, "targets": [GOOD]}))["apps"]
    assert report["mySecondPartnerId"] == {"statusCode": 200}
    assert report["myPartnerId"]["statusCode"] == status
    alone = client.post(SEND, json={**entry, "targets": [GOOD]})
    assert alone.status_code == status
    assert ("body" in report["myPartnerId"]) == (status != 200)
    if status == 404:
        assert report["myPartnerId"]["body"] == alone.json()
    sent = {it["partnerId"] for it in client.records()["instant_messages"]}
    assert sent == {"mySecondPartnerId", *(["myPartnerId"] if status == 200 else [])}


def test_an_application_of_somebody_else_is_403_in_its_report(client) -> None:
    apps = {name: {"parentMessageExternalId": "order-delivery"} for name in ("otherPartnerId", "nobodysPartnerId")}
    report = ok(client.post(SEND_MANY, json={"apps": apps, "targets": [GOOD]}))["apps"]
    for entry in report.values():
        assert entry["statusCode"] == 403
        assert entry["body"]["errors"][0]["label"] == "API_ERR_FORBIDDEN"


def test_lists_are_looked_up_in_each_application(client) -> None:
    apps = {"myPartnerId": PLAIN, "mySecondPartnerId": {"parentMessageExternalId": "order-delivery"}}
    report = ok(client.post(SEND_MANY, json={"apps": apps, "targets": [{"staticListExternalId": "newsletter"}]}))[
        "apps"
    ]
    assert {name: entry["statusCode"] for name, entry in report.items()} == {
        "myPartnerId": 200,
        "mySecondPartnerId": 404,
    }
