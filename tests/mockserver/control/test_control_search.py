"""Records searched for, kinds described, and two worlds compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from control_api import Api, messages

from mockserver.settings import Settings

MANY = 5_200


@pytest.fixture(scope="module")
def api(settings: Callable[..., Settings]) -> Iterator[Api]:
    with Api(settings()) as api:
        yield api


@pytest.fixture(scope="module")
def crowd(api: Api) -> str:
    """The path of a world with many notes, of which every thousandth is by Grace."""
    name = api.ok("POST", "/worlds", {"frozen_at": "2026-01-31T08:00:00Z"})["name"]
    notes = [
        {"number": n, "by": {"name": "Grace" if n % 1000 == 0 else "Alan", "late": n % 2 == 0}, "words": [f"n{n}"]}
        for n in range(MANY)
    ]
    api.ok("POST", f"/worlds/{name}/fixture", {"records": {"ledger": {"notes": notes}}})
    return f"/worlds/{name}"


def numbers(page: dict[str, Any]) -> list[int]:
    return [record["number"] for record in page["records"]]


@pytest.mark.parametrize(
    ("query", "total", "found"),
    [
        ("field=number&value=17", 1, [17]),
        ("field=number&value=17&text=alan", 1, [17]),
        ("field=number&value=17&text=grace", 0, []),
        ("field=number&value=99999", 0, []),
        ("field=number&value=17&offset=1", 1, []),
    ],
)
def test_a_key_leads_to_its_record(api: Api, crowd: str, query: str, total: int, found: list[int]) -> None:
    page = api.ok("GET", f"{crowd}/state/ledger/notes?{query}")
    assert (page["total"], numbers(page), page["next"]) == (total, found, None)


@pytest.mark.parametrize(
    ("query", "found"),
    [("field=iban&value=I2", ["2"]), ("field=iban&value=nobody", []), ("field=iban&value=I2&text=ada", [])],
)
def test_an_index_leads_to_its_records(api: Api, crowd: str, query: str, found: list[str]) -> None:
    page = api.ok("GET", f"{crowd}/state/ledger/accounts?{query}")
    assert [record["id"] for record in page["records"]] == found
    assert page["total"] == (0 if "nobody" in query else 1)
    assert page["next"] is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("field=by.name&value=Grace", [0, 1000, 2000, 3000, 4000, 5000]),
        ("text=GRACE", [0, 1000, 2000, 3000, 4000, 5000]),
        ("text=n4321", [4321]),
        ("text=number", []),
        ("field=by.late&value=true&text=n123", [1230, 1232, 1234, 1236, 1238]),
        ("field=by.name&value=Nobody", []),
    ],
)
def test_a_search_without_an_index_is_gone_on_with(api: Api, crowd: str, query: str, found: list[int]) -> None:
    seen, starts, start = [], [], 0
    while start is not None:
        page = api.ok("GET", f"{crowd}/state/ledger/notes?{query}&offset={start}")
        seen += numbers(page)
        starts.append(start)
        assert page["total"] == MANY
        start = page["next"]
    assert (seen if query != "field=by.late&value=true&text=n123" else [n for n in seen if n > 999]) == found
    assert starts == [0, 2000, 4000], "no call looks at more than 2,000"


def test_a_full_page_ends_the_search(api: Api, crowd: str) -> None:
    page = api.ok("GET", f"{crowd}/state/ledger/notes?text=grace&limit=2")
    assert (numbers(page), page["next"]) == ([0, 1000], 1001)
    page = api.ok("GET", f"{crowd}/state/ledger/notes?text=grace&limit=2&offset=1001")
    assert numbers(page) == [2000, 3000]


@pytest.mark.parametrize("query", ["field=iban", "value=I2", "text=", "field=&value=x"])
def test_a_search_that_cannot_be_is_refused(api: Api, crowd: str, query: str) -> None:
    assert api("GET", f"{crowd}/state/ledger/accounts?{query}").status_code == 400


def test_a_snapshot_of_many_is_whole(api: Api, crowd: str) -> None:
    saved = api.ok("GET", f"{crowd}/snapshot")
    assert [it["number"] for it in saved["ledger"]["notes"]] == list(range(MANY))
    assert len(saved["ledger"]["accounts"]) == 2


def test_kinds_are_described(api: Api) -> None:
    accounts = {
        "vendor": "ledger", "kind": "accounts", "key": "id", "unique": ["iban"], "indexed": ["id", "iban"]
    }  # fmt: skip
    assert api.ok("GET", "/kinds?vendor=ledger")[0] == accounts
    assert [it["kind"] for it in api.ok("GET", "/kinds")] == ["accounts", "notes"]
    full = api.ok("GET", "/kinds/ledger/accounts")
    assert {it["name"]: (it["type"], it["required"]) for it in full["members"]} == {
        "id": ("string", True),
        "iban": ("string", False),
        "owner": ("string", True),
        "confirmed": ("date-time", False),
    }
    for path, said in (("/kinds?vendor=nobody", "served are"), ("/kinds/ledger/unicorns", "it has accounts, notes")):
        reply = api("GET", path)
        assert reply.status_code == 404
        assert said in messages(reply)


@pytest.mark.parametrize("kind", ["accounts", "notes"])
def test_a_kinds_example_can_be_put(api: Api, world: str, kind: str) -> None:
    found = api.ok("GET", f"/kinds/ledger/{kind}")
    key = found["example"][found["key"]]
    assert api("PUT", f"{world}/state/ledger/{kind}/{key}", found["example"]).status_code in (200, 201)


def test_a_fork_differs_in_what_was_changed(api: Api, crowd: str) -> None:
    fork = api.ok("POST", f"{crowd}/fork", {})["name"]
    same = differences(api, f"{crowd}/diff/{fork}?")
    assert same == []
    notes = f"/worlds/{fork}/state/ledger/notes"
    api.ok("PUT", f"{notes}/5100", {"number": 5100, "by": {"name": "Ada", "late": True}, "words": ["n5100"]})
    api.ok("PUT", f"{notes}/7000", {"number": 7000})
    api.ok("DELETE", f"{notes}/3")
    api.ok("PUT", f"/worlds/{fork}/state/ledger/accounts/1", {"id": "1", "owner": "Ada", "iban": "I9"})
    changed = [
        {"vendor": "ledger", "kind": "accounts", "key": "1", "change": "changed", "members": [
            {"member": "iban", "here": "I1", "there": "I9"}]},
        {"vendor": "ledger", "kind": "notes", "key": "3", "change": "removed", "members": []},
        {"vendor": "ledger", "kind": "notes", "key": "5100", "change": "changed", "members": [
            {"member": "by.name", "here": "Alan", "there": "Ada"}]},
        {"vendor": "ledger", "kind": "notes", "key": "7000", "change": "added", "members": []},
    ]  # fmt: skip
    assert differences(api, f"{crowd}/diff/{fork}?") == changed
    assert differences(api, f"{crowd}/diff/{fork}?limit=1&") == changed
    assert differences(api, f"{crowd}/diff/{fork}?vendor=ledger&kind=notes&") == changed[1:]
    first = api.ok("GET", f"{crowd}/diff/{fork}")
    assert first["kinds"] == [
        {"vendor": "ledger", "kind": "accounts", "here": 2, "there": 2},
        {"vendor": "ledger", "kind": "notes", "here": MANY, "there": MANY},
    ]
    assert first["next"] == "ledger/notes/4996", "2 accounts of either world were looked at, and 5,000 records in all"
    back = differences(api, f"/worlds/{fork}/diff/{crowd.removeprefix('/worlds/')}?vendor=ledger&kind=notes&")
    assert [it["change"] for it in back] == ["changed", "removed", "added"]


def differences(api: Api, path: str) -> list[dict[str, Any]]:
    """All of them, however many answers they come in."""
    found, start = [], ""
    while start is not None:
        page = api.ok("GET", f"{path}start={start}" if start else path.rstrip("?&"))
        found += page["differences"]
        start = page["next"]
    return found


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("nobody", 404, "no world 'nobody'"),
        ("default?vendor=nobody", 404, "served are ledger"),
        ("default?vendor=ledger&kind=unicorns", 404, "it has accounts, notes"),
        ("default?kind=notes", 400, "goes with"),
        ("default?start=x", 400, "start"),
        ("default?start=ledger/notes/-1", 400, "start"),
    ],
)
def test_a_comparison_that_cannot_be_is_refused(api: Api, world: str, path: str, status: int, said: str) -> None:
    reply = api("GET", f"{world}/diff/{path}")
    assert reply.status_code == status
    assert said in messages(reply)
