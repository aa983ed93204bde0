"""Accengage: campaigns, and lists in pages (sections 1.5 to 1.9 and 5 of our reference)."""

from __future__ import annotations

import pytest

from tests.vendors.accengage import APP, OTHER, OTHER_APP, Signing, errors, links, page_in, walked
from tests.vendors.cost import calls

CAMPAIGNS = f"{APP}/campaigns"
SPRING = {"name": "Spring", "startDate": "2018-03-01T00:00:00Z", "endDate": "2018-05-31T23:59:59Z"}


@pytest.fixture
def accengage(account):
    return account("accengage", auth=Signing())


@pytest.fixture
def full(accengage):
    """With 250 campaigns more."""
    for number in range(1000, 1250):
        accengage.put_record("campaigns", {"id": number, "partnerId": "myPartnerId", "name": f"Campaign {number}"})
    return accengage


def test_a_campaign_from_its_creation_to_its_end(accengage) -> None:
    created = accengage.post(CAMPAIGNS, json={**SPRING, "externalId": "sp"})
    assert created.json() == {"id": 94}
    assert accengage.get(f"{CAMPAIGNS}/94").json() == {"id": 94, **SPRING, "externalId": "sp"}
    assert accengage.get(CAMPAIGNS).json()["campaigns"][-1] == {"id": 94, **SPRING, "externalId": "sp"}
    updated = accengage.put(f"{CAMPAIGNS}/94", json={"name": "Late spring", "id": 7, "partnerId": "otherPartnerId"})
    assert (updated.status_code, updated.json()) == (200, {})
    assert accengage.get(f"{CAMPAIGNS}/94").json() == {"id": 94, **SPRING, "name": "Late spring", "externalId": "sp"}
    deleted = accengage.delete(f"{CAMPAIGNS}/94")
    assert (deleted.status_code, deleted.json()) == (200, {})
    for method in ("GET", "DELETE"):
        errors(accengage.request(method, f"{CAMPAIGNS}/94"), 404)
    errors(accengage.put(f"{CAMPAIGNS}/94", json=SPRING), 404)
    assert [row["id"] for row in accengage.get(CAMPAIGNS).json()["campaigns"]] == [91, 92]


def test_an_id_is_never_given_out_twice_nor_in_another_application(accengage, account) -> None:
    assert accengage.post(CAMPAIGNS, json=SPRING).json() == {"id": 94}
    accengage.delete(f"{CAMPAIGNS}/94")
    assert accengage.post(CAMPAIGNS, json=SPRING).json() == {"id": 95}
    other = accengage.post("/v1/me/apps/mySecondPartnerId/campaigns", json=SPRING)
    assert other.json() == {"id": 96}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_campaigns_of_another_application_are_not_found(accengage, method) -> None:
    body = {"json": SPRING} if method == "PUT" else {}
    before = accengage.records()
    for number in (93, 123, 10**29):
        errors(accengage.request(method, f"{CAMPAIGNS}/{number}", **body), 404)
    errors(accengage.request(method, "/v1/me/apps/mySecondPartnerId/campaigns/91", **body), 404)
    assert accengage.records() == before


def test_the_other_user_sees_their_own(account) -> None:
    other = account("accengage", auth=Signing(**OTHER))
    assert [row["id"] for row in other.get(f"{OTHER_APP}/campaigns").json()["campaigns"]] == [93]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("number", ["cmp", "0", "-1", "1.5", "91x", "%20", "1e2", "+91", "91;DROP TABLE", "'"])
def test_an_id_is_a_positive_integer(accengage, method, number) -> None:
    body = {"json": SPRING} if method == "PUT" else {}
    before = accengage.records()
    errors(accengage.request(method, f"{CAMPAIGNS}/{number}", **body), 400)
    assert accengage.records() == before


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": None},
        {"name": 7},
        [],
        [SPRING],
        "Spring",
        None,
        {**SPRING, "startDate": "2018-03-01"},
        {**SPRING, "startDate": "01/03/2018"},
        {**SPRING, "startDate": "2018-13-01T00:00:00Z"},
        {**SPRING, "startDate": "2018-02-30T00:00:00Z"},
        {**SPRING, "startDate": "0000-01-01T00:00:00Z"},
        {**SPRING, "startDate": "2018-03-01T00:00:00Z\n"},
        {**SPRING, "endDate": None},
        {**SPRING, "endDate": 1519862400},
        {**SPRING, "endDate": "2018-02-28T23:59:59Z"},
        {**SPRING, "startDate": "2018-06-01T01:30:00+01:00", "endDate": "2018-06-01T00:00:00Z"},
        {**SPRING, "externalId": 7},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_what_is_no_campaign_changes_nothing(accengage, method, body) -> None:
    before = accengage.records()
    path = CAMPAIGNS if method == "POST" else f"{CAMPAIGNS}/91"
    errors(accengage.request(method, path, json=body), 400)
    assert accengage.records() == before


