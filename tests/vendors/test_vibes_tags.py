"""Vibes companies, custom fields and tags: paths from the reference, bodies ours (reference sections 3, 4.7 and 7)."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.vendors.people import JOHN, PHONE_ONLY, P, problems, refused

C = "/companies/ABC123"
TAGS = f"{P}/{JOHN}/tags"
FOREIGN_PERSON = "d6f2378b-905e-4c1a-a7d4-ef8b2c915063"


@pytest.fixture
def vibes(account):
    return account("vibes", auth=("VibesUser", "Password123"))


# -- companies --------------------------------------------------------------------------------------------------------


def test_a_caller_sees_their_companies_and_no_other(vibes, account) -> None:
    company = {"company_key": "ABC123", "name": "Example Retail", "url": C, "mobiledb_url": f"{C}/mobiledb"}
    assert vibes.get("/companies").json() == [company]
    assert vibes.get(company["url"]).json() == company
    [other] = account("vibes", auth=("OtherUser", "OtherPassword1")).get("/companies").json()
    assert other["company_key"] == "XYZ789"


# -- custom fields ----------------------------------------------------------------------------------------------------


def test_custom_fields_are_those_of_the_company_and_name_the_members_of_persons(vibes) -> None:
    fields = vibes.get(f"{C}/mobiledb/custom_fields").json()
    assert [field["name"] for field in fields] == [*vibes.get(f"{P}/{JOHN}").json()["custom_fields"]]
    assert [field["type"] for field in fields] == [
        "string",
        "string",
        "date",
        "single_selection",
        "multi_selection",
    ]
    for field in fields:
        assert vibes.get(field["url"]).json() == field
        assert ("options" in field) == field["type"].endswith("selection")
    assert fields[4]["options"][2] == {"id": "53", "name": "Winter Coats", "option_key": "coats", "active": True}


@pytest.mark.parametrize("field", ["6", "nope"])
def test_a_field_that_is_unknown_or_another_companys_is_404(vibes, field) -> None:
    answer = vibes.get(f"{C}/mobiledb/custom_fields/{field}")
    assert problems(answer, 404) == [("The custom field was not found", 4)]


# -- tags -------------------------------------------------------------------------------------------------------------


def names(vibes, base: str = TAGS) -> list[str]:
    answer = vibes.get(base)
    assert answer.status_code == 200, answer.text
    return [tag["tag"] for tag in answer.json()]


def test_tags_are_listed_oldest_first_and_their_urls_lead_to_them(vibes) -> None:
    assert names(vibes) == ["vip", "loyalty card"]
    assert names(vibes, f"{P}/wd1377r4/tags") == ["vip", "loyalty card"]
    assert names(vibes, f"{P}/{PHONE_ONLY}/tags") == []
    for tag in vibes.get(TAGS).json():
        assert vibes.get(tag["url"]).json() == tag


def test_a_tag_is_added_once(vibes) -> None:
    first = vibes.post(TAGS, json={"tag": "new"})
    assert (first.status_code, first.json()["created_at"]) == (201, "2021-10-28T12:00:00Z")
    vibes.advance(60)
    again = vibes.post(TAGS, json={"tag": "new"})
    assert (again.status_code, again.json()) == (200, first.json())
    assert names(vibes) == ["vip", "loyalty card", "new"]
    assert names(vibes, f"{P}/{PHONE_ONLY}/tags") == []


def test_several_tags_are_added_together(vibes) -> None:
    answer = vibes.post(TAGS, json=[{"tag": "a"}, {"tag": "vip"}, {"tag": "a"}])
    assert answer.status_code == 201
    assert [tag["tag"] for tag in answer.json()] == ["a", "vip", "a"]
    assert vibes.post(TAGS, json=[{"tag": "a"}, {"tag": "vip"}]).status_code == 200
    assert names(vibes) == ["vip", "loyalty card", "a"]


@pytest.mark.parametrize("body", [{}, {"tag": ""}, {"tag": "x" * 256}, [], [{"tag": "fine"}, {"tag": ""}], ["vip"]])
def test_a_tag_has_1_to_255_characters(vibes, body) -> None:
    answer = refused(vibes, "POST", TAGS, 422, json=body)
    assert problems(answer, 422) == [
        ("The body must be an object with a tag of 1 to 255 characters, or an array of them", 2)
    ]
    assert vibes.post(TAGS, json={"tag": "x" * 255}).status_code == 201


@pytest.mark.parametrize("tag", ["a/b", "a b", "ä%2F", "x" * 255, "+", "tags"])
def test_a_tag_is_percent_decoded(vibes, tag) -> None:
    path = f"{TAGS}/{quote(tag, safe='')}"
    assert problems(vibes.get(path), 404) == [("The person does not have this tag", 4)]
    added = vibes.put(path)
    assert (added.status_code, added.json()["tag"]) == (201, tag)
    assert vibes.put(path).status_code == 200
    assert vibes.get(path).json() == vibes.get(added.json()["url"]).json() == added.json()
    assert vibes.delete(path).status_code == 204
    assert vibes.delete(path).status_code == 404


def test_a_tag_is_renamed(vibes) -> None:
    renamed = vibes.put(f"{TAGS}/vip", json={"tag": "vip 2022"})
    assert (renamed.status_code, renamed.json()["tag"]) == (200, "vip 2022")
    assert renamed.json()["created_at"] == "2017-02-15T15:42:23Z"
    assert sorted(names(vibes)) == ["loyalty card", "vip 2022"]
    assert vibes.put(f"{TAGS}/loyalty%20card", json={"tag": "vip 2022"}).status_code == 200
    assert names(vibes) == ["vip 2022"]
    added = vibes.put(f"{TAGS}/gone", json={"tag": "other"})
    assert added.status_code == 201
    assert sorted(names(vibes)) == ["other", "vip 2022"]
    refused(vibes, "PUT", f"{TAGS}/other", 422, json={"tag": ""})
    refused(vibes, "PUT", f"{TAGS}/{'x' * 256}", 422)


def test_all_tags_of_one_person_are_removed(vibes) -> None:
    vibes.post(f"{P}/{PHONE_ONLY}/tags", json={"tag": "vip"})
    for _ in range(2):
        assert vibes.delete(TAGS).status_code == 204
        assert names(vibes) == []
    assert names(vibes, f"{P}/{PHONE_ONLY}/tags") == ["vip"]


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("person", ["nobody", FOREIGN_PERSON])
def test_tags_of_nobody_are_404(vibes, method, person) -> None:
    body = {"json": {"tag": "x"}} if method == "POST" else {}
    answer = refused(vibes, method, f"{P}/{person}/tags", 404, **body)
    assert problems(answer, 404) == [("The person was not found", 4)]
    if method != "POST":
        refused(vibes, method, f"{P}/{person}/tags/vip", 404)
