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


SECRET = "s3cret-9f2"
XML = f'<part sku="1"><name>a</name><pin>{SECRET}</pin></part>'


@pytest.mark.parametrize(
    ("path", "content", "media_type"),
    [
        (f"/acme/parts?access_token={SECRET}", "", ""),
        (f"/acme/parts?limit=x&PassWord={SECRET}", "", ""),
        (f"/acme/parts?%70assword={SECRET}", "", ""),
        (f"/nobody/parts?api_key={SECRET}", "", ""),
        ("/acme/parts", f'{{"name": "a", "pin": "{SECRET}"}}', "application/json"),
        ("/acme/parts", f'{{"name": 1, "pin" : "{SECRET}", "x": "{SECRET}"}}', "application/json"),
        ("/acme/parts", f'{{"name": "a", "pin": "{SECRET}', "application/json"),
        ("/acme/parts", XML, "application/xml"),
        ("/acme/parts", f"name=a&pin={SECRET}", "application/x-www-form-urlencoded"),
        ("/acme/parts", f'{{"name": "a", "pin": "{SECRET}", "{SECRET}": 1}}', "application/json"),
        ("/voltmx/vpns/subscription", f'{{"subscriptionService": {{"authToken": "{SECRET}"}}}}', "application/json"),
    ],
)
def test_credentials_in_query_and_body_are_not_shown(
    mock: Callable[..., Mock], path: str, content: str, media_type: str
) -> None:
    """Nor where the answer, or what is said to be wrong, repeats one; and what is no credential is shown."""
    acme = mock(vendors=("voltmx",) if "voltmx" in path else ("acme",), vendor_paths=(ACME,))
    headers = {**KEY, "Content-Type": media_type} if media_type else KEY
    acme.request("POST" if content else "GET", path, content=content or None, headers=headers)
    listed = acme.control("GET", "/journal")["exchanges"]
    if path.startswith("/nobody"):
        assert not listed or SECRET not in str(listed)
        return
    one = acme.control("GET", f"/journal/{listed[-1]['id']}")
    news = acme.get("/_control/worlds/default/journal/stream", params={"after": 0, "seconds": 0}).text
    for shown in (str(listed), str(one), news):
        assert SECRET not in shown
        assert path.partition("?")[0] in shown
    assert "…" in one["target"] + one["request"]["body"]
    if content.startswith('{"name": "a"'):
        assert '"name": "a"' in one["request"]["body"]


def test_a_header_that_the_spec_names_for_a_credential_is_not_shown(mock: Callable[..., Mock]) -> None:
    accengage = mock(vendors=("accengage",))
    accengage.get("/accengage/v1/campaigns", headers={"Accengage-Signature": SECRET, "X-Trace": "shown"})
    shown = accengage.last()["request"]["headers"]
    assert (shown["accengage-signature"], shown["x-trace"]) == ("…", "shown")


def test_the_token_that_an_answer_gives_is_not_shown(mock: Callable[..., Mock]) -> None:
    vibes = mock(vendors=("vibes",))
    answer = vibes.post(
        "/vibes/mobile_apps/MyAppId01/devices",
        json={"device": {"os": "iOS", "os_version": "17", "sdk_version": "1"}},
    ).json()
    assert answer["auth_token"]
    assert answer["auth_token"] not in str(vibes.last())
    assert answer["device"]["vibes_device_id"] in str(vibes.last())


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
