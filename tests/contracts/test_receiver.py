"""`bodydouble receiver`: a right receiver is clean, each wrong one is found and its fault named."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from click.testing import CliRunner

import specs
from contracts.receiver.checks import CATALOGUE
from contracts.receiver.cli import receiver
from mockserver.cli import bodydouble
from tests.contracts.conftest import Outcome
from tests.contracts.hook import Hook

PARCELS = Path(__file__).with_name("parcels.yaml")
CLOSED = "http://127.0.0.1:9/hook"
Try = Callable[..., Outcome]


@pytest.fixture
def prove() -> Try:
    """Runs `bodydouble receiver` on a URL, with the parcels' spec unless told otherwise."""

    def run(url: str, *arguments: str, spec: Path = PARCELS, most: int = 70, within: float = 2.0) -> Outcome:
        common = ["--spec", str(spec), "--url", url, "--max-requests", str(most), "--within", str(within)]
        with specs.passing():
            result = CliRunner().invoke(receiver, [*common, *arguments], prog_name="bodydouble receiver")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return Outcome(result.exit_code, result.output)

    return run


def found(outcome: Outcome) -> set[tuple[str, str]]:
    """Check and callback of each finding."""
    words = [line.split() for line in outcome.text.splitlines() if line.startswith("receiver-")]
    return {(it[0], it[1]) for it in words}


def test_a_right_receiver_is_clean(prove: Try) -> None:
    """It refuses whatever is malformed, so that nothing malformed was sent."""
    with Hook() as hook:
        outcome = prove(hook.url, most=200)
        assert outcome.code == 0, outcome.text
        assert 150 <= len(hook.log) <= 200
    assert "2 witnessed" in outcome.text


# What is wrong, the check that says so, the callbacks it is said of, and words that tell it.
WRONG = [
    ("slow", "receiver-in-time", {"parcel_sent"}, "200 after"),
    ("hangs", "receiver-in-time", {"parcel_lost", "parcel_sent"}, "no answer within"),
    ("cut", "receiver-answers", {"parcel_sent"}, "cut off"),
    ("redirects", "receiver-redirects", {"parcel_lost", "parcel_sent"}, "307 to /elsewhere"),
    ("refuses-type", "receiver-accepts", {"parcel_lost"}, "2xx for example `example`"),
    ("refuses-example", "receiver-accepts", {"parcel_sent"}, "2xx for example `without_note`"),
    ("refuses-repeats", "receiver-repeats", {"parcel_lost", "parcel_sent"}, "a second time"),
    ("refuses-retries", "receiver-retries", {"parcel_lost", "parcel_sent"}, "again after a time-out"),
    ("needs-order", "receiver-order", {"parcel_lost"}, "in reverse order"),
    ("strict", "receiver-extras", {"parcel_lost", "parcel_sent"}, "with an unknown member"),
    ("strict-headers", "receiver-extras", {"parcel_sent"}, "with unknown headers"),
    ("needs-region", "receiver-accepts", {"parcel_sent"}, "without the optional header X-Region"),
    ("needs-json-alone", "receiver-accepts", {"parcel_sent"}, "media type with a charset"),
    ("case-sensitive", "receiver-accepts", {"parcel_lost"}, "header names in lower case"),
    ("null-crashes", "receiver-accepts", {"parcel_lost", "parcel_sent"}, "500: TypeError"),
]
ODD = [
    ("needs-note", "without `parcel.note`"),
    ("short-note", "`parcel.note` as long as it may be"),
    ("ascii-only", "text that is not ASCII"),
]


@pytest.mark.parametrize(("bug", "check", "callbacks", "words"), WRONG)
def test_a_wrong_receiver_is_found(prove: Try, bug: str, check: str, callbacks: set[str], words: str) -> None:
    with Hook(bug) as hook:
        outcome = prove(hook.url, most=40, within=0.3 if bug in ("slow", "hangs") else 2.0)
    assert outcome.code == 1, outcome.text
    assert {name for it, name in found(outcome) if it == check} >= callbacks, outcome.text
    assert words in outcome.text
    # Nothing else is blamed, unless it has the same cause.
    assert {it for it, _ in found(outcome)} == {check}, outcome.text
    assert "curl -i -H 'Content-Type: application/json" in outcome.text


@pytest.mark.parametrize(("bug", "words"), ODD)
def test_an_odd_body_names_what_was_odd(prove: Try, bug: str, words: str) -> None:
    with Hook(bug) as hook:
        outcome = prove(hook.url, most=200)
    assert outcome.code == 1, outcome.text
    assert words in outcome.text
    assert {it for it, _ in found(outcome)} == {"receiver-accepts"}


@pytest.mark.parametrize(("bug", "words"), [("dies", "no HTTP answer"), ("vanishes", "nobody listens")])
def test_a_receiver_that_dies_is_trouble_and_what_killed_it_is_named(
    prove: Try, tmp_path: Path, bug: str, words: str
) -> None:
    report = tmp_path / "run.jsonl"
    with Hook(bug) as hook:
        outcome = prove(hook.url, "--json", str(report))
    assert outcome.code == 3, outcome.text
    assert re.search("cannot be reached: .*, after parcel_sent, example `plain`", outcome.text)
    assert found(outcome) == {("receiver-answers", "parcel_sent")}
    end = json.loads(report.read_text().splitlines()[-1])
    assert end["verdict"] == "trouble"
    assert [words in it["seen"] for it in end["findings"]] == [True]


