"""The control API against its own description: every operation, every documented status."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from control_api import SPEC, Api
from openapi_spec_validator import validate

import mockserver.control
from mockserver.faults import CATALOGUE
from mockserver.settings import Settings
from specs import Operation
from specs.operations import Media
from specs.schemas import Direction

FOREIGN = {"Host": "example.org"}
OPERATIONS = list(SPEC.operations.values())
TAKEN = {"id": "7", "iban": "I1", "owner": "Takes what Ada has"}
# Bodies that succeed, and bodies that are refused, where the first example of the description does not fit the ledger.
GOOD = {
    "worlds.make_world": {"seed": 3},
    "worlds.fork_world": {},
    "clock.freeze_clock": {},
    "state.put_record": {"id": "1", "owner": "Ada"},
    "fixtures.add_records": {"name": "rich"},
    "faults.add_fault": {"kind": "drop"},
    "outside.let_happen": {"account_id": "1"},
    "switches.set_switches": {"greeting": "goodbye"},
    "requests.send_request": {"vendor": "ledger", "method": "GET", "target": "/greeting"},
    "reports.put_report": {"verdict": "clean", "findings": [], "cells": []},
}
BAD = {"state.put_record": {"id": "1"}, "switches.set_switches": {"greeting": "moo"}}
CONFLICTS = {
    "worlds.make_world": ("/worlds", {"name": "default"}),
    "worlds.fork_world": (None, {"name": "default"}),
    "state.put_record": ("/state/ledger/accounts/7", TAKEN),
    "fixtures.add_records": (None, {"name": "clash"}),
}


CELLS = [(operation, status) for operation in OPERATIONS for status in operation.responses]


@pytest.mark.parametrize(("operation", "status"), CELLS, ids=lambda it: it if isinstance(it, str) else it.id)
def test_every_documented_status_is_witnessed(
    operation: Operation, status: str, api: Api, guarded: Api, world: str
) -> None:
    method, path = operation.method, filled(operation, world)
    body = GOOD.get(operation.id, {"seconds": 1} if operation.id == "clock.advance_clock" else {})
    sent = body if operation.body else None
    if status == "401":
        reply = guarded(method, path, sent)
    elif status == "403":
        reply = api(method, path, sent, headers=FOREIGN)
    elif status == "404":
        missing = path.replace(world, "/worlds/nowhere").replace("/ledger", "/nobody")
        missing = path + "?vendor=nobody" if missing == path else missing
        reply = api(method, missing, sent)
    elif status == "413":
        reply = api(method, path, {"name": "x" * 5000})
    elif status == "415":
        reply = api(method, path, headers={"Content-Type": "text/plain"}, content=b"{}")
    elif status == "400" and operation.body:
        reply = api(method, path, headers={"Content-Type": "application/json"}, content=b"{")
    elif status == "400" and "{exchange_id}" in operation.path:
        reply = api(method, path.replace("/journal/1", "/journal/first"))
    elif status == "400":
        reply = api(method, path + ("&most=many" if "?" in path else "?limit=many"))
    elif operation.id == "callbacks.redeliver_one" and status in ("200", "409"):
        watched(api, world)
        if status == "200":
            api.ok("POST", f"{world}/wait-for-callbacks")
        reply = api(method, path, sent)
    elif status == "409" and operation.id == "journal.replay_exchange":
        api.vendor("POST", f"/w/{world.removeprefix('/worlds/')}/ledger/accounts", "x" * 70_000)
        reply = api(method, path, sent)
    elif status == "409":
        place, taking = CONFLICTS[operation.id]
        reply = api(method, path if place is None else place if place == "/worlds" else world + place, taking)
    elif status == "422":
        reply = api(method, path, BAD.get(operation.id, {"surprise": 1}))
    else:
        if operation.id == "reports.get_report":
            api.ok("PUT", path, GOOD["reports.put_report"])
        if operation.id == "faults.remove_fault":
            api.ok("POST", f"{world}/faults", {"kind": "drop"})
        if "{exchange_id}" in operation.path:
            api.vendor("GET", f"/w/{world.removeprefix('/worlds/')}/ledger/greeting")
        if operation.id == "callbacks.get_delivery":
            watched(api, world)
        if operation.id == "state.put_record" and status == "201":
            path, sent = f"{world}/state/ledger/accounts/7", {"id": "7", "owner": "New"}
        reply = api(method, path, sent)
    assert str(reply.status_code) == status, reply.text
    if status == "201" and operation.tag == "worlds":
        api.ok("DELETE", f"/worlds/{reply.json()['name']}")


def watched(api: Api, world: str) -> None:
    """A delivery that is pending, to where nothing is sent."""
    account = {"id": "8", "iban": "I8", "owner": "Watched"}
    assert api.vendor("POST", f"/w/{world.removeprefix('/worlds/')}/ledger/accounts", account).status_code == 201


def filled(operation: Operation, world: str) -> str:
    """The operation's path with names that exist."""
    values = {"vendor": "ledger", "kind": "accounts", "key": "1", "fault_id": "000001", "delivery_id": "000000000001"}
    values |= {"happening": "change_hands", "other": "default", "old": "ledger", "new": "ledger"}
    values["operation"] = "accounts.greet"
    path = operation.path.replace("/worlds/{world}", world)
    values["exchange_id"] = "1"
    for name, value in values.items():
        path = path.replace("{" + name + "}", value)
    return path + ("?seconds=0" if operation.id == "journal.stream_exchanges" else "")


