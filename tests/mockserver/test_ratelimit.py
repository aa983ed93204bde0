"""Budgets per class and API user, on the world's clock."""

from __future__ import annotations

import base64

import pytest

from tests.conftest import Mock

ORDER = {"part_id": "hinge/7", "quantity": 1}
SAM = {"Authorization": "Basic " + base64.b64encode(b"sam:yosemite").decode()}
WILE = {"Authorization": "Basic " + base64.b64encode(b"wile:roadrunner").decode()}


@pytest.fixture
def limited(acme: Mock) -> Mock:
    acme.control("POST", "/clock/freeze", {"at": "2026-01-31T08:00:00Z"})
    acme.headers.pop("X-Acme-Key")
    return acme


def order(acme: Mock, who: dict[str, str], times: int = 1, path: str = "/acme/orders") -> list[int]:
    return [acme.post(path, json=ORDER, headers=who).status_code for _ in range(times)]


def test_a_budget_is_spent_by_user_and_comes_back_with_time(limited: Mock) -> None:
    assert order(limited, WILE, 5) == [202, 202, 202, 429, 429]
    assert order(limited, SAM) == [202]
    limited.advance(9.5)
    assert order(limited, WILE) == [429]
    limited.advance(0.5)
    assert order(limited, WILE, 4) == [202, 202, 202, 429]


def test_the_refusal_says_how_long_and_a_client_that_waits_is_served(limited: Mock) -> None:
    limited.advance(3)
    order(limited, WILE, 3)
    answer = limited.post("/acme/orders", json=ORDER, headers=WILE)
    assert (answer.status_code, answer.json()["code"]) == (429, "TooManyRequests")
    assert answer.headers["retry-after"] == "7"
    assert "stands still" in answer.json()["details"][0]
    limited.advance(7)
    assert order(limited, WILE) == [202]


def test_what_is_used_is_shown(limited: Mock) -> None:
    order(limited, WILE, 2)
    order(limited, SAM, 4)
    limited.advance(4)
    used = {"vendor": "acme", "class": "ordering", "requests": 3, "seconds": 10, "operations": 1}
    used |= {"renewed_at": "2026-01-31T08:00:10.000Z"}
    users = [{"user": "sam", "used": 3}, {"user": "wile", "used": 2}]
    assert limited.control("GET", "/rate-limits") == [{**used, "users": users}]
    limited.advance(6)
    renewed = {**used, "renewed_at": "2026-01-31T08:00:20.000Z", "users": []}
    assert limited.control("GET", "/rate-limits") == [renewed]


def test_who_is_not_known_spends_nothing(limited: Mock) -> None:
    bad = {"Authorization": "Basic " + base64.b64encode(b"wile:wrong").decode()}
    assert order(limited, bad, 9) == [401] * 9
    assert order(limited, WILE) == [202]


def test_invalid_requests_count(limited: Mock) -> None:
    for _ in range(3):
        assert limited.post("/acme/orders", json={}, headers=WILE).status_code == 422
    assert order(limited, WILE) == [429]


def test_other_operations_are_not_touched(limited: Mock) -> None:
    order(limited, WILE, 4)
    assert limited.get("/acme/parts", headers=WILE).status_code == 200


def test_worlds_have_budgets_of_their_own_and_may_have_none(limited: Mock) -> None:
    order(limited, WILE, 4)
    limited.post("/_control/worlds", json={"name": "free", "rate_limits": False})
    limited.post("/_control/worlds", json={"name": "strict"})
    assert order(limited, WILE, 6, "/w/free/acme/orders") == [202] * 6
    assert 429 in order(limited, WILE, 8, "/w/strict/acme/orders")


@pytest.mark.parametrize("alternative", ["both", "one of the two", "basic", "none"])
def test_alternatives_of_security(limited: Mock, alternative: str) -> None:
    key, bearer = {"X-Acme-Key": "key-of-wile"}, {"Authorization": "Bearer token-of-wile"}
    who = {"both": {**key, **bearer}, "one of the two": key, "basic": SAM, "none": {}}[alternative]
    status, caller = {"both": (202, "wile+wile"), "basic": (202, "sam")}.get(alternative, (401, None))
    assert order(limited, who) == [status]
    assert limited.last()["caller"] == caller
