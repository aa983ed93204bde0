"""The command: exit codes, bad input, reports."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.contracts.conftest import SHOP, Gate
from tests.contracts.shop import KEY, Shop

ROOT = Path(__file__).parents[2]
CLOSED = "http://127.0.0.1:9"
EXPIRED = """
[[known]]
check = "status"
operation = "items.add_item"
reason = "ticket 1"
expires = {year}-01-01
"""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name a vendor"),
        (["nobody"], "unknown vendor 'nobody'"),
        (["voltmx", "--spec", str(SHOP)], "and not both"),
        (["--spec", "no-such-file.yaml", "--url", CLOSED], "no such file"),
        (["--spec", str(SHOP)], "--spec goes with --url"),
        (["voltmx", "--operation", "no.such"], "no operation 'no.such'; `bodydouble routes voltmx` lists them"),
        (["voltmx", "--operation", "subscriber.get_subscriber"], "did you mean subscribers.get_subscriber"),
        (["voltmx", "--only", "no-such-check"], "unknown check 'no-such-check'"),
        (["voltmx", "--url", "ftp://x"], "no http:// or https:// URL"),
        (["voltmx", "--control", CLOSED], "--control goes with --url"),
        (["voltmx", "--url", CLOSED, "--control", CLOSED], "ends in /voltmx"),
        (["voltmx", "--vendor-path", "/nowhere"], "does not exist"),
        (["voltmx", "--known", "no-such-file.toml"], "cannot be read"),
        (["voltmx", "--shard", "3/2"], "is not like 1/3"),
        (["voltmx", "--shard", "99/99"], "fewer operations"),
        (["voltmx", "--require", "101"], "not in the range"),
        (["voltmx", "--junit", "/proc/nowhere/junit.xml"], "cannot be written"),
        (["voltmx", "--html", "/"], "is a directory"),
        (["voltmx", "--skip", "status,headers"], "unknown check 'status,headers'"),
        (["voltmx", "--profile", "slow"], "is not one of"),
        (["voltmx", "--seed", "one"], "not a valid integer"),
        (["voltmx", "--timeout", "0"], "not in the range"),
        (["voltmx", "--url", "http://"], "no http:// or https:// URL"),
        (["voltmx", "--url", "http://[::1"], "no http:// or https:// URL"),
        (["voltmx", "--url", "http://localhost:99999"], "no http:// or https:// URL"),
        (["voltmx", "--url", "http://localhost/?key=1"], "ends with its path"),
        (["voltmx", "--url", f"{CLOSED}/voltmx", "--control", "http://["], "no http:// or https:// URL"),
        (["--spec", str(SHOP), "--url", CLOSED, "--operation", "items"], "no operation 'items'"),
        (["--spec", "/", "--url", CLOSED], "is a directory"),
    ],
)
def test_wrong_usage_is_one_clear_line(gate: Gate, arguments: list[str], words: str) -> None:
    outcome = gate(*arguments)
    assert outcome.code == 2, outcome.text
    assert words in outcome.text
    assert "Traceback" not in outcome.text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[known", "is not TOML"),
        ("known = 3", "is no list of tables"),
        ("[known]\ncheck = 1", "is no list of tables"),
        ("known = ['status']", "is no table"),
        ('[[known]]\ncheck = "status"', "lacks `expires`"),
        (EXPIRED.format(year="2030").replace("-01-01", ""), "is no date"),
        (EXPIRED.format(year="2030") + 'more = "x"', "unknown key `more`"),
        (EXPIRED.format(year="2030"), "unknown operation 'items.add_item'"),
        (EXPIRED.format(year="2030").replace("ticket 1", " "), "`reason` is no text, or an empty one"),
        (EXPIRED.format(year="2030").replace('"status"', "['status']"), "`check` is no text, or an empty one"),
        (EXPIRED.format(year="2030").replace('"status"', '"statuss"'), "unknown check 'statuss'; did you mean status?"),
        (EXPIRED.format(year="2030").replace("known", "know"), "`know` means nothing here; write [[known]]"),
    ],
)
def test_a_wrong_file_of_known_failures_is_wrong_usage(gate: Gate, tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "known.toml"
    path.write_text(text)
    outcome = gate("voltmx", "--url", CLOSED, "--known", str(path))
    assert outcome.code == 2
    assert words in outcome.text


@pytest.mark.parametrize("processes", ["1", pytest.param("2", marks=pytest.mark.long)])
def test_nothing_is_left_in_the_users_directory(tmp_path: Path, processes: str) -> None:
    command = [sys.executable, "-m", "mockserver", "verify", "voltmx", "-n", processes]
    command += ["--operation", "locations.update_location"]
    ended = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stdout
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("password = [", "is not TOML"),
        ("pasword = 'x'", "unknown key 'pasword'"),
        ("voltmx = 3", "`voltmx` is no table"),
        ("values = 3", "`values` is not a table"),
        ("\udcff", "is not TOML"),
        (None, "cannot be read"),
    ],
)
def test_wrong_credentials_are_wrong_usage(gate: Gate, tmp_path: Path, text: str | None, words: str) -> None:
    path = tmp_path / "credentials.toml"
    if text is not None:
        path.write_bytes(text.encode(errors="surrogateescape"))
    outcome = gate("voltmx", "--url", CLOSED, "--credentials", str(path))
    assert outcome.code == 2, outcome.text
    assert words in outcome.text
    assert len(outcome.text.splitlines()) == 1


def test_what_is_no_control_api_is_trouble(gate: Gate) -> None:
    with Shop() as shop:
        outcome = gate("voltmx", "--url", f"{shop.url}/voltmx", "--control", shop.url)
    assert outcome.code == 3, outcome.text
    assert "control API refused GET /health with 401" in outcome.text


def test_a_certificate_that_nobody_signed_is_trouble(gate: Gate, tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with Shop() as shop:
        shop.secure(context)
        outcome = gate("voltmx", "--url", shop.url.replace("http:", "https:"))
    assert outcome.code == 3, outcome.text
    assert "TLS failed: its certificate cannot be verified: self-signed certificate (SSL_CERT_FILE" in outcome.text


@pytest.mark.parametrize("url", [CLOSED, "https://127.0.0.1:9", "http://no-such-host.invalid"])
def test_an_unreachable_target_is_trouble(gate: Gate, tmp_path: Path, url: str) -> None:
    report = tmp_path / "junit.xml"
    outcome = gate("voltmx", "--url", url, "--junit", str(report))
    assert outcome.code == 3
    assert "cannot be reached" in outcome.text
    assert "Traceback" not in outcome.text
    assert ElementTree.parse(report).find(".//error") is not None


def test_tls_where_there_is_none_is_trouble(gate: Gate) -> None:
    with Shop() as shop:
        outcome = gate("voltmx", "--url", shop.url.replace("http:", "https:"))
    assert outcome.code == 3
    assert "TLS failed" in outcome.text


def test_a_target_that_dies_keeps_the_partial_report(judge: Gate, tmp_path: Path) -> None:
    report, junit, page = tmp_path / "run.jsonl", tmp_path / "junit.xml", tmp_path / "page.html"
    with Shop("dies") as shop:
        outcome = judge(shop, "--json", str(report), "--junit", str(junit), "--html", str(page))
    assert outcome.code == 3, outcome.text
    assert len(ElementTree.parse(junit).findall(".//testcase")) > 1
    assert "cannot be reached" in page.read_text()
    lines = [json.loads(line) for line in report.read_text().splitlines()]
    assert lines[-1]["verdict"] == "trouble"
    assert lines[-1]["exchanges"] > 3


def test_an_interrupted_run_is_not_clean(tmp_path: Path) -> None:
    report = tmp_path / "run.jsonl"
    with Shop("slow") as shop:
        command = [sys.executable, "-c", "from contracts.cli import verify; verify()", "--spec", str(SHOP)]
        command += ["--url", shop.url, "--json", str(report)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        while len(shop.log) < 2 and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        text, _ = process.communicate(timeout=30)
    assert process.returncode == 3, text
    assert "interrupted" in text
    assert "Traceback" not in text
    assert json.loads(report.read_text().splitlines()[-1])["verdict"] == "trouble"


def test_a_run_that_reaches_nothing_fails(gate: Gate) -> None:
    """Without leave to write, nothing of Volt MX's Subscription API can be asked at all."""
    subscriptions = ("--operation", "subscriptions.change_subscription")
    with Shop() as shop:
        outcome = gate("voltmx", *subscriptions, "--url", shop.url, "--profile", "smoke")
        requests = len(shop.log)
    assert outcome.code == 1, outcome.text
    assert "reached" in outcome.checks()
    assert requests == 1, "only the one that sees whether it is there"


