"""Accengage geofences, beacons and geogroups (O38 to O51 of our reference)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.accengage import walked
from tests.vendors.signed import A, Signed, ok, refused

SHOP = {"name": "Shop", "latitude": 45.764, "longitude": 4.8357, "radius": 150, "opening": {"hours": [9, 18]}}
GROUP, BY_NAME = f"{A}/geogroups/422", f"{A}/geogroups/ext:myGeogroupExternalId"
places = pytest.mark.parametrize("kind", ["geofences", "beacons"])
members = pytest.mark.parametrize(("kind", "number"), [("beacons", 404), ("geofences", 479)])


@pytest.fixture
def vendor(account: Any) -> Any:
    return account("accengage", auth=Signed())


def group(vendor: Any, number: int = 422) -> dict[str, Any]:
    return next(it for it in walked(vendor, f"{A}/geogroups", "geogroups") if it["id"] == number)


@places
def test_a_place_is_created_read_listed_and_changed(vendor: Any, kind: str) -> None:
    number = ok(vendor.post(f"{A}/{kind}", json={"info": SHOP}))["id"]
    path = f"{A}/{kind}/{number}"
    assert ok(vendor.get(path)) == {"id": number, "info": SHOP}
    assert walked(vendor, f"{A}/{kind}", kind)[-1] == {"id": number, "info": SHOP}
    assert ok(vendor.put(path, json={"info": {"name": "New"}, "id": 7, "partnerId": "otherPartnerId"})) == {}
    assert ok(vendor.get(path)) == {"id": number, "info": {"name": "New"}}
    ids = [it["id"] for it in walked(vendor, f"{A}/{kind}", kind)]
    assert ids == sorted(ids)


@places
@pytest.mark.parametrize("body", [{}, {"name": "x"}, {"info": None}, {"info": "x"}, {"info": []}, [], 7])
def test_without_info_nothing_is_created_or_changed(vendor: Any, kind: str, body: Any) -> None:
    refused(vendor, "POST", f"{A}/{kind}", 400, json=body)
    refused(vendor, "PUT", f"{A}/{kind}/404", 400, json=body)


@places
@pytest.mark.parametrize(
    ("number", "status"), [("405", 404), ("478", 404), ("406", 404), ("abc", 400), ("0", 400), ("-1", 400)]
)
def test_a_place_that_there_is_not(vendor: Any, kind: str, number: str, status: int) -> None:
    refused(vendor, "GET", f"{A}/{kind}/{number}", status)
    refused(vendor, "PUT", f"{A}/{kind}/{number}", status, json={"info": SHOP})


@pytest.mark.parametrize(("kind", "body"), [("geofences", {"info": {}}), ("beacons", {"info": {}})])
def test_nothing_here_is_ever_deleted(vendor: Any, kind: str, body: Any) -> None:
    for path in (f"{A}/{kind}/404", f"{A}/geogroups/422"):
        refused(vendor, "DELETE", path, 404, json=body)
    refused(vendor, "GET", f"{A}/geogroups/422", 404)


# -- groups -----------------------------------------------------------------------------------------------------------


def test_a_group_is_created_empty(vendor: Any) -> None:
    number = ok(vendor.post(f"{A}/geogroups", json={"name": "Lyon", "externalId": "lyon", "beacons": [404]}))["id"]
    assert group(vendor, number) == {"id": number, "name": "Lyon", "externalId": "lyon", "beacons": [], "geofences": []}
    assert [it["id"] for it in walked(vendor, f"{A}/geogroups", "geogroups")] == [422, 423, number]


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": 1}, {"name": "x", "externalId": "myGeogroupExternalId"}, {"externalId": "x"}]
)
def test_a_group_that_cannot_be(vendor: Any, body: Any) -> None:
    refused(vendor, "POST", f"{A}/geogroups", 400, json=body)


@members
@pytest.mark.parametrize("path", [GROUP, BY_NAME])
def test_adding_and_removing_twice_is_as_once(vendor: Any, path: str, kind: str, number: int) -> None:
    before = group(vendor)
    for _ in range(2):
        assert ok(vendor.post(f"{path}/{kind}", json={"id": number})) == {}
        assert group(vendor) == {**before, kind: [*before[kind], number]}
    for _ in range(2):
        assert ok(vendor.request("DELETE", f"{path}/{kind}", json={"id": number})) == {}
        assert group(vendor) == before


def test_an_external_id_may_look_like_a_number_or_hold_anything(vendor: Any) -> None:
    for external_id, path in (("422", "ext:422"), ("ext:a/b ç", "ext:ext%3Aa%2Fb%20%C3%A7")):
        number = ok(vendor.post(f"{A}/geogroups", json={"name": "x", "externalId": external_id}))["id"]
        ok(vendor.post(f"{A}/geogroups/{path}/beacons", json={"id": 404}))
        assert group(vendor, number)["beacons"] == [404]
    assert group(vendor)["beacons"] == []


@members
@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (BY_NAME, {}, 400),
        (GROUP, {"id": "404"}, 400),
        (GROUP, {"id": None}, 400),
        (GROUP, {"id": 404.5}, 400),
        (GROUP, [], 400),
        (f"{A}/geogroups/0", {"id": 404}, 400),
        (f"{A}/geogroups/shops", {"id": 404}, 400),
        (f"{A}/geogroups/ext:", {"id": 404}, 400),
        (f"{A}/geogroups/424", {"id": 404}, 404),
        (f"{A}/geogroups/999", {"id": 404}, 404),
        (f"{A}/geogroups/ext:nobodys", {"id": 404}, 404),
        (GROUP, {"id": 405}, 404),
        (GROUP, {"id": -1}, 404),
        (GROUP, {"id": 10**18}, 404),
    ],
)
def test_a_change_that_cannot_be(
    vendor: Any, kind: str, number: int, method: str, path: str, body: Any, status: int
) -> None:
    refused(vendor, method, f"{path}/{kind}", status, json=body)


def test_what_is_of_another_application_is_not_there(vendor: Any) -> None:
    refused(vendor, "POST", f"{GROUP}/beacons", 404, json={"id": 406})
    refused(vendor, "POST", f"{GROUP}/geofences", 404, json={"id": 478})
    refused(vendor, "POST", f"{A.replace('myP', 'mySecondP')}/geogroups/422/beacons", 404, json={"id": 404})


@members
def test_a_deletion_needs_a_body(vendor: Any, kind: str, number: int) -> None:
    refused(vendor, "DELETE", f"{GROUP}/{kind}", 400)
