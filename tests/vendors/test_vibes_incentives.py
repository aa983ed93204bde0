"""Vibes incentives: pools, codes, issuing and redeeming (reference section 10, properties 27 to 31)."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

import specs
from mockserver.errors import Invalid
from tests.vendors.people import ABROAD, JOHN, problems, refused

SPEC = specs.read("vibes")
C = "/companies/ABC123/incentives"
POOLS, CODES = f"{C}/pools", f"{C}/codes"
UNIQUE, MULTI, OVER, USED_UP, PARTNERS, FOREIGN = (f"{POOLS}/{number}" for number in (101, 102, 103, 104, 105, 901))
GUEST = "7b3f20c8-51ad-4e96-8d04-c9e6f2a71835"
NEW = {
    "name": "Autumn coupons",
    "issuance_allowed": True,
    "redemption_allowed": True,
    "incentive_codes": {"low_threshold": 50, "max_characters": 12},
    "distribution": {"method": "unique"},
    "notification_email_address": "coupons@example.com",
}


@pytest.fixture
def vibes(account):
    return account("vibes", auth=("VibesUser", "Password123"))


def got(vibes: Any, path: str) -> Any:
    answer = vibes.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def issue(vibes: Any, pool: str = UNIQUE, /, **body: Any) -> dict[str, Any]:
    answer = vibes.post(f"{pool}/issuances", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def redeem(vibes: Any, code: str, /, **body: Any) -> dict[str, Any]:
    answer = vibes.post(f"{CODES}/{code}/redemptions", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def counts(vibes: Any, pool: str) -> tuple[int, int, int]:
    codes = got(vibes, pool)["incentive_codes"]
    return codes["total"], codes["issued"], codes["remaining"]


def update(vibes: Any, pool: str, **members: Any) -> Any:
    answer = vibes.put(pool, json={**got(vibes, pool), **members})
    assert answer.status_code == 200, answer.text
    return answer.json()


# -- the fixture ------------------------------------------------------------------------------------------------------


def test_the_fixture_agrees_with_itself(vibes) -> None:
    """Counts are derived from rows; what is kept beside them must say the same."""
    kept = vibes.records()
    codes = {code["id"]: code for code in kept["incentive_codes"]}
    pools = {pool["id"]: pool for pool in kept["incentive_pools"]}
    holders = {(it["code"], it["issuee_id"]) for it in kept["incentive_holdings"]}
    redeemed = {(it["code"], it["issuee_id"]) for it in kept["incentive_redemptions"] if not it["anonymous"]}
    assert holders == {(it["code"], it["issuee_id"]) for it in kept["incentive_issuances"]}
    assert {(it["code"], it["issuee_id"]) for it in kept["incentive_holdings"] if it["redeemed"]} == redeemed
    assert redeemed <= holders
    assert {code for code, _ in holders} == {code["id"] for code in codes.values() if code["issued"]}
    for holding in kept["incentive_holdings"]:
        assert holding["id"] == f"{codes[holding['code']]['pool_id']}/{holding['issuee_id']}"
    for code in codes.values():
        pool = pools[code["pool_id"]]
        assert code["id"] == f"{code['company_key']}/{code['code']}"
        assert len(code["code"]) <= pool["max_characters"]
        assert code["company_key"] == pool["company_key"]
    for code, number in Counter(code for code, _ in holders).items():
        assert number == 1 or pools[codes[code]["pool_id"]]["method"] == "multi"


@pytest.mark.parametrize(
    ("operation_id", "example", "path"),
    [
        ("incentive_pools.get_pool", "unique_codes", UNIQUE),
        ("incentive_pools.get_pool", "unknown_pool", FOREIGN),
        ("incentive_codes.get_code", "issued_to_one", f"{CODES}/WELCOME-0001"),
        ("incentive_codes.get_code", "unknown_code", f"{CODES}/welcome-0001"),
        ("incentive_codes.list_issuances", "issued_twice_to_one", f"{CODES}/WELCOME-0001/issuances"),
        ("incentive_codes.list_issuances", "never_issued", f"{CODES}/WELCOME-0003/issuances"),
        ("incentive_codes.list_redemptions", "never_redeemed", f"{CODES}/WELCOME-0001/redemptions"),
    ],
)
def test_an_answer_is_word_for_word_the_example(vibes, operation_id, example, path) -> None:
    answer = vibes.get(path)
    response = SPEC.operations[operation_id].responses[str(answer.status_code)]
    assert answer.json() == response.content["application/json"].examples[example]


# -- ops 50 to 53: pools ----------------------------------------------------------------------------------------------


def test_all_pools_of_the_company_are_listed_and_read(vibes) -> None:
    pools = got(vibes, POOLS)
    assert [pool["id"] for pool in pools] == [101, 102, 103, 104, 105]
    for pool in pools:
        assert got(vibes, pool["url"]) == pool
    assert pools[0] == {
        "id": 101,
        "name": "Spring welcome coupons",
        "issuance_allowed": True,
        "redemption_allowed": True,
        "incentive_codes": {"total": 9, "issued": 2, "remaining": 7, "low_threshold": 2, "max_characters": 12},
        "distribution": {"method": "unique"},
        "notification_email_address": "coupons@example.com",
        "created_at": "2021-03-01T09:00:00Z",
        "updated_at": "2021-03-01T09:00:00Z",
        "url": UNIQUE,
    }


def test_a_company_without_pools_has_an_empty_list(account) -> None:
    assert account("vibes", fixture="empty", auth=("VibesUser", "Password123")).get(POOLS).json() == []


@pytest.mark.parametrize("path", [f"{POOLS}/999", FOREIGN, f"{POOLS}/abc", f"{POOLS}/{'9' * 25}"])
def test_an_unknown_pool_is_404(vibes, path) -> None:
    [(_, code)] = problems(vibes.get(path), 404)
    assert code == 4


@pytest.mark.parametrize(("method", "path", "body"), [("PUT", "", NEW), ("POST", "/issuances", {})])
@pytest.mark.parametrize("pool", [f"{POOLS}/999", FOREIGN, f"{POOLS}/abc", f"{POOLS}/-1"])
def test_an_unknown_pool_is_404_for_writes(vibes, method, path, body, pool) -> None:
    [(_, code)] = problems(refused(vibes, method, pool + path, 404, json=body), 404)
    assert code == 4


def test_a_new_pool_has_no_codes(vibes) -> None:
    answer = vibes.post(POOLS, json={**NEW, "id": 7, "created_at": "x", "incentive_codes": {"total": 5}})
    assert answer.status_code == 201
    pool = answer.json()
    assert pool == {
        **NEW,
        "id": pool["id"],
        "incentive_codes": {"total": 0, "issued": 0, "remaining": 0, "low_threshold": 0, "max_characters": 20},
        "created_at": "2021-10-28T12:00:00Z",
        "updated_at": "2021-10-28T12:00:00Z",
        "url": f"{POOLS}/{pool['id']}",
    }
    assert pool["id"] != 7
    assert got(vibes, pool["url"]) == pool
    assert got(vibes, POOLS)[-1] == pool
    answer = refused(vibes, "POST", f"{pool['url']}/issuances", 422, json={})
    assert problems(answer, 422) == [("No code of this pool is left", 6)]


def test_an_update_replaces_what_may_be_written(vibes) -> None:
    vibes.advance(60)
    body = {
        **NEW,
        "issuance_allowed": False,
        "redemption_allowed": False,
        "incentive_codes": {"low_threshold": 3, "total": 0, "issued": 99, "remaining": -1},
        "url": "/elsewhere",
        "id": 5,
        "created_at": None,
    }
    answer = vibes.put(UNIQUE, json=body)
    assert answer.status_code == 200
    assert answer.json() == {
        **body,
        "id": 101,
        "url": UNIQUE,
        "incentive_codes": {"total": 9, "issued": 2, "remaining": 7, "low_threshold": 3, "max_characters": 12},
        "created_at": "2021-03-01T09:00:00Z",
        "updated_at": "2021-10-28T12:01:00Z",
    }
    assert got(vibes, UNIQUE) == answer.json()


@pytest.mark.parametrize(("method", "path"), [("POST", POOLS), ("PUT", UNIQUE)])
@pytest.mark.parametrize("missing", [*NEW])
def test_all_six_members_are_required(vibes, method, path, missing) -> None:
    body = {name: value for name, value in NEW.items() if name != missing}
    assert problems(refused(vibes, method, path, 422, json=body), 422) == [(f"{missing} is required", 1)]


@pytest.mark.parametrize(("method", "path"), [("POST", POOLS), ("PUT", UNIQUE)])
def test_all_that_is_wrong_is_reported(vibes, method, path) -> None:
    body = {
        "name": "",
        "issuance_allowed": "yes",
        "incentive_codes": {"low_threshold": -1, "max_characters": 0},
        "distribution": {"method": "many"},
        "notification_email_address": "nobody",
    }
    found = problems(refused(vibes, method, path, 422, json=body), 422)
    assert sorted(found) == [
        ("distribution.method must be unique or multi", 2),
        ("incentive_codes.low_threshold has a wrong format", 2),
        ("incentive_codes.max_characters has a wrong format", 2),
        ("issuance_allowed must be true or false", 2),
        ("name must not be empty", 1),
        ("notification_email_address has a wrong format", 2),
        ("redemption_allowed is required", 1),
    ]


def test_a_pool_with_codes_keeps_room_for_them_and_its_method(vibes) -> None:
    changes = {"incentive_codes": {"max_characters": 11}, "distribution": {"method": "multi"}}
    answer = refused(vibes, "PUT", UNIQUE, 422, json={**NEW, **changes})
    assert problems(answer, 422) == [
        ("max_characters cannot become less while the pool has codes", 6),
        ("The method cannot change once codes have been issued", 6),
    ]
    pool = vibes.post(POOLS, json=NEW).json()
    assert update(vibes, pool["url"], **changes)["distribution"] == {"method": "multi"}


# -- op 54: issuing ---------------------------------------------------------------------------------------------------


def test_an_issuance_as_the_reference_has_it(vibes) -> None:
    issuance = issue(vibes, external_issuee_id="EXT542399")
    assert issuance == {
        "id": issuance["id"],
        "external_issuee_id": "EXT542399",
        "issuee_id": ABROAD,
        "referring_application": None,
        "referring_application_ref_id": None,
        "incentive_code": {"code": "WELCOME-0003", "url": f"{CODES}/WELCOME-0003"},
        "incentive_pool": {"id": 101, "url": UNIQUE},
        "created_at": "2021-10-28T12:00:00Z",
        "updated_at": "2021-10-28T12:00:00Z",
    }
    assert got(vibes, f"{CODES}/WELCOME-0003/issuances") == [issuance]
    assert counts(vibes, UNIQUE) == (9, 3, 6)


def test_the_same_issuee_gets_the_same_code_and_a_new_issuance(vibes) -> None:
    before = counts(vibes, UNIQUE)
    again = issue(vibes, external_issuee_id="EXT542342")
    assert again["incentive_code"]["code"] == "WELCOME-0001"
    assert again["issuee_id"] == JOHN
    assert again["id"] not in (500123401, 500123402)
    assert counts(vibes, UNIQUE) == before
    code = got(vibes, f"{CODES}/WELCOME-0001")
    assert code["issuances"] == {"total": 3, "unique": 1}
    assert code["updated_at"] == "2021-10-28T12:00:00Z"
    assert (
        issue(vibes, external_issuee_id="EXT542342", code="WELCOME-0001")["incentive_code"] == again["incentive_code"]
    )


def test_without_an_issuee_every_call_is_a_new_one_until_none_is_left(vibes) -> None:
    made = [issue(vibes) for _ in range(6)]
    assert [it["incentive_code"]["code"] for it in made] == [f"WELCOME-{number:04d}" for number in range(3, 9)]
    assert len({it["issuee_id"] for it in made}) == 6
    assert {it["external_issuee_id"] for it in made} == {None}
    assert counts(vibes, UNIQUE) == (9, 8, 1)  # the ninth is not active
    answer = refused(vibes, "POST", f"{UNIQUE}/issuances", 422, json={"external_issuee_id": "late"})
    assert problems(answer, 422) == [("No code of this pool is left", 6)]
    assert issue(vibes, external_issuee_id="EXT542342")["incentive_code"]["code"] == "WELCOME-0001"


def test_a_pool_that_is_used_up_still_knows_its_holders(vibes) -> None:
    answer = refused(vibes, "POST", f"{USED_UP}/issuances", 422, json={"external_issuee_id": "new"})
    assert problems(answer, 422) == [("No code of this pool is left", 6)]
    assert issue(vibes, USED_UP, external_issuee_id="guest-17")["incentive_code"]["code"] == "GIFT-0001"


def test_an_issuee_holds_one_code_of_each_pool(vibes) -> None:
    unique, multi = (issue(vibes, pool, external_issuee_id="one") for pool in (UNIQUE, MULTI))
    assert unique["issuee_id"] == multi["issuee_id"]
    assert (unique["incentive_code"]["code"], multi["incentive_code"]["code"]) == ("WELCOME-0003", "SUMMER10")


def test_a_code_that_is_asked_for_is_issued(vibes) -> None:
    assert issue(vibes, external_issuee_id="one", code="WELCOME-0007")["incentive_code"]["code"] == "WELCOME-0007"
    assert issue(vibes, code="WELCOME-0004")["incentive_code"]["code"] == "WELCOME-0004"
    assert issue(vibes)["incentive_code"]["code"] == "WELCOME-0003"
    assert issue(vibes, MULTI, external_issuee_id="one", code="SUMMER20")["incentive_code"]["code"] == "SUMMER20"


NOT_OF_POOL, TAKEN = ("The code does not belong to this pool", 4), ("The code was already issued to somebody else", 6)
ANOTHER = ("The issuee already holds another code of this pool", 6)
INACTIVE, STOPPED = ("The code is not active", 6), ("Issuing codes of this pool is not allowed", 6)


@pytest.mark.parametrize(
    ("pool", "body", "expected"),
    [
        (UNIQUE, {"code": "NO-SUCH-CODE"}, [NOT_OF_POOL]),
        (UNIQUE, {"code": "SUMMER10"}, [NOT_OF_POOL]),
        (UNIQUE, {"code": "welcome-0003"}, [NOT_OF_POOL]),
        (UNIQUE, {"code": "WELCOME-0009"}, [INACTIVE]),
        (UNIQUE, {"code": "WELCOME-0001"}, [TAKEN]),
        (UNIQUE, {"code": "WELCOME-0001", "external_issuee_id": "new"}, [TAKEN]),
        (UNIQUE, {"code": "WELCOME-0003", "external_issuee_id": "EXT542342"}, [ANOTHER]),
        (UNIQUE, {"code": "WELCOME-0002", "external_issuee_id": "EXT542342"}, [ANOTHER]),
        (UNIQUE, {"code": "WELCOME-0009", "external_issuee_id": "EXT542342"}, [INACTIVE, ANOTHER]),
        (MULTI, {"code": "SUMMER20", "external_issuee_id": "EXT542342"}, [ANOTHER]),
        (OVER, {}, [STOPPED]),
        (OVER, {"external_issuee_id": "EXT542399"}, [STOPPED]),
        (OVER, {"code": "SUMMER10"}, [STOPPED, NOT_OF_POOL]),
        (
            PARTNERS,
            {},
            [("referring_application is required", 1), ("referring_application_ref_id is required", 1)],
        ),
        (PARTNERS, {"referring_application": "acquisition"}, [("referring_application_ref_id is required", 1)]),
        (UNIQUE, {"external_issuee_id": "", "code": 5}, [("external_issuee_id must not be empty", 1),
                                                        ("code must be a string", 2)]),
    ],
)  # fmt: skip
def test_issuing_is_refused(vibes, pool, body, expected) -> None:
    found = problems(refused(vibes, "POST", f"{pool}/issuances", 422, json=body), 422)
    assert sorted(found) == sorted(expected)


def test_a_pool_for_registered_campaigns_keeps_the_campaign(vibes) -> None:
    campaign = {"referring_application": "acquisition", "referring_application_ref_id": "abc123"}
    issuance = issue(vibes, PARTNERS, **campaign)
    assert {name: issuance[name] for name in campaign} == campaign
    assert got(vibes, f"{CODES}/{issuance['incentive_code']['code']}/issuances") == [issuance]


def test_a_multi_pool_issues_one_code_to_many(vibes) -> None:
    made = [issue(vibes, MULTI) for _ in range(3)]
    assert {it["incentive_code"]["code"] for it in made} == {"SUMMER10"}
    assert counts(vibes, MULTI) == (2, 1, 1)
    assert got(vibes, f"{CODES}/SUMMER10")["issuances"] == {"total": 5, "unique": 5}


def test_an_issuee_who_is_a_person_has_their_key(vibes) -> None:
    person = vibes.post("/companies/ABC123/mobiledb/persons", json={"external_person_id": "EXT610077"}).json()
    assert issue(vibes, external_issuee_id="EXT610077")["issuee_id"] == person["person_key"]
    first = issue(vibes, external_issuee_id="EXT610078")["issuee_id"]
    vibes.post("/companies/ABC123/mobiledb/persons", json={"external_person_id": "EXT610078"})
    assert issue(vibes, external_issuee_id="EXT610078")["issuee_id"] == first


def test_a_mail_goes_out_when_codes_run_low(vibes) -> None:
    for _ in range(4):
        issue(vibes)
    assert vibes.records()["mails"] == []
    issue(vibes)
    [mail] = vibes.records()["mails"]
    assert counts(vibes, UNIQUE)[2] == 2
    assert (mail["address"], mail["about"]) == ("coupons@example.com", UNIQUE)
    assert mail["text"] == "2 codes remain in the incentive pool Spring welcome coupons"
    issue(vibes, external_issuee_id="EXT542342")
    issue(vibes)
    assert len(vibes.records()["mails"]) == 1


# -- ops 55 to 57: codes ----------------------------------------------------------------------------------------------


def test_a_code_as_the_reference_has_it(vibes) -> None:
    assert got(vibes, f"{CODES}/WELCOME-0001") == {
        "code": "WELCOME-0001",
        "active": True,
        "issuances": {"total": 2, "unique": 1},
        "redemptions": {"total": 0, "unique": 0},
        "incentive_pool": {"id": 101, "url": UNIQUE},
        "created_at": "2021-03-01T09:00:00Z",
        "updated_at": "2021-05-04T10:31:00Z",
        "url": f"{CODES}/WELCOME-0001",
    }


@pytest.mark.parametrize(("code", "active"), [("WELCOME-0003", True), ("WELCOME-0009", False), ("WINTER-0002", False)])
def test_active_says_whether_the_code_may_be_issued(vibes, code, active) -> None:
    assert got(vibes, f"{CODES}/{code}")["active"] is active


def test_counts_of_a_code_are_those_of_its_lists(vibes) -> None:
    issue(vibes, MULTI)
    redeem(vibes, "SUMMER10", external_issuee_id="guest-17")
    redeem(vibes, "SUMMER10", external_issuee_id="guest-17")
    for record in vibes.records()["incentive_codes"]:
        if record["company_key"] == "ABC123":
            code = got(vibes, f"{CODES}/{record['code']}")
            for name in ("issuances", "redemptions"):
                uses = got(vibes, f"{code['url']}/{name}")
                assert code[name]["total"] == len(uses)
                named = [it["issuee_id"] for it in uses]
                assert code[name]["unique"] == len({*named} - {None}) + named.count(None)


@pytest.mark.parametrize("path", ["", "/issuances", "/redemptions"])
@pytest.mark.parametrize("code", ["NO-SUCH-CODE", "welcome-0001", "101"])
def test_an_unknown_code_is_404(vibes, path, code) -> None:
    assert problems(vibes.get(f"{CODES}/{code}{path}"), 404) == [("The incentive code was not found", 4)]
    refused(vibes, "POST", f"{CODES}/{code}/redemptions", 404, json={})


def test_a_code_is_percent_decoded(vibes) -> None:
    code = {"company_key": "ABC123", "pool_id": 101, "active": True, "issued": False}
    code |= {"created_at": "2021-03-01T09:00:00Z", "updated_at": "2021-03-01T09:00:00Z"}
    vibes.put_record("incentive_codes", {**code, "id": "ABC123/5% off/now", "code": "5% off/now"})
    shown = got(vibes, f"{CODES}/5%25%20off%2Fnow")
    assert (shown["code"], shown["url"]) == ("5% off/now", f"{CODES}/5%25%20off%2Fnow")
    assert issue(vibes, code="5% off/now")["incentive_code"] == {"code": shown["code"], "url": shown["url"]}


def test_companies_have_codes_of_their_own(vibes) -> None:
    url = f"http://test/w/{vibes.world}/vibes/companies/XYZ789/incentives"
    other = {"auth": ("OtherUser", "OtherPassword1")}
    assert vibes.get(f"{url}/codes/WELCOME-0001", **other).json()["incentive_pool"]["id"] == 901
    made = vibes.post(f"{url}/pools/901/issuances", json={"external_issuee_id": "EXT542342"}, **other).json()
    assert made["issuee_id"] != JOHN
    assert got(vibes, f"{CODES}/WELCOME-0001")["issuances"]["total"] == 2


# -- op 58: redeeming -------------------------------------------------------------------------------------------------


def test_a_redemption_as_the_reference_has_it(vibes) -> None:
    redemption = redeem(
        vibes, "WELCOME-0001", external_issuee_id="EXT542342", referring_application="till", code="SUMMER10"
    )
    assert redemption == {
        "id": redemption["id"],
        "external_issuee_id": "EXT542342",
        "issuee_id": JOHN,
        "referring_application": "till",
        "referring_application_ref_id": None,
        "incentive_code": {"code": "WELCOME-0001", "url": f"{CODES}/WELCOME-0001"},
        "incentive_pool": {"id": 101, "url": UNIQUE},
        "created_at": "2021-10-28T12:00:00Z",
        "updated_at": "2021-10-28T12:00:00Z",
    }
    assert got(vibes, f"{CODES}/WELCOME-0001/redemptions") == [redemption]
    code = got(vibes, f"{CODES}/WELCOME-0001")
    assert code["redemptions"] == {"total": 1, "unique": 1}
    assert code["updated_at"] == "2021-10-28T12:00:00Z"
    assert counts(vibes, UNIQUE) == (9, 2, 7)


@pytest.mark.parametrize("body", [{}, {"issuee_id": JOHN}, {"issuee_id": JOHN, "external_issuee_id": "EXT542342"}])
def test_the_holder_redeems(vibes, body) -> None:
    assert redeem(vibes, "WELCOME-0001", **body)["issuee_id"] == JOHN


@pytest.mark.parametrize("body", [{}, {"issuee_id": GUEST}, {"external_issuee_id": "guest-17"}])
def test_a_code_of_a_unique_pool_is_redeemed_once(vibes, body) -> None:
    answer = refused(vibes, "POST", f"{CODES}/WELCOME-0002/redemptions", 422, json=body)
    assert problems(answer, 422) == [("The code was already redeemed", 6)]
    redeem(vibes, "WELCOME-0001")
    refused(vibes, "POST", f"{CODES}/WELCOME-0001/redemptions", 422, json=body)


def test_a_code_of_a_multi_pool_is_redeemed_many_times(vibes) -> None:
    known = [redeem(vibes, "SUMMER10", issuee_id=issuee) for issuee in (JOHN, JOHN, GUEST)]
    nobody = redeem(vibes, "SUMMER10")
    assert [it["issuee_id"] for it in known] == [JOHN, JOHN, GUEST]
    assert nobody["issuee_id"] is None
    assert got(vibes, f"{CODES}/SUMMER10")["redemptions"] == {"total": 5, "unique": 4}


EXTERNAL = ("The external_issuee_id is not that of an issuee of this code", 2)
ISSUEE = ("The issuee_id is not that of an issuee of this code", 2)
USED, STILL_CLOSED = ("The code was already redeemed", 6), ("Redeeming codes of this pool is not allowed", 6)


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        ("WELCOME-0001", {"external_issuee_id": "nobody"}, [EXTERNAL]),
        ("WELCOME-0001", {"external_issuee_id": "guest-17"}, [EXTERNAL]),
        ("WELCOME-0001", {"issuee_id": GUEST}, [ISSUEE]),
        ("WELCOME-0001", {"issuee_id": ""}, [ISSUEE]),
        ("WELCOME-0001", {"issuee_id": "nobody", "external_issuee_id": "nobody"}, [ISSUEE, EXTERNAL]),
        ("WELCOME-0001", {"issuee_id": GUEST, "external_issuee_id": "EXT542342"}, [ISSUEE]),
        (
            "SUMMER10",
            {"issuee_id": GUEST, "external_issuee_id": "EXT542342"},
            [("The issuee_id and the external_issuee_id are of two issuees", 2)],
        ),
        ("WELCOME-0003", {}, [("The code was never issued", 6)]),
        ("WELCOME-0003", {"external_issuee_id": "EXT542342"}, [("The code was never issued", 6), EXTERNAL]),
        ("WELCOME-0002", {"external_issuee_id": "EXT542342"}, [USED, EXTERNAL]),
        ("PARTNER-0001", {}, [STILL_CLOSED]),
        ("PARTNER-0002", {}, [STILL_CLOSED, ("The code was never issued", 6)]),
        ("WELCOME-0001", {"issuee_id": 5, "referring_application": []},
         [("issuee_id must be a string", 2), ("referring_application must be a string", 2)]),
    ],
)  # fmt: skip
def test_redeeming_is_refused(vibes, code, body, expected) -> None:
    assert problems(refused(vibes, "POST", f"{CODES}/{code}/redemptions", 422, json=body), 422) == expected


def test_one_thing_that_is_not_allowed_does_not_stop_the_other(vibes) -> None:
    update(vibes, UNIQUE, issuance_allowed=False)
    refused(vibes, "POST", f"{UNIQUE}/issuances", 422, json={})
    redeem(vibes, "WELCOME-0001")
    update(vibes, UNIQUE, issuance_allowed=True, redemption_allowed=False)
    code = issue(vibes)["incentive_code"]["code"]
    refused(vibes, "POST", f"{CODES}/{code}/redemptions", 422, json={})
    update(vibes, UNIQUE, redemption_allowed=True)
    redeem(vibes, code)
    assert redeem(vibes, "WINTER-0001")["external_issuee_id"] is None


def test_a_code_that_is_not_active_any_more_may_be_redeemed_but_not_issued_again(vibes) -> None:
    [record] = [it for it in vibes.records()["incentive_codes"] if it["id"] == "ABC123/WELCOME-0001"]
    vibes.put_record("incentive_codes", {**record, "active": False})
    answer = refused(vibes, "POST", f"{UNIQUE}/issuances", 422, json={"external_issuee_id": "EXT542342"})
    assert problems(answer, 422) == [INACTIVE]
    redeem(vibes, "WELCOME-0001")


# -- what happens outside the API -------------------------------------------------------------------------------------


def test_codes_that_are_loaded_can_be_issued(vibes) -> None:
    url = vibes.post(POOLS, json=NEW).json()["url"]
    load = {"company_key": "ABC123", "pool_id": int(url.rpartition("/")[2])}
    assert vibes.happens("incentive_codes_loaded", **load, codes="FALL-1 FALL-2 FALL-1 SUMMER10") == "2 codes loaded"
    assert counts(vibes, url) == (2, 0, 2)
    assert issue(vibes, url)["incentive_code"]["code"] == "FALL-1"
    with pytest.raises(Invalid, match="Codes of more than 12 characters: FALL-1234567890"):
        vibes.happens("incentive_codes_loaded", **load, codes="FALL-3 FALL-1234567890")
    assert counts(vibes, url) == (2, 1, 1)
