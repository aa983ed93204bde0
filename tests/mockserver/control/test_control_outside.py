"""What happens outside of a vendor's API."""

from __future__ import annotations

from typing import Any

import pytest
from control_api import Api, messages


def test_what_can_happen_is_listed_with_its_facts(api: Api, world: str) -> None:
    assert api.ok("GET", f"{world}/outside/ledger") == [
        {
            "happening": "change_hands",
            "summary": "Somebody takes an account over.",
            "facts": [
                {"name": "account_id", "type": "string", "required": True},
                {"name": "owner", "type": "string", "required": False},
                {"name": "confirmed", "type": "boolean", "required": False},
            ],
        }
    ]


def test_it_happens_and_what_follows_from_it_too(api: Api, world: str, at: str) -> None:
    facts = {"account_id": "1", "owner": "Grace", "confirmed": True}
    outcome = api.ok("POST", f"{world}/outside/ledger/change_hands", facts)
    assert outcome == {"outcome": "Ada has given it to Grace"}
    account = api.vendor("GET", f"{at}/accounts/1").json()
    assert (account["owner"], account["confirmed"]) == ("Grace", "2026-01-31T08:00:00Z")


def test_what_is_due_happens_first(api: Api, world: str, at: str) -> None:
    api.vendor("POST", f"{at}/accounts", {"id": "9", "owner": "New"})
    api.ok("POST", f"{world}/clock/advance", {"seconds": 59})
    api.ok("POST", f"{world}/outside/ledger/change_hands", {"account_id": "9"})
    assert api.vendor("GET", f"{at}/accounts/9").json()["owner"] == "Nobody"
    api.ok("POST", f"{world}/clock/advance", {"seconds": 1})
    assert "confirmed" in api.vendor("GET", f"{at}/accounts/9").json()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "also takes account_id"),
        ({"account_id": 1}, "body.account_id must be a string"),
        ({"account_id": "1", "confirmed": "yes"}, "body.confirmed must be a boolean"),
        ({"account_id": "1", "colour": "red"}, "takes no 'colour'"),
        ({"account_id": "nope"}, "there is no account 'nope'"),
    ],
)
def test_facts_that_do_not_fit_are_refused_and_change_nothing(
    api: Api, world: str, facts: dict[str, Any], said: str
) -> None:
    before = api.ok("GET", f"{world}/snapshot")
    reply = api("POST", f"{world}/outside/ledger/change_hands", facts)
    assert reply.status_code == 422
    assert said in messages(reply)
    assert api.ok("GET", f"{world}/snapshot") == before


def test_what_cannot_happen_is_404(api: Api, world: str) -> None:
    for name in ("nothing", "_given", "Invalid"):
        reply = api("POST", f"{world}/outside/ledger/{name}", {"account_id": "1"})
        assert reply.status_code == 404
        assert "it has change_hands" in messages(reply)
