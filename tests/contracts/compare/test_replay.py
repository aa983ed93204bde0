"""`bodydouble replay`: recordings of a proxy or a browser, sent to another target."""

from __future__ import annotations

import gzip
import json
import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from contracts.compare.cli_replay import replay
from specs import har, read
from specs.har import HarError, Truncated
from specs.paths import Paths
from tests.contracts.compare.conftest import Outcome

ORIGIN = "https://vendor.example/eu"
PATH = "/vpns/subscription"
Replay = Callable[..., Outcome]


@pytest.fixture
def run_replay(tmp_path: Path) -> Replay:
    def run(*arguments: str) -> Outcome:
        report = tmp_path / "replay.jsonl"
        result = CliRunner().invoke(replay, [*arguments, "--json", str(report)], prog_name="bodydouble replay")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        lines = report.read_text().splitlines() if report.exists() else []
        end = json.loads(lines[-1]) if lines else {"findings": [], "notes": [], "exchanges": 0, "seconds": 0.0}
        return Outcome(
            result.exit_code, result.output, end["findings"], end["notes"], end["exchanges"], end["seconds"]
        )  # fmt: skip

    return run


def subscription(device: str, ksid: str, message: str, status: int = 200, service: str = "subscribe") -> dict[str, Any]:
    """An entry as a browser writes it."""
    fields = {"appId": "testApp", "deviceId": device, "sid": f"token-of-{device}", "osType": "webfcm"}
    if service == "unsubscribe":
        fields = {"ksid": device}
    asked = {"subscriptionService": {service: fields}}
    said = {"subscriptionResponse": {"statusCode": str(status), "ksid": ksid, "message": message}}
    return entry("POST", ORIGIN + PATH, asked, status, said)


def entry(method: str, url: str, asked: Any, status: int, said: Any) -> dict[str, Any]:
    return {
        "startedDateTime": "2026-01-31T08:00:00.000Z",
        "time": 12.5,
        "request": {
            "method": method, "url": url, "httpVersion": "h2",
            "headers": [{"name": ":authority", "value": "x"}, {"name": "content-type", "value": "application/json"}],
            "postData": {"mimeType": "application/json", "text": json.dumps(asked)},
        },
        "response": {
            "status": status, "statusText": "", "headers": [{"name": "content-type", "value": "application/json"}],
            "content": {"size": 1, "mimeType": "application/json", "text": json.dumps(said)},
        },
    }  # fmt: skip


def written(path: Path, found: Iterator[dict[str, Any]] | list[dict[str, Any]], ended: bool = True) -> str:
    with path.open("w") as file:
        file.write('{"log": {"version": "1.2", "creator": {"name": "a \\"entries\\": [", "version": "1"}, "entries": [')
        for number, it in enumerate(found):
            file.write(("," if number else "") + json.dumps(it))
        file.write("]}}" if ended else ', {"request": {"method": "PO')
    return str(path)


STORY = [
    subscription("d-1", "900100200300400500", "Subscription successful."),
    subscription("d-2", "900100200300400501", "Subscription successful."),
    subscription("900100200300400500", "900100200300400500", "Unsubscription successful.", service="unsubscribe"),
    entry("GET", f"{ORIGIN}/assets/app.js", "", 200, ""),
]


def test_a_right_recording_is_answered_the_same_with_ids_carried(
    run_replay: Replay, mock_url: str, tmp_path: Path
) -> None:
    recording = written(tmp_path / "story.har", STORY)
    outcome = run_replay(recording, "--url", f"{mock_url}/voltmx", "--control", mock_url)
    assert (outcome.code, outcome.findings, outcome.exchanges) == (0, [], 3), outcome.text
    assert any("1 of the recorded requests were left out: no operation" in note for note in outcome.notes)


def test_a_difference_comes_with_the_requests_that_led_to_it(run_replay: Replay, mock_url: str, tmp_path: Path) -> None:
    story = [*STORY[:2], subscription("900100200300400500", "900100200300400500", "Gone.", service="unsubscribe")]
    recording = written(tmp_path / "story.har", story)
    outcome = run_replay(recording, "--url", f"{mock_url}/voltmx", "--control", mock_url)
    assert outcome.code == 1
    (finding,) = outcome.findings
    assert finding["check"] == "same-values"
    recorded, target = finding["sides"]
    assert (recorded["name"], target["name"]) == ("recorded", "target")
    assert sum("/_control" not in line for line in target["reproduce"]) == 2, "the second device has no part in it"
    assert all(line.split()[-1].startswith("http") for line in recorded["reproduce"]), "they can be run as they are"
    assert "'Gone.'" in finding["expected"]


