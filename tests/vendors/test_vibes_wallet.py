"""Vibes wallet campaigns, items and messages (reference section 9, properties 48 and 49)."""

from __future__ import annotations

from typing import Any

import pytest

import specs
from mockserver.outbox import DELIVERIES
from tests.vendors.people import problems, refused

SPEC = specs.read("vibes")
W = "/companies/ABC123/campaigns/wallet"
CARDS, OFFER, ENDED, FOREIGN = (f"{W}/{wallet_id}" for wallet_id in ("k7Tq2m", "p3Xw9d", "a1Zc8r", "z5Lh4n"))
ID = "4be1c3a2-0d95-4c7e-8f61-a5279e30bd18"
GOLD = f"{CARDS}/items/{ID}"
MESSAGES = f"{CARDS}/messages"


@pytest.fixture
def vibes(account):
    return account("vibes", auth=("VibesUser", "Password123"))


def got(vibes: Any, path: str, **query: Any) -> Any:
    answer = vibes.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def put(vibes: Any, path: str = GOLD, /, **body: Any) -> dict[str, Any]:
    answer = vibes.put(path, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def send(vibes: Any, /, **body: Any) -> dict[str, Any]:
    answer = vibes.post(MESSAGES, json={"notification": "Hello", **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


def ids(items: list[dict[str, Any]]) -> list[str]:
    return [item["wallet_item_id"] for item in items]


def add_items(vibes: Any, count: int, **members: Any) -> None:
    """Items of the loyalty card, each updated a second later than the one before."""
    [model] = [it for it in vibes.records()["wallet_items"] if it["id"] == "k7Tq2m/card-0003"]
    for number in range(count):
        name = f"more-{number:03d}"
        at = f"2021-10-27T{number // 3600:02d}:{number // 60 % 60:02d}:{number % 60:02d}Z"
        record = {**model, "id": f"k7Tq2m/{name}", "wallet_item_id": name, "updated_at": at, **members}
        vibes.put_record("wallet_items", record)


@pytest.mark.parametrize(
    ("operation_id", "example", "path"),
    [
        ("wallet.get_wallet_campaign", "loyalty_card", CARDS),
        ("wallet.get_wallet_campaign", "unknown_campaign", f"{W}/nobody"),
        ("wallet.get_wallet_item", "gold_card", GOLD),
        ("wallet.get_wallet_item", "unknown_item", f"{CARDS}/items/nobody"),
        ("wallet_messages.list_wallet_messages", "one_message", MESSAGES),
        ("wallet_messages.list_wallet_messages", "no_messages", f"{OFFER}/messages"),
        ("wallet_messages.get_wallet_message", "to_a_group", f"{MESSAGES}/91f5d07c-3ea2-4b68-bd13-60c7a8e2f945"),
        ("wallet_messages.get_wallet_message", "unknown_message", f"{MESSAGES}/nobody"),
        ("wallet.list_wallet_items", "too_many_on_a_page", f"{CARDS}/items?per_page=51"),
    ],
)
def test_an_answer_is_word_for_word_the_example(vibes, operation_id, example, path) -> None:
    answer = vibes.get(path)
    response = SPEC.operations[operation_id].responses[str(answer.status_code)]
    assert answer.json() == response.content["application/json"].examples[example]


# -- campaigns --------------------------------------------------------------------------------------------------------


def test_active_campaigns_are_listed_the_one_updated_last_first(vibes) -> None:
    found = got(vibes, W)
    assert [it["wallet_id"] for it in found] == ["k7Tq2m", "p3Xw9d"]
    for campaign in found:
        assert got(vibes, campaign["url"]) == campaign
    assert got(vibes, ENDED)["wallet_id"] == "a1Zc8r"


def test_no_active_campaign_is_404(vibes) -> None:
    for record in vibes.records()["wallet_campaigns"]:
        if record["company_key"] == "ABC123":
            vibes.put_record("wallet_campaigns", {**record, "active": False})
    assert problems(vibes.get(W), 404) == [("No wallet campaign was found", 4)]


def test_at_most_fifty_campaigns_are_listed(vibes) -> None:
    [model] = [it for it in vibes.records()["wallet_campaigns"] if it["wallet_id"] == "k7Tq2m"]
    for number in range(60):
        more = {"wallet_id": f"c{number:02d}", "updated_at": f"2021-09-01T00:00:{number:02d}Z"}
        vibes.put_record("wallet_campaigns", {**model, **more})
    assert [it["wallet_id"] for it in got(vibes, W)] == [f"c{number:02d}" for number in range(59, 9, -1)]


@pytest.mark.parametrize("path", [f"{W}/nobody", FOREIGN])
@pytest.mark.parametrize("below", ["", "/items", f"/items/{ID}", "/messages", "/messages/x"])
def test_an_unknown_campaign_is_404_with_all_below_it(vibes, path, below) -> None:
    assert problems(vibes.get(path + below), 404) == [("The wallet campaign was not found", 4)]


def test_an_unknown_campaign_or_item_is_404_for_writes(vibes) -> None:
    for path in (f"{FOREIGN}/items/{ID}", f"{CARDS}/items/nobody", f"{OFFER}/items/{ID}"):
        refused(vibes, "PUT", path, 404, json={})
    refused(vibes, "POST", f"{FOREIGN}/messages", 404, json={"notification": "Hello"})


# -- items ------------------------------------------------------------------------------------------------------------


def test_active_items_are_listed_the_one_updated_last_first(vibes) -> None:
    found = got(vibes, f"{CARDS}/items")
    assert ids(found) == ["card-0002", ID, "card-0003"]
    for item in found:
        assert got(vibes, item["url"]) == item
    assert ids(got(vibes, f"{ENDED}/items")) == []


@pytest.mark.parametrize(("group", "expected"), [("gold", ["card-0002", ID]), ("Gold", []), ("silver", [])])
def test_a_group_code_narrows_the_list(vibes, group, expected) -> None:
    assert ids(got(vibes, f"{CARDS}/items", group_code=group)) == expected


def test_the_same_id_in_two_campaigns_is_two_items(vibes) -> None:
    one, other = (got(vibes, f"{campaign}/items/card-0002") for campaign in (CARDS, OFFER))
    assert one["campaign_ref"] == {"wallet_id": "k7Tq2m", "url": CARDS}
    assert other["campaign_ref"] == {"wallet_id": "p3Xw9d", "url": OFFER}
    put(vibes, other["url"], group_code="new")
    assert got(vibes, one["url"]) == one


@pytest.mark.parametrize(("group", "per_page"), [(None, None), (None, 20), ("many", 50), ("many", 1)])
def test_pages_are_complete_disjoint_and_in_order(vibes, group, per_page) -> None:
    add_items(vibes, 120 if per_page != 1 else 5, **({"group_code": group} if group else {}))
    query = {"group_code": group} if group else {}
    query |= {"per_page": per_page} if per_page else {}
    pages: list[list[dict[str, Any]]] = []
    while not pages or pages[-1]:
        pages.append(got(vibes, f"{CARDS}/items", page=len(pages) + 1, **query))
    found = [item for page in pages for item in page]
    wanted = [
        it["wallet_item_id"]
        for it in vibes.records()["wallet_items"]
        if it["wallet_id"] == "k7Tq2m" and it["active"] and (group is None or it["group_code"] == group)
    ]
    assert sorted(ids(found)) == sorted(wanted)
    assert [it["updated_at"] for it in found] == sorted((it["updated_at"] for it in found), reverse=True)
    assert {len(page) for page in pages[:-2]} == {per_page or 50}
    assert pages[0] == got(vibes, f"{CARDS}/items", **query)


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=x", "per_page=0", "per_page=51", "group_code="])
def test_a_page_that_cannot_be_is_400(vibes, query) -> None:
    [(_, code)] = problems(vibes.get(f"{CARDS}/items?{query}"), 400)
    assert code in (1, 2)


def test_an_update_changes_what_is_given_and_merges_tokens(vibes) -> None:
    before = got(vibes, GOLD)
    after = put(
        vibes,
        tokens={"loyalty_balance": "275", "first_name": None, "level": "2"},
        locations=[{"latitude": 1.5, "longitude": -2}],
        expiration_date="2023-01-31T00:00z",
    )
    assert after == {
        **before,
        "tokens": {"loyalty_balance": "275", "barcode_value": "6006491286123", "level": "2"},
        "locations": [{"latitude": 1.5, "longitude": -2}],
        "expiration_date": "2023-01-31T00:00z",
        "updated_at": "2021-10-28T12:00:00Z",
    }
    assert got(vibes, GOLD) == after
    assert ids(got(vibes, f"{CARDS}/items"))[0] == ID
    vibes.advance(5)
    assert put(vibes, tokens={"level": "2"}) == after


def test_null_removes(vibes) -> None:
    before = got(vibes, GOLD)
    names = ("group_code", "strip_image", "expiration_date")
    after = put(vibes, **dict.fromkeys((*names, "tokens", "locations", "passbook")))
    assert after == {
        **before,
        **dict.fromkeys(names),
        "tokens": {},
        "locations": [],
        "updated_at": "2021-10-28T12:00:00Z",
    }


def test_what_cannot_be_updated_is_ignored(vibes) -> None:
    before = got(vibes, GOLD)
    names = ("wallet_item_id", "campaign_ref", "url", "provider", "created_at", "updated_at")
    assert put(vibes, **dict.fromkeys(names, "x")) == before
    assert put(vibes, **before) == before
    after = put(vibes, **dict.fromkeys(names, 5), group_code="silver")
    assert after == {**before, "group_code": "silver", "updated_at": "2021-10-28T12:00:00Z"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"tokens": {"loyalty_balance": 5}}, ("tokens.loyalty_balance must be a string or null", 2)),
        ({"tokens": []}, ("tokens must be an object or null", 2)),
        ({"locations": [{"latitude": 1}]}, ("locations[0].longitude is required", 1)),
        ({"locations": [{"latitude": 91, "longitude": 0}]}, ("locations[0].latitude has a wrong format", 2)),
        ({"group_code": ""}, ("group_code must not be empty", 1)),
        ({"passbook": "Hello"}, ("passbook must be an object or null", 2)),
        ({"expiration_date": "tomorrow"}, ("expiration_date has a wrong format", 2)),
        ({"expiration_date": "2022-02-30T00:00:00Z"}, ("expiration_date is no date and time that exists", 2)),
    ],
)
def test_an_update_of_the_wrong_form_is_422(vibes, body, expected) -> None:
    body = {"strip_image": "new", "passbook": {"notification": "Hello"}} | body
    assert problems(refused(vibes, "PUT", GOLD, 422, json=body), 422) == [expected]


