"""Vibes persons with a phone: what they text, and what becomes of it (reference sections 8.3 and 14.3)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.errors import Invalid
from tests.vendors.people import BODY, FREE_NUMBER, JOHN, P, problems, refused

A = "/companies/ABC123/campaigns/acquisition"
JOIN = f"{A}/abc123/participants"
JOHNS = "+12995551234"


@pytest.fixture
def vibes(account):
    return account("vibes", auth=("VibesUser", "Password123"))


def text(vibes: Any, message: str, mdn: str = JOHNS) -> str:
    return vibes.happens("text_message", company_key="ABC123", mdn=mdn, message=message)


def lists(vibes: Any, path: str = f"{P}/{JOHN}/subscriptions", **query: Any) -> list[str]:
    return [it["subscription_list"]["id"] for it in vibes.get(path, params=query).json()]


def pending(vibes: Any) -> int:
    return len(vibes.get(f"{P}/{JOHN}/pending_acquistions").json())


@pytest.mark.parametrize("word", ["Y", "y", " yes ", "60606"])
def test_yes_or_a_zip_code_confirms(vibes, word) -> None:
    vibes.post(JOIN, json=BODY)
    assert text(vibes, word) == "confirmed"
    assert (pending(vibes), lists(vibes)) == (0, ["1234", "ABC12345"])


@pytest.mark.parametrize("word", ["N", "no"])
def test_no_declines_and_the_keyword_lifts_the_block(vibes, word) -> None:
    vibes.post(JOIN, json=BODY)
    assert text(vibes, word) == "declined"
    assert (pending(vibes), lists(vibes)) == (0, ["1234"])
    assert problems(refused(vibes, "POST", JOIN, 422, json=BODY), 422) == [("MDNHASCONFIRMATIONBLOCK", 6)]
    assert text(vibes, "Store") == "pending"
    assert pending(vibes) == 1
    assert text(vibes, "Store") == "pending already"
    assert text(vibes, "Y") == "confirmed"
    assert text(vibes, "STORES") == "subscribed already"
    vibes.delete(f"{P}/{JOHN}/subscriptions/ABC12345")
    assert vibes.post(JOIN, json=BODY).status_code == 201


@pytest.mark.parametrize("word", ["STOP", "stop", "Unsubscribe", "QUIT"])
def test_stop_leaves_all_lists_and_declines_what_waits(vibes, word) -> None:
    vibes.put(f"{P}/{JOHN}/subscriptions/ABC12345")
    text_second = vibes.get(f"{P}/{JOHN}/subscriptions").json()[1]
    vibes.delete(text_second["url"])
    vibes.post(JOIN, json=BODY)
    assert text(vibes, word) == "1 subscriptions ended"
    assert (pending(vibes), lists(vibes)) == (0, [])
    ended = vibes.get(f"{P}/{JOHN}/subscriptions?active_only=false").json()
    assert [it["opt_out_reason"] for it in ended] == ["user_opt_out", "user_opt_out", "api_opt_out"]
    assert problems(refused(vibes, "POST", JOIN, 422, json=BODY), 422) == [("MDNHASCONFIRMATIONBLOCK", 6)]


def test_a_keyword_adds_somebody_new(vibes) -> None:
    assert text(vibes, "join", f"+1{FREE_NUMBER}") == "confirmed"
    [person] = vibes.get(P, params={"mdn": FREE_NUMBER}).json()
    assert lists(vibes, f"{person['url']}/subscriptions") == ["ABC12345"]


@pytest.mark.parametrize("word", ["OPENING", "hello", "NEWS", "Y"])
def test_what_no_active_campaign_and_nobody_waits_for_is_unmatched(vibes, word) -> None:
    before = {kind: it for kind, it in vibes.records().items() if kind != "counters"}
    assert text(vibes, word, f"+1{FREE_NUMBER}") == "unmatched"
    assert vibes.records() == before


@pytest.mark.parametrize(("company", "mdn"), [("NOPE", JOHNS), ("ABC123", "2995551234")])
def test_an_unknown_company_or_number_is_refused(vibes, company, mdn) -> None:
    with pytest.raises(Invalid):
        vibes.happens("text_message", company_key=company, mdn=mdn, message="STOP")