@pytest.fixture(scope="module")
def guarded(settings: Callable[..., Settings]) -> Iterator[Api]:
    with Api(settings(host="0.0.0.0", control_token="secret"), "http://127.0.0.1:8080") as api:
        yield api


def test_the_description_is_valid_openapi() -> None:
    validate(SPEC.document)


def test_every_example_is_what_its_schema_says() -> None:
    for operation in OPERATIONS:
        found: list[tuple[Media, Direction]] = [(media, "request") for media in operation.body.values()]
        found += [(media, "response") for it in operation.responses.values() for media in it.content.values()]
        for media, direction in found:
            assert media.examples, media.pointer
            assert media.schema is not None
            for name, example in media.examples.items():
                problems = SPEC.schemas.validator(media.schema, direction).problems(example, name)
                assert [str(it) for it in problems] == [], media.pointer
        for parameter in operation.parameters:
            assert SPEC.schemas.validator(parameter.schema, "request").ok(parameter.example), parameter.pointer


def test_operations_stand_where_their_functions_stand() -> None:
    tags = [tag["name"] for tag in SPEC.document["tags"]]
    assert list(dict.fromkeys(operation.tag for operation in OPERATIONS)) == tags
    for tag in tags:
        source = (Path(mockserver.control.__file__).parent / f"{tag}.py").read_text()
        functions = [it.name for it in ast.parse(source).body if isinstance(it, ast.FunctionDef)]
        described = [it.id.partition(".")[2] for it in OPERATIONS if it.tag == tag]
        assert [name for name in functions if name in described] == described


def test_the_faults_described_are_those_of_the_catalogue() -> None:
    described = SPEC.document["components"]["schemas"]
    assert described["NewFault"]["properties"]["kind"]["enum"] == list(CATALOGUE)
    parameters = {field.name for kind in CATALOGUE.values() for field in dataclasses.fields(kind)}
    for name in ("NewFault", "Fault"):
        members = set(described[name]["properties"])
        assert members - {"id", "kind", "vendor", "operation", "probability", "count"} == parameters


@pytest.mark.parametrize("operation", [it for it in OPERATIONS if it.body], ids=lambda it: it.id)
@pytest.mark.parametrize(
    "raw",
    [
        b"[]",
        b"null",
        b'"text"',
        b"1e999",
        b'{"seed": 99999999999999999999999999}',
        b'{"name": "a", "name": "b"}',
        b'{"name": "\\ud800"}',
        b'{"name": "\\u0000"}',
        b"\xff\xfe{}",
        b"[" * 3000,
        b'{"records": {"ledger": []}}',
        b'{"records": {"ledger": {"accounts": [{"id": "1", "owner": 5}]}}}',
    ],
    ids=lambda raw: raw[:16].decode("latin-1"),
)
def test_no_body_makes_it_break(operation: Operation, raw: bytes, api: Api, world: str) -> None:
    before = api.ok("GET", f"{world}/snapshot")
    reply = api(operation.method, filled(operation, world), content=raw, headers={"Content-Type": "application/json"})
    assert reply.status_code in (400, 409, 415, 422), reply.text
    assert api.ok("GET", f"{world}/snapshot") == before


def test_each_problem_is_an_error_of_its_own(api: Api) -> None:
    reply = api("POST", "/worlds", {"seed": "x", "rate_limits": "y"})
    said = sorted(error["message"] for error in reply.json()["errors"])
    assert [message.partition(":")[0] for message in said] == ["body.rate_limits", "body.seed"]


def test_unknown_paths_and_methods_say_so(api: Api) -> None:
    reply = api("GET", "/wolrds")
    assert reply.status_code == 404
    assert "/_control/wolrds" in reply.json()["errors"][0]["message"]
    reply = api("PUT", "/worlds", {})
    assert (reply.status_code, reply.headers["allow"]) == (405, "GET, POST")
    assert "GET, POST" in reply.json()["errors"][0]["message"]


def test_it_is_no_part_of_a_world(api: Api, world: str) -> None:
    name = world.removeprefix("/worlds/")
    assert api.vendor("GET", f"/w/{name}/_control/health").status_code == 404
