"""Vibes persons: found, added, merged, read and updated (reference sections 2.3, 4.1 to 4.6, 16 and 17)."""

from __future__ import annotations

from typing import Any

import pytest

P = "/companies/ABC123/mobiledb/persons"
JOHN, PHONE_ONLY = "5c8a2d0e-6f3b-4b57-9d1e-2f7c4a90b3e1", "c41f7be2-8d05-4f6e-a3b9-60d2e8517f9c"
ABROAD, ANONYMOUS = "94d0a6f5-1c83-4e7b-8f29-5ab6017cd3e2", "2b7d4c19-e05f-4a38-9c62-d81f3e70a5b4"
V2 = {"X-API-Version": "2"}
BODY = {
    "external_person_id": "EXT542342",
    "mobile_phone": {"mdn": "2995551234"},
    "custom_fields": {"first_name": "John", "last_name": "Doe"},
}
READ_ONLY = {
    "person_id": "12344566",
    "person_key": "mine",
    "timezone_source": "api",
    "created_at": "2000-01-01T00:00:00Z",
    "updated_at": ["anything"],
    "url": None,
}


@pytest.fixture
def vibes(account):
    return account("vibes", auth=("VibesUser", "Password123"))


def problems(answer: Any, status: int) -> list[tuple[str, int]]:
    assert answer.status_code == status, answer.text
    return [(error["message"], error["code"]) for error in answer.json()["errors"]]


def refused(vibes: Any, method: str, path: str, status: int, **options: Any) -> Any:
    """The answer, once the world has been seen to be as before."""
    before = vibes.records()
    answer = vibes.request(method, path, **options)
    assert answer.status_code == status, answer.text
    assert vibes.records() == before
    return answer


