"""Vibes subscriptions and subscription lists (reference sections 4.8 to 4.11 and 5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.people import ABROAD, JOHN, PHONE_ONLY, V2, P, problems, read, refused

C = "/companies/ABC123"
LISTS = f"{C}/mobiledb/subscription_lists"
SUBS, SUBS_EXT = f"{P}/{JOHN}/subscriptions", f"{P}/external/EXT542342/subscriptions"
FOREIGN_PERSON = "d6f2378b-905e-4c1a-a7d4-ef8b2c915063"
JOHN_ON_1234 = {
    "person": {"id": "wd1377r4", "url": f"{P}/wd1377r4"},
    "subscription_list": {"id": "1234", "url": f"{LISTS}/1234"},
    "opt_in_date": "2017-02-15T15:42:23Z",
    "acquisition_campaign": {"id": "2342312", "url": f"{C}/campaigns/acquisition/2342312"},
    "url": f"{P}/wd1377r4/subscriptions/1234",
}
BEFORE = {
    **JOHN_ON_1234,
    "opt_in_date": "2017-01-15T15:34:52Z",
    "opt_out_date": "2017-02-01T08:10:00Z",
    "opt_out_reason": "user_opt_out",
}


@pytest.fixture
def vibes(account):
    return account("vibes", auth=("VibesUser", "Password123"))


def listed(vibes: Any, base: str = SUBS, **query: Any) -> list[dict[str, Any]]:
    answer = vibes.get(base, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def subscribers(vibes: Any, list_id: str, headers: Any = None, **query: Any) -> list[str]:
    answer = vibes.get(f"{LISTS}/{list_id}/subscribers", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return [person["person_key"] for person in answer.json()]


either = pytest.mark.parametrize("base", [SUBS, SUBS_EXT, f"{P}/wd1377r4/subscriptions"])

# -- reading ----------------------------------------------------------------------------------------------------------


@either
def test_a_person_has_active_subscriptions_and_on_request_those_that_ended(vibes, base) -> None:
    assert listed(vibes, base) == listed(vibes, base, active_only="true") == [JOHN_ON_1234]
    assert listed(vibes, base, active_only="false") == [BEFORE, JOHN_ON_1234]
    assert vibes.get(f"{base}/1234").json() == JOHN_ON_1234
    assert vibes.get(JOHN_ON_1234["url"]).json() == JOHN_ON_1234


@either
def test_a_list_that_the_person_is_not_on_is_404(vibes, base) -> None:
    for wanted in ("ABC12345", "XYZ98765", "nope"):
        answer = vibes.get(f"{base}/{wanted}")
        assert problems(answer, 404) == [("The person is not subscribed to this list", 4)]


def test_only_an_ended_subscription_is_not_subscribed(vibes) -> None:
    base = f"{P}/{ABROAD}/subscriptions"
    [ended] = listed(vibes, base, active_only="false")
    assert (ended["opt_out_reason"], "acquisition_campaign" in ended) == ("failed_at_carrier", False)
    assert listed(vibes, base) == []
    problems(vibes.get(f"{base}/ABC12345"), 404)


@pytest.mark.parametrize("person", ["nobody", FOREIGN_PERSON, "external/nobody", f"external/{'x' * 129}"])
@pytest.mark.parametrize("below", ["subscriptions", "subscriptions/1234"])
def test_subscriptions_of_nobody_are_404(vibes, person, below) -> None:
    problems(vibes.get(f"{P}/{person}/{below}"), 404)


def test_active_only_is_true_or_false(vibes) -> None:
    assert problems(vibes.get(SUBS, params={"active_only": "maybe"}), 400) == [("active_only must be true or false", 2)]


# -- leaving and joining ----------------------------------------------------------------------------------------------


@either
def test_a_person_is_unsubscribed_once(vibes, base) -> None:
    ended = {**JOHN_ON_1234, "opt_out_date": "2021-10-28T12:00:00Z", "opt_out_reason": "api_opt_out"}
    answer = vibes.delete(f"{base}/1234")
    assert (answer.status_code, answer.json()) == (200, ended)
    again = refused(vibes, "DELETE", f"{base}/1234", 404)
    assert problems(again, 404) == [("The person is not subscribed to this list", 4)]
    assert listed(vibes) == []
    assert listed(vibes, active_only="false") == [BEFORE, ended]
    problems(vibes.get(f"{base}/1234"), 404)


@pytest.mark.parametrize("person", ["nobody", FOREIGN_PERSON, "external/nobody", f"external/{'x' * 129}"])
def test_nobody_cannot_be_unsubscribed(vibes, person) -> None:
    refused(vibes, "DELETE", f"{P}/{person}/subscriptions/1234", 404)


def test_put_subscribes_once_and_again_after_an_opt_out(vibes) -> None:
    first = vibes.put(f"{SUBS}/ABC12345")
    assert first.status_code == 201
    assert first.json() == {
        "person": JOHN_ON_1234["person"],
        "subscription_list": {"id": "ABC12345", "url": f"{LISTS}/ABC12345"},
        "opt_in_date": "2021-10-28T12:00:00Z",
        "url": f"{P}/wd1377r4/subscriptions/ABC12345",
    }
    vibes.advance(10)
    again = vibes.put(f"{SUBS}/ABC12345")
    assert (again.status_code, again.json()) == (200, first.json())
    vibes.delete(f"{SUBS}/ABC12345")
    vibes.advance(10)
    assert vibes.put(f"{SUBS}/ABC12345").status_code == 201
    both = [it for it in listed(vibes, active_only="false") if it["subscription_list"]["id"] == "ABC12345"]
    assert [("opt_out_date" in it, it["opt_in_date"]) for it in both] == [
        (True, "2021-10-28T12:00:00Z"),
        (False, "2021-10-28T12:00:20Z"),
    ]
    assert all(it["opt_out_date"] >= it["opt_in_date"] for it in both if "opt_out_date" in it)
    assert [it["subscription_list"]["id"] for it in listed(vibes)] == ["1234", "ABC12345"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (f"{P}/nobody/subscriptions/1234", "The person was not found"),
        (f"{P}/{FOREIGN_PERSON}/subscriptions/1234", "The person was not found"),
        (f"{SUBS}/nope", "The subscription list was not found"),
        (f"{SUBS}/XYZ98765", "The subscription list was not found"),
    ],
)
def test_put_needs_a_person_and_a_list_of_the_company(vibes, path, message) -> None:
    assert problems(refused(vibes, "PUT", path, 404), 404) == [(message, 4)]


def test_put_is_taken_away_by_a_switch(account) -> None:
    vibes = account("vibes", switches={"put_subscription": "absent"}, auth=("VibesUser", "Password123"))
    answer = refused(vibes, "PUT", f"{SUBS}/ABC12345", 405)
    assert answer.headers["Allow"] == "DELETE, GET"
    problems(answer, 405)


# -- lists ------------------------------------------------------------------------------------------------------------


def test_lists_of_the_company_with_urls_that_lead_on(vibes) -> None:
    lists = vibes.get(LISTS).json()
    assert [(it["id"], it["name"]) for it in lists] == [("1234", "Weekly Offers"), ("ABC12345", "Store News")]
    for one in lists:
        assert vibes.get(one["url"]).json() == one
        assert vibes.get(one["subscribers_url"], params={"mdn": "2995551234"}).status_code == 200
        for campaign in vibes.get(one["acquisition_campaigns_url"]).json():
            assert campaign["status"] == "active"
            assert vibes.get(campaign["url"]).json() == campaign


@pytest.mark.parametrize("list_id", ["nope", "XYZ98765"])
@pytest.mark.parametrize("below", ["", "/acquisition_campaigns", "/subscribers?mdn=2995551234"])
def test_a_list_that_is_unknown_or_another_companys_is_404(vibes, list_id, below) -> None:
    assert problems(vibes.get(f"{LISTS}/{list_id}{below}"), 404) == [("The subscription list was not found", 4)]


def test_a_list_without_campaigns_has_an_empty_array(vibes) -> None:
    vibes.put_record("subscription_lists", {"id": "lonely", "company_key": "ABC123", "name": "Lonely"})
    assert vibes.get(f"{LISTS}/lonely/acquisition_campaigns").json() == []


def test_only_active_campaigns_lead_to_a_list(vibes) -> None:
    found = vibes.get(f"{LISTS}/ABC12345/acquisition_campaigns").json()
    assert [it["acquisition_id"] for it in found] == ["abc123", "Kwnl5OL3"]


@pytest.mark.parametrize(
    ("query", "version", "keys"),
    [
        ({"mdn": "2995551234"}, "1", [JOHN]),
        ({"mdn": "+12995551234"}, "2", [JOHN]),
        ({"person_id": "wd1377r4"}, "1", [JOHN]),
        ({"person_id": JOHN}, "1", [JOHN]),
        ({"external_person_id": "EXT542342"}, "1", [JOHN]),
        ({"mdn": "2995551234", "external_person_id": "EXT542342"}, "1", [JOHN]),
        ({"mdn": "2995551234", "external_person_id": "ex1234"}, "1", []),
        ({"mdn": "2995550119"}, "1", []),
        ({"mdn": "2995559999"}, "1", []),
        ({"person_id": "nobody"}, "1", []),
        ({"person_id": FOREIGN_PERSON}, "1", []),
    ],
)
def test_subscribers_are_asked_for_one_by_one(vibes, query, version, keys) -> None:
    headers = {"X-API-Version": version}
    assert subscribers(vibes, "1234", headers, **query) == keys
    if keys:
        [shown] = vibes.get(f"{LISTS}/1234/subscribers", params=query, headers=headers).json()
        assert shown == read(vibes, headers=headers)


def test_a_person_is_a_subscriber_while_the_subscription_is_active(vibes) -> None:
    ask = {"mdn": "2995551234"}
    assert (subscribers(vibes, "1234", **ask), subscribers(vibes, "ABC12345", **ask)) == ([JOHN], [])
    vibes.delete(f"{SUBS}/1234")
    vibes.put(f"{SUBS}/ABC12345")
    assert (subscribers(vibes, "1234", **ask), subscribers(vibes, "ABC12345", **ask)) == ([], [JOHN])
    assert subscribers(vibes, "1234", person_id=PHONE_ONLY) == []


@pytest.mark.parametrize(
    ("query", "headers", "expected"),
    [
        ({}, {}, ("mdn, person_id or external_person_id is required", 1)),
        ({"mdn": "+12995551234"}, {}, ("The MDN must have 10 digits under X-API-Version 1", 2)),
        ({"mdn": "2995551234"}, V2, ("The MDN must be in E.164 format under X-API-Version 2", 2)),
        ({"mdn": "12"}, {}, ("The MDN must have 10 digits, or be in E.164 format under X-API-Version 2", 2)),
    ],
)
def test_subscribers_need_a_filter_in_the_right_format(vibes, query, headers, expected) -> None:
    assert problems(vibes.get(f"{LISTS}/1234/subscribers", params=query, headers=headers), 400) == [expected]
