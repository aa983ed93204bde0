"""The rate limit of a target without clock control: left alone, or probed by a burst when asked for."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.contracts.conftest import Gate
from tests.contracts.local import Local, Quiet

_ANY = {"description": "It", "content": {"application/json": {"schema": {"type": "object"}}}}
_READ = {"x-rate-limit": "few", "responses": {"200": _ANY, "429": _ANY}}
DOCUMENT = {
    "openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "x-rate-limit": {"few": {"requests": 10, "seconds": 1}},
    "paths": {"/a": {"get": {"operationId": "a", **_READ}}, "/b": {"get": {"operationId": "b", **_READ}}},
}  # fmt: skip


@contextmanager
def limited(requests: int, seconds: float = 1.0) -> Iterator[tuple[str, list[float]]]:
    """A server that grants so many requests in any so many seconds; 0 grants all. Its URL, and when it was called."""
    calls: list[float] = []
    lock = threading.Lock()

    class Handler(Quiet):
        def answer(self) -> None:
            now = time.monotonic()
            with lock:
                recent = sum(now - it < seconds for it in calls)
                refused = (0 < requests <= recent and self.path != "/") or self.path not in ("/", "/a", "/b")
                if not refused:
                    calls.append(now)
            self.send_response(429 if refused else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

    with Local(Handler) as server:
        yield server.url, calls


@pytest.fixture
def spec(tmp_path: Path) -> str:
    path = tmp_path / "limited.json"
    path.write_text(json.dumps(DOCUMENT))
    return str(path)


@pytest.mark.parametrize(
    ("grants", "code", "words"), [(10, 0, ""), (0, 1, "429 among 21"), (4, 1, "10 requests in 1 s")]
)
def test_a_burst_shows_whether_the_limit_holds(gate: Gate, spec: str, grants: int, code: int, words: str) -> None:
    with limited(grants) as (url, _):
        outcome = gate(
            "--spec", spec, "--url", url, "--probe-rate", "--only", "rate-limit", "--profile", "smoke", "--rate", "3"
        )
    assert (outcome.code, words in outcome.text) == (code, True), outcome.text
    assert ("rate-limit a" in outcome.text) is bool(words)


def test_unasked_it_stays_below_the_documented_rate(gate: Gate, spec: str) -> None:
    with limited(10) as (url, calls):
        outcome = gate(
            "--spec", spec, "--url", url, "--operation", "a", "--skip", "rejects-invalid", "--profile", "smoke"
        )
    assert "--probe-rate" in outcome.text
    busiest = max(sum(0 <= other - one < 1 for other in calls) for one in calls)
    assert busiest <= 6, "half of what is documented, and the one that sees whether it is there"


def test_a_burst_is_for_one_process(gate: Gate, spec: str) -> None:
    assert gate("--spec", spec, "--url", "http://127.0.0.1:9", "--probe-rate", "-n", "2").code == 2
