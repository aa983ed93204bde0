"""Worlds and their clocks."""

from __future__ import annotations

import re

import pytest
from control_api import Api, messages

START = "2026-01-31T08:00:00.000Z"


def test_a_world_is_made_as_asked(api: Api) -> None:
    asked = {
        "name": "made.as-asked_1",
        "fixture": "rich",
        "seed": -5,
        "frozen_at": "2026-01-31T09:00:00+01:00",
        "rate_limits": False,
        "switches": {"ledger": {"greeting": "goodbye"}},
    }
    made = api.ok("POST", "/worlds", asked)
    assert made == {
        "name": "made.as-asked_1",
        "url": "/w/made.as-asked_1",
        "fixture": "rich",
        "seed": -5,
        "rate_limits": False,
        "switches": {"ledger": {"greeting": "goodbye"}},
        "clock": {"now": START, "frozen": True},
    }
    assert api.ok("GET", "/worlds/made.as-asked_1") == made
    assert made in api.ok("GET", "/worlds")
    at = made["url"] + "/ledger"
    assert api.vendor("GET", f"{at}/accounts/3").json()["owner"] == "Croesus"
    assert api.vendor("GET", f"{at}/accounts/1").status_code == 404
    assert api.vendor("GET", f"{at}/greeting").json()["text"] == "goodbye"
    assert [api.vendor("GET", f"{at}/slow").status_code for _ in range(4)] == [200] * 4
    api.ok("DELETE", "/worlds/made.as-asked_1")
    assert api("GET", "/worlds/made.as-asked_1").status_code == 404
    assert api.vendor("GET", f"{at}/accounts/3").status_code == 404


@pytest.mark.parametrize("body", [None, {}])
def test_by_default_it_has_a_name_of_its_own_and_runs_on_real_time(api: Api, body: dict[str, str] | None) -> None:
    made = [api.ok("POST", "/worlds", body) for _ in range(2)]
    assert made[0]["name"] != made[1]["name"]
    assert re.fullmatch(r"[a-z0-9]{8,}", made[0]["name"])
    assert (made[0]["fixture"], made[0]["seed"], made[0]["rate_limits"]) == ("default", 0, True)
    assert made[0]["clock"]["frozen"] is False
    for it in made:
        api.ok("DELETE", f"/worlds/{it['name']}")


def test_rate_limits_apply_unless_asked_otherwise(api: Api, at: str) -> None:
    assert [api.vendor("GET", f"{at}/slow").status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"name": "Upper"}, "name"),
        ({"name": ""}, "name"),
        ({"name": ".."}, "name"),
        ({"name": "a/b"}, "name"),
        ({"name": "~default"}, "name"),
        ({"name": "x" * 64}, "name"),
        ({"name": "x\n"}, "name"),
        ({"name": None}, "name"),
        ({"fixture": "nonesuch"}, "there are clash, default, empty, rich"),
        ({"fixture": 1}, "fixture"),
        ({"seed": 1.5}, "seed"),
        ({"seed": 2**63}, "seed"),
        ({"seed": "1"}, "seed"),
        ({"frozen_at": "tomorrow"}, "frozen_at"),
        ({"frozen_at": "2026-13-01"}, "ISO 8601"),
        ({"frozen_at": "1969-12-31T23:59:59Z"}, "1970"),
        ({"frozen_at": "9999-12-31T23:59:59-14:00"}, "8999"),
        ({"frozen_at": 5}, "frozen_at"),
        ({"rate_limits": "no"}, "rate_limits"),
        ({"switches": {"nobody": {}}}, "served are ledger"),
        ({"switches": {"ledger": {"nothing": 1}}}, "it has greeting, motto"),
        ({"switches": {"ledger": {"greeting": "moo"}}}, "['hello', 'goodbye']"),
        ({"switches": {"ledger": {"motto": 5}}}, "motto"),
        ({"nmae": "x"}, "nmae"),
    ],
)
def test_what_cannot_be_made_is_said(api: Api, body: dict[str, object], said: str) -> None:
    before = api.ok("GET", "/health")["worlds"]
    reply = api("POST", "/worlds", body)
    assert reply.status_code == 422
    assert said in messages(reply)
    assert api.ok("GET", "/health")["worlds"] == before


def test_a_name_is_given_once(api: Api, world: str) -> None:
    name = world.removeprefix("/worlds/")
    for path in ("/worlds", "/worlds/default/fork"):
        reply = api("POST", path, {"name": name})
        assert reply.status_code == 409
        assert name in messages(reply)


def test_an_unknown_world_is_explained(api: Api) -> None:
    assert "POST /_control/worlds" in messages(api("GET", "/worlds/nowhere/clock"))


