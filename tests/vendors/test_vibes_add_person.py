"""Vibes persons, added and merged (reference sections 4.2 and 4.4)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.people import (
    BODY,
    FREE_NUMBER,
    JOHN,
    NUMBER,
    OTHER_NUMBER,
    PHONE_ONLY,
    READ_ONLY,
    V2,
    P,
    problems,
    read,
    refused,
)


@pytest.fixture
def vibes(account):
    return account("vibes", auth=("VibesUser", "Password123"))


# -- op 6: add --------------------------------------------------------------------------------------------------------


def test_an_added_person_is_found_in_every_way(vibes) -> None:
    answer = vibes.post(
        P + "/", json={**BODY, "external_person_id": "EXT610077", "mobile_phone": {"mdn": "2995550142"}}
    )
    assert answer.status_code == 201
    person = answer.json()
    assert person["external_person_id"] == "EXT610077"
    assert person["mobile_phone"] == {"mdn": "2995550142", "carrier_code": "104"}
    assert (person["timezone"], person["timezone_source"]) == ("US/Central", "area_code")
    assert person["custom_fields"]["first_name"] == "John"
    assert person["created_at"] == person["updated_at"] == "2021-10-28T12:00:00Z"
    for path in (person["person_key"], person["person_id"], "external/EXT610077"):
        assert vibes.get(f"{P}/{path}").json() == person
    assert vibes.get(P, params={"mdn": "2995550142"}).json() == [person]
    assert vibes.get(person["url"]).json() == person


def test_an_mdn_is_one_identity_in_both_versions(vibes) -> None:
    first = vibes.post(P, json={"mobile_phone": {"mdn": "2995550142"}})
    second = vibes.post(P, json={"mobile_phone": {"mdn": "+12995550142"}}, headers=V2)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["person_key"] == first.json()["person_key"]
    assert second.json()["mobile_phone"]["mdn"] == "+12995550142"


def test_the_phone_may_be_left_out(vibes) -> None:
    person = vibes.post(P, json={"external_person_id": "EXT610078"}).json()
    assert person["mobile_phone"] is None
    assert person["timezone"] is None


def test_members_that_the_platform_sets_are_ignored(vibes) -> None:
    person = vibes.post(P, json={**READ_ONLY, "external_person_id": "EXT610079"}).json()
    assert person["person_id"] != "12344566"
    assert person["person_key"] != "mine"
    assert person["timezone_source"] is None
    assert person["created_at"] == person["updated_at"] == "2021-10-28T12:00:00Z"
    with_carrier = {"mobile_phone": {"mdn": "2995550143", "carrier_code": 7}}
    assert vibes.post(P, json=with_carrier).json()["mobile_phone"]["carrier_code"] == "104"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [("mobile_phone or external_person_id is required", 1)]),
        ({"custom_fields": {"first_name": "John"}}, [("mobile_phone or external_person_id is required", 1)]),
        ({"mobile_phone": {}}, [("The MDN field is required", 1)]),
        ({"mobile_phone": None}, [("mobile_phone must be an object", 2)]),
        ({"mobile_phone": {"mdn": None}}, [("mobile_phone.mdn must be a string", 2)]),
        ({"external_person_id": None}, [("external_person_id must be a string", 2)]),
        ({"external_person_id": ""}, [("external_person_id must not be empty", 1)]),
        ({"external_person_id": 5}, [("external_person_id must be a string", 2)]),
        ({"external_person_id": "x" * 129}, [("external_person_id has more than 128 characters", 7)]),
        ({"external_person_id": "x" * 999}, [("external_person_id has too many characters", 7)]),
        ({"external_person_id": "a", "custom_fields": None}, [("custom_fields must be an object", 2)]),
        (
            {"external_person_id": "x" * 129, "mobile_phone": {}, "custom_fields": {"first_name": 1}},
            [
                ("custom_fields.first_name has a wrong format", 2),
                ("external_person_id has more than 128 characters", 7),
                ("The MDN field is required", 1),
            ],
        ),
        (
            {"mobile_phone": {"mdn": "+12995550142"}, "custom_fields": {"shoe_colour": "red", "birth_date": "soon"}},
            [
                ("The MDN must have 10 digits under X-API-Version 1", 2),
                ("Unknown custom fields: shoe_colour", 3),
                ("custom_fields.birth_date must be a date and time in ISO 8601, such as 1990-12-01T00:00:00Z", 2),
            ],
        ),
    ],
)
def test_what_cannot_be_added_is_422_with_all_problems(vibes, body, expected) -> None:
    assert sorted(problems(refused(vibes, "POST", P, 422, json=body), 422)) == sorted(expected)


def test_128_characters_are_enough(vibes) -> None:
    assert vibes.post(P, json={"external_person_id": "x" * 128}).status_code == 201
    assert vibes.get(f"{P}/external/{'x' * 128}").status_code == 200


@pytest.mark.parametrize(("method", "status", "code"), [("GET", 404, 4), ("PUT", 422, 7)])
@pytest.mark.parametrize("length", [129, 1000])
def test_a_longer_external_id_in_the_path(vibes, method, status, code, length) -> None:
    options = {"json": BODY} if method == "PUT" else {}
    answer = refused(vibes, method, f"{P}/external/{'x' * length}", status, **options)
    assert [error[1] for error in problems(answer, status)] == [code]


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_stage_reports_only_its_own_problems(vibes, method) -> None:
    options = {"json": BODY} if method == "PUT" else {}
    answer = refused(vibes, method, f"{P}/external/{'x' * 129}", 400, headers={"X-API-Version": "3"}, **options)
    assert problems(answer, 400) == [("X-API-Version must be 1 or 2", 12)]


# -- op 6: merging, and who conflicts (4.2) ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("external_id", "number", "status", "who"),
    [
        (None, NUMBER, 200, JOHN),
        ("EXT542342", None, 200, JOHN),
        ("EXT542342", NUMBER, 200, JOHN),
        ("EXT610077", OTHER_NUMBER, 200, PHONE_ONLY),  # its owner had no external id
        (None, OTHER_NUMBER, 200, PHONE_ONLY),
        ("OUT", FREE_NUMBER, 200, "OUT"),  # the person had no MDN
        ("OUT", None, 200, "OUT"),
        ("EXT610077", FREE_NUMBER, 201, None),
        (None, FREE_NUMBER, 201, None),
        ("EXT610077", None, 201, None),
        ("EXT610077", NUMBER, 409, None),  # the owner of the MDN has another external id
        ("ex1234", NUMBER, 409, None),  # two persons
        ("OUT", NUMBER, 409, None),
        ("EXT542342", OTHER_NUMBER, 409, None),  # two persons, one without external id
        ("OUT", OTHER_NUMBER, 409, None),
        ("EXT542342", FREE_NUMBER, 409, None),  # the person found by external id has another MDN
    ],
)
def test_add_means_the_person_already_known(vibes, external_id, number, status, who) -> None:
    out = vibes.post(P, json={"external_person_id": "OUT", "custom_fields": {"last_name": "Old"}}).json()["person_key"]
    who = out if who == "OUT" else who
    body: dict[str, Any] = {"custom_fields": {"first_name": "New"}}
    body |= {"external_person_id": external_id} if external_id else {}
    body |= {"mobile_phone": {"mdn": number}} if number else {}
    if status == 409:
        assert [code for _, code in problems(refused(vibes, "POST", P, 409, json=body), 409)] == [5]
        return
    before = vibes.records()["persons"]
    old = read(vibes, who) if who else None
    answer = vibes.post(P, json=body)
    assert answer.status_code == status, answer.text
    person = answer.json()
    assert person == read(vibes, person["person_key"])
    assert len(vibes.records()["persons"]) == len(before) + (status == 201)
    assert person["custom_fields"]["first_name"] == "New"
    if old:
        assert person["person_key"] == who
        assert person["custom_fields"]["last_name"] == old["custom_fields"]["last_name"]
        assert person["external_person_id"] == (external_id or old["external_person_id"])
        assert person["created_at"] == old["created_at"]
        assert person["updated_at"] == "2021-10-28T12:00:00Z"


def test_the_merge_of_the_crm_page_leaves_what_is_not_given(vibes) -> None:
    before = read(vibes)
    body = {"mobile_phone": {"mdn": NUMBER}, "custom_fields": {"last_name": "Roe"}}
    person = vibes.post(P, json=body).json()
    assert person["external_person_id"] == "EXT542342"
    assert person == {
        **before,
        "custom_fields": {**before["custom_fields"], "last_name": "Roe"},
        "updated_at": "2021-10-28T12:00:00Z",
    }


def test_the_same_number_and_id_in_another_company_are_other_people(vibes, account) -> None:
    assert vibes.get(P, params={"mdn": NUMBER}).json()[0]["person_key"] == JOHN
    key = vibes.post(P, json={"external_person_id": "SHARED"}).json()["person_key"]
    url = f"http://test/w/{vibes.world}/vibes/companies/XYZ789/mobiledb/persons"
    other = vibes.post(url, json={"external_person_id": "SHARED"}, auth=("OtherUser", "OtherPassword1"))
    assert other.status_code == 201
    assert other.json()["person_key"] != key


def test_422_comes_before_409(vibes) -> None:
    body = {"external_person_id": "ex1234", "mobile_phone": {"mdn": NUMBER}, "custom_fields": {"shoe_colour": "red"}}
    assert problems(refused(vibes, "POST", P, 422, json=body), 422) == [("Unknown custom fields: shoe_colour", 3)]
