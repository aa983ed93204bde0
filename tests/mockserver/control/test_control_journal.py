"""The journal, switches, operations and health."""

from __future__ import annotations

from pathlib import Path

import pytest
from control_api import Api, messages

GRACE = {"id": "9", "iban": "I9", "owner": "Grace Hopper"}


@pytest.fixture
def traffic(api: Api, at: str) -> list[int]:
    """Six exchanges, and the statuses they were answered with."""
    replies = [
        api.vendor("GET", f"{at}/accounts/1"),
        api.vendor("POST", f"{at}/accounts", GRACE),
        api.vendor("POST", f"{at}/accounts", {"id": "9"}),
        api.vendor("GET", f"{at}/accounts/7?why=not"),
        api.vendor("GET", f"{at}/nothing"),
        api.vendor("GET", f"{at}/greeting", headers={"Authorization": "Basic c2VjcmV0"}),
    ]
    return [it.status_code for it in replies]


def test_an_exchange_is_shown_in_full(api: Api, world: str, at: str, traffic: list[int]) -> None:
    assert traffic == [200, 201, 422, 404, 404, 200]
    journal = api.ok("GET", f"{world}/journal")
    assert journal["total"] == 6
    assert [it["status"] for it in journal["exchanges"]] == traffic
    ids = [it["id"] for it in journal["exchanges"]]
    assert ids == sorted(set(ids))
    added = journal["exchanges"][1]
    assert added["operation"] == "accounts.open_account"
    assert (added["method"], added["target"]) == ("POST", f"{at}/accounts")
    assert added["world"] == world.removeprefix("/worlds/")
    assert added["at"] == "2026-01-31T08:00:00.000Z"
    assert "Grace Hopper" in added["request"]["body"]
    assert "Grace Hopper" in added["response"]["body"]
    assert added["request"]["headers"]["content-type"] == "application/json"
    file, _, line = added["handler"].rpartition(":")
    assert Path(file).name == "accounts.py"
    assert "def open_account" in Path(file).read_text().splitlines()[int(line) - 1]
    assert (added["reasons"], added["fault"], added["defect"]) == ([], None, None)
    assert "owner" in journal["exchanges"][2]["reasons"][0]
    assert journal["exchanges"][4]["operation"] is None
    assert "c2VjcmV0" not in str(journal)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [0, 1, 2, 3, 4, 5]),
        ("vendor=ledger", [0, 1, 2, 3, 4, 5]),
        ("vendor=nobody", []),
        ("operation=accounts.open_account", [1, 2]),
        ("operation=accounts.open_account&status=201", [1]),
        ("status=404", [3, 4]),
        ("status=4XX", [2, 3, 4]),
        ("status=2xx", [0, 1, 5]),
        ("status=0", []),
        ("fault=true", []),
        ("fault=false&status=404", [3, 4]),
        ("method=POST", [1, 2]),
        ("method=post", [1, 2]),
        ("path=AT/accounts/", [0, 3]),
        ("path=/accounts/", []),
        ("text=Grace", [1]),
        ("text=Grace%20Hopper", [1]),
        ("text=why%3Dnot", [3]),
        ("refused=true", [2, 3, 4]),
        ("refused=false", [0, 1, 5]),
        ("defect=true", []),
        ("defect=false&status=200", [0, 5]),
        ("limit=2", [4, 5]),
        ("limit=0", []),
        ("status=404&limit=1", [4]),
        ("status=299", []),
    ],
)
def test_filters(api: Api, world: str, at: str, traffic: list[int], query: str, found: list[int]) -> None:
    every = api.ok("GET", f"{world}/journal")["exchanges"]
    got = api.ok("GET", f"{world}/journal?{query.replace('AT', at)}")
    assert got["exchanges"] == [every[index] for index in found]
    if "limit" not in query:
        assert got["total"] == len(found)


def test_what_is_new_since(api: Api, world: str, at: str, traffic: list[int]) -> None:
    last = api.ok("GET", f"{world}/journal")["exchanges"][-1]["id"]
    assert api.ok("GET", f"{world}/journal?after={last}") == {"total": 0, "exchanges": []}
    api.vendor("GET", f"{at}/greeting")
    new = api.ok("GET", f"{world}/journal?after={last}")
    assert new["total"] == 1
    assert new["exchanges"][0]["id"] > last


@pytest.mark.parametrize(
    "query",
    [
        "status=ok",
        "status=-1",
        "status=6XX",
        "status=40X",
        "refused=maybe",
        "defect=1",
        "after=x",
        "after=-1",
        "limit=1001",
    ],
)
def test_a_filter_that_cannot_be_is_refused(api: Api, world: str, query: str) -> None:
    reply = api("GET", f"{world}/journal?{query}")
    assert reply.status_code == 400
    assert query.partition("=")[0] in messages(reply)