def test_hidden_worlds_cannot_be_reached(api: Api, world: str) -> None:
    hidden = [name for name in api.app.worlds.store.worlds() if name.startswith("~")]
    assert hidden
    for name in hidden:
        assert api("DELETE", f"/worlds/{name}").status_code == 404
        assert api("GET", f"/worlds/{name}/snapshot").status_code == 404
        assert api("POST", f"/worlds/{name}/fork").status_code == 404
        assert api.vendor("GET", f"/w/{name}/ledger/accounts/1").status_code == 404


def test_worlds_share_nothing(api: Api, world: str, at: str) -> None:
    other = api.ok("POST", "/worlds", {"frozen_at": "2030-01-01"})
    try:
        api.vendor("POST", f"{at}/accounts", {"id": "9", "owner": "Grace"})
        api.ok("POST", f"{world}/faults", {"kind": "status", "operation": "accounts.greet"})
        api.ok("PATCH", f"{world}/switches/ledger", {"greeting": "goodbye"})
        there = f"{other['url']}/ledger"
        assert api.vendor("GET", f"{there}/accounts/9").status_code == 404
        assert api.vendor("GET", f"{there}/greeting").json()["text"] == "hello"
        assert api.ok("GET", f"/worlds/{other['name']}/clock")["now"].startswith("2030")
        assert api.ok("GET", f"/worlds/{other['name']}/due") == []
        assert api.ok("GET", f"/worlds/{other['name']}/faults") == []
        assert api.ok("GET", f"/worlds/{other['name']}/journal")["total"] == 2
        assert api.ok("GET", f"{world}/journal")["total"] == 1
    finally:
        api.ok("DELETE", f"/worlds/{other['name']}")


def test_a_fork_goes_its_own_way_from_here(api: Api, world: str, at: str) -> None:
    api.vendor("POST", f"{at}/accounts", {"id": "9", "owner": "Grace"})
    api.ok("POST", f"{world}/faults", {"kind": "drop", "operation": "accounts.slow"})
    api.ok("PATCH", f"{world}/switches/ledger", {"greeting": "goodbye"})
    fork = api.ok("POST", f"{world}/fork", {"name": "my-fork"})
    assert fork["name"] == "my-fork"
    assert fork["switches"] == {"ledger": {"greeting": "goodbye"}}
    assert fork["clock"] == {"now": START, "frozen": True}
    assert api.ok("GET", "/worlds/my-fork/snapshot") == api.ok("GET", f"{world}/snapshot")
    assert len(api.ok("GET", "/worlds/my-fork/faults")) == 1
    assert api.ok("GET", "/worlds/my-fork/journal")["total"] == 0
    texts = [api.vendor("GET", f"{place}/greeting").json()["id"] for place in (at, "/w/my-fork/ledger")]
    assert texts[0] == texts[1], "ids go on from the same place"
    api.ok("POST", "/worlds/my-fork/clock/advance", {"seconds": 61})
    api.ok("DELETE", "/worlds/my-fork/state/ledger/accounts/1")
    assert "confirmed" in api.ok("GET", "/worlds/my-fork/state/ledger/accounts/9")
    assert "confirmed" not in api.ok("GET", f"{world}/state/ledger/accounts/9")
    assert api.ok("GET", f"{world}/state/ledger/accounts/1")["owner"] == "Ada"
    assert api.ok("POST", "/worlds/my-fork/reset")["name"] == "my-fork"
    assert "9" not in str(api.ok("GET", "/worlds/my-fork/snapshot"))
    api.ok("DELETE", "/worlds/my-fork")


def test_a_reset_undoes_everything(api: Api, world: str, at: str) -> None:
    before = (api.ok("GET", world), api.ok("GET", f"{world}/snapshot"))
    first = api.vendor("GET", f"{at}/greeting").json()
    api.vendor("POST", f"{at}/accounts", {"id": "9", "owner": "Grace"})
    api.ok("POST", f"{world}/faults", {"kind": "status"})
    api.ok("PATCH", f"{world}/switches/ledger", {"greeting": "goodbye"})
    api.ok("POST", f"{world}/clock/advance", {"seconds": 5})
    assert api.ok("POST", f"{world}/reset") == before[0]
    assert api.ok("GET", f"{world}/snapshot") == before[1]
    assert api.ok("GET", f"{world}/faults") == []
    assert api.ok("GET", f"{world}/due") == []
    assert api.ok("GET", f"{world}/journal") == {"total": 0, "exchanges": []}
    assert api.vendor("GET", f"{at}/greeting").json() == first, "the same seed and requests give the same ids"


