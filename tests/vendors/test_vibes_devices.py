"""Vibes push devices: of a person, by id, and given to somebody else (reference sections 4.13, 13.2 and 13.3)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.people import JOHN, PHONE_ONLY, V2, P, problems, read, refused

M = "/mobile_apps/MyAppId01"
PHONE = "0d83b7e6-41f2-4a95-9e70-c6581fa3d247"
ANDROID = "f52c9a04-6e18-4b73-a1d5-087be43f96c2"
ANONYMOUS, ANONYMOUS_PHONE = "2b7d4c19-e05f-4a38-9c62-d81f3e70a5b4", "6a1f0c52-7b9e-4d38-8c04-b2e95d7713fa"
SAMPLE, SAMPLE_PHONE = "8e1b60f3-27ac-4d94-b5c7-13f09a6de428", "317ed8b0-c94a-4f26-8b53-9d60f1a7e5c8"
FOREIGN_PERSON = "d6f2378b-905e-4c1a-a7d4-ef8b2c915063"


@pytest.fixture
def vibes(account):
    return account("vibes", auth=("VibesUser", "Password123"))


def devices(vibes: Any, person: str = JOHN) -> list[str]:
    answer = vibes.get(f"{P}/{person}/push_devices")
    assert answer.status_code == 200, answer.text
    return [it["vibes_device_id"] for it in answer.json()]


def assign(vibes: Any, device: str = PHONE, status: int = 200, headers: Any = None, **body: Any) -> dict[str, Any]:
    answer = vibes.post(f"{M}/devices/{device}/assign", json=body, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_device_as_the_reference_has_it(vibes) -> None:
    shown = {
        "vibes_device_id": PHONE,
        "os": "IOS",
        "os_version": "14.4",
        "sdk_version": "4.1.0",
        "app_version": "2.3.1",
        "push_token": "ios-7c41e09b",
        "hardware_make": "Apple",
        "hardware_model": "iPhone 12",
        "advertising_id": None,
        "locale": "en_US",
        "timezone": "US/Central",
        "location": {"latitude": 41.8843, "longitude": -87.6324},
        "url": f"{M}/devices/{PHONE}",
    }
    assert vibes.get(f"{M}/devices/{PHONE}").json() == {"device": shown}
    assert vibes.get(f"{P}/{JOHN}/push_devices").json()[0] == shown


def test_devices_of_a_person_by_either_id_and_their_urls(vibes) -> None:
    assert devices(vibes) == devices(vibes, "wd1377r4") == devices(vibes, "external/EXT542342") == [PHONE, ANDROID]
    assert devices(vibes, PHONE_ONLY) == []
    for one in vibes.get(f"{P}/{JOHN}/push_devices").json():
        assert vibes.get(one["url"]).json() == {"device": one}


@pytest.mark.parametrize("person", ["nobody", FOREIGN_PERSON, "external/nobody"])
def test_devices_of_nobody_are_404(vibes, person) -> None:
    assert problems(vibes.get(f"{P}/{person}/push_devices"), 404) == [("The person was not found", 4)]


@pytest.mark.parametrize("path", [f"{M}/devices/nope", f"/mobile_apps/EmptyAppId1/devices/{PHONE}"])
def test_a_device_that_is_unknown_or_another_apps_is_404(vibes, path) -> None:
    assert problems(vibes.get(path), 404) == [("The device was not found", 4)]
    refused(vibes, "POST", f"{path}/assign", 404, json={"person_key": JOHN})


# -- assign -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        {"person_key": PHONE_ONLY},
        {"person_key": "wd1377r6"},
        {"person_key": PHONE_ONLY, "external_person_id": "ex1234"},
        {"person_key": PHONE_ONLY, "external_person_id": "nobody"},
    ],
)
def test_a_device_moves_to_the_person_with_the_key(vibes, body) -> None:
    assert assign(vibes, **body) == read(vibes, PHONE_ONLY)
    assert (devices(vibes), devices(vibes, PHONE_ONLY)) == ([ANDROID], [PHONE])
    problems(vibes.get(f"{P}/external/nobody"), 404)


def test_a_device_moves_to_the_person_with_the_external_id(vibes) -> None:
    assert assign(vibes, external_person_id="ex1234") == read(vibes, SAMPLE)
    assert devices(vibes, SAMPLE) == [PHONE, SAMPLE_PHONE]


@pytest.mark.parametrize("body", [{"person_key": JOHN}, {"external_person_id": "EXT542342"}])
def test_who_has_the_device_keeps_it_and_nothing_changes(vibes, body) -> None:
    before = vibes.records()
    vibes.advance(60)
    for _ in range(2):
        assert assign(vibes, **body) == read(vibes)
    assert vibes.records() == before


def test_an_external_id_of_nobody_is_given_to_who_has_the_device(vibes) -> None:
    person = assign(vibes, ANONYMOUS_PHONE, external_person_id="EXT-NEW")
    assert (person["person_key"], person["external_person_id"]) == (ANONYMOUS, "EXT-NEW")
    assert read(vibes, "external/EXT-NEW") == person
    assert devices(vibes, ANONYMOUS) == [ANONYMOUS_PHONE]


def test_and_to_somebody_new_when_they_have_another_one(vibes) -> None:
    person = assign(vibes, external_person_id="EXT-NEW")
    assert person["person_key"] != JOHN
    assert (person["external_person_id"], person["mobile_phone"]) == ("EXT-NEW", None)
    assert read(vibes)["external_person_id"] == "EXT542342"
    assert (devices(vibes), devices(vibes, "external/EXT-NEW")) == ([ANDROID], [PHONE])


def test_the_person_is_shown_in_the_version_of_the_request(vibes) -> None:
    assert assign(vibes, headers=V2, person_key=SAMPLE)["mobile_phone"]["mdn"] == "+12995550161"


@pytest.mark.parametrize("key", ["nobody", FOREIGN_PERSON])
def test_a_person_key_of_nobody_is_404_whatever_the_external_id(vibes, key) -> None:
    body = {"person_key": key, "external_person_id": "ex1234"}
    answer = refused(vibes, "POST", f"{M}/devices/{PHONE}/assign", 404, json=body)
    assert problems(answer, 404) == [("The person was not found", 4)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, ("person_key or external_person_id is required", 1)),
        ({"external_person_id": ""}, ("external_person_id must not be empty", 1)),
        ({"external_person_id": "x" * 129}, ("external_person_id has more than 128 characters", 7)),
        ({"person_key": 5}, ("person_key must be a string", 2)),
    ],
)
def test_what_names_nobody_is_422(vibes, body, expected) -> None:
    answer = refused(vibes, "POST", f"{M}/devices/{PHONE}/assign", 422, json=body)
    assert problems(answer, 422) == [expected]


# -- imports ----------------------------------------------------------------------------------------------------------


def submit(vibes: Any, *wanted: dict[str, Any]) -> None:
    answer = vibes.post(f"{M}/migrations/import_batches", json={"devices": list(wanted)})
    assert answer.status_code == 201, answer.text


def test_an_imported_device_is_its_persons_once_the_import_is_done(vibes) -> None:
    submit(
        vibes,
        {"platform": "ANDROID", "token": "t1", "external_person_id": "EXT542399"},
        {"platform": "IOS", "token": "t2", "external_person_id": "EXT-NEW"},
        {"platform": "IOS", "token": "invalid", "external_person_id": "EXT542399"},
    )
    assert len(devices(vibes, "external/EXT542399")) == 1
    problems(vibes.get(f"{P}/external/EXT-NEW/push_devices"), 404)
    vibes.advance(60)
    [_, first] = vibes.get(f"{P}/external/EXT542399/push_devices").json()
    assert (first["os"], first["push_token"], first["os_version"]) == ("ANDROID", "t1", None)
    [second] = vibes.get(f"{P}/external/EXT-NEW/push_devices").json()
    assert vibes.get(second["url"]).json() == {"device": second}
    assert assign(vibes, second["vibes_device_id"], person_key=JOHN)["person_key"] == JOHN
    assert devices(vibes, "external/EXT-NEW") == []


def test_a_token_that_is_imported_again_moves_only_with_an_external_id(vibes) -> None:
    submit(vibes, {"platform": "IOS", "token": "ios-7c41e09b"})
    vibes.advance(60)
    assert devices(vibes) == [PHONE, ANDROID]
    submit(vibes, {"platform": "IOS", "token": "ios-7c41e09b", "external_person_id": "ex1234"})
    vibes.advance(60)
    assert (devices(vibes), devices(vibes, SAMPLE)) == ([ANDROID], [PHONE, SAMPLE_PHONE])
    assert vibes.get(f"{M}/devices/{PHONE}").json()["device"]["hardware_model"] == "iPhone 12"
