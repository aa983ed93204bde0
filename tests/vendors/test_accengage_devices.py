"""Accengage devices (O24 to O27 of our reference)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.vendors.signed import ALICE, BRUNO, CHLOE, OTHER, A, Signed, ok, refused, said

D = f"{A}/devices"


@pytest.fixture
def vendor(account: Any) -> Any:
    return account("accengage", auth=Signed())


def rows(vendor: Any, query: str = "") -> list[list[str]]:
    answer = vendor.get(f"{D}?{query}" if query else D)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv"), answer.text
    return [[field.strip('"') for field in line.split(";")] for line in answer.text.splitlines()]


def udids(vendor: Any, query: str) -> list[str]:
    return [row[0] for row in rows(vendor, f"fields[]=UDID&{query}")[1:]]


def search(vendor: Any, **filters: str) -> dict[str, Any]:
    return ok(vendor.get(f"{D}/search/by", params=filters))["data"]


# -- list -------------------------------------------------------------------------------------------------------------


def test_all_fields_of_all_devices_of_the_application(vendor: Any) -> None:
    answer = vendor.get(D)
    assert answer.text.startswith('"id";"UDID";"IDFA";"token";')
    lines = rows(vendor)
    assert [line[1] for line in lines[1:]] == [ALICE, BRUNO, CHLOE]
    alice = dict(zip(lines[0], lines[1], strict=True))
    assert (alice["id"], alice["age"], alice["system_optin_notifs"]) == ("1001", "34", "true")
    assert (alice["myCustomField"], alice["firstOpen"]) == ("", "2014-06-08 12:34:56")
    assert "link" not in answer.headers


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("fields%5B1%5D=UDID&fields%5B2%5D=IDFA", ["UDID", "IDFA"]),
        ("fields[2]=UDID&fields[1]=IDFA", ["IDFA", "UDID"]),
        ("fields[10]=UDID&fields[9]=IDFA", ["IDFA", "UDID"]),
        ("fields[]=age&fields[]=UDID&fields[]=id", ["age", "UDID", "id"]),
        ("fields[]=UDID&fields[]=UDID", ["UDID"]),
        ("fields[1]=token", ["token"]),
    ],
)
def test_the_fields_that_were_asked_for_in_their_order(vendor: Any, query: str, columns: list[str]) -> None:
    found = rows(vendor, query)
    everything = rows(vendor)
    assert found[0] == columns
    at = [everything[0].index(name) for name in columns]
    assert found[1:] == [[line[n] for n in at] for line in everything[1:]]


def test_what_needs_quotes_is_read_as_it_was(vendor: Any) -> None:
    odd = 'a;"b"\nc'
    ok(vendor.put(f"{D}/{ALICE}", json={"firstname": odd}))
    text = vendor.get(f"{D}?fields[]=firstname").text
    assert text.splitlines(keepends=True)[1:3] == ['"a;""b""\n', 'c"\n']


@pytest.mark.parametrize(
    "query",
    [
        "fields[1]=UDID&fields[2]=colour",
        "fields[]=",
        "fields[]=udid",
        "firstOpen=yesterday",
        "firstOpen=2014-02-30",
        "firstOpen=2014-01-01|",
        "firstOpen=2014-01-01|x",
        "lastOpen=2014-01-01|2015-01-01",
        "lastOpen=2014-13-01",
        "lastOpen=2014-01-01 25:00:00",
        "page=two",
        "fields[1]=UDID'; DROP TABLE devices;--",
    ],
)
def test_what_cannot_be_listed_is_400(vendor: Any, query: str) -> None:
    refused(vendor, "GET", f"{D}?{query}", 400)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("firstOpen=2014-06-08 12:34:56", [ALICE, BRUNO, CHLOE]),
        ("firstOpen=2014-06-08 12:34:57", [BRUNO, CHLOE]),
        ("firstOpen=2014-06-08|2015-01-20 07:00:00", [ALICE]),
        ("firstOpen=2014-06-08|2015-01-20 07:00:01", [ALICE, BRUNO]),
        ("firstOpen=2015-01-20 07:00:00|2014-06-08", []),
        ("firstOpen=2014-06-08T14:34:56%2B02:00|2015-01-01", [ALICE]),
        ("firstOpen=0001-01-01|0001-01-02", []),
        ("firstOpen=9999-12-31T23:59:59-14:00", []),
        ("lastOpen=2018-04-29 19:40:11", [BRUNO, ALICE]),
        ("lastOpen=2018-04-30", [ALICE]),
        ("lastOpen=2018-04-30 08:15:01", []),
        ("firstOpen=2015-01-01&lastOpen=2018-02-11 10:05:00", [BRUNO, CHLOE]),
        ("firstOpen=2015-01-01&lastOpen=2018-02-11 10:05:01", [BRUNO]),
    ],
)
def test_dates_narrow_the_list_and_order_it(vendor: Any, query: str, expected: list[str]) -> None:
    assert udids(vendor, query) == expected


@pytest.mark.parametrize("page", [-1, 0, 2, 10**20])
def test_a_page_that_there_is_not_is_empty(vendor: Any, page: int) -> None:
    answer = vendor.get(D, params={"page": page, "fields[]": "UDID"})
    assert (answer.status_code, answer.text, "link" in answer.headers) == (200, '"UDID"\n', False)


def test_ten_thousand_a_portion_and_the_address_of_the_next(vendor: Any) -> None:
    for n in range(20_001 - 3):
        fields = {"UDID": f"U{n}", "token": f"T{n}", "firstOpen": "2019-01-01 00:00:00"}
        vendor.put_record("devices", {"id": 5000 + n, "partnerId": "myPartnerId", "fields": fields})
    seen: list[str] = []
    address, sizes = f"{D}?fields[]=UDID&firstOpen=2014-01-01", []
    while address:
        answer = vendor.get(address)
        lines = answer.text.splitlines()
        assert lines[0] == '"UDID"'
        seen += lines[1:]
        sizes.append(len(lines) - 1)
        link = answer.headers.get("link")
        assert link is None or (link.startswith("<http://test/") and link.endswith('>; rel="next"'))
        parts = urlsplit(link[1:].partition(">")[0]) if link else None
        address = f"/v1{parts.path.partition('/v1')[2]}?{parts.query}" if parts else ""
    assert sizes == [10_000, 10_000, 1]
    assert len(set(seen)) == 20_001


# -- search -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "filters", [{"UDID": ALICE}, {"token": "AB5E"}, {"clientId": "42"}, {"clientId": "42", "Customer_Id": "C-42"}]
)
def test_a_device_is_found_by_its_indexed_fields(vendor: Any, filters: dict[str, str]) -> None:
    data = search(vendor, **filters)
    assert (data["UDID"], data["id"], data["age"]) == (ALICE, 1001, 34)


def test_of_several_the_first_is_found(vendor: Any) -> None:
    for udid in (CHLOE, BRUNO):
        ok(vendor.put(f"{D}/{udid}", json={"clientId": "42"}))
    assert search(vendor, clientId="42")["UDID"] == ALICE
    assert search(vendor, clientId="42", Customer_Id="C-43")["UDID"] == BRUNO


@pytest.mark.parametrize(
    ("filters", "status"),
    [
        ({}, 400),
        ({"nonIndexedField": "1"}, 400),
        ({"model": "Pixel 2"}, 400),
        ({"id": "1001"}, 400),
        ({"UDID": ALICE, "age": "34"}, 400),
        ({"UDID": "A"}, 404),
        ({"UDID": ""}, 404),
        ({"UDID": ALICE, "clientId": "43"}, 404),
        ({"token": "' OR 1=1 --"}, 404),
        ({"token": "ab5e"}, 404),
        ({"token": "CD10"}, 404),  # another application's
    ],
)
def test_a_search_that_finds_nothing(vendor: Any, filters: dict[str, str], status: int) -> None:
    refused(vendor, "GET", f"{D}/search/by", status, params=filters)


def test_a_filter_that_stands_twice_is_400(vendor: Any) -> None:
    assert said(vendor.get(f"{D}/search/by?token=AB5E&token=AB60"), 400) == ["token stands more than once"]


# -- update one -------------------------------------------------------------------------------------------------------


def test_what_was_set_is_found(vendor: Any) -> None:
    before = search(vendor, UDID=ALICE)
    assert ok(vendor.put(f"{D}/{ALICE}", json={"token": "AB5F", "age": 35, "firstname": None})) == {}
    assert search(vendor, token="AB5F") == {**before, "token": "AB5F", "age": 35, "firstname": None}
    refused(vendor, "GET", f"{D}/search/by?token=AB5E", 404)


@pytest.mark.parametrize("options", [{}, {"json": {}}])
def test_nothing_to_do_is_204(vendor: Any, options: dict[str, Any]) -> None:
    before = vendor.records()
    answer = vendor.put(f"{D}/{ALICE}", **options)
    assert (answer.status_code, answer.content, vendor.records() == before) == (204, b"", True)


@pytest.mark.parametrize(
    ("udid", "body", "status", "label"),
    [
        (ALICE, {"UDID": "X"}, 400, "API_ERR_DATA"),
        (ALICE, {"id": 7}, 400, "API_ERR_DATA"),
        (ALICE, {"UDID": "X", "colour": 1}, 400, "API_ERR_DATA"),
        (ALICE, {"colour": "red"}, 500, "API_ERR_DB"),
        (ALICE, {"token": "T", "colour": "red"}, 500, "API_ERR_DB"),
        (ALICE, {"token": "AB60"}, 400, "API_ERR_DATA"),
        (ALICE, {"token": ["a"]}, 400, "API_ERR_DATA"),
        (ALICE, {"token": {"a": 1}}, 400, "API_ERR_DATA"),
        (ALICE, ["token"], 400, "API_ERR_DATA"),
        ("A", {"token": "T"}, 404, "API_ERR_DATA"),
        ("search", {"token": "T"}, 404, "API_ERR_DATA"),
    ],
)
def test_an_update_that_cannot_be(vendor: Any, udid: str, body: Any, status: int, label: str) -> None:
    refused(vendor, "PUT", f"{D}/{udid}", status, label, json=body)


def test_a_device_of_another_application_is_not_there(vendor: Any) -> None:
    refused(vendor, "PUT", f"{OTHER}/devices/{ALICE}", 403, "API_ERR_FORBIDDEN", json={"token": "T"})
    refused(vendor, "PUT", f"{D}/4D5E6F7A-8B9C-0D1E-2F3A-4B5C6D7E8F90", 404, json={"token": "T"})


# -- update by group --------------------------------------------------------------------------------------------------


def test_a_group_is_updated_and_nobody_else(vendor: Any) -> None:
    before = search(vendor, UDID=CHLOE)
    users = [
        {"UDID": ALICE, "model": "iPhone8,1"},
        {"UDID": BRUNO, "model": "iPhone8,2", "age": 18},
        {"UDID": "nobody"},
    ]
    assert ok(vendor.put(D, json={"matchingKey": "UDID", "users": users})) == {}
    assert search(vendor, UDID=ALICE)["model"] == "iPhone8,1"
    assert (search(vendor, UDID=BRUNO)["model"], search(vendor, UDID=BRUNO)["age"]) == ("iPhone8,2", 18)
    assert search(vendor, UDID=CHLOE) == before


def test_all_matching_keys_must_match(vendor: Any) -> None:
    keys = ["clientId", "Customer_Id"]
    body = {"matchingKeys": keys, "users": [{"clientId": "42", "Customer_Id": "C-43", "age": 1}]}
    before = vendor.records()
    ok(vendor.put(D, json=body))
    assert vendor.records() == before
    ok(vendor.put(D, json={**body, "users": [{"clientId": "43", "Customer_Id": "C-43", "age": 1}]}))
    assert search(vendor, UDID=BRUNO)["age"] == 1


@pytest.mark.parametrize("users", [[], [{"UDID": "nobody", "age": 1}] * 100])
def test_up_to_a_hundred_and_none_are_fine(vendor: Any, users: list[Any]) -> None:
    assert ok(vendor.put(D, json={"matchingKey": "UDID", "users": users})) == {}


_ALICE = {"UDID": ALICE, "age": 1}


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"matchingKey": "UDID"}, 400, "users"),
        ({"matchingKey": "UDID", "users": {"0": _ALICE}}, 400, "users"),
        ({"matchingKey": "UDID", "users": [_ALICE] * 101}, 400, "users"),
        ({"matchingKey": "UDID", "users": [_ALICE, "x"]}, 400, "1"),
        ({"matchingKey": "UDID", "users": [_ALICE, {"age": 1}]}, 400, "User 1 has no UDID"),
        ({"matchingKey": "UDID", "users": [_ALICE, {"UDID": BRUNO, "age": [1]}]}, 400, "1"),
        ({"users": [_ALICE]}, 400, "body"),
        ({"matchingKeys": [], "users": [_ALICE]}, 400, "matchingKeys"),
        ({"matchingKey": "model", "users": [{"model": "x"}]}, 400, "Invalid matching key(s) given: model"),
        ({"matchingKey": "colour", "users": [{"colour": "x"}]}, 400, "Invalid matching key(s) given: colour"),
        ({"matchingKey": "UDID", "users": [_ALICE, {"UDID": BRUNO, "colour": 1}]}, 400, "application: colour"),
        ({"matchingKey": "UDID", "users": [_ALICE, {"UDID": BRUNO, "id": 1}]}, 403, "id (user 1)"),
        ({"matchingKey": "token", "users": [{"token": "AB5E", "UDID": "X"}]}, 403, "UDID (user 0)"),
        ({"matchingKey": "UDID", "users": [_ALICE, {"UDID": BRUNO, "token": "AB5E"}]}, 400, "token"),
        ({"matchingKey": "UDID", "users": [{"UDID": ALICE, "id": 1, "colour": 1}]}, 400, "colour"),
    ],
)
def test_what_is_wrong_with_one_user_refuses_all(vendor: Any, body: Any, status: int, message: str) -> None:
    assert message in "; ".join(refused(vendor, "PUT", D, status, json=body))