def test_a_notification_of_an_update_is_sent_and_not_repeated(vibes) -> None:
    before = got(vibes, GOLD)
    assert put(vibes, passbook={"notification": "You have 275 points"}) == before
    message = got(vibes, MESSAGES)[0]
    assert message == {
        "message_id": message["message_id"],
        "notification": "You have 275 points",
        "group_code": None,
        "wallet_item_ids": [ID],
        "status": "sent",
        "recipient_count": 1,
        "url": f"{MESSAGES}/{message['message_id']}",
        "created_at": "2021-10-28T12:00:00Z",
    }
    put(vibes, f"{CARDS}/items/card-0002", passbook={"notification": "Not on Google Pay"})
    assert got(vibes, MESSAGES)[0]["recipient_count"] == 0
    for nothing in ({}, {"notification": None}, None):
        put(vibes, passbook=nothing)
    assert len(got(vibes, MESSAGES)) == 3


# -- messages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "reached"),
    [
        ({}, 2),
        ({"group_code": "gold"}, 1),
        ({"group_code": "nobody"}, 0),
        ({"wallet_item_ids": [ID, "card-0002", "card-0003", "card-0004", ID]}, 2),
        ({"wallet_item_ids": [ID, "card-0003"], "group_code": "gold"}, 1),
        ({"wallet_item_ids": ["card-0002"]}, 0),
    ],
)
def test_a_message_reaches_the_active_items_that_are_meant_and_not_google(vibes, target, reached) -> None:
    message = send(vibes, **target)
    assert message["recipient_count"] == reached
    assert message["status"] == "sent"
    assert got(vibes, message["url"]) == message
    assert got(vibes, MESSAGES)[0] == message


