"""Accengage static lists (O28 to O32 of our reference): a queue on the world's clock, and members that leave."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.accengage import walked
from tests.vendors.signed import ALICE, BRUNO, CHLOE, OTHER, A, Signed, ok, refused

L = f"{A}/lists"
QUEUE = 30


@pytest.fixture
def vendor(account: Any) -> Any:
    return account("accengage", auth=Signed())


def members(vendor: Any, list_id: int) -> list[tuple[str, Any]]:
    return [(it["deviceId"], it["expireAt"]) for it in walked(vendor, f"{L}/{list_id}", "users")]


def change(vendor: Any, method: str, list_id: int, *users: Any) -> None:
    """Ask for a change, which shows once the queue has got to it, and not before."""
    before = members(vendor, list_id)
    assert ok(vendor.request(method, f"{L}/{list_id}", json={"users": users})) == {}
    assert members(vendor, list_id) == before
    vendor.advance(QUEUE - 1)
    assert members(vendor, list_id) == before
    vendor.advance(1)


def by_udid(udid: str, **more: Any) -> dict[str, Any]:
    return {"device": {"deviceId": udid}, **more}


# -- the lists --------------------------------------------------------------------------------------------------------


def test_lists_stand_in_the_order_of_their_ids(vendor: Any) -> None:
    for list_id in (99, 100, 9007199254740991, 1):
        assert ok(vendor.post(L, json={"name": f"List {list_id}", "listId": list_id})) == {"listId": list_id}
    rows = walked(vendor, L, "lists")
    assert [row["listId"] for row in rows] == [1, 99, 100, 1234, 1235, 9007199254740991]
    assert rows[3:5] == [
        {"listId": 1234, "name": "My list"},
        {"listId": 1235, "name": "Readers of the newsletter", "externalId": "newsletter"},
    ]


def test_a_generated_id_is_the_one_after_the_largest(vendor: Any) -> None:
    assert ok(vendor.post(L, json={"name": "a"})) == {"listId": 1236}
    ok(vendor.post(L, json={"name": "b", "listId": 2000}))
    assert ok(vendor.post(L, json={"name": "c", "externalId": "c"})) == {"listId": 2001}
    assert ok(vendor.post(f"{A.replace('myPartnerId', 'mySecondPartnerId')}/lists", json={"name": "d"})) == {
        "listId": 1
    }


@pytest.mark.parametrize("body", [{"name": "x", "listId": 1235}, {"name": "x", "externalId": "newsletter"}])
def test_an_id_that_another_list_has_is_409(vendor: Any, body: Any) -> None:
    refused(vendor, "POST", L, 409, json=body)
    assert ok(vendor.post(f"{A.replace('myPartnerId', 'mySecondPartnerId')}/lists", json=body))


@pytest.mark.parametrize(
    "body",
    [{}, {"listId": 7}, {"name": ""}, {"name": 7}, {"name": "x", "listId": 0}, {"name": "x", "listId": "7"},
     {"name": "x", "listId": 1.5}, {"name": "x", "listId": 10**16}, {"name": "x", "externalId": 7}, [], "x"],
)  # fmt: skip
def test_a_list_that_cannot_be(vendor: Any, body: Any) -> None:
    refused(vendor, "POST", L, 400, json=body)


# -- reading members --------------------------------------------------------------------------------------------------


def test_members_and_when_they_leave(vendor: Any) -> None:
    assert members(vendor, 1235) == [(ALICE, "2030-01-01T00:00:00Z"), (BRUNO, None)]


@pytest.mark.parametrize("list_id", [9000, 1, 9007199254740991])
def test_a_list_that_there_is_not_is_empty(vendor: Any, list_id: int) -> None:
    assert members(vendor, list_id) == []


@pytest.mark.parametrize("list_id", ["0", "-1", "abc", "1.5", "9007199254740992"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_id_that_is_no_positive_integer_is_400(vendor: Any, method: str, list_id: str) -> None:
    options = {} if method == "GET" else {"json": {"users": []}}
    refused(vendor, method, f"{L}/{list_id}", 400, **options)


def test_members_in_pages(vendor: Any) -> None:
    for n in range(250):
        member = {"id": f"myPartnerId/{1234:020d}/U{n}", "list": f"myPartnerId/{1234:020d}", "deviceId": f"U{n}"}
        vendor.put_record("members", {**member, "expiresAt": None})
    assert [udid for udid, _ in members(vendor, 1234)] == [f"U{n}" for n in range(250)]


# -- changing members -------------------------------------------------------------------------------------------------


def test_a_device_is_added_by_udid_and_by_an_indexed_field(vendor: Any) -> None:
    users = [by_udid(CHLOE, expireAt="2030-06-01T00:00:00+02:00", a4p_shop="Paris"), {"device": {"clientId": "42"}}]
    change(vendor, "PUT", 1234, *users)
    assert members(vendor, 1234) == [(CHLOE, "2030-05-31T22:00:00Z"), (ALICE, None)]


def test_a_device_is_in_a_list_once_with_its_latest_date(vendor: Any) -> None:
    change(vendor, "PUT", 1235, {"device": {"clientId": "42"}})
    assert members(vendor, 1235) == [(ALICE, None), (BRUNO, None)]
    change(
        vendor,
        "PUT",
        1235,
        by_udid(ALICE, expireAt="2031-01-01"),
        {"device": {"token": "AB5E"}, "expireAt": "2032-01-01"},
    )
    assert members(vendor, 1235) == [(ALICE, "2032-01-01T00:00:00Z"), (BRUNO, None)]


def test_who_is_not_there_is_passed_over(vendor: Any) -> None:
    change(vendor, "PUT", 1235, by_udid("nobody"), by_udid("4D5E6F7A-8B9C-0D1E-2F3A-4B5C6D7E8F90"), by_udid(CHLOE))
    assert [udid for udid, _ in members(vendor, 1235)] == [ALICE, BRUNO, CHLOE]
    change(vendor, "DELETE", 1234, by_udid("nobody"), by_udid(CHLOE))
    change(vendor, "PUT", 1235)
    assert [udid for udid, _ in members(vendor, 1235)] == [ALICE, BRUNO, CHLOE]


def test_removal_by_either_name_ignores_the_date(vendor: Any) -> None:
    change(vendor, "DELETE", 1235, {"device": {"clientId": "42"}, "expireAt": "2031-01-01"}, by_udid(BRUNO))
    assert members(vendor, 1235) == []


def test_changes_leave_the_queue_in_the_order_they_came(vendor: Any) -> None:
    ok(vendor.put(f"{L}/1234", json={"users": [by_udid(CHLOE)]}))
    ok(vendor.request("DELETE", f"{L}/1234", json={"users": [by_udid(CHLOE)]}))
    ok(vendor.put(f"{L}/1235", json={"users": [by_udid(CHLOE)]}))
    vendor.advance(QUEUE)
    assert members(vendor, 1234) == []
    assert [udid for udid, _ in members(vendor, 1235)] == [ALICE, BRUNO, CHLOE]


def test_the_queue_is_as_slow_as_it_is_set(account: Any) -> None:
    vendor = account("accengage", auth=Signed(), switches={"list_queue_seconds": 0})
    ok(vendor.put(f"{L}/1234", json={"users": [by_udid(CHLOE)]}))
    assert members(vendor, 1234) == [(CHLOE, None)]


@pytest.mark.parametrize(
    "date",
    [
        "2021-10-28T12:10:00Z",
        "2021-10-28T14:10:00+02:00",
        "2021/10/28 12:10:00",
        "Thu, 28 Oct 2021 12:10:00 GMT",
        "Thu Oct 28 2021 14:10:00 GMT+0200 (Central European Summer Time)",
        "October 28, 2021 12:10:00",
        1_635_423_000_000,
    ],
)
def test_a_member_leaves_when_its_time_has_come(vendor: Any, date: Any) -> None:
    change(vendor, "PUT", 1234, by_udid(CHLOE, expireAt=date), by_udid(BRUNO))
    assert members(vendor, 1234) == [(CHLOE, "2021-10-28T12:10:00Z"), (BRUNO, None)]
    vendor.advance(600 - QUEUE - 1)
    assert len(members(vendor, 1234)) == 2
    vendor.advance(1)
    assert members(vendor, 1234) == [(BRUNO, None)]


def test_a_date_that_has_passed_takes_a_member_out(vendor: Any) -> None:
    change(vendor, "PUT", 1235, by_udid(BRUNO, expireAt="2021-10-28T12:00:00Z"), by_udid(CHLOE, expireAt="2018-01-01"))
    assert [udid for udid, _ in members(vendor, 1235)] == [ALICE]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize(
    ("list_id", "body", "status"),
    [
        (1235, {}, 400),
        (1235, {"user": []}, 400),
        (1235, {"users": {"device": {"deviceId": ALICE}}}, 400),
        (1235, {"users": [{"deviceId": ALICE}]}, 400),
        (1235, {"users": [{"device": ALICE}]}, 400),
        (1235, {"users": [{"device": {}}]}, 400),
        (1235, {"users": [{"device": {"deviceId": 7}}]}, 400),
        (1235, {"users": [{"device": {"deviceId": ALICE, "clientId": "42"}}]}, 400),
        (1235, {"users": [by_udid(BRUNO), {"device": {"flagada": "x"}}]}, 400),
        (1235, {"users": [{"device": {"model": "Pixel 2"}}]}, 400),
        (1235, {"users": [by_udid(CHLOE, expireAt="soon")]}, 400),
        (1235, {"users": [by_udid(CHLOE, expireAt="2021-02-30")]}, 400),
        (1235, {"users": [by_udid(CHLOE, expireAt=1e300)]}, 400),
        (1235, {"users": [by_udid(CHLOE, expireAt=True)]}, 400),
        (1235, [], 400),
        (9000, {"users": [by_udid(ALICE)]}, 404),
    ],
)
def test_a_change_that_cannot_be(vendor: Any, method: str, list_id: int, body: Any, status: int) -> None:
    refused(vendor, method, f"{L}/{list_id}", status, json=body)


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_body_is_required(vendor: Any, method: str) -> None:
    refused(vendor, method, f"{L}/1235", 400)


def test_a_deletion_may_be_signed_with_its_body_or_without(vendor: Any) -> None:
    from tests.vendors.accengage import KEY, TIME, sha1

    for signed in (b'{"users":[]}', b""):
        headers = {"Accengage-Signature": sha1(signed, KEY, TIME), "Content-Type": "application/json"}
        ok(vendor.request("DELETE", f"{L}/1235", content=b'{"users":[]}', headers=headers))


def test_a_list_of_another_application_is_not_there(vendor: Any) -> None:
    refused(vendor, "GET", f"{OTHER}/lists/1235", 403, "API_ERR_FORBIDDEN")
    change(vendor, "DELETE", 1235, by_udid(ALICE), by_udid(BRUNO))
    kept = [it for it in vendor.records()["members"] if it["list"].startswith("otherPartnerId/")]
    assert len(kept) == 1