def test_a_name_that_is_used_again_starts_with_an_empty_journal(api: Api) -> None:
    for _ in range(2):
        api.ok("POST", "/worlds", {"name": "again"})
        assert api.ok("GET", "/worlds/again/journal")["total"] == 0
        api.vendor("GET", "/w/again/ledger/greeting")
        api.ok("DELETE", "/worlds/again")


def test_the_default_world_can_be_dropped_and_made_again(api: Api) -> None:
    api.ok("DELETE", "/worlds/default")
    assert api.vendor("GET", "/ledger/accounts/1").status_code == 404
    api.ok("POST", "/worlds", {"name": "default"})
    assert api.vendor("GET", "/ledger/accounts/1").status_code == 200


def test_the_clock_stands_advances_and_runs(api: Api, world: str, at: str) -> None:
    assert api.ok("GET", f"{world}/clock") == {"now": START, "frozen": True}
    assert api.ok("POST", f"{world}/clock/advance", {"seconds": 1.5})["now"] == "2026-01-31T08:00:01.500Z"
    assert api.vendor("GET", f"{at}/greeting").json()["at"] == "2026-01-31T08:00:01Z"
    frozen = api.ok("POST", f"{world}/clock/freeze", {"at": "2020-02-29"})
    assert frozen == {"now": "2020-02-29T00:00:00.000Z", "frozen": True}
    running = api.ok("POST", f"{world}/clock/release")
    assert running["now"].startswith("2020-02-29T00:00:0")
    assert running["frozen"] is False
    assert api.ok("POST", f"{world}/clock/release")["now"] >= running["now"]
    later = api.ok("POST", f"{world}/clock/advance", {"seconds": 3600})
    assert later["now"].startswith("2020-02-29T01:00:0")
    stands = api.ok("POST", f"{world}/clock/freeze")
    assert api.ok("GET", f"{world}/clock") == stands
    assert stands["frozen"]


def test_what_is_due_happens_when_time_passes(api: Api, world: str, at: str) -> None:
    for number in ("8", "9"):
        api.vendor("POST", f"{at}/accounts", {"id": number, "owner": "Grace"})
        api.ok("POST", f"{world}/clock/advance", {"seconds": 10})
    due = api.ok("GET", f"{world}/due")
    assert due[0] == {
        "at": "2026-01-31T08:01:00.000Z",
        "vendor": "ledger",
        "job": "accounts.confirm",
        "facts": {"account_id": "8"},
    }
    assert [it["facts"]["account_id"] for it in due] == ["8", "9"]
    assert api.ok("GET", f"{world}/due?limit=1") == due[:1]
    api.ok("POST", f"{world}/clock/advance", {"seconds": 40})
    store = api.app.worlds.store
    kind = api.app.vendors["ledger"].kinds["accounts"]
    name = world.removeprefix("/worlds/")
    assert store.get(name, kind, "8")["confirmed"] == "2026-01-31T08:01:00Z", "at once, not with the next request"
    assert api.ok("GET", f"{world}/due") == due[1:]


@pytest.mark.parametrize("look", ["state/ledger/accounts/9", "state/ledger/accounts", "snapshot"])
def test_looking_at_a_world_sees_what_is_due_done(api: Api, world: str, at: str, look: str) -> None:
    api.vendor("POST", f"{at}/accounts", {"id": "9", "owner": "Grace"})
    opened = api.app.worlds
    with opened.open(world.removeprefix("/worlds/")) as settings:
        opened.change(settings, clock={"offset": 0.0, "frozen": settings["clock"]["frozen"] + 3600})
    assert "confirmed" in str(api.ok("GET", f"{world}/{look}"))


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("advance", {"seconds": -1}, "seconds"),
        ("advance", {"seconds": "1"}, "seconds"),
        ("advance", {"seconds": None}, "seconds"),
        ("advance", {}, "seconds"),
        ("advance", {"seconds": 1e300}, "8999"),
        ("advance", {"seconds": 10**12}, "8999"),
        ("freeze", {"at": "later"}, "ISO 8601"),
        ("freeze", {"at": "0001-01-01T00:00:00+14:00"}, "1970"),
        ("freeze", {"when": "2026-01-01"}, "when"),
        ("release", {"at": "2026-01-01"}, "body"),
    ],
)
def test_times_that_cannot_be_are_refused(api: Api, world: str, path: str, body: dict[str, object], said: str) -> None:
    reply = api("POST", f"{world}/clock/{path}", body)
    assert reply.status_code == 422
    assert said in messages(reply)
    assert api.ok("GET", f"{world}/clock")["now"] == START