def test_the_journal_is_bounded(api: Api, world: str, at: str) -> None:
    for number in range(25):
        api.vendor("GET", f"{at}/accounts/{number}")
    journal = api.ok("GET", f"{world}/journal?limit=1000")
    assert journal["total"] == 20
    assert [it["target"].rpartition("/")[2] for it in journal["exchanges"]] == [str(number) for number in range(5, 25)]


def test_it_is_cleared_for_one_world(api: Api, world: str, at: str, traffic: list[int]) -> None:
    api.vendor("GET", "/ledger/greeting")
    assert api("DELETE", f"{world}/journal").status_code == 204
    assert api.ok("GET", f"{world}/journal") == {"total": 0, "exchanges": []}
    assert api.ok("GET", "/worlds/default/journal")["total"] > 0


def test_the_control_api_is_not_in_it(api: Api, world: str) -> None:
    api.ok("GET", f"{world}/clock")
    assert api.ok("GET", f"{world}/journal")["total"] == 0


def test_what_is_not_text_can_be_shown(api: Api, world: str, at: str) -> None:
    headers = {"Content-Type": "application/json", "X-Odd": b"\xff"}
    api.vendor("POST", f"{at}/accounts", content=b"\xff\x00<script>", headers=headers)
    shown = api.ok("GET", f"{world}/journal")["exchanges"][0]
    assert shown["request"]["body"] == "\ufffd\x00<script>"


def test_switches(api: Api, world: str, at: str) -> None:
    greeting = {"value": "hello", "default": "hello", "choices": ["hello", "goodbye"], "summary": "What it says"}
    motto: dict[str, object] = {"value": None, "default": None, "choices": [], "summary": "Any text"}
    assert api.ok("GET", f"{world}/switches") == {"ledger": {"greeting": greeting, "motto": motto}}
    changed = api.ok("PATCH", f"{world}/switches/ledger", {"greeting": "goodbye"})
    assert changed == {"greeting": {**greeting, "value": "goodbye"}, "motto": motto}
    api.ok("PATCH", f"{world}/switches/ledger", {"motto": "onwards"})
    assert api.ok("GET", f"{world}/switches")["ledger"]["greeting"]["value"] == "goodbye", "the others stay"
    assert api.ok("PATCH", f"{world}/switches/ledger", {"motto": None})["motto"]["value"] is None
    assert api.vendor("GET", f"{at}/greeting").json()["text"] == "goodbye"
    assert api.vendor("GET", "/ledger/greeting").json()["text"] == "hello"
    assert api.ok("PATCH", f"{world}/switches/ledger", {}) == api.ok("GET", f"{world}/switches")["ledger"]


@pytest.mark.parametrize(
    ("vendor", "body", "status", "said"),
    [
        ("ledger", {"greeting": "moo"}, 422, "['hello', 'goodbye']"),
        ("ledger", {"greeting": True}, 422, "greeting"),
        ("ledger", {"motto": 5}, 422, "motto"),
        ("ledger", {"greeting": "goodbye", "nothing": 1}, 422, "it has greeting, motto"),
        ("nobody", {}, 404, "served are ledger"),
    ],
)
def test_switches_that_cannot_be(
    api: Api, world: str, vendor: str, body: dict[str, object], status: int, said: str
) -> None:
    before = api.ok("GET", f"{world}/switches")
    reply = api("PATCH", f"{world}/switches/{vendor}", body)
    assert reply.status_code == status
    assert said in messages(reply)
    assert api.ok("GET", f"{world}/switches") == before


def test_operations_say_where_they_are_written(api: Api) -> None:
    found = api.ok("GET", "/operations?vendor=ledger")
    assert found == api.ok("GET", "/operations")
    assert [it["operation"] for it in found][:2] == ["accounts.open_account", "accounts.get_account"]
    one = found[1]
    assert (one["vendor"], one["method"], one["path"]) == ("ledger", "GET", "/ledger/accounts/{account_id}")
    assert (one["tag"], one["summary"], one["statuses"]) == ("accounts", "One account", ["200", "404"])
    assert one["handler"].rpartition(":")[0].endswith("ledger/accounts.py")
    assert found[3]["handler"] is None, "its example answers"
    assert "served are ledger" in messages(api("GET", "/operations?vendor=nobody"))


def test_health(api: Api) -> None:
    health = api.ok("GET", "/health")
    assert (health["status"], health["store"]) == ("ok", "memory")
    assert health["vendors"] == [{"name": "ledger", "title": "Ledger", "url": "/ledger", "operations": 4}]
    assert health["worlds"] == len(api.ok("GET", "/worlds"))