def test_a_real_target_is_not_written_to_unasked(run_replay: Replay, mock_url: str, tmp_path: Path) -> None:
    recording = written(tmp_path / "story.har", STORY)
    outcome = run_replay(recording, "--url", f"{mock_url}/voltmx")
    assert outcome.code == 2
    assert "none of its requests could be replayed" in outcome.text
    assert any("--allow-writes" in note for note in outcome.notes)


def test_what_came_before_a_truncation_is_replayed(run_replay: Replay, mock_url: str, tmp_path: Path) -> None:
    recording = written(tmp_path / "cut.har", STORY, ended=False)
    outcome = run_replay(recording, "--url", f"{mock_url}/voltmx", "--control", mock_url)
    assert outcome.code == 2
    assert outcome.exchanges == 3
    assert "ends in the middle of an entry" in outcome.text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "is no HAR file"),
        (b"", "is no HAR file"),
        (gzip.compress(b'{"log": {"entries": []}}', mtime=0), "is packed with gzip; unpack it first"),
        ('{"log": {"entries": []}}'.encode("utf-16"), "is written in UTF-16; HAR is UTF-8"),
        (b'{"log": {"pages": []}}', "is no HAR file"),
        (b'{"log": {"entries": []}}', "is no recording of"),
        (b'{"log": {"entries": [3]}}', "an entry is no object"),
        (b'{"log": {"entries": [{"request": {}}]}}', "entry 1 is no HAR entry"),
        (b'{"log": {"entries": [{"request": {"method": "GET", "url": "https://other/x"}}]}}', "GET https://other/x"),
    ],
)
def test_what_is_no_recording_is_said_in_one_line(
    run_replay: Replay, tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "odd.har"
    path.write_bytes(content)
    outcome = run_replay(str(path))
    assert outcome.code == 2, outcome.text
    assert words in outcome.text
    assert len(outcome.text.strip().splitlines()) == 1


def test_a_huge_file_is_read_in_bounded_memory(tmp_path: Path) -> None:
    filler = subscription("d-0", "900100200300400500", "x" * 4000)
    path = tmp_path / "huge.har"
    written(path, (filler for _ in range(20_000)))
    assert path.stat().st_size > 80 * 2**20
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert sum(1 for _ in har.entries(path)) == 20_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16 * 1024


def test_a_quote_is_part_of_a_text_wherever_the_file_is_cut_into_pieces(tmp_path: Path) -> None:
    """In the file each pair of a quote and a brace has five bytes: one piece or another ends after any of them."""
    text = '"}' * 400_000
    path = tmp_path / "quotes.har"
    written(path, [entry("POST", ORIGIN + PATH, {}, 200, {}), entry("POST", ORIGIN + PATH, {}, 200, text)])
    _, quotes = har.entries(path)
    assert quotes.response is not None
    assert json.loads(quotes.response.body) == text


def test_bodies_are_read_however_they_are_kept(tmp_path: Path) -> None:
    odd = entry("POST", ORIGIN + PATH, {}, 200, {})
    odd["request"]["postData"] = {
        "mimeType": "application/x-www-form-urlencoded",
        "params": [{"name": "a", "value": "b c"}],
    }
    odd["response"]["content"] = {"size": 3, "mimeType": "image/x", "text": "AAEC", "encoding": "base64"}
    left_out = entry("POST", ORIGIN + PATH, {}, 200, {})
    left_out["response"]["content"] = {"size": 99, "mimeType": "application/json"}
    path = tmp_path / "odd.har"
    written(path, [odd, left_out])
    first, second = har.entries(path)
    assert first.request.body == b"a=b+c"
    assert first.response is not None
    assert first.response.body == b"\0\1\2"
    assert first.whole
    assert not second.whole


def test_an_early_end_is_told_apart_from_no_har_file(tmp_path: Path) -> None:
    path = tmp_path / "cut.har"
    written(path, STORY, ended=False)
    found = har.entries(path)
    for _ in STORY:
        next(found)
    with pytest.raises(Truncated):
        next(found)
    with pytest.raises(HarError, match="cannot be read"):
        next(har.entries(tmp_path / "absent.har"))


@pytest.mark.parametrize(
    ("method", "url", "operation", "base"),
    [
        ("GET", "https://x/heartbeat", "heartbeats.get_heartbeat", "https://x"),
        ("GET", "https://x/a/b/heartbeat/", "heartbeats.get_heartbeat", "https://x/a/b"),
        (
            "GET", "https://x/companies/C/mobiledb/persons/external/E%2F1?q=1",
            "persons.get_person_by_external_id", "https://x",
        ),
        ("GET", "https://x/nowhere", None, None),
        ("DELETE", "https://x/heartbeat", None, None),
    ],
)  # fmt: skip
def test_operations_are_found_under_any_base(method: str, url: str, operation: str | None, base: str | None) -> None:
    found = Paths(read("vibes")).find(method, url)
    assert (found.operation.id if found else None, found.base if found else None) == (operation, base)
