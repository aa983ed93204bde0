"""Accengage clicks, targets and statistics (O33 to O37 of our reference)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vendors.accengage import walked
from tests.vendors.signed import ALICE, BRUNO, CHLOE, A, Signed, ok, refused

CAMPAIGN, MESSAGE = f"{A}/campaigns/91", f"{A}/messages/2158"
DAY = 24 * 3600


@pytest.fixture
def vendor(account: Any) -> Any:
    return account("accengage", auth=Signed())


def clicks(vendor: Any, of: str = CAMPAIGN, query: str = "") -> list[Any]:
    return walked(vendor, f"{of}/clicks?{query}", "clicks")


def targets(vendor: Any, of: str = CAMPAIGN, query: str = "") -> list[Any]:
    return walked(vendor, f"{of}/targets?{query}", "targets")


def test_clicks_of_a_campaign(vendor: Any) -> None:
    rows = clicks(vendor)
    assert [row["date"][:10] for row in rows] == ["2018-04-02"] * 3 + ["2018-04-15", "2018-05-01"]
    base = {"deviceId": ALICE, "campaignId": 91}
    assert rows[0] == {**base, "date": "2018-04-02T09:00:12Z", "messageId": 1613, "actionId": 1}
    assert rows[3] == {**base, "date": "2018-04-15T10:00:00Z", "messageId": 2158}


def test_clicks_of_a_message_of_another_kind(vendor: Any) -> None:
    assert [(row["deviceId"], row["messageId"]) for row in clicks(vendor, MESSAGE)] == [(ALICE, 2158), (BRUNO, 2158)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("startDate=2018-04-15", 2),
        ("startDate=2018-04-15T10:00:00Z", 2),
        ("startDate=2018-04-15 10:00:01", 1),
        ("startDate=2018-04-15T12:00:00%2B02:00", 2),
        ("startDate=2018-04-15 10:00:00.5", 1),
        ("endDate=2018-04-02 09:00:12", 1),
        ("endDate=2018-04-02", 0),  # a day as the end is its first second
        ("endDate=2018-04-03", 3),
        ("startDate=2018-04-02 09:03:40&endDate=2018-04-02 17:45:01", 2),
        ("startDate=2018-05-01&endDate=2018-04-01", 0),
        ("startDate=0001-01-01&endDate=9999-12-31T23:59:59-14:00", 5),
    ],
)
def test_both_dates_count(vendor: Any, query: str, expected: int) -> None:
    assert len(clicks(vendor, query=query)) == expected


@pytest.mark.parametrize("kind", ["clicks", "targets"])
def test_data_of_the_device_as_it_is_now(vendor: Any, kind: str) -> None:
    ok(vendor.put(f"{A}/devices/{ALICE}", json={"bundleversion": "4.0"}))
    rows = walked(vendor, f"{CAMPAIGN}/{kind}?data[]=clientId&data[]=bundleversion", kind)
    shown = {row["deviceId"]: row["data"] for row in rows}
    assert shown[ALICE] == {"clientId": "42", "bundleversion": "4.0"}
    assert shown[BRUNO] == {"clientId": "43", "bundleversion": "3.1.4"}
    assert all("data" not in row for row in walked(vendor, f"{CAMPAIGN}/{kind}", kind))
    one = walked(vendor, f"{CAMPAIGN}/{kind}?data[1]=id", kind)
    assert {row["data"]["id"] for row in one if row["deviceId"] == CHLOE} == {1003}


def test_a_device_that_is_gone_has_null_data(vendor: Any) -> None:
    row = {"id": 99, "partnerId": "myPartnerId", "date": "2018-06-01T00:00:00Z", "deviceId": "gone", "messageId": 2158}
    vendor.put_record("clicks", {**row, "campaignId": 91})
    assert clicks(vendor, query="data[]=clientId&startDate=2018-06-01")[0]["data"] == {"clientId": None}


def test_rows_in_pages(vendor: Any) -> None:
    for n in range(250):
        row = {"id": 1000 + n, "partnerId": "myPartnerId", "deviceId": f"U{n}", "messageId": 2158, "campaignId": 91}
        vendor.put_record("clicks", {**row, "date": f"2019-01-01T{n // 60:02d}:{n % 60:02d}:00Z"})
    rows = clicks(vendor, query="startDate=2019-01-01&data[]=id")
    assert [row["deviceId"] for row in rows] == [f"U{n}" for n in range(250)]


@pytest.mark.parametrize("kind", ["clicks", "targets"])
@pytest.mark.parametrize(
    ("path", "status", "label"),
    [
        ("campaigns/cmp", 400, "API_ERR_DATA"),
        ("campaigns/0", 400, "API_ERR_DATA"),
        ("messages/-1", 400, "API_ERR_DATA"),
        ("campaigns/93", 403, "API_ERR_FORBIDDEN"),
        ("messages/2170", 403, "API_ERR_FORBIDDEN"),
        ("campaigns/123", 404, "API_ERR_DATA"),
        ("messages/2159", 404, "API_ERR_DATA"),
        ("messages/91", 404, "API_ERR_DATA"),
    ],
)
def test_of_whom_there_are_no_rows(vendor: Any, kind: str, path: str, status: int, label: str) -> None:
    refused(vendor, "GET", f"{A}/{path}/{kind}", status, label)


@pytest.mark.parametrize("kind", ["clicks", "targets"])
@pytest.mark.parametrize(
    "query",
    ["startDate=2018-02-30", "endDate=soon", "startDate=", "endDate=2018-04-01 24:61:00", "data[]=colour",
     "data[]=clientId&data[]=", "page=1.5"],
)  # fmt: skip
def test_rows_that_cannot_be_asked_for(vendor: Any, kind: str, query: str) -> None:
    refused(vendor, "GET", f"{CAMPAIGN}/{kind}?{query}", 400)


def test_targets_are_kept_for_three_months(vendor: Any) -> None:
    """The world stands on 2021-10-28."""
    assert [row["date"][:10] for row in targets(vendor)] == ["2021-09-15"] * 3 + ["2021-10-20", "2021-10-25"]
    assert len(targets(vendor, query="startDate=2000-01-01")) == 5
    assert "actionId" not in targets(vendor)[0]
    vendor.advance(48 * DAY - 3 * 3600)  # 2021-12-15 09:00:00, three months after the first of them
    assert len(targets(vendor)) == 5
    vendor.advance(1)
    assert len(targets(vendor)) == 4
    vendor.advance(42 * DAY)
    assert targets(vendor) == targets(vendor, MESSAGE) == []
    assert len(clicks(vendor)) == 5  # which stay


def test_three_months_before_the_end_of_may_is_the_end_of_february() -> None:
    from mockserver.clock import epoch, iso
    from mockserver.vendors.accengage.dates import months_before

    assert iso(months_before(epoch("2021-05-31T10:00:00"), 3)) == "2021-02-28T10:00:00Z"
    assert iso(months_before(epoch("2021-02-03T10:00:00"), 3)) == "2020-11-03T10:00:00Z"


# -- statistics -------------------------------------------------------------------------------------------------------


def days(vendor: Any, query: str = "") -> list[str]:
    return [row["date"] for row in walked(vendor, f"{A}/stats?{query}", "stats")]


def test_every_day_on_which_something_happened(vendor: Any) -> None:
    found = days(vendor)
    assert found == sorted(set(found))
    assert (found[0], "2018-03-01" in found, len(found) > 30) == ("2015-01-01", True, True)
    gaps = [day for day in range(1, 31) if f"2018-04-{day:02d}" not in found]
    assert gaps
    row = ok(vendor.get(f"{A}/stats?date=2018-03-01"))["stats"]
    assert len(row) == 1
    assert row[0]["registeredProfiles"] == row[0]["optinProfiles"] + row[0]["optoutProfiles"]
    assert "partnerId" not in row[0]


@pytest.mark.parametrize(
    ("query", "test"),
    [
        ("startDate=2018-03-01", lambda day: day >= "2018-03-01"),
        ("startDate=2018-03-01&endDate=2018-03-31", lambda day: "2018-03-01" <= day <= "2018-03-31"),
        ("startDate=2018-03-01&endDate=2018-03-01&date=2015-01-01", lambda day: day == "2018-03-01"),
        ("startDate=2018-03-01&date=2015-01-01", lambda day: day >= "2018-03-01"),
        ("date=2015-01-01", lambda day: day == "2015-01-01"),
        ("endDate=2016-01-01&date=2018-03-01", lambda day: day == "2018-03-01"),
        ("endDate=2016-01-01", lambda _: True),
        ("date=2016-01-01", lambda _: False),
        ("startDate=2018-03-31&endDate=2018-03-01", lambda _: False),
    ],
)
def test_which_days(vendor: Any, query: str, test: Any) -> None:
    assert days(vendor, query) == [day for day in days(vendor) if test(day)]


def test_without_a_last_day_it_is_today(vendor: Any) -> None:
    for day in ("2021-10-28", "2021-10-29"):
        vendor.put_record("stats", {"id": f"myPartnerId/{day}", "partnerId": "myPartnerId", "date": day})
    assert days(vendor, "startDate=2021-10-01") == ["2021-10-28"]
    vendor.advance(12 * 3600)
    assert days(vendor, "startDate=2021-10-01") == ["2021-10-28", "2021-10-29"]
    assert days(vendor, "startDate=2021-10-01&endDate=2022-01-01") == ["2021-10-28", "2021-10-29"]


@pytest.mark.parametrize(
    "query", ["date=2018-02-30", "startDate=2018-1-1", "endDate=2018-01-01T00:00:00Z", "date=", "endDate=2018-13-01"]
)
def test_a_day_that_no_calendar_has(vendor: Any, query: str) -> None:
    refused(vendor, "GET", f"{A}/stats?{query}", 400)
