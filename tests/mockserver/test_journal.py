"""The journal: what it keeps of an exchange, how it is looked through, and what it does not show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import ACME, KEY, Mock


@pytest.fixture
def busy(acme: Mock) -> Mock:
    acme.control("POST", "/clock/freeze", {"at": "2026-01-31T08:00:00Z"})
    acme.get("/acme/parts?tag=steel")
    acme.get("/acme/orders/nothing")
    acme.post("/acme/parts", json={"name": "Bolt"})
    acme.post("/acme/parts", content=b"{", headers={"Content-Type": "application/json"})
    acme.delete("/acme/parts")
    acme.get("/acme/no/such/path")
    return acme


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [200, 404, 201, 400, 405, 404]),
        ({"operation": "parts.add_part"}, [201, 400]),
        ({"operation": "parts.add_part", "status": 201}, [201]),
        ({"status": 404}, [404, 404]),
        ({"method": "post"}, [201, 400]),
        ({"path": "/acme/orders"}, [404]),
        ({"path": "/acme/parts?tag"}, [200]),
        ({"text": "Bolt"}, [201]),
        ({"text": "steel"}, [200]),
        ({"refused": True}, [404, 400, 405, 404]),
        ({"refused": False}, [200, 201]),
        ({"defect": True}, []),
        ({"vendor": "acme", "limit": 2}, [405, 404]),
        ({"limit": 0}, []),
    ],
)
def test_filters(busy: Mock, wanted: dict[str, Any], found: list[int]) -> None:
    assert [it["status"] for it in busy.journal(**wanted)] == found
    total = busy.control("GET", "/journal", **wanted)["total"]
    assert total == (6 if "limit" in wanted else len(found))


def test_after_an_id(busy: Mock) -> None:
    ids = [it["id"] for it in busy.journal()]
    assert ids == sorted(ids)
    assert [it["id"] for it in busy.journal(after=ids[3])] == ids[4:]


def test_what_an_entry_says(busy: Mock) -> None:
    entry = busy.journal(status=201)[0]
    assert entry["request"]["body"] == '{"name":"Bolt"}'
    assert entry["response"]["headers"]["location"].startswith("/parts/")
    assert (entry["caller"], entry["operation"], entry["world"]) == ("wile", "parts.add_part", "default")
    assert entry["handler"].endswith("parts.py:35")
    assert 0 < entry["milliseconds"] < 5000


def test_every_entry_has_the_worlds_time(busy: Mock) -> None:
    assert {it["at"] for it in busy.journal()} == {"2026-01-31T08:00:00.000Z"}


def test_reasons(busy: Mock) -> None:
    wrong_path = busy.last()
    assert wrong_path["reasons"] == ["acme has no operation GET /acme/no/such/path"]
    busy.get("/acme/parts?limit=0&ids=x")
    assert len(busy.last()["reasons"]) == 2


def test_credentials_are_not_shown(mock: Callable[..., Mock]) -> None:
    acme = mock(vendors=("acme", "vibes"), vendor_paths=(ACME,))
    for name in ("Authorization", "Cookie", "Proxy-Authorization", "X-Device-AuthToken", "AccessSecret", "X-Api-Key"):
        for value in ("Basic c2VjcmV0", "session=c2VjcmV0", "c2VjcmV0"):
            acme.get("/acme/parts", headers={name: value, "X-Acme-Key": "wrong"})
    acme.get("/acme/parts", headers={**KEY, "Idempotency-Key": "shown"})
    journal = str(acme.journal())
    assert "shown" in journal
    assert "c2VjcmV0" not in journal
    assert KEY["X-Acme-Key"] not in journal
    assert "Basic" in journal


@pytest.mark.parametrize("path", ["/w/{}/acme/parts", "/w/{}/acme/no/such/path", "/{}/parts"])
def test_what_belongs_to_no_world_leaves_nothing_behind(acme: Mock, path: str) -> None:
    rings = acme.app.journal._rings
    acme.get("/acme/parts")
    before = set(rings)
    for number in range(50):
        acme.get(path.format(f"nowhere{number}"))
    assert set(rings) == before


def test_the_journal_is_bounded(mock: Callable[..., Mock]) -> None:
    acme = mock(vendors=("acme",), vendor_paths=(ACME,), journal_size=5)
    for number in range(12):
        acme.get(f"/acme/parts?limit={number}")
    found = acme.journal()
    assert [it["target"].partition("=")[2] for it in found] == ["7", "8", "9", "10", "11"]
    acme.post("/acme/parts", content=b"x" * 200_000)
    assert len(acme.last()["request"]["body"]) == 64 * 1024


def test_the_journal_of_a_world_ends_with_it(acme: Mock) -> None:
    for _ in range(2):
        acme.post("/_control/worlds", json={"name": "short"})
        acme.get("/w/short/acme/parts")
        assert len(acme.journal("short")) == 1
        acme.control("DELETE", "", world="short")
