"""What needs a real connection, or a store that is not in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from control_api import Api

from mockserver.client import running
from mockserver.settings import Settings


@pytest.fixture(scope="module")
def client(place: Path) -> Iterator[httpx.Client]:
    with running(["--vendor-path", str(place)]) as url, httpx.Client(base_url=url, trust_env=False) as client:
        yield client


@pytest.fixture
def name(client: httpx.Client) -> str:
    made = client.post("/_control/worlds", json={})
    assert made.status_code == 201
    return str(made.json()["name"])


@pytest.mark.parametrize("carried_out", [False, True])
@pytest.mark.parametrize("kind", ["drop", "cut"])
def test_connections_are_cut(client: httpx.Client, name: str, kind: str, carried_out: bool) -> None:
    fault = {"kind": kind, "carried_out": carried_out, "operation": "accounts.open_account", "count": 1}
    assert client.post(f"/_control/worlds/{name}/faults", json=fault).status_code == 201
    with pytest.raises(httpx.RemoteProtocolError if kind == "cut" else (httpx.RemoteProtocolError, httpx.ReadError)):
        client.post(f"/w/{name}/ledger/accounts", json={"id": "9", "owner": "Grace"})
    found = client.get(f"/_control/worlds/{name}/state/ledger/accounts/9").status_code
    assert found == (200 if carried_out else 404)
    seen = client.get(f"/_control/worlds/{name}/journal").json()["exchanges"]
    assert [it["fault"] for it in seen] == [kind]
    assert seen[0]["status"] == (0 if kind == "drop" else 201)


def test_a_cut_answer_ends_where_it_was_asked_to(client: httpx.Client, name: str) -> None:
    fault = {"kind": "cut", "size": 7, "operation": "accounts.get_account"}
    assert client.post(f"/_control/worlds/{name}/faults", json=fault).status_code == 201
    got: list[bytes] = []
    with client.stream("GET", f"/w/{name}/ledger/accounts/1") as reply, pytest.raises(httpx.RemoteProtocolError):
        got.extend(reply.iter_raw(1))
    assert b"".join(got) == b'{"id":"'


def test_security_over_the_wire(client: httpx.Client) -> None:
    assert client.get("/_control/health", headers={"Host": "example.org"}).status_code == 403
    assert client.post("/_control/worlds", json={}, headers={"Origin": "http://example.org"}).status_code == 403
    same = {"Origin": str(client.base_url).rstrip("/")}
    assert client.get("/_control/health", headers=same).status_code == 200


@pytest.fixture
def stored(settings: Callable[..., Settings], tmp_path: Path) -> Iterator[Api]:
    with Api(settings(store=f"sqlite:///{tmp_path / 'worlds.db'}")) as api:
        yield api


def test_a_durable_store_is_served_alike(stored: Api) -> None:
    made = stored.ok("POST", "/worlds", {"name": "kept", "frozen_at": "2026-01-31T08:00:00Z"})
    assert stored.vendor("POST", "/w/kept/ledger/accounts", {"id": "9", "owner": "Grace"}).status_code == 201
    stored.ok("POST", "/worlds/kept/clock/advance", {"seconds": 61})
    assert stored.ok("GET", "/worlds/kept/state/ledger/accounts/9")["confirmed"] == "2026-01-31T08:01:00Z"
    before = stored.ok("GET", "/worlds/kept/snapshot")
    assert stored("POST", "/worlds/kept/fixture", {"name": "clash"}).status_code == 409
    assert stored.ok("GET", "/worlds/kept/snapshot") == before
    assert (
        stored("PUT", "/worlds/kept/state/ledger/accounts/7", {"id": "7", "iban": "I1", "owner": "x"}).status_code
        == 409
    )
    stored.ok("POST", "/worlds/kept/faults", {"kind": "status", "count": 2})
    stored.ok("POST", "/worlds/kept/fork", {"name": "other"})
    assert stored.ok("GET", "/worlds/kept/journal")["total"] == 1
    assert stored.ok("GET", "/worlds/other/journal")["total"] == 0
    replies = [stored.vendor("GET", "/w/other/ledger/greeting").status_code for _ in range(3)]
    assert replies == [500, 500, 200]
    assert len(stored.ok("GET", "/worlds/kept/faults")) == 1
    assert stored.ok("POST", "/worlds/kept/reset") == made
    assert stored.ok("GET", "/worlds/kept/faults") == []
    assert stored.ok("GET", "/worlds/kept/journal")["total"] == 0
    assert [it["name"] for it in stored.ok("GET", "/worlds")] == ["default", "kept", "other"]
    assert stored("POST", "/worlds", {"name": "kept"}).status_code == 409
    stored.ok("DELETE", "/worlds/kept")
    assert stored("GET", "/worlds/kept").status_code == 404
    assert stored.ok("GET", "/health")["worlds"] == 2


def test_reading_the_journal_while_it_is_written(stored: Api) -> None:
    """Handlers are in threads there, the journal is not."""
    mixed = [("GET", "/ledger/accounts/1"), ("GET", "/_control/worlds/default/journal?limit=1000")] * 100
    assert {it.status_code for it in stored.together(*mixed)} == {200}
