"""Faults: asked for through the control API, felt by whoever calls the vendor."""

from __future__ import annotations

import pytest
from control_api import Api, messages

from mockserver.clock import stopwatch

GRACE = {"id": "9", "iban": "I9", "owner": "Grace"}


def test_the_catalogue_says_what_can_be_asked_for(api: Api) -> None:
    kinds = {it["kind"]: it for it in api.ok("GET", "/faults")}
    assert list(kinds) == ["status", "delay", "drop", "cut", "garble"]
    assert {"name": "seconds", "type": "number", "default": 1.0} in kinds["delay"]["parameters"]
    assert {"name": "size", "type": "integer", "default": None} in kinds["cut"]["parameters"]
    assert all(it["summary"] for it in kinds.values())


def test_a_fault_is_listed_until_it_is_taken_back(api: Api, world: str) -> None:
    asked = {"kind": "delay", "seconds": 0.5, "vendor": "ledger", "operation": "accounts.greet", "probability": 0.25}
    made = api.ok("POST", f"{world}/faults", asked)
    assert made == {"id": made["id"], **asked, "count": None}
    other = api.ok("POST", f"{world}/faults", {"kind": "drop"})
    assert (other["vendor"], other["operation"], other["probability"], other["count"]) == ("*", "*", 1, None)
    assert api.ok("GET", f"{world}/faults") == [made, other]
    assert api("DELETE", f"{world}/faults/{made['id']}").status_code == 204
    reply = api("DELETE", f"{world}/faults/{made['id']}")
    assert reply.status_code == 404
    assert made["id"] in messages(reply)
    assert api.ok("GET", f"{world}/faults") == [other]
    assert api("DELETE", f"{world}/faults").status_code == 204
    assert api.ok("GET", f"{world}/faults") == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "kind"),
        ({"kind": "explode"}, "explode"),
        ({"kind": "drop", "vendor": "nobody"}, "served are ledger, or '*'"),
        ({"kind": "drop", "operation": "accounts.nothing"}, "/_control/operations"),
        ({"kind": "drop", "vendor": "ledger", "operation": "get_account"}, "ledger has an operation 'get_account'"),
        ({"kind": "drop", "seconds": 1}, "seconds"),
        ({"kind": "delay", "size": 1}, "size"),
        ({"kind": "status", "seconds": 1}, "seconds"),
        ({"kind": "cut", "seconds": 1}, "seconds"),
        ({"kind": "garble", "size": 1}, "size"),
        ({"kind": "status", "status": 99}, "status"),
        ({"kind": "status", "status": 600}, "status"),
        ({"kind": "status", "status": "503"}, "status"),
        ({"kind": "status", "status": None}, "status"),
        ({"kind": "delay", "seconds": -1}, "seconds"),
        ({"kind": "delay", "seconds": 1e9}, "seconds"),
        ({"kind": "cut", "size": -1}, "size"),
        ({"kind": "drop", "probability": 1.1}, "probability"),
        ({"kind": "drop", "probability": -0.1}, "probability"),
        ({"kind": "drop", "count": 0}, "count"),
        ({"kind": "drop", "id": "000001"}, "id"),
    ],
)
def test_a_fault_that_cannot_be_is_refused(api: Api, world: str, body: dict[str, object], said: str) -> None:
    reply = api("POST", f"{world}/faults", body)
    assert reply.status_code == 422
    assert said in messages(reply)
    assert api.ok("GET", f"{world}/faults") == []


def test_a_status_stands_instead_of_the_answer(api: Api, world: str, at: str) -> None:
    api.ok("POST", f"{world}/faults", {"kind": "status", "status": 503, "operation": "accounts.open_account"})
    reply = api.vendor("POST", f"{at}/accounts", GRACE)
    assert (reply.status_code, reply.json()) == (503, {"closed": True}), "the documented body"
    assert api("GET", f"{world}/state/ledger/accounts/9").status_code == 404, "nothing was done"
    assert api.vendor("GET", f"{at}/accounts/1").status_code == 200, "other operations are as ever"
    assert api.vendor("GET", "/ledger/accounts/1").status_code == 200, "and other worlds"
    assert [it["fault"] for it in api.ok("GET", f"{world}/journal")["exchanges"]] == ["status", None]