def test_without_leave_nothing_is_written(gate: Gate, tmp_path: Path) -> None:
    credentials = tmp_path / "credentials.toml"
    credentials.write_text(f'key = "{KEY}"')
    with Shop() as shop:
        outcome = gate("--spec", str(SHOP), "--url", shop.url, "--credentials", str(credentials))
        assert outcome.code == 0, outcome.text
        assert {line.split()[0] for line in shop.log} == {b"GET"}
    assert "--allow-writes" in outcome.text


@pytest.mark.parametrize("more", [(), pytest.param(("-n", "2"), marks=pytest.mark.long)], ids=["one process", "two"])
def test_the_user_s_own_tests_have_no_part_in_it(
    judge: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...]
) -> None:
    (tmp_path / "tests").mkdir()
    for place in (tmp_path, tmp_path / "tests"):
        (place / "conftest.py").write_text("raise RuntimeError('not for the gate')")
    monkeypatch.chdir(tmp_path)
    with Shop() as shop:
        outcome = judge(shop, "--only", "status", *more)
    assert outcome.code == 0, outcome.text


@pytest.mark.parametrize(("year", "code", "words"), [("2130", 0, "1 known"), ("2020", 1, "expired on 2020-01-01")])
def test_known_failures_are_accepted_until_they_expire(
    judge: Gate, tmp_path: Path, year: str, code: int, words: str
) -> None:
    path = tmp_path / "known.toml"
    path.write_text(EXPIRED.format(year=year))
    with Shop("wrong-status") as shop:
        outcome = judge(shop, "--known", str(path), "--only", "status")
    assert (outcome.code, words in outcome.text) == (code, True), outcome.text