def read(vibes: Any, key: str = JOHN, **options: Any) -> dict[str, Any]:
    answer = vibes.get(f"{P}/{key}", **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


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

# John: EXT542342 and 2995551234; another: only 2995550119; OUT: only an external id; IN: neither is known.
NUMBER, OTHER_NUMBER, FREE_NUMBER = "2995551234", "2995550119", "2995550142"


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


# -- ops 8 and 10: update ---------------------------------------------------------------------------------------------

BY_KEY, BY_EXTERNAL_ID = f"{P}/{JOHN}", f"{P}/external/EXT542342"
both = pytest.mark.parametrize("path", [BY_KEY, f"{P}/wd1377r4", BY_EXTERNAL_ID])


@both
@pytest.mark.parametrize(
    ("body", "version"),
    [
        (BODY, "1"),
        ({**BODY, "mobile_phone": {"mdn": "+12995551234"}}, "2"),
        ({}, "1"),
        ({"mobile_phone": None}, "1"),
        ({"mobile_phone": {"mdn": None, "carrier_code": None}}, "1"),
        ({"mobile_phone": {}}, "1"),
        ({"external_person_id": None}, "1"),
        ({"custom_fields": None}, "1"),
        ({"custom_fields": {"shirt_size": "Medium", "interests": ["shoes", {"option_key": "hats"}]}}, "1"),
        ({**BODY, **READ_ONLY}, "1"),
        ({**BODY, "unheard_of": {"a": [1]}}, "1"),
    ],
)
def test_an_update_answers_with_the_submitted_body(vibes, path, body, version) -> None:
    answer = vibes.put(path, json=body, headers={"X-API-Version": version})
    assert (answer.status_code, answer.json()) == (200, body)


@both
def test_or_with_the_whole_person_by_switch(account, path) -> None:
    vibes = account("vibes", switches={"update_reply": "full"}, auth=("VibesUser", "Password123"))
    answer = vibes.put(path, json={"custom_fields": {"last_name": "Roe"}})
    assert (answer.status_code, answer.json()) == (200, read(vibes))
    assert answer.json()["custom_fields"]["last_name"] == "Roe"


@both
@pytest.mark.parametrize(
    ("body", "changed"),
    [
        ({}, {}),
        (BODY, {}),
        (READ_ONLY, {}),
        ({"mobile_phone": {}}, {}),
        ({"mobile_phone": {"carrier_code": "999"}}, {}),
        ({"external_person_id": None}, {"external_person_id": None}),
        ({"external_person_id": "EXT610077"}, {"external_person_id": "EXT610077"}),
        ({"mobile_phone": None}, {"mobile_phone": None}),
        ({"mobile_phone": {"mdn": None}}, {"mobile_phone": None}),
        ({"mobile_phone": {"mdn": None, "carrier_code": None}}, {"mobile_phone": None}),
        ({"custom_fields": {}}, {}),
        ({"custom_fields": {"birth_date": None, "interests": None}}, {}),
        ({"custom_fields": {"first_name": None}}, {"custom_fields.first_name": None}),
        ({"custom_fields": {"last_name": "Roe"}}, {"custom_fields.last_name": "Roe"}),
        ({"custom_fields": None}, {"custom_fields.first_name": None, "custom_fields.last_name": None}),
    ],
)
def test_left_out_stays_null_removes_and_twice_is_once(vibes, path, body, changed) -> None:
    expected = read(vibes)
    for name, value in changed.items():
        top, _, below = name.partition(".")
        if below:
            expected[top] = {**expected[top], below: value}
        else:
            expected[top] = value
    if changed:
        expected["updated_at"] = "2021-10-28T12:00:00Z"
    assert vibes.put(path, json=body).status_code == 200
    assert read(vibes) == expected
    vibes.advance(60)
    if path != BY_EXTERNAL_ID or "external_person_id" not in changed:
        assert vibes.put(path, json=body).status_code == 200
        assert read(vibes) == expected


@both
@pytest.mark.parametrize(
    ("body", "version"),
    [
        ({"mobile_phone": {"mdn": FREE_NUMBER}}, "1"),
        ({"mobile_phone": {"mdn": OTHER_NUMBER}}, "1"),
        ({"mobile_phone": {"mdn": "+4915112345679"}}, "2"),
        ({"external_person_id": "ex1234"}, "1"),
        ({"external_person_id": "ex1234", "mobile_phone": {"mdn": FREE_NUMBER}}, "1"),
        ({"mobile_phone": {"mdn": FREE_NUMBER}, "custom_fields": {"first_name": "Never"}}, "1"),
    ],
)
def test_a_conflict_is_409_without_a_body_and_changes_nothing(vibes, path, body, version) -> None:
    answer = refused(vibes, "PUT", path, 409, json=body, headers={"X-API-Version": version})
    assert answer.content == b""
    assert "content-type" not in answer.headers
    assert answer.headers["X-API-Version"] == version


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"mobile_phone": {"mdn": FREE_NUMBER}}, [("The MDN cannot be changed", 5)]),
        ({"external_person_id": "ex1234"}, [("The external_person_id belongs to another person", 5)]),
        (
            {"external_person_id": "ex1234", "mobile_phone": {"mdn": FREE_NUMBER}},
            [("The MDN cannot be changed", 5), ("The external_person_id belongs to another person", 5)],
        ),
    ],
)
def test_or_with_errors_by_switch(account, body, expected) -> None:
    vibes = account("vibes", switches={"update_errors": "errors"}, auth=("VibesUser", "Password123"))
    for path in (BY_KEY, BY_EXTERNAL_ID):
        assert problems(refused(vibes, "PUT", path, 409, json=body), 409) == expected
    assert problems(vibes.put(f"{P}/nobody", json=BODY), 404) == [("The person was not found", 4)]


def test_an_unknown_person_is_404_without_a_body(vibes) -> None:
    answer = refused(vibes, "PUT", f"{P}/nobody", 404, json=BODY)
    assert answer.content == b""


def test_a_number_that_was_removed_can_be_set_anew(vibes) -> None:
    for removal in ({"mobile_phone": None}, {"mobile_phone": {"mdn": None}}):
        assert vibes.put(BY_KEY, json=removal).status_code == 200
        assert vibes.put(BY_KEY, json={"mobile_phone": {"mdn": OTHER_NUMBER}}).status_code == 409
        assert vibes.put(BY_KEY, json={"mobile_phone": {"mdn": FREE_NUMBER}}).status_code == 200
        assert read(vibes)["mobile_phone"] == {"mdn": FREE_NUMBER, "carrier_code": "104"}
    assert vibes.get(P, params={"mdn": NUMBER}).json() == []


def test_a_time_zone_that_is_known_is_not_guessed_again(vibes) -> None:
    for phone in (None, {"mdn": FREE_NUMBER}):
        assert vibes.put(f"{P}/{PHONE_ONLY}", json={"mobile_phone": phone}).status_code == 200
        assert read(vibes, PHONE_ONLY)["timezone"] == "US/Eastern"


