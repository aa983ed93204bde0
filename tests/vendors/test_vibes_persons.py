"""Vibes persons, read and found; numbers by version (reference sections 2.3, 4.1, 4.3 and 4.5)."""

from __future__ import annotations

import pytest

from tests.vendors.people import ABROAD, JOHN, PHONE_ONLY, V2, P, problems, read, refused


@pytest.fixture
def vibes(account):
    return account("vibes", auth=("VibesUser", "Password123"))


# -- reading ----------------------------------------------------------------------------------------------------------


def test_a_person_as_the_reference_has_them(vibes) -> None:
    assert read(vibes) == {
        "person_id": "wd1377r4",
        "person_key": JOHN,
        "external_person_id": "EXT542342",
        "mobile_phone": {"mdn": "2995551234", "carrier_code": "104"},
        "timezone": "US/Central",
        "timezone_source": "area_code",
        "custom_fields": {
            "first_name": "John",
            "last_name": "Doe",
            "birth_date": None,
            "shirt_size": None,
            "interests": [],
        },
        "created_at": "2017-01-15T15:34:52Z",
        "updated_at": "2017-02-15T15:42:23Z",
        "url": f"{P}/wd1377r4",
    }


def test_custom_fields_are_shown_in_full(vibes) -> None:
    shown = read(vibes, PHONE_ONLY)["custom_fields"]
    assert shown["birth_date"] == "1990-12-01T00:00:00z"
    assert shown["shirt_size"] == {"id": None, "name": "Medium", "option_key": "medium"}
    assert shown["interests"] == [{"id": None, "name": "Shoes", "option_key": "shoes", "active": True}]


@pytest.mark.parametrize("path", [f"{P}/{JOHN}", f"{P}/wd1377r4", f"{P}/external/EXT542342", f"{P}/wd1377r4/"])
def test_key_id_external_id_and_url_name_the_same_person(vibes, path) -> None:
    assert vibes.get(path).json() == read(vibes)


def test_the_url_of_a_person_leads_to_them(vibes) -> None:
    for record in vibes.records()["persons"]:
        if record["company_key"] == "ABC123":
            person = read(vibes, record["person_key"])
            assert vibes.get(person["url"]).json() == person


@pytest.mark.parametrize("path", [f"{P}/nobody", f"{P}/EXT542342", f"{P}/external/{JOHN}", f"{P}/external/nobody"])
def test_an_unknown_person_is_404(vibes, path) -> None:
    assert problems(vibes.get(path), 404) == [("The person was not found", 4)]


def test_a_person_of_another_company_is_nobody(vibes) -> None:
    for path in (f"{P}/d6f2378b-905e-4c1a-a7d4-ef8b2c915063", f"{P}/wd9001k1"):
        problems(vibes.get(path), 404)
    refused(vibes, "PUT", f"{P}/d6f2378b-905e-4c1a-a7d4-ef8b2c915063", 404, json={"custom_fields": {}})


@pytest.mark.parametrize("external_id", ["a/b", "a b", "ä%2F", "x" * 128, "a:b+c", "external"])
def test_an_external_id_is_percent_decoded(vibes, external_id) -> None:
    from urllib.parse import quote

    assert vibes.post(P, json={"external_person_id": external_id}).status_code == 201
    answer = vibes.get(f"{P}/external/{quote(external_id, safe='')}")
    assert answer.json()["external_person_id"] == external_id


# -- MDN by version ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "version", "shown"),
    [
        (JOHN, "1", "2995551234"),
        (JOHN, "2", "+12995551234"),
        (ABROAD, "1", "15112345678"),
        (ABROAD, "2", "+4915112345678"),
    ],
)
def test_an_mdn_is_shown_as_the_version_has_it(vibes, key, version, shown) -> None:
    assert read(vibes, key, headers={"X-API-Version": version})["mobile_phone"]["mdn"] == shown


