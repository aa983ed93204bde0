"""Vibes persons, updated by key and by external id (reference sections 4.2 and 4.6; section 16 rows 9, 10, 35, 36)."""

from __future__ import annotations

import pytest

from tests.vendors.people import (
    BODY,
    BY_EXTERNAL_ID,
    BY_KEY,
    FREE_NUMBER,
    JOHN,
    NUMBER,
    OTHER_NUMBER,
    PHONE_ONLY,
    READ_ONLY,
    P,
    problems,
    read,
    refused,
)


@pytest.fixture
def vibes(account):
    return account("vibes", auth=("VibesUser", "Password123"))


# -- ops 8 and 10: update ---------------------------------------------------------------------------------------------

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