@both
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"external_person_id": ""}, [("external_person_id must not be empty", 1)]),
        ({"external_person_id": 5}, [("external_person_id must be a string or null", 2)]),
        ({"external_person_id": "x" * 129}, [("external_person_id has more than 128 characters", 7)]),
        ({"mobile_phone": "2995551234"}, [("mobile_phone must be an object or null", 2)]),
        ({"mobile_phone": {"mdn": 2995551234}}, [("mobile_phone.mdn must be a string or null", 2)]),
        ({"custom_fields": []}, [("custom_fields must be an object or null", 2)]),
        ({"custom_fields": {"shoe_colour": "red", "hat": None}}, [("Unknown custom fields: shoe_colour, hat", 3)]),
        (
            {"mobile_phone": {"mdn": "+12995551234"}, "custom_fields": {"shoe_colour": "red"}},
            [("The MDN must have 10 digits under X-API-Version 1", 2), ("Unknown custom fields: shoe_colour", 3)],
        ),
    ],
)
def test_what_cannot_be_updated_is_422_with_all_problems(vibes, path, body, expected) -> None:
    assert problems(refused(vibes, "PUT", path, 422, json=body), 422) == expected


# -- op 10 alone ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path_id", "body", "status", "who"),
    [
        ("EXT610077", {}, 201, "new"),
        ("EXT610077", {"external_person_id": None}, 201, "new"),
        ("EXT610077", {"mobile_phone": {"mdn": FREE_NUMBER}}, 201, "new"),
        ("EXT610077", {"mobile_phone": {"mdn": OTHER_NUMBER}}, 200, PHONE_ONLY),
        ("EXT610077", {"mobile_phone": {"mdn": NUMBER}}, 409, None),
        ("EXT610077", {"external_person_id": "EXT542342"}, 409, None),
        ("EXT610077", {"external_person_id": "EXT542342", "mobile_phone": {"mdn": FREE_NUMBER}}, 409, None),
        ("EXT610077", {"external_person_id": "EXT542342", "mobile_phone": {"mdn": NUMBER}}, 200, JOHN),
        ("EXT610077", {"external_person_id": "EXT542342", "mobile_phone": {"mdn": OTHER_NUMBER}}, 409, None),
    ],
)
def test_an_unknown_external_id_adds_or_merges(vibes, path_id, body, status, who) -> None:
    body = {**body, "custom_fields": {"first_name": "New"}}
    if status == 409:
        assert refused(vibes, "PUT", f"{P}/external/{path_id}", 409, json=body).content == b""
        return
    answer = vibes.put(f"{P}/external/{path_id}", json=body)
    assert (answer.status_code, answer.json()) == (status, body)
    final = body.get("external_person_id") or path_id
    person = vibes.get(f"{P}/external/{final}").json()
    assert person["custom_fields"]["first_name"] == "New"
    if who != "new":
        assert person["person_key"] == who
    again = vibes.put(f"{P}/external/{final}", json={"custom_fields": {"first_name": "New"}})
    assert again.status_code == 200
    assert vibes.get(f"{P}/external/{final}").json() == person


def test_another_external_id_in_the_body_renames(vibes) -> None:
    assert vibes.put(BY_EXTERNAL_ID, json={"external_person_id": "EXT610078"}).status_code == 200
    assert vibes.get(f"{P}/external/EXT610078").json()["person_key"] == JOHN
    problems(vibes.get(BY_EXTERNAL_ID), 404)


def test_an_added_person_has_the_new_id_of_the_body(vibes) -> None:
    assert vibes.put(f"{P}/external/EXT610077", json={"external_person_id": "EXT610078"}).status_code == 201
    assert vibes.get(f"{P}/external/EXT610078").status_code == 200
    problems(vibes.get(f"{P}/external/EXT610077"), 404)


def test_an_unknown_external_id_is_404_by_switch(account) -> None:
    vibes = account("vibes", switches={"unknown_external_id": "refuse"}, auth=("VibesUser", "Password123"))
    answer = refused(vibes, "PUT", f"{P}/external/EXT610077", 404, json=BODY)
    assert problems(answer, 404) == [("The person was not found", 4)]
    assert vibes.put(BY_EXTERNAL_ID, json=BODY).status_code == 200


def test_keys_and_external_ids_stay_unique(vibes) -> None:
    for index in range(20):
        vibes.post(P, json={"external_person_id": f"EXT{index % 7}", "custom_fields": {"first_name": str(index)}})
        vibes.put(f"{P}/external/EXT{index % 5}", json={"mobile_phone": {"mdn": f"29955501{index:02d}"}})
    persons = [it for it in vibes.records()["persons"] if it["company_key"] == "ABC123"]
    for name in ("person_key", "person_id", "external_person_id"):
        values = [person[name] for person in persons if person[name] is not None]
        assert len(values) == len(set(values))


# -- custom fields ----------------------------------------------------------------------------------------------------

