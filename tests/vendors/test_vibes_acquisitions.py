"""Vibes acquisition campaigns and participants (reference sections 4.12 and 8)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.people import ABROAD, BODY, FREE_NUMBER, JOHN, PHONE_ONLY, V2, P, problems, read, refused

A = "/companies/ABC123/campaigns/acquisition"
JOIN = f"{A}/abc123/participants"
AUTO = f"{A}/Kwnl5OL3/participants"
PENDING_PATHS = ("pending_acquistions", "pending_acquisitions")
ANONYMOUS = "2b7d4c19-e05f-4a38-9c62-d81f3e70a5b4"
LANDLINE = "UNPROCESSABLE ENTITY: The MDN does not map to a provisioned carrier"


@pytest.fixture
def vibes(account):
    return account("vibes", auth=("VibesUser", "Password123"))


@pytest.fixture
def answering(account):
    """An account whose participants all answer with what is given, half a minute later."""
    return lambda reply: account("vibes", switches={"opt_in_reply": reply}, auth=("VibesUser", "Password123"))


def pending(vibes: Any, key: str = JOHN, path: str = PENDING_PATHS[0], **options: Any) -> list[dict[str, Any]]:
    answer = vibes.get(f"{P}/{key}/{path}", **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def on_list(vibes: Any, key: str = JOHN) -> list[str]:
    return [it["subscription_list"]["id"] for it in vibes.get(f"{P}/{key}/subscriptions").json()]


def join(vibes: Any, status: int = 201, path: str = JOIN, **options: Any) -> dict[str, Any]:
    answer = vibes.post(path, **{"json": BODY, **options})
    assert answer.status_code == status, answer.text
    return answer.json()


# -- campaigns --------------------------------------------------------------------------------------------------------


def test_active_campaigns_are_listed_and_all_are_read(vibes) -> None:
    found = vibes.get(A).json()
    assert [it["acquisition_id"] for it in found] == ["2342312", "abc123", "Kwnl5OL3"]
    assert found[1] == {
        "acquisition_id": "abc123",
        "description": "Store news by text",
        "campaign_type": {"code": "ACQUISITION"},
        "status": "active",
        "start_date": "2017-01-01T00:00:00Z",
        "end_date": "2099-12-31T23:59:59Z",
        "acquisition_campaign": {"keywords": ["STORE", "STOR", "STORES"]},
        "sourcecode": "65301",
        "url": f"{A}/abc123",
        "created_date": "2016-12-20T09:30:00Z",
        "updated_date": "2016-12-20T09:30:00Z",
    }
    for campaign in found:
        assert vibes.get(campaign["url"]).json() == campaign
    assert vibes.get(f"{A}/Rz81mQ0c").json()["status"] == "past"


def campaign(vibes: Any, acquisition_id: str, **members: Any) -> None:
    record = next(it for it in vibes.records()["acquisition_campaigns"] if it["acquisition_id"] == "abc123")
    vibes.put_record("acquisition_campaigns", {**record, "acquisition_id": acquisition_id, **members})


def test_the_status_follows_from_the_dates(vibes) -> None:
    campaign(vibes, "soon", start_date="2021-10-28T12:01:00Z", end_date="2021-10-28T12:02:00Z")
    campaign(vibes, "gone", deleted=True)
    seen = []
    for _ in range(3):
        seen.append(vibes.get(f"{A}/soon").json()["status"])
        listed = "soon" in [it["acquisition_id"] for it in vibes.get(A).json()]
        assert listed == (seen[-1] == "active")
        vibes.advance(60)
    assert seen == ["scheduled", "active", "past"]
    assert vibes.get(f"{A}/gone").json()["status"] == "deleted"
    assert "gone" not in vibes.get(A).text


@pytest.mark.parametrize(("more", "shown"), [(46, 49), (47, 50), (48, 50), (100, 50)])
def test_at_most_50_campaigns_are_listed(vibes, more, shown) -> None:
    for number in range(more):
        campaign(vibes, f"more-{number}")
    assert len(vibes.get(A).json()) == shown


def test_no_active_campaign_is_404(account) -> None:
    other = account("vibes", auth=("OtherUser", "OtherPassword1"))
    record = other.records()["acquisition_campaigns"][-1]
    other.put_record("acquisition_campaigns", {**record, "deleted": True})
    answer = other.get("/companies/XYZ789/campaigns/acquisition")
    assert problems(answer, 404) == [("No acquisition campaign was found", 4)]


@pytest.mark.parametrize("name", ["nope", "Xt5Jd2Wq"])
@pytest.mark.parametrize(("method", "below"), [("GET", ""), ("GET", "/participants"), ("POST", "/participants")])
def test_a_campaign_that_is_unknown_or_another_companys_is_404(vibes, name, method, below) -> None:
    body = {"json": BODY} if method == "POST" else {}
    answer = refused(vibes, method, f"{A}/{name}{below}", 404, **body)
    assert problems(answer, 404) == [("The acquisition campaign was not found", 4)]


# -- adding a participant ---------------------------------------------------------------------------------------------


def test_a_participant_is_pending_until_they_answer(vibes) -> None:
    made = join(vibes)
    assert made == {
        "person": {
            "id": "wd1377r4",
            "external_id": "EXT542342",
            "mobile_phone": {"mdn": "2995551234"},
            "url": f"{P}/wd1377r4",
        },
        "acquisition_campaign": {
            "id": "abc123",
            "description": "Store news by text",
            "url": f"{A}/abc123",
            "keyword": "STORE",
        },
        "participation_date": "2021-10-28T12:00:00Z",
        "expire_date": "2021-10-29T12:00:00Z",
        "status": "PENDING",
    }
    for path in PENDING_PATHS:
        assert pending(vibes, path=path) == [made]
    assert vibes.get(JOIN).json() == [made]
    assert on_list(vibes) == ["1234"]
    assert pending(vibes, PHONE_ONLY) == []


def test_adding_somebody_pending_again_is_200_and_makes_no_second_one(vibes) -> None:
    first = join(vibes)
    vibes.advance(100)
    again = join(vibes, 200, json={"person_key": JOHN, "custom_fields": {"first_name": "Jon"}})
    assert again == first
    assert pending(vibes) == [first]
    assert read(vibes)["custom_fields"]["first_name"] == "Jon"


def test_yes_subscribes_through_the_campaign(answering) -> None:
    vibes = answering("Y")
    join(vibes)
    vibes.advance(29)
    assert len(pending(vibes)) == 1
    vibes.advance(1)
    assert pending(vibes) == vibes.get(JOIN).json() == []
    [_, subscription] = vibes.get(f"{P}/{JOHN}/subscriptions").json()
    assert subscription["subscription_list"]["id"] == "ABC12345"
    assert subscription["acquisition_campaign"] == {"id": "abc123", "url": f"{A}/abc123"}
    assert subscription["opt_in_date"] == "2021-10-28T12:00:30Z"
    found = vibes.get("/companies/ABC123/mobiledb/subscription_lists/ABC12345/subscribers?mdn=2995551234").json()
    assert [it["person_key"] for it in found] == [JOHN]
    answer = refused(vibes, "POST", JOIN, 409, json=BODY)
    assert problems(answer, 409) == [("The person is already subscribed to the list of this campaign", 5)]
    refused(vibes, "POST", AUTO, 409, json=BODY)


def test_after_an_opt_out_one_may_join_again(answering) -> None:
    vibes = answering("Y")
    join(vibes)
    vibes.advance(30)
    assert vibes.delete(f"{P}/{JOHN}/subscriptions/ABC12345").status_code == 200
    join(vibes)
    vibes.advance(30)
    ended, active = vibes.get(f"{P}/{JOHN}/subscriptions?active_only=false").json()[-2:]
    assert (ended["subscription_list"], "opt_out_date" in ended) == (active["subscription_list"], True)


def test_no_blocks_the_number_for_this_campaign_alone(answering) -> None:
    vibes = answering("N")
    join(vibes)
    vibes.advance(30)
    assert (pending(vibes), on_list(vibes)) == ([], ["1234"])
    answer = refused(vibes, "POST", JOIN, 422, json=BODY)
    assert problems(answer, 422) == [("MDNHASCONFIRMATIONBLOCK", 6)]
    assert join(vibes, path=AUTO)["status"] == "SUBSCRIBED"


def test_nobody_answers_and_it_expires_after_a_day(vibes) -> None:
    join(vibes)
    vibes.advance(86_399)
    assert len(pending(vibes)) == 1
    vibes.advance(1)
    assert pending(vibes) == vibes.get(JOIN).json() == []
    assert on_list(vibes) == ["1234"]
    assert join(vibes)["participation_date"] == "2021-10-29T12:00:00Z"


def test_an_answer_that_comes_too_late_changes_nothing(account) -> None:
    late = {"opt_in_reply": "Y", "opt_in_reply_seconds": 20, "opt_in_seconds": 10}
    vibes = account("vibes", switches=late, auth=("VibesUser", "Password123"))
    assert join(vibes)["expire_date"] == "2021-10-28T12:00:10Z"
    vibes.advance(60)
    assert (pending(vibes), on_list(vibes)) == ([], ["1234"])


@pytest.mark.parametrize(("reply", "expected"), [("Y", ["1234", "ABC12345"]), ("N", ["1234"]), (None, ["1234"])])
def test_how_one_number_answers_is_a_record(answering, reply, expected) -> None:
    vibes = answering("N" if reply == "Y" else "Y")
    vibes.put_record("handsets", {"mdn": "+12995551234", "reply": reply})
    join(vibes)
    vibes.advance(30)
    assert on_list(vibes) == expected
    assert len(pending(vibes)) == (reply is None)


def test_a_campaign_that_confirms_by_itself_subscribes_at_once(vibes) -> None:
    made = join(vibes, path=AUTO)
    assert (made["status"], made.get("expire_date")) == ("SUBSCRIBED", None)
    assert (pending(vibes), vibes.get(AUTO).json()) == ([], [])
    assert on_list(vibes) == ["1234", "ABC12345"]
    refused(vibes, "POST", AUTO, 409, json=BODY)


def test_two_campaigns_wait_for_the_same_person(vibes) -> None:
    campaign(vibes, "second")
    join(vibes)
    join(vibes, path=f"{A}/second/participants")
    assert [it["acquisition_campaign"]["id"] for it in pending(vibes)] == ["abc123", "second"]
    assert len(vibes.get(JOIN).json()) == 1


# -- who is meant -----------------------------------------------------------------------------------------------------


def test_somebody_new_is_added(vibes) -> None:
    body = {
        "external_person_id": "EXT-N",
        "mobile_phone": {"mdn": FREE_NUMBER},
        "custom_fields": {"first_name": "Nia"},
    }
    made = join(vibes, json=body)
    person = vibes.get(f"{P}/external/EXT-N").json()
    assert made["person"]["id"] == person["person_id"]
    assert person["mobile_phone"] == {"mdn": FREE_NUMBER, "carrier_code": "104"}
    assert person["custom_fields"]["first_name"] == "Nia"
    assert vibes.get(person["url"]).json() == person


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"person_key": JOHN}, JOHN),
        ({"person_id": "wd1377r4"}, JOHN),
        ({"person_key": JOHN, "person_id": "wd1377r4"}, JOHN),
        ({"external_person_id": "EXT542342"}, JOHN),
        ({"mobile_phone": {"mdn": "2995551234"}}, JOHN),
        ({"mobile_phone": {"mdn": "2995550119"}}, PHONE_ONLY),
        ({"person_key": JOHN, "external_person_id": None, "mobile_phone": {}}, JOHN),
        ({"external_person_id": "EXT-NEW", "mobile_phone": {"mdn": "2995550119"}}, PHONE_ONLY),
        ({"person_key": JOHN, "external_person_id": "EXT-NEW"}, JOHN),
        ({"person_key": ANONYMOUS, "mobile_phone": {"mdn": FREE_NUMBER}}, ANONYMOUS),
    ],
)
def test_somebody_known_is_updated_by_what_was_given(vibes, body, key) -> None:
    before, count = read(vibes, key), len(vibes.records()["persons"])
    made = join(vibes, json={**body, "custom_fields": {"last_name": "Given"}})
    person = read(vibes, key)
    assert made["person"]["id"] == person["person_id"]
    assert person["custom_fields"] == {**before["custom_fields"], "last_name": "Given"}
    assert person["external_person_id"] == body.get("external_person_id", before["external_person_id"])
    number = (body.get("mobile_phone") or {}).get("mdn") or before["mobile_phone"]["mdn"]
    assert person["mobile_phone"]["mdn"] == number
    assert len(vibes.records()["persons"]) == count


MISMATCH = [("EXTERNALPERSONIDMISMATCH", 5)]
FIXED = [("UNPROCESSABLE ENTITY: The MDN of a person cannot be changed", 6)]
NO_MDN = [("UNPROCESSABLE ENTITY: The person has no MDN", 6)]
NOBODY = [("UNPROCESSABLE ENTITY: Nobody has this person_key or person_id", 6)]
NO_ID = [("person_key, person_id, external_person_id or mobile_phone is required", 1)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, NO_ID),
        ({"custom_fields": {"first_name": "Ana"}}, NO_ID),
        ({"external_person_id": None}, NO_ID),
        ({"mobile_phone": {"mdn": None}}, NO_ID),
        ({"person_key": None, "mobile_phone": None}, NO_ID),
        ({"person_key": "nobody"}, NOBODY),
        ({"person_key": "d6f2378b-905e-4c1a-a7d4-ef8b2c915063"}, NOBODY),
        ({"person_key": JOHN, "person_id": "nobody"}, NOBODY),
        (
            {"person_key": JOHN, "person_id": "wd1377r6"},
            [("UNPROCESSABLE ENTITY: person_key and person_id name two persons", 6)],
        ),
        ({"person_key": PHONE_ONLY, "external_person_id": "EXT542342"}, MISMATCH),
        ({"mobile_phone": {"mdn": "2995550119"}, "external_person_id": "EXT542342"}, MISMATCH),
        ({"external_person_id": "EXT542342", "mobile_phone": {"mdn": FREE_NUMBER}}, FIXED),
        ({"person_key": JOHN, "mobile_phone": {"mdn": FREE_NUMBER}}, FIXED),
        (
            {"person_key": ANONYMOUS, "mobile_phone": {"mdn": "2995550119"}},
            [("UNPROCESSABLE ENTITY: The MDN belongs to another person", 6)],
        ),
        ({"person_key": ANONYMOUS}, NO_MDN),
        ({"external_person_id": "EXT-NEW"}, NO_MDN),
        ({"person_key": JOHN, "mobile_phone": None}, NO_MDN),
        ({"mobile_phone": {"mdn": "2995550000"}}, [(LANDLINE, 6)]),
        ({**BODY, "custom_fields": {"shoe": "9", "hat": "7"}}, [("Unknown custom fields: shoe, hat", 3)]),
        ({**BODY, "external_person_id": "x" * 129}, [("external_person_id has more than 128 characters", 7)]),
        (
            {**BODY, "external_person_id": "x" * 129, "custom_fields": {"hat": "7"}},
            [("external_person_id has more than 128 characters", 7), ("Unknown custom fields: hat", 3)],
        ),
        (
            {"person_key": ANONYMOUS, "external_person_id": "EXT542342", "custom_fields": {"hat": "7"}},
            [("Unknown custom fields: hat", 3), *MISMATCH],
        ),
    ],
)
def test_what_cannot_be_added_is_422_and_changes_nothing(vibes, body, expected) -> None:
    assert problems(refused(vibes, "POST", JOIN, 422, json=body), 422) == expected


def test_a_carrier_look_up_is_a_record(vibes) -> None:
    vibes.put_record("handsets", {"mdn": "+12995551234", "carrier_code": None})
    assert problems(refused(vibes, "POST", JOIN, 422, json=BODY), 422) == [(LANDLINE, 6)]
    vibes.put_record("handsets", {"mdn": "+12995550000", "carrier_code": "205"})
    made = join(vibes, json={"mobile_phone": {"mdn": "2995550000"}})
    assert vibes.get(made["person"]["url"]).json()["mobile_phone"]["carrier_code"] == "205"


@pytest.mark.parametrize("members", [{"start_date": "2090-01-01T00:00:00Z"}, {"deleted": True}])
def test_a_campaign_that_is_not_active_takes_nobody(vibes, members) -> None:
    campaign(vibes, "other", **members)
    for name in ("other", "Rz81mQ0c"):
        answer = refused(vibes, "POST", f"{A}/{name}/participants", 422, json=BODY)
        assert problems(answer, 422) == [("UNPROCESSABLE ENTITY: The campaign is not active", 6)]


def test_422_comes_before_409(vibes) -> None:
    body = {**BODY, "custom_fields": {"hat": "7"}}
    refused(vibes, "POST", f"{A}/2342312/participants", 422, json=body)
    refused(vibes, "POST", f"{A}/2342312/participants", 409, json=BODY)


# -- numbers by version -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "number"),
    [("1", "+12995551234"), ("2", "2995551234"), ("1", "299555"), ("2", "+0"), ("1", ""), ("1", 2995551234)],
)
def test_a_number_in_the_wrong_format_is_400(vibes, version, number) -> None:
    body = {**BODY, "mobile_phone": {"mdn": number}, "custom_fields": {"hat": "7"}}
    answer = refused(vibes, "POST", JOIN, 400, json=body, headers={"X-API-Version": version})
    [(message, code)] = problems(answer, 400)
    assert code == 2
    assert "mdn" in message.lower()


def test_the_number_has_the_form_of_the_version(vibes) -> None:
    body = {"mobile_phone": {"mdn": "+12995551234"}}
    assert join(vibes, json=body, headers=V2)["person"]["mobile_phone"] == {"mdn": "+12995551234"}
    assert pending(vibes)[0]["person"]["mobile_phone"] == {"mdn": "2995551234"}
    assert pending(vibes, headers=V2)[0]["person"]["mobile_phone"] == {"mdn": "+12995551234"}
    join(vibes, json={"person_key": ABROAD})
    [_, abroad] = vibes.get(JOIN).json()
    assert abroad["person"]["mobile_phone"] == {"mdn": "15112345678"}


@pytest.mark.parametrize(
    ("query", "version", "found"),
    [
        ("", "1", ["wd1377r4", "wd1377r6"]),
        ("mdn=2995551234", "1", ["wd1377r4"]),
        ("mdn=%2B12995551234", "2", ["wd1377r4"]),
        ("person_id=wd1377r6", "1", ["wd1377r6"]),
        (f"person_id={JOHN}", "1", ["wd1377r4"]),
        ("external_person_id=EXT542342", "1", ["wd1377r4"]),
        ("external_person_id=EXT542342&mdn=2995550119", "1", []),
        ("external_person_id=ex1234", "1", []),
        ("mdn=2995559999", "1", []),
    ],
)
def test_participants_are_found(vibes, query, version, found) -> None:
    join(vibes)
    join(vibes, json={"person_key": PHONE_ONLY})
    answer = vibes.get(f"{JOIN}?{query}", headers={"X-API-Version": version})
    assert [it["person"]["id"] for it in answer.json()] == found
    assert {it["status"] for it in answer.json()} <= {"PENDING"}


def test_a_filter_in_the_wrong_format_is_400(vibes) -> None:
    assert problems(vibes.get(f"{JOIN}?mdn=%2B12995551234"), 400) == [
        ("The MDN must have 10 digits under X-API-Version 1", 2)
    ]


@pytest.mark.parametrize("path", PENDING_PATHS)
@pytest.mark.parametrize("person", ["nobody", "d6f2378b-905e-4c1a-a7d4-ef8b2c915063"])
def test_pending_acquisitions_of_nobody_are_404(vibes, path, person) -> None:
    assert problems(vibes.get(f"{P}/{person}/{path}"), 404) == [("The person was not found", 4)]