def test_a_known_failure_that_no_longer_fails_is_reported(judge: Gate, tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    path.write_text(EXPIRED.format(year="2130"))
    with Shop() as shop:
        outcome = judge(shop, "--known", str(path), "--skip", "delete-deletes")
    assert outcome.code == 0
    assert "no longer fails" in outcome.text


@pytest.mark.parametrize("more", [(), pytest.param(("-n", "2"), marks=pytest.mark.long)], ids=["one process", "two"])
def test_fail_fast_stops_at_the_first_finding_that_is_not_accepted(
    judge: Gate, tmp_path: Path, more: tuple[str, ...]
) -> None:
    path = tmp_path / "known.toml"
    wrong = EXPIRED.format(year="2130")
    unseen = wrong.replace('"status"', '"grid"')
    # What is not known to be made is not deleted either, on a target that may hold somebody's data.
    path.write_text(wrong + unseen + unseen.replace("add_item", "delete_item"))
    requests = []
    for arguments in ((), ("--fail-fast",), ("--fail-fast", "--known", str(path))):
        with Shop("wrong-status") as shop:
            outcome = judge(shop, *arguments, *more, "--skip", "example-succeeds", "--skip", "provokes")
            requests.append(len(shop.log))
        stopped = "stopped at the first finding" in outcome.text
        assert (outcome.code, stopped) == (0 if str(path) in arguments else 1, arguments == ("--fail-fast",)), (
            outcome.text
        )
    assert requests[1] < requests[0] / 2


@pytest.mark.parametrize(
    "part",
    [("--only", "headers"), ("--operation", "items.get_item"), ("--shard", "1/5")],
    ids=["other checks", "another operation", "another shard"],
)
def test_nobody_knows_whether_what_was_not_tried_still_fails(
    judge: Gate, tmp_path: Path, part: tuple[str, ...]
) -> None:
    path = tmp_path / "known.toml"
    path.write_text(EXPIRED.format(year="2130"))
    with Shop("deletes") as shop:
        outcome = judge(shop, "--known", str(path), "--skip", "grid", *part)
    assert outcome.code == 0, outcome.text
    assert "no longer fails" not in outcome.text


def test_a_known_failure_of_no_check_is_wrong_usage(judge: Gate, tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    path.write_text(EXPIRED.format(year="2130").replace('"status"', '"statuses"'))
    with Shop() as shop:
        outcome = judge(shop, "--known", str(path))
        assert not any(b"/items" in line for line in shop.log)
    assert outcome.code == 2, outcome.text
    assert "unknown check 'statuses'" in outcome.text


def test_only_and_skip_choose_checks(judge: Gate) -> None:
    with Shop("wrong-status") as shop:
        assert judge(shop, "--skip", "status", "--skip", "grid").code == 0
        assert judge(shop, "--only", "headers").code == 0


def test_reports_tell_the_same(judge: Gate, tmp_path: Path) -> None:
    junit, html, lines = tmp_path / "a" / "junit.xml", tmp_path / "report.html", tmp_path / "run.jsonl"
    with Shop("no-404") as shop:
        outcome = judge(shop, "--junit", str(junit), "--html", str(html), "--json", str(lines), "--github")
    assert outcome.code == 1
    suite = ElementTree.parse(junit).getroot()[0]
    end = json.loads(lines.read_text().splitlines()[-1])
    assert {it["check"] for it in end["findings"]} == outcome.checks()
    assert len(suite.findall(".//failure")) == len(end["findings"])
    assert int(suite.get("tests", 0)) == len(suite.findall("testcase"))
    page = html.read_text()
    assert page.count("<details") == len(end["findings"])
    assert "://" not in page.replace(shop.url, ""), "the page fetches nothing"
    assert outcome.text.count("::error title=") == len(end["findings"])
    assert all(it["reproduce"] for it in end["findings"] if it["check"] != "grid")
