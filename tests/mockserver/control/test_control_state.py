"""Records and fixtures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import orjson
import pytest
from control_api import Api, messages

from mockserver.settings import Settings

ADA = {"id": "1", "iban": "I1", "owner": "Ada"}


def test_kinds_and_their_numbers(api: Api, world: str) -> None:
    assert api.ok("GET", f"{world}/state/ledger") == {"kinds": {"accounts": 2, "notes": 0}}


def test_records_come_in_pages(api: Api, world: str) -> None:
    for number in range(3, 151):
        api.ok("PUT", f"{world}/state/ledger/accounts/{number}", {"id": str(number), "owner": "x"})
    page = api.ok("GET", f"{world}/state/ledger/accounts")
    assert page["total"] == 150
    assert [it["id"] for it in page["records"]] == [str(number) for number in range(1, 101)]
    page = api.ok("GET", f"{world}/state/ledger/accounts?offset=100&limit=1000")
    assert [it["id"] for it in page["records"]] == [str(number) for number in range(101, 151)]
    assert api.ok("GET", f"{world}/state/ledger/accounts?limit=0") == {"total": 150, "records": [], "next": 0}
    assert api.ok("GET", f"{world}/state/ledger/accounts?offset=1000") == {"total": 150, "records": [], "next": None}


@pytest.mark.parametrize("query", ["limit=1001", "limit=-1", "limit=x", "offset=-1", "offset=1.5", "limit=1&limit=2"])
def test_a_page_that_cannot_be_is_refused(api: Api, world: str, query: str) -> None:
    reply = api("GET", f"{world}/state/ledger/accounts?{query}")
    assert reply.status_code == 400
    assert query.partition("=")[0] in messages(reply)


def test_a_record_is_read_replaced_and_deleted(api: Api, world: str, at: str) -> None:
    one = f"{world}/state/ledger/accounts/1"
    assert api.ok("GET", one) == ADA
    changed = {**ADA, "owner": "Countess"}
    assert api("PUT", one, changed).status_code == 200
    assert api.ok("GET", one) == changed
    assert api.vendor("GET", f"{at}/accounts/1").json() == changed
    assert api("DELETE", one).status_code == 204
    for method, body in (("GET", None), ("DELETE", None)):
        reply = api(method, one, body)
        assert reply.status_code == 404
        assert "'1'" in messages(reply)
    assert api("PUT", one, ADA).status_code == 201


@pytest.mark.parametrize("key", ["a/b", "a b", "ü", "a%2Fb", "token:with:colons", "?", "#", "..", "x" * 500])
def test_any_key_can_be_named(api: Api, world: str, key: str) -> None:
    one = f"{world}/state/ledger/accounts/{quote(key, safe='').replace('.', '%2E')}"
    assert api("PUT", one, {"id": key, "owner": "x"}).status_code == 201
    assert api.ok("GET", one)["id"] == key
    assert api("DELETE", one).status_code == 204


def test_a_key_may_be_a_number(api: Api, world: str) -> None:
    one = f"{world}/state/ledger/notes/17"
    assert api("PUT", one, {"number": 17, "any": ["thing"]}).status_code == 201
    assert api.ok("GET", one) == {"number": 17, "any": ["thing"]}


@pytest.mark.parametrize(
    ("body", "at", "said"),
    [
        ({"id": "1"}, "", '"owner" is a required property'),
        ({**ADA, "owner": ""}, "/owner", "body.owner"),
        ({**ADA, "iban": 5}, "/iban", "body.iban"),
        ({**ADA, "extra": 1}, "", "extra"),
        ({"owner": "x"}, "", "lacks its key 'id'"),
        ({**ADA, "id": "2"}, "/id", "'2', but the path says '1'"),
        ({**ADA, "confirmed": "yes"}, "/confirmed", "body.confirmed"),
    ],
)
def test_a_record_is_held_to_its_schema(api: Api, world: str, body: dict[str, object], at: str, said: str) -> None:
    reply = api("PUT", f"{world}/state/ledger/accounts/1", body)
    assert reply.status_code == 422
    (error,) = reply.json()["errors"]
    assert error["at"] == at
    assert said in error["message"]
    assert api.ok("GET", f"{world}/state/ledger/accounts/1") == ADA


def test_all_that_is_wrong_is_said(api: Api, world: str) -> None:
    reply = api("PUT", f"{world}/state/ledger/accounts/1", {**ADA, "owner": "", "iban": 5})
    assert {error["at"] for error in reply.json()["errors"]} == {"/owner", "/iban"}


def test_what_is_unique_stays_so(api: Api, world: str) -> None:
    reply = api("PUT", f"{world}/state/ledger/accounts/2", {"id": "2", "iban": "I1", "owner": "Alan"})
    assert reply.status_code == 409
    assert "iban = 'I1'" in messages(reply)
    assert api.ok("GET", f"{world}/state/ledger/accounts/2")["iban"] == "I2"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("state/nobody", "served are ledger"),
        ("state/nobody/accounts", "served are ledger"),
        ("state/ledger/unicorns", "it has accounts, notes"),
        ("state/ledger/unicorns/1", "it has accounts, notes"),
        ("state/ledger/accounts/unknown", "no record 'unknown' of kind 'accounts'"),
    ],
)
def test_what_is_not_there_is_said(api: Api, world: str, path: str, said: str) -> None:
    reply = api("GET", f"{world}/{path}")
    assert reply.status_code == 404
    assert said in messages(reply)


def test_fixtures_are_listed(api: Api) -> None:
    found = {it["name"]: it["vendors"]["ledger"] for it in api.ok("GET", "/fixtures")}
    assert found == {
        "clash": {"accounts": 2},
        "default": {"accounts": 2},
        "empty": {"accounts": 2},
        "rich": {"accounts": 2, "notes": 1},
    }


def test_a_fixture_goes_on_top(api: Api, world: str) -> None:
    api.ok("PUT", f"{world}/state/ledger/accounts/3", {"id": "3", "owner": "Will be replaced"})
    assert api.ok("POST", f"{world}/fixture", {"name": "rich"}) == {"vendors": {"ledger": {"accounts": 2, "notes": 1}}}
    assert api.ok("GET", f"{world}/state/ledger") == {"kinds": {"accounts": 4, "notes": 1}}
    assert api.ok("GET", f"{world}/state/ledger/accounts/3")["owner"] == "Croesus"
    assert api.ok("GET", f"{world}/state/ledger/accounts/a%2Fb")["owner"] == "Midas"


def test_records_go_on_top(api: Api, world: str) -> None:
    records = {"ledger": {"accounts": [{"id": "5", "owner": "Five"}, {**ADA, "owner": "New"}], "notes": []}}
    assert api.ok("POST", f"{world}/fixture", {"records": records}) == {
        "vendors": {"ledger": {"accounts": 2, "notes": 0}}
    }
    assert api.ok("GET", f"{world}/state/ledger/accounts/1")["owner"] == "New"
    assert api.ok("GET", f"{world}/state/ledger/accounts/5")["owner"] == "Five"


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"name": "nonesuch"}, 422, "there are clash, default, empty, rich"),
        ({"name": "clash"}, 409, "iban = 'I1'"),
        ({}, 422, "body"),
        ({"name": "rich", "records": {}}, 422, "body"),
        ({"records": {"nobody": {}}}, 422, "served are ledger"),
        ({"records": {"ledger": {"unicorns": []}}}, 422, "there are accounts, notes"),
        ({"records": {"ledger": {"accounts": {}}}}, 422, "accounts"),
        ({"records": {"ledger": {"accounts": [{"id": "5", "owner": "x"}, 7]}}}, 422, "accounts[1]"),
        (
            {"records": {"ledger": {"accounts": [{"id": "5", "owner": "x"}, {"id": "6"}]}}},
            422,
            "body.records.ledger.accounts[1]",
        ),
        (
            {"records": {"ledger": {"accounts": [{"id": "5", "owner": "x"}, {"id": "5", "owner": "y"}]}}},
            422,
            "same key as [0]",
        ),
        (
            {"records": {"ledger": {"accounts": [{"id": "5", "owner": "x"}, {"id": "6", "iban": "I1", "owner": "y"}]}}},
            409,
            "nothing was put",
        ),
    ],
)
def test_all_records_or_none(api: Api, world: str, body: dict[str, object], status: int, said: str) -> None:
    before = api.ok("GET", f"{world}/snapshot")
    reply = api("POST", f"{world}/fixture", body)
    assert reply.status_code == status
    assert said in messages(reply)
    assert api.ok("GET", f"{world}/snapshot") == before


def test_a_snapshot_holds_the_kinds_that_have_records(api: Api, world: str) -> None:
    alan = {"id": "2", "iban": "I2", "owner": "Alan"}
    assert api.ok("GET", f"{world}/snapshot") == {"ledger": {"accounts": [ADA, alan]}}


def test_a_snapshot_is_a_fixture(
    api: Api, world: str, at: str, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    api.vendor("POST", f"{at}/accounts", {"id": "9", "iban": "I9", "owner": "Grace"})
    api.ok("POST", f"{world}/fixture", {"name": "rich"})
    saved = api.ok("GET", f"{world}/snapshot")
    file = tmp_path / "saved.yaml"
    file.write_bytes(orjson.dumps(saved))
    with Api(settings(fixtures=(file,), fixture="saved")) as other:
        assert other.ok("GET", "/worlds/default/snapshot") == saved
        assert other.vendor("GET", "/ledger/accounts/9").json()["owner"] == "Grace"
    again = api.ok("POST", "/worlds", {"fixture": "default"})
    api.ok("POST", f"/worlds/{again['name']}/fixture", {"records": saved})
    assert api.ok("GET", f"/worlds/{again['name']}/snapshot") == saved
    api.ok("DELETE", f"/worlds/{again['name']}")