@pytest.mark.parametrize(
    ("number", "national"),
    [
        ("+14155550100", "4155550100"),
        ("+79161234567", "9161234567"),
        ("+447911123456", "7911123456"),
        ("+33612345678", "612345678"),
        ("+353871234567", "871234567"),
        ("+35212345", "12345"),
        ("+8613912345678", "13912345678"),
        ("+971501234567", "501234567"),
        ("+998901234567", "901234567"),
    ],
)
def test_version_1_shows_the_national_digits_of_a_number_from_abroad(vibes, number, national) -> None:
    key = vibes.post(P, json={"mobile_phone": {"mdn": number}}, headers=V2).json()["person_key"]
    assert read(vibes, key)["mobile_phone"]["mdn"] == national
    assert read(vibes, key, headers=V2)["mobile_phone"]["mdn"] == number


ONE, TWO = (
    "The MDN must have 10 digits under X-API-Version 1",
    "The MDN must be in E.164 format under X-API-Version 2",
)
NEITHER = "The MDN must have 10 digits, or be in E.164 format under X-API-Version 2"
WRONG = [
    ("1", "+12995551234", ONE),
    ("2", "2995551234", TWO),
    ("1", "12995551234", NEITHER),
    ("1", "1995551234", NEITHER),
    ("1", "299555123", NEITHER),
    ("1", "299-555-1234", NEITHER),
    ("2", "+02995551234", NEITHER),
    ("2", "+1299555", NEITHER),
    ("2", "+1234567890123456", NEITHER),
    ("1", "２９９５５５１２３４", NEITHER),
    ("1", "2995551234\n", NEITHER),
    ("1", "", NEITHER),
]


@pytest.mark.parametrize(("version", "number", "message"), WRONG)
@pytest.mark.parametrize(("method", "path"), [("POST", P), ("PUT", f"{P}/{JOHN}"), ("PUT", f"{P}/external/EXT542342")])
def test_an_mdn_in_the_wrong_format_is_422_in_a_body(vibes, version, number, message, method, path) -> None:
    body = {"mobile_phone": {"mdn": number}}
    answer = refused(vibes, method, path, 422, json=body, headers={"X-API-Version": version})
    assert problems(answer, 422) == [(message, 2)]


@pytest.mark.parametrize(("version", "number", "message"), WRONG)
def test_and_400_in_a_query(vibes, version, number, message) -> None:
    answer = vibes.get(P, params={"mdn": number}, headers={"X-API-Version": version})
    assert problems(answer, 400) == [(message, 2)]


# -- op 5: search -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "version", "keys"),
    [
        ("mdn=2995551234", "1", [JOHN]),
        ("mdn=%2B12995551234", "2", [JOHN]),
        ("mdn=%2B4915112345678", "2", [ABROAD]),
        ("mdn=2995559999", "1", []),
        ("external_person_id=EXT542342", "1", [JOHN]),
        ("external_person_id=ext542342", "1", []),
        ("external_person_id=nobody", "1", []),
        ("mdn=2995551234&external_person_id=EXT542342", "1", [JOHN]),
        ("mdn=2995551234&external_person_id=ex1234", "1", []),
        ("mdn=2995550119&external_person_id=EXT542342", "1", []),
        ("mdn=2995551234&unknown=1", "1", [JOHN]),
    ],
)
def test_search(vibes, query, version, keys) -> None:
    answer = vibes.get(f"{P}?{query}", headers={"X-API-Version": version})
    assert answer.status_code == 200
    assert [person["person_key"] for person in answer.json()] == keys
    assert [read(vibes, key, headers={"X-API-Version": version}) for key in keys] == answer.json()


def test_a_search_without_a_filter_is_400(vibes) -> None:
    assert problems(vibes.get(P), 400) == [("mdn or external_person_id is required", 1)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("mdn=+12995551234", [(NEITHER, 2)]),  # an unencoded plus is a blank
        ("external_person_id=", [("external_person_id must not be empty", 1)]),
        (f"external_person_id={'x' * 129}", [("external_person_id has more than 128 characters", 7)]),
        (
            f"mdn=1&external_person_id={'x' * 129}",
            [(NEITHER, 2), ("external_person_id has more than 128 characters", 7)],
        ),
        ("mdn=2995551234&mdn=2995550119", [("mdn must be a string", 2)]),
    ],
)
def test_a_search_reports_all_that_is_wrong_with_its_filters(vibes, query, expected) -> None:
    assert problems(vibes.get(f"{P}?{query}", headers=V2 if "+" in query else {}), 400) == expected