def test_a_message_belongs_to_one_campaign(vibes) -> None:
    message = send(vibes)
    problems(vibes.get(f"{OFFER}/messages/{message['message_id']}"), 404)
    assert got(vibes, f"{OFFER}/messages") == []


def test_the_last_fifty_messages_are_listed(vibes) -> None:
    made = [send(vibes)["message_id"] for _ in range(52)]
    assert [it["message_id"] for it in got(vibes, MESSAGES)] == made[:-51:-1]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [("notification is required", 1)]),
        ({"notification": ""}, [("notification must not be empty", 1)]),
        ({"notification": "Hello", "wallet_item_ids": []}, [("wallet_item_ids must not be empty", 1)]),
        (
            {"notification": "Hello", "wallet_item_ids": [ID, "nobody", "p3Xw9d", "nobody"]},
            [("Unknown wallet items: nobody, p3Xw9d", 4)],
        ),
        (
            {"notification": 5, "group_code": 5},
            [("group_code must be a string", 2), ("notification must be a string", 2)],
        ),
    ],
)
def test_a_message_that_cannot_be_sent_is_422(vibes, body, expected) -> None:
    assert sorted(problems(refused(vibes, "POST", MESSAGES, 422, json=body), 422)) == expected


# -- what happens outside the API -------------------------------------------------------------------------------------