@pytest.mark.parametrize(
    "dates",
    [
        {"startDate": "2018-03-01T00:00:00"},
        {"startDate": "2018-03-01T00:00Z"},
        {"startDate": "2018-03-01T00:00:00.123456789-03:30"},
        {"startDate": SPRING["startDate"], "endDate": SPRING["startDate"]},
        {"startDate": "2018-06-01T01:00:00+01:00", "endDate": "2018-06-01T00:00:00"},
    ],
)
def test_dates_come_with_any_offset_and_are_kept_as_written(accengage, dates) -> None:
    number = accengage.post(CAMPAIGNS, json={"name": "Dated", **dates}).json()["id"]
    assert accengage.get(f"{CAMPAIGNS}/{number}").json() == {"id": number, "name": "Dated", **dates}


def test_an_update_is_judged_with_what_it_leaves_as_it_is(accengage) -> None:
    errors(accengage.put(f"{CAMPAIGNS}/91", json={"name": "Spring", "endDate": "2018-02-01T00:00:00Z"}), 400)


def test_unknown_members_are_accepted(accengage) -> None:
    number = accengage.post(CAMPAIGNS, json={**SPRING, "colour": {"red": 1}}).json()["id"]
    assert accengage.get(f"{CAMPAIGNS}/{number}").json()["name"] == "Spring"


def test_every_campaign_is_on_one_page(full) -> None:
    rows = [row["id"] for row in walked(full, CAMPAIGNS, "campaigns")]
    assert rows == [91, 92, *range(1000, 1250)]


@pytest.mark.parametrize(
    ("page", "count", "relations"),
    [
        (None, 100, {"first": 1, "next": 2}),
        (1, 100, {"first": 1, "next": 2}),
        (2, 100, {"first": 1, "prev": 1, "next": 3}),
        (3, 52, {"first": 1, "prev": 2}),
        (4, 0, {"first": 1, "prev": 3}),
        (10**29, 0, {"first": 1, "prev": 10**29 - 1}),
        (0, 0, {"first": 1}),
        (-1, 0, {"first": 1}),
        (-(10**29), 0, {"first": 1}),
    ],
)
def test_pages_and_their_links(full, page, count, relations) -> None:
    answer = full.get(CAMPAIGNS, params={} if page is None else {"page": page})
    assert answer.status_code == 200
    assert len(answer.json()["campaigns"]) == count
    assert {relation: page_in(url) for relation, url in links(answer).items()} == relations


def test_a_full_last_page_is_the_last(full) -> None:
    for number in range(1250, 1298):
        full.put_record("campaigns", {"id": number, "partnerId": "myPartnerId", "name": "One more"})
    answer = full.get(CAMPAIGNS, params={"page": 3})
    assert len(answer.json()["campaigns"]) == 100
    assert set(links(answer)) == {"first", "prev"}


@pytest.mark.parametrize("page", ["two", "", "1.0", "1e1", " ", "0x1", "1&page=2", "9" * 40])
def test_a_page_that_is_no_integer(accengage, page) -> None:
    errors(accengage.get(f"{CAMPAIGNS}?page={page}"), 400)


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("x=1&page=2&y=%25", "x=1&y=%25&"),
        ("page=2&data[]=a&data[]=b", "data[]=a&data[]=b&"),
        ("p%61ge=2&z", "z&"),
        ("page=2&a=b+c%20d", "a=b+c%20d&"),
        ('page=2&q="<x>"', "q=%22%3Cx%3E%22&"),
        ("page=2", ""),
    ],
)
def test_links_keep_the_query_of_the_request(full, query, kept) -> None:
    found = links(full.get(f"{CAMPAIGNS}?{query}"))
    base = f"http://test/w/{full.world}/accengage{CAMPAIGNS}"
    assert found == {rel: f"{base}?{kept}page={page}" for rel, page in (("first", 1), ("prev", 1), ("next", 3))}


def test_an_empty_world_has_an_empty_list(account) -> None:
    answer = account("accengage", fixture="empty", auth=Signing()).get(CAMPAIGNS)
    assert answer.json()["campaigns"] == []
    assert set(links(answer)) == {"first"}


def test_the_last_page_costs_what_the_first_does(accengage) -> None:
    for number in range(1000, 21_000):
        accengage.put_record("campaigns", {"id": number, "partnerId": "myPartnerId", "name": "Campaign"})

    def cost(page: int) -> int:
        return calls(lambda: accengage.get(CAMPAIGNS, params={"page": page}).json()["campaigns"][99])

    cost(1)
    assert cost(200) < 1.5 * cost(1)