@pytest.mark.parametrize("bug", ["slow", "hangs"])
def test_a_receiver_that_never_answers_in_time_is_given_up(prove: Try, bug: str) -> None:
    with Hook(bug) as hook:
        outcome = prove(hook.url, within=0.2)
        assert len(hook.log) < 8
    assert "given up" in outcome.text
    assert outcome.code == 1


def test_what_a_repeat_needs_stands_in_its_reproduction(prove: Try) -> None:
    with Hook("refuses-retries") as hook:
        text = prove(hook.url, most=20).text
    first, second = [line for line in text.splitlines() if "curl" in line][:2]
    assert "X-Delivery-Attempts: 1" in first
    assert second == first.replace("Attempts: 1", "Attempts: 2").replace('_attempt":"1"', '_attempt":"2"')


def test_the_same_seed_sends_the_same(tmp_path: Path) -> None:
    """In processes whose hashes differ; another seed sends other ids."""
    logs = []
    for seed, hashes in (("1", "1"), ("1", "4"), ("2", "1")):
        with Hook() as hook:
            command = [sys.executable, "-m", "mockserver", "receiver", "--spec", str(PARCELS), "--url", hook.url]
            command += ["--seed", seed, "--max-requests", "110"]
            environment = {**os.environ, "PYTHONHASHSEED": hashes}
            assert subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0
            logs.append([({k: v for k, v in headers.items() if k != "Host"}, body) for _, headers, body in hook.log])
    assert logs[0] == logs[1]
    ids = [{headers.get("X-Event-Id") for headers, _ in log} for log in logs]
    assert len(ids[0] & ids[2]) < len(ids[0]) / 4


def test_every_new_event_has_an_id_of_its_own(prove: Try) -> None:
    with Hook() as hook:
        prove(hook.url)
    sent: dict[str, int] = {}
    for _, headers, body in hook.log:
        event = json.loads(body)
        assert event["event_id"] == {name.lower(): it for name, it in headers.items()}["x-event-id"]
        sent[event["event_id"]] = sent.get(event["event_id"], 0) + 1
    # For each of the two callbacks: one event twice, and one again after a time-out.
    assert sorted(sent.values())[-5:] == [1, 2, 2, 2, 2]


@pytest.mark.parametrize("most", [2, 5, 17, 33])
def test_no_more_is_sent_than_allowed(prove: Try, most: int) -> None:
    with Hook() as hook:
        outcome = prove(hook.url, most=most)
        assert 2 <= len(hook.log) <= most
    assert outcome.code == 0, outcome.text
    assert "more requests were left out" in outcome.text


def test_only_the_named_callback_is_sent(prove: Try) -> None:
    with Hook() as hook:
        assert prove(hook.url, "--callback", "parcel_lost", most=20).code == 0
    assert {json.loads(body)["event_type"] for _, _, body in hook.log} == {"parcel_lost"}


def test_secrets_in_the_url_are_used_and_never_shown(prove: Try, tmp_path: Path) -> None:
    report = tmp_path / "run.jsonl"
    with Hook("refuses-type") as hook:
        url = hook.url.replace("//", "//me:hunter22@") + "?token=sesame99&tenant=acme"
        outcome = prove(url, "--json", str(report), most=20)
    path, headers, _ = hook.log[0]
    assert path == "/hook?token=sesame99&tenant=acme"
    assert headers["Authorization"] == "Basic bWU6aHVudGVyMjI="
    shown = outcome.text + report.read_text()
    assert "tenant=acme" in shown
    assert not re.search("hunter22|sesame99|bWU6", shown)


def test_reports_tell_the_same(prove: Try, tmp_path: Path) -> None:
    junit, lines = tmp_path / "deep" / "junit.xml", tmp_path / "run.jsonl"
    with Hook("strict") as hook:
        outcome = prove(hook.url, "--junit", str(junit), "--json", str(lines), most=40)
    events = [json.loads(line) for line in lines.read_text().splitlines()]
    assert {(it["check"], it["operation"]) for it in events[-1]["findings"]} == found(outcome)
    suite = ElementTree.parse(junit).getroot()[0]
    assert len(suite.findall("testcase")) == sum(it["event"] == "task-ended" for it in events)
    assert suite.findall(".//failure")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--url", CLOSED], "name a vendor"),
        (["nobody", "--url", CLOSED], "unknown vendor 'nobody'"),
        (["voltmx", "--url", CLOSED], "voltmx documents no callbacks"),
        (["voltmx", "--spec", str(PARCELS), "--url", CLOSED], "and not both"),
        (["--spec", "no-such-file.yaml", "--url", CLOSED], "no such file"),
        (["--spec", str(PARCELS), "--url", "ftp://x/"], "no http:// or https:// URL"),
        (["--spec", str(PARCELS), "--url", "http://[x/"], "no http:// or https:// URL"),
        (["--spec", str(PARCELS), "--url", CLOSED, "--callback", "parcel"], "known are parcel_sent, parcel_lost"),
        (["--spec", str(PARCELS), "--url", CLOSED, "--max-requests", "1"], "less than one for each of 2 callbacks"),
        (["--spec", str(PARCELS), "--url", CLOSED, "--within", "0"], "--within"),
        (["--spec", str(PARCELS)], "--url"),
        (["--spec", str(PARCELS), "--url", CLOSED, "--json", "/proc/nowhere/x"], "cannot be written"),
    ],
)
def test_wrong_usage_is_one_clear_line(arguments: list[str], words: str) -> None:
    result = CliRunner().invoke(receiver, arguments, prog_name="bodydouble receiver")
    assert result.exit_code == 2, result.output
    assert words in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("url", [CLOSED, "https://127.0.0.1:9/", "http://no-such-host.invalid/hook"])
