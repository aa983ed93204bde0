"""What a run made on a real target is removed again, however the run ends, and what stays is listed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.exchange import Exchange, Request, Response
from contracts.removal import makes, removal
from specs import Spec
from tests.contracts.conftest import SHOP, Gate
from tests.contracts.shop import KEY, Shop

pytestmark = pytest.mark.long

ADDING = ("--operation", "items.add_item", "--skip", "grid")


def _wait(happened: Callable[[], object], seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, f"did not happen in {seconds} s"
        time.sleep(0.01)


@pytest.mark.parametrize("processes", ["1", "2"])
def test_what_was_made_is_removed(judge: Gate, processes: str) -> None:
    with Shop("deletes") as shop:
        outcome = judge(shop, *ADDING, "-n", processes)
        added = sum(line.startswith(b"POST") for line in shop.log)
        assert added > 0
        assert shop.items.keys() == {1}, outcome.text
    assert outcome.code == 0, outcome.text
    assert "things that this run made" in outcome.text
    assert "left behind" not in outcome.text


def test_what_stays_is_listed(judge: Gate, tmp_path: Path) -> None:
    report, page = tmp_path / "run.jsonl", tmp_path / "run.html"
    with Shop("keeps-all") as shop:
        outcome = judge(shop, *ADDING, "--json", str(report), "--html", str(page))
        made = shop.items.keys() - {1}
    words = "items.delete_item answered 403"
    assert "left behind by items.add_item: /items/" in outcome.text
    assert words in outcome.text
    end = json.loads(report.read_text().splitlines()[-1])
    assert {line.split(": ")[1] for line in end["left"]} == {f"/items/{number}" for number in made}
    assert words in page.read_text()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_run_that_is_stopped_cleans_up(tmp_path: Path, how: signal.Signals, processes: str) -> None:
    credentials, report = tmp_path / "credentials.toml", tmp_path / "run.jsonl"
    credentials.write_text(f'key = "{KEY}"\n')
    command = [sys.executable, "-m", "mockserver", "verify", "--spec", str(SHOP), "--credentials", str(credentials)]
    command += ["--allow-writes", "--rate", "40", "-n", processes, "--json", str(report), *ADDING]
    with Shop("deletes") as shop:
        url = ("--url", shop.url)
        with subprocess.Popen([*command, *url], stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            try:
                _wait(lambda: len(shop.items) > 3)
                process.send_signal(how)
                printed = process.communicate(timeout=60)[0].decode()
            finally:
                process.kill()
        assert shop.items.keys() <= {1}, printed
    assert process.returncode == 3, printed
    assert "interrupted" in printed
    assert "Traceback" not in printed
    assert json.loads(report.read_text().splitlines()[-1])["verdict"] == "trouble"


RECIPES = """
from contracts.ledger import clean_up


@clean_up("notes.send_note")
def take_back(client, made):
    client.call("items.get_item", item_id=7)
    return None if made.status == 201 else False
"""


def test_a_vendors_own_way_to_clean_up(gate: Gate, tmp_path: Path) -> None:
    folder = tmp_path / "contracts" / "vendors" / "note_shop"
    folder.mkdir(parents=True)
    (folder / "recipes.py").write_text(RECIPES)
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "note-shop.yaml").write_text(SHOP.read_text())
    (tmp_path / "credentials.toml").write_text(f'key = "{KEY}"\n')
    arguments = ("note-shop", "--vendor-path", str(tmp_path), "--credentials", str(tmp_path / "credentials.toml"))
    with Shop() as shop:
        outcome = gate(
            *arguments, "--url", shop.url, "--allow-writes", "--operation", "notes.send_note", "--profile", "smoke"
        )
        assert any(line.startswith(b"GET /items/7") for line in shop.log)
    assert "left behind by notes.send_note" in outcome.text
    assert "notes.send_note's clean-up did not succeed" in outcome.text


def _spec(post: dict[str, Any], more: dict[str, Any] | None = None) -> Spec:
    made = {"description": "Made", "content": {"application/json": {"schema": {}}}}
    post = {"responses": {"201": made}, "operationId": "add", **post}
    delete = {"operationId": "drop", "responses": {"204": {"description": "Gone"}}}
    paths = {"/boxes": {"post": post}, "/boxes/{box_id}": {"delete": delete}, **(more or {})}
    return Spec("boxes", Path("boxes.yaml"), {"openapi": "3.0.3", "info": {}, "paths": paths})


def _made(status: int, body: str, headers: dict[str, str] | None = None, asked: str = "{}") -> Exchange:
    request = Request("POST", "http://x/boxes", (("Content-Type", "application/json"),), asked.encode())
    answer = {"Content-Type": "application/json", **(headers or {})}
    return Exchange("add", "http://x", request, Response(status, tuple(answer.items()), body.encode(), 0.1))


LINKED = {
    "description": "Made",
    "content": {"application/json": {"schema": {}}},
    "links": {"drop": {"operationId": "drop", "parameters": {"box_id": "$response.body#/box/ref"}}},
}


@pytest.mark.parametrize(
    ("post", "exchange", "box"),
    [
        ({}, _made(201, '{"id": 7}'), "7"),
        ({}, _made(201, '{"box_id": "a b"}'), "a b"),
        ({}, _made(201, '{"boxId": "x", "id": 9}'), "x"),
        ({}, _made(201, '{"data": {"id": 3}}'), "3"),
        ({}, _made(201, "{}", {"Location": "https://vendor/v1/boxes/a%20b"}), "a b"),
        ({"responses": {"201": LINKED}}, _made(201, '{"id": 1, "box": {"ref": "r1"}}'), "r1"),
        ({}, _made(201, '{"name": "no id"}'), None),
        ({}, _made(201, "no JSON"), None),
    ],
)
def test_how_a_thing_is_removed_follows_from_the_spec(
    post: dict[str, Any], exchange: Exchange, box: str | None
) -> None:
    spec = _spec(post)
    assert makes(exchange, spec.operations["add"], spec)
    found = removal(exchange, spec.operations["add"], spec)
    assert (found and found.path(spec)) == (box and f"/boxes/{box}")


@pytest.mark.parametrize(
    ("post", "exchange", "made"),
    [
        ({}, _made(200, '{"id": 7}'), False),
        ({"responses": {"200": LINKED}}, _made(200, '{"id": 7}'), True),
        ({"responses": {"200": LINKED}}, _made(200, '{"id": 7}', asked='{"id": 7}'), False),
        ({"responses": {"200": LINKED}, "x-capability": "add-box"}, _made(200, '{"id": 7}', asked='{"id": 7}'), True),
        ({"responses": {"200": LINKED}, "x-capability": "find-box"}, _made(404, "{}"), False),
    ],
)
def test_what_may_have_been_there_before_is_no_thing_of_ours(
    post: dict[str, Any], exchange: Exchange, made: bool
) -> None:
    spec = _spec(post)
    assert makes(exchange, spec.operations["add"], spec) is made
