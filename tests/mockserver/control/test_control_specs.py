"""Operations in full, requests sent from inside, and reports of the gate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from control_api import Api, messages

from mockserver.settings import Settings

REPORT: dict[str, Any] = {
    "verdict": "findings",
    "target": "http://127.0.0.1:1",
    "findings": [{"check": "status", "operation": "accounts.greet", "expected": "200", "seen": "500"}],
    "cells": [
        {"operation": "accounts.greet", "status": "200", "media_type": "application/json", "state": "witnessed"},
        {"operation": "accounts.greet", "status": "404", "media_type": "", "state": "missing"},
    ],
}


def test_an_operation_in_full(api: Api) -> None:
    found = api.ok("GET", "/operations/ledger/accounts.get_account")
    (listed,) = [it for it in api.ok("GET", "/operations") if it["operation"] == "accounts.get_account"]
    assert listed.items() <= found.items()
    (parameter,) = found["parameters"]
    assert (parameter["name"], parameter["in"], parameter["required"]) == ("account_id", "path", True)
    assert [it["status"] for it in found["responses"]] == ["200", "404"]
    assert '"Ada"' in found["responses"][0]["body"][0]["examples"][0]["text"]
    assert Path(found["handler"].rpartition(":")[0]).name == "accounts.py"
    assert found["spec"].endswith("ledger.yaml#/paths/~1accounts~1{account_id}/get")
    added = api.ok("GET", "/operations/ledger/accounts.open_account")
    assert [it["type"] for it in added["body"]] == ["application/json"]
    reply = api("GET", "/operations/ledger/accounts.nothing")
    assert reply.status_code == 404
    assert "accounts.nothing" in messages(reply)


def test_a_request_is_sent_from_inside(api: Api, world: str) -> None:
    body = '{"id": "5", "owner": "Grää"}'
    headers = {"Content-Type": "application/json", "X-Own": "1"}
    sent = {"vendor": "ledger", "method": "POST", "target": "/accounts", "headers": headers, "body": body}
    made = api.ok("POST", f"{world}/requests", sent)
    assert (made["status"], made["operation"], made["request"]["body"]) == (201, "accounts.open_account", body)
    assert made["request"]["headers"]["x-own"] == "1"
    assert api.ok("GET", f"{world}/journal/{made['id']}") == made
    assert api.ok("GET", f"{world}/state/ledger/accounts/5")["owner"] == "Grää"
    again = api.ok("POST", f"{world}/requests", {**sent, "headers": {**headers, "Content-Length": "none"}})
    assert (again["operation"], again["request"]["headers"]["content-length"]) == (
        "accounts.open_account",
        str(len(body.encode())),
    )
    refused = api.ok("POST", f"{world}/requests", {**sent, "body": "{"})
    assert refused["status"] == 400
    assert refused["reasons"]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"target": "accounts"}, 422),
        ({"target": "/a b"}, 422),
        ({"target": "/a\r\nX-Own: 1"}, 422),
        ({"method": "CONNECT"}, 422),
        ({"vendor": "_control"}, 404),
        ({"vendor": "nobody"}, 404),
    ],
)
def test_a_request_that_cannot_be_is_refused(api: Api, world: str, changed: dict[str, str], status: int) -> None:
    sent = {"vendor": "ledger", "method": "GET", "target": "/greeting", **changed}
    assert api("POST", f"{world}/requests", sent).status_code == status
    assert api.ok("GET", f"{world}/journal")["total"] == 0


@pytest.mark.parametrize("target", ["/../_control/worlds", "/%2e%2e/%2e%2e/_control/worlds", "//_control/worlds"])
def test_a_request_stays_with_its_vendor(api: Api, world: str, target: str) -> None:
    made = api.ok("POST", f"{world}/requests", {"vendor": "ledger", "method": "GET", "target": target})
    assert (made["vendor"], made["status"]) == ("ledger", 404)


@pytest.mark.parametrize("store", ["memory", "sqlite:///{}/mock.db"])
def test_the_last_report_is_kept(settings: Callable[..., Settings], tmp_path: Path, store: str) -> None:
    with Api(settings(store=store.format(tmp_path))) as api:
        missing = api("GET", "/reports/ledger")
        assert missing.status_code == 404
        assert "bodydouble verify ledger --publish" in messages(missing)
        api.ok("PUT", "/reports/ledger", {**REPORT, "verdict": "clean"})
        api.ok("PUT", "/reports/ledger", REPORT)
        kept = api.ok("GET", "/reports/ledger")
        assert REPORT.items() <= kept.items()
        (headline,) = api.ok("GET", "/reports")
        assert (headline["verdict"], headline["findings"]) == ("findings", 1)
        assert headline["cells"] == {"witnessed": 1, "missing": 1, "not provokable": 0}
        assert api.ok("GET", "/health")["worlds"] == 1, "it is no world"
        reply = api("PUT", "/reports/ledger", {**REPORT, "cells": [{"state": "unsure"}]})
        assert reply.status_code == 422
        assert reply.json()["errors"][0]["at"] == "/cells/0"
    with Api(settings(store=store.format(tmp_path))) as again:
        assert again("GET", "/reports/ledger").status_code == (404 if store == "memory" else 200)