REGISTRATION = {
    "company_key": "ABC123",
    "subject": "k7Tq2m",
    "narrowed": {"campaign_token": "k7Tq2m"},
    "destination": {"url": "http://receiver.example/hook", "method": "POST", "content_type": "application/json"},
    "start_date": "2021-01-01T00:00:00Z",
    "end_date": None,
    "api_version": "2",
    "created_at": "2021-01-01T00:00:00Z",
    "updated_at": "2021-01-01T00:00:00Z",
}
PASS = {"company_key": "ABC123", "wallet_id": "k7Tq2m"}


def test_a_pass_that_is_installed_is_an_item_and_one_that_is_removed_is_not_listed(vibes) -> None:
    assert vibes.happens("pass_installed", **PASS, wallet_item_id="new-1", provider="google") == "installed"
    item = got(vibes, f"{CARDS}/items/new-1")
    assert (item["provider"], item["tokens"], item["created_at"]) == ("google", {}, "2021-10-28T12:00:00Z")
    assert ids(got(vibes, f"{CARDS}/items"))[0] == "new-1"
    assert vibes.happens("pass_removed", **PASS, wallet_item_id="new-1") == "removed"
    assert vibes.happens("pass_removed", **PASS, wallet_item_id="new-1") == "removed already"
    assert "new-1" not in ids(got(vibes, f"{CARDS}/items"))


def test_an_item_that_is_there_keeps_its_values_when_its_pass_is_installed(vibes) -> None:
    before = got(vibes, f"{CARDS}/items/card-0004")
    vibes.happens("pass_installed", **PASS, wallet_item_id="card-0004")
    after = got(vibes, f"{CARDS}/items/card-0004")
    assert after == {**before, "updated_at": "2021-10-28T12:00:00Z"}
    assert ids(got(vibes, f"{CARDS}/items", group_code="gold")) == ["card-0004", "card-0002", ID]


def test_installing_and_removing_are_told_to_who_registered(vibes) -> None:
    for kind in ("wallet_item_install", "wallet_item_remove"):
        vibes.put_record("callbacks", {**REGISTRATION, "callback_id": kind, "callback_type": kind, "happening": kind})
    vibes.happens("pass_installed", **PASS, wallet_item_id=ID)
    vibes.advance(5)
    vibes.happens("pass_removed", **PASS, wallet_item_id=ID)
    with vibes.app.worlds.open(vibes.world):
        installed, removed = (it["body"] for it in vibes.app.worlds.store.find(vibes.world, DELIVERIES))
    assert (installed["callback_type"], removed["callback_type"]) == ("wallet_item_install", "wallet_item_remove")
    instance = installed["wallet_instance"]
    assert (instance["registered_at"], instance["unregistered_at"]) == ("2021-10-28T12:00:00Z", None)
    assert removed["wallet_instance"] == {**instance, "unregistered_at": "2021-10-28T12:00:05Z"}
    for body in (installed, removed):
        assert body["wallet_item"]["uuid"] == ID
        assert body["wallet_item"]["url"] == GOLD
        assert body["wallet_item"]["tokens"]["first_name"] == "John"
        assert (body["wallet_campaign"]["token"], body["wallet_campaign"]["url"]) == ("k7Tq2m", CARDS)