def test_a_count_is_used_up(api: Api, world: str, at: str) -> None:
    api.ok("POST", f"{world}/faults", {"kind": "status", "count": 2})
    assert api.vendor("GET", f"{at}/greeting").status_code == 500
    assert [it["count"] for it in api.ok("GET", f"{world}/faults")] == [1]
    assert [api.vendor("GET", f"{at}/greeting").status_code for _ in range(3)] == [500, 200, 200]
    assert api.ok("GET", f"{world}/faults") == []


def test_the_first_that_strikes_is_the_one(api: Api, world: str, at: str) -> None:
    api.ok("POST", f"{world}/faults", {"kind": "status", "status": 502, "operation": "accounts.greet"})
    api.ok("POST", f"{world}/faults", {"kind": "status", "status": 504})
    assert api.vendor("GET", f"{at}/greeting").status_code == 502
    assert api.vendor("GET", f"{at}/accounts/1").status_code == 504


def test_chances_come_from_the_seed(api: Api) -> None:
    def run(seed: int) -> list[int]:
        name = api.ok("POST", "/worlds", {"seed": seed})["name"]
        api.ok("POST", f"/worlds/{name}/faults", {"kind": "status", "probability": 0.5})
        got = [api.vendor("GET", f"/w/{name}/ledger/greeting").status_code for _ in range(40)]
        api.ok("DELETE", f"/worlds/{name}")
        return got

    first = run(1)
    assert first == run(1)
    assert first != run(2)
    assert 8 < first.count(500) < 32


@pytest.mark.parametrize(("probability", "struck"), [(0, False), (1, True)])
def test_never_and_always(api: Api, world: str, at: str, probability: int, struck: bool) -> None:
    api.ok("POST", f"{world}/faults", {"kind": "status", "probability": probability})
    assert {api.vendor("GET", f"{at}/greeting").status_code for _ in range(20)} == {500 if struck else 200}


def test_a_delay_answers_right_but_late(api: Api, world: str, at: str) -> None:
    api.ok("POST", f"{world}/faults", {"kind": "delay", "seconds": 0.2, "operation": "accounts.open_account"})
    started = stopwatch()
    assert api.vendor("POST", f"{at}/accounts", GRACE).status_code == 201
    assert stopwatch() - started >= 0.2
    assert api.ok("GET", f"{world}/state/ledger/accounts/9") == GRACE


def test_a_delay_holds_nobody_else_up(api: Api, world: str, at: str) -> None:
    api.ok("POST", f"{world}/faults", {"kind": "delay", "seconds": 0.3})
    started = stopwatch()
    replies = api.together(*[("GET", f"{at}/greeting")] * 10)
    assert [it.status_code for it in replies] == [200] * 10
    assert stopwatch() - started < 1.5


@pytest.mark.parametrize("carried_out", [False, True])
def test_a_garbled_answer_is_damaged(api: Api, world: str, at: str, carried_out: bool) -> None:
    asked = {"kind": "garble", "carried_out": carried_out, "operation": "accounts.open_account"}
    api.ok("POST", f"{world}/faults", asked)
    whole = len(api.vendor("POST", "/ledger/accounts", GRACE).content)
    reply = api.vendor("POST", f"{at}/accounts", GRACE)
    assert reply.status_code == 201
    assert len(reply.content) == whole
    assert b'"owner":"Grace"}' not in reply.content or b'"iban":"I9"' not in reply.content
    found = api("GET", f"{world}/state/ledger/accounts/9").status_code
    assert found == (200 if carried_out else 404)
    api("DELETE", "/worlds/default/state/ledger/accounts/9")


def test_the_control_api_has_no_faults(api: Api, world: str) -> None:
    api.ok("POST", f"{world}/faults", {"kind": "status"})
    assert api("GET", f"{world}/clock").status_code == 200