SMALL, MEDIUM = ({"id": None, "name": name, "option_key": name.lower()} for name in ("Small", "Medium"))
SHOES, HATS = ({"id": None, "name": name, "option_key": name.lower(), "active": True} for name in ("Shoes", "Hats"))
COATS = {"id": "53", "name": "Winter Coats", "option_key": "coats", "active": True}


@pytest.mark.parametrize(
    ("name", "sent", "shown"),
    [
        ("first_name", "", ""),
        ("first_name", "\u0000 Zoë 👟", "\u0000 Zoë 👟"),
        ("first_name", None, None),
        ("birth_date", "1990-12-01T00:00:00z", "1990-12-01T00:00:00z"),
        ("birth_date", "2017-04-05T14:30Z", "2017-04-05T14:30Z"),
        ("birth_date", "2018-07-09T23:55:00.000Z", "2018-07-09T23:55:00.000Z"),
        ("birth_date", "2017-02-18T15:34:52+0000", "2017-02-18T15:34:52+0000"),
        ("birth_date", "2017-02-18T15:34:52-05:00", "2017-02-18T15:34:52-05:00"),
        ("birth_date", None, None),
        ("shirt_size", {"option_key": "medium"}, MEDIUM),
        ("shirt_size", {"id": None, "name": "ignored", "option_key": "small"}, SMALL),
        ("shirt_size", "medium", MEDIUM),
        ("shirt_size", "Medium", MEDIUM),
        ("shirt_size", None, None),
        ("interests", [], []),
        ("interests", [{"id": "53"}], [COATS]),
        ("interests", ["Hats", {"option_key": "shoes"}, "hats"], [HATS, SHOES]),
        ("interests", None, []),
    ],
)
def test_a_value_is_read_back(vibes, name, sent, shown) -> None:
    assert vibes.put(f"{P}/{PHONE_ONLY}", json={"custom_fields": {name: sent}}).status_code == 200
    person = read(vibes, PHONE_ONLY)
    assert person["custom_fields"][name] == shown
    if shown:  # what was read may be sent
        assert vibes.put(f"{P}/{PHONE_ONLY}", json={"custom_fields": {name: shown}}).status_code == 200
        assert read(vibes, PHONE_ONLY) == person


@pytest.mark.parametrize(
    ("name", "sent", "message"),
    [
        ("first_name", ["a"], "custom_fields.first_name must be a string"),
        ("first_name", {"option_key": "a"}, "custom_fields.first_name must be a string"),
        ("first_name", 5, "custom_fields.first_name has a wrong format"),
        ("birth_date", "1990-12-01", "custom_fields.birth_date must be a date and time"),
        ("birth_date", "1990-02-30T00:00:00Z", "custom_fields.birth_date must be a date and time"),
        ("birth_date", "1990-12-01T25:00:00Z", "custom_fields.birth_date must be a date and time"),
        ("birth_date", "", "custom_fields.birth_date must be a date and time"),
        ("birth_date", [], "custom_fields.birth_date must be a date and time"),
        ("shirt_size", "huge", "custom_fields.shirt_size must be one of small, medium, large"),
        ("shirt_size", {"id": None}, "custom_fields.shirt_size must be one of small, medium, large"),
        ("shirt_size", {"option_key": "Medium"}, "custom_fields.shirt_size must be one of small, medium, large"),
        ("shirt_size", {"name": "Medium"}, "custom_fields.shirt_size has a wrong format"),
        ("shirt_size", ["medium"], "custom_fields.shirt_size must be one of small, medium, large"),
        ("interests", "shoes", "custom_fields.interests must be an array of choices"),
        ("interests", ["shoes", "gloves"], "custom_fields.interests must be one of shoes, hats, coats"),
        ("interests", [None], "custom_fields.interests has a wrong format"),
    ],
)
@pytest.mark.parametrize(("method", "path"), [("POST", P), ("PUT", BY_KEY), ("PUT", BY_EXTERNAL_ID)])
def test_a_value_that_the_field_cannot_hold_is_422(vibes, name, sent, message, method, path) -> None:
    body = {"external_person_id": "EXT542342", "custom_fields": {name: sent}}
    [(found, code)] = problems(refused(vibes, method, path, 422, json=body), 422)
    assert found.startswith(message)
    assert code == 2


def test_fields_are_set_up_per_company(vibes) -> None:
    url = f"http://test/w/{vibes.world}/vibes/companies/XYZ789/mobiledb/persons"
    body = {"external_person_id": "EXT1", "custom_fields": {"last_name": "Doe"}}
    answer = vibes.post(url, json=body, auth=("OtherUser", "OtherPassword1"))
    assert problems(answer, 422) == [("Unknown custom fields: last_name", 3)]