def test_an_unreachable_receiver_is_trouble(prove: Try, url: str) -> None:
    outcome = prove(url, most=4)
    assert outcome.code == 3
    assert "cannot be reached" in outcome.text
    assert found(outcome) == set()


def document(callbacks: Any, **components: Any) -> dict[str, Any]:
    operation = {"operationId": "a.b", "responses": {"200": {"description": "ok"}}, "callbacks": callbacks}
    info = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}}
    return {**info, "paths": {"/a": {"post": operation}}, "components": components}


def callback(schema: Any, media_type: str = "application/json", **more: Any) -> dict[str, Any]:
    body = {"required": True, "content": {media_type: {"schema": schema, **more}}}
    return {"{$request.body#/url}": {"post": {"requestBody": body, "responses": {"2XX": {"description": "ok"}}}}}


@pytest.fixture
def spec_of(tmp_path: Path) -> Callable[[dict[str, Any]], Path]:
    def write(written: dict[str, Any]) -> Path:
        path = tmp_path / "made.yaml"
        path.write_text(yaml.safe_dump(written, sort_keys=False))
        return path

    return write


SCHEMA = {
    "type": "object",
    "required": ["id", "kind"],
    "additionalProperties": False,
    "properties": {"id": {"type": "integer"}, "kind": {"type": "string", "enum": ["x", "y"]}},
}


def test_extras_are_not_sent_where_the_schema_forbids_them(prove: Try, spec_of: Callable[..., Path]) -> None:
    spec = spec_of(document({"ping": callback(SCHEMA)}))
    with Hook("takes-all") as hook:
        assert prove(hook.url, spec=spec, most=60).code == 0
    for _, _, body in hook.log:
        event = json.loads(body)
        assert event.keys() == {"id", "kind"}
        assert type(event["id"]) is int
        assert event["kind"] in ("x", "y")


def test_xml_is_sent_by_the_schema(prove: Try, spec_of: Callable[..., Path]) -> None:
    schema = {**SCHEMA, "xml": {"name": "ping"}}
    spec = spec_of(document({"ping": callback(schema, "text/xml", example={"id": 7, "kind": "x"})}))
    with Hook("takes-all") as hook:
        assert prove(hook.url, spec=spec, most=40).code == 0
    roots = [ElementTree.fromstring(body) for _, _, body in hook.log]
    assert {root.tag for root in roots} == {"ping"}
    assert {root.findtext("kind") for root in roots} == {"x", "y"}
    assert len({root.findtext("id") for root in roots}) > 5


def test_a_callback_without_a_body_is_sent_without_one(prove: Try, spec_of: Callable[..., Path]) -> None:
    written = document({"ping": {"{$request.query.url}": {"put": {"responses": {"200": {"description": "ok"}}}}}})
    with Hook("takes-all") as hook:
        assert prove(hook.url, spec=spec_of(written), most=9).code == 0
        assert hook.log
    assert {body for _, _, body in hook.log} == {b""}


@pytest.mark.parametrize(
    ("callbacks", "words"),
    [
        ({"ping": {"$ref": "#/components/callbacks/None"}}, "leads nowhere"),
        ({"ping": {"{$url}": {"post": {}}}}, "documents no responses"),
        ({"ping": []}, "expected a mapping"),
        ([], "expected a mapping"),
    ],
)
def test_a_wrong_callback_is_told_with_its_line(
    prove: Try, spec_of: Callable[..., Path], callbacks: Any, words: str
) -> None:
    outcome = prove(CLOSED, spec=spec_of(document(callbacks)))
    assert outcome.code == 2
    assert re.search(rf"made.yaml:(\d+): .*{words}", outcome.text), outcome.text


def test_the_command_is_known_and_its_checks_are_described() -> None:
    result = CliRunner().invoke(bodydouble, ["receiver", "--help"])
    assert result.exit_code == 0
    assert "webhook endpoint" in result.output
    used = {check for _, check, _, _ in WRONG}
    assert {it.id for it in CATALOGUE} == used
    assert all(it.says and not it.says.endswith(".") for it in CATALOGUE)
