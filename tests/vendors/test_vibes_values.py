"""Vibes custom fields: what each kind takes and shows (reference section 4.1)."""

from __future__ import annotations

import pytest

from tests.vendors.people import BY_EXTERNAL_ID, BY_KEY, PHONE_ONLY, P, problems, read, refused


@pytest.fixture
def vibes(account):
    return account("vibes", auth=("VibesUser", "Password123"))


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
