"""The situations of the CRM page, with a CRM system that listens (CRM Integration [S:002]; Technical Overview [S:001],
Callbacks)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.receiver import Received, Receiver
from tests.vendors.callbacks import delivered, register
from tests.vendors.people import P

A = "/companies/ABC123/campaigns/acquisition/2342312/participants"
LIST = "1234"
AUTH = ("VibesUser", "Password123")
PRINTED_ADDED = {"person", "subscription_list", "opt_in_date", "acquisition_campaign", "url"}
"""Members of `subscription` in the sample of the page; a removed one has two more."""


class Crm:
    """A CRM system: its receiver, its client of the API, and what it knows by what it was told."""

    def __init__(self, vibes: Any, runner: asyncio.Runner, receiver: Receiver) -> None:
        self.vibes, self._runner, self.receiver = vibes, runner, receiver
        self.subscribers: set[str] = set()
        self.seen: set[str] = set()

    def listen(self) -> None:
        for kind in ("subscription_added", "subscription_removed"):
            register(self.vibes, self.receiver.url(f"/{kind}"), kind, **{kind: {"list_id": LIST}})

    def catch_up(self) -> list[Received]:
        """Take what has come since the last time; an event that comes twice counts once."""
        fresh = [it for it in delivered(self.vibes, self._runner, self.receiver) if it.event not in self.seen]
        for received in fresh:
            self.seen.add(received.event)
            person = received.body["subscription"]["person"]["external_id"]
            added = received.headers["x-event-type"] == "subscription_added"
            (self.subscribers.add if added else self.subscribers.discard)(person)
        return fresh

    def join(self, external: str, mdn: str) -> None:
        body = {"external_person_id": external, "mobile_phone": {"mdn": mdn}}
        assert self.vibes.post(A, json=body).status_code == 201
        self.text("Y", f"+1{mdn}")

    def text(self, message: str, mdn: str) -> None:
        """The owner of a number sends a text message."""
        self.vibes.happens("text_message", company_key="ABC123", mdn=mdn, message=message)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as opened:
        yield opened


@pytest.fixture
def crm(account: Callable[..., Any], runner: asyncio.Runner, receiver: Receiver) -> Crm:
    made = Crm(account("vibes", auth=AUTH), runner, receiver)
    made.listen()
    return made


def test_situation_one_somebody_subscribes(crm: Crm) -> None:
    """A new subscriber by text message; the callback has all that the page's sample has."""
    crm.join("EXT-1", "2995550142")
    (got,) = crm.catch_up()
    assert got.path == "/subscription_added"
    assert crm.subscribers == {"EXT-1"}
    told = got.body["subscription"]
    assert told.keys() == PRINTED_ADDED
    assert {"id", "external_id", "url"} <= told["person"].keys()
    assert told["subscription_list"] == {"id": LIST, "url": f"/companies/ABC123/mobiledb/subscription_lists/{LIST}"}
    assert got.body["delivery_attempt"] == "1"
    assert crm.vibes.get(told["person"]["url"]).json()["external_person_id"] == "EXT-1"
    assert crm.vibes.get(told["url"]).json()["opt_in_date"] == told["opt_in_date"]


def test_situation_two_the_crm_updates_what_it_was_told_of(crm: Crm) -> None:
    crm.join("EXT-1", "2995550142")
    (got,) = crm.catch_up()
    body = {"custom_fields": {"first_name": "John", "last_name": "Doe"}}
    answer = crm.vibes.put(f"{P}/{got.body['subscription']['person']['id']}", json=body)
    assert (answer.status_code, answer.json()) == (200, body)
    assert crm.catch_up() == [], "an update is no subscription"


def test_situation_three_somebody_opts_out_on_the_phone(crm: Crm) -> None:
    crm.join("EXT-1", "2995550142")
    crm.catch_up()
    crm.text("STOP", "+12995550142")
    (got,) = crm.catch_up()
    told = got.body["subscription"]
    assert (got.path, told["opt_out_reason"]) == ("/subscription_removed", "user_opt_out")
    assert told.keys() == PRINTED_ADDED | {"opt_out_date", "opt_out_reason"}
    assert told["opt_out_date"] >= told["opt_in_date"]
    assert crm.subscribers == set()


def test_a_night_in_which_the_crm_is_down(crm: Crm) -> None:
    """Its server answers 503 for a while: nothing is lost, and what comes twice is known by its id."""
    crm.receiver.answers["/subscription_added"] = [503]
    for number in range(3):
        crm.join(f"EXT-{number}", f"299555014{number}")
    first = crm.catch_up()
    assert {it.attempt for it in first} == {1}
    crm.seen.clear()
    crm.subscribers.clear()
    crm.receiver.answers["/subscription_added"] = [200]
    crm.vibes.advance(300)
    again = [it for it in crm.catch_up() if it.attempt == 2]
    assert {it.event for it in again} == {it.event for it in first}
    assert crm.subscribers == {"EXT-0", "EXT-1", "EXT-2"}
    crm.vibes.advance(3600)
    assert crm.catch_up() == []


def test_an_event_that_the_crm_refuses_waits_in_the_failure_queue(crm: Crm) -> None:
    """A 4XX is for good, until somebody has it sent again."""
    crm.receiver.answers["/subscription_added"] = [422, 200]
    crm.join("EXT-1", "2995550142")
    assert len(crm.catch_up()) == 1
    crm.vibes.advance(3600)
    assert len(delivered(crm.vibes, crm._runner, crm.receiver)) == 1
    answer = crm.vibes.post(f"http://127.0.0.1/_control/worlds/{crm.vibes.world}/redeliver-callbacks", json={})
    assert answer.json() == {"queued": 1}
    one, two = delivered(crm.vibes, crm._runner, crm.receiver)
    assert (one.event, one.attempt, two.event, two.attempt) == (one.event, 1, one.event, 2)
