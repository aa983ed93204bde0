"""Comparing: steps of two mocks, what a proxy adds to a request, and the memory that long recordings take."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from mockserver.client import running
from tests.bench.report import ROUNDS, row
from tests.bench.servers import free_port, process, until_answering
from tests.bench.vibes import AUTH

_COMMAND = [sys.executable, "-m", "mockserver"]
_REQUESTS = 400
_HEARTBEAT = "/companies/ABC123/heartbeat"


def steps() -> None:
    """Steps that are taken on two mocks and compared, a second."""
    with tempfile.TemporaryDirectory() as directory:
        seen = []
        for seed in range(ROUNDS):
            report = Path(directory, f"{seed}.jsonl")
            sides = ("--baseline", "mock", "--candidate", "mock", "--seed", str(seed), "--json", str(report))
            subprocess.run([*_COMMAND, "compare", "voltmx", *sides], check=True, stdout=subprocess.DEVNULL)
            end = json.loads(report.read_text().splitlines()[-1])
            seen.append(end["exchanges"] / 2 / end["seconds"])
    row("steps compared of two mocks (voltmx, quick)", "≥ 150/s", median(seen), unit="/s")


def proxy() -> None:
    """What the proxy adds to a request, beside direct ones that take turns with it."""
    with running(["vibes", "--no-rate-limits"]) as url, tempfile.TemporaryDirectory() as directory:
        port = free_port()
        recording = str(Path(directory, "traffic.har"))
        command = [*_COMMAND, "proxy", "vibes", "--upstream", f"{url}/vibes", "--port", str(port), "--har", recording]
        with process(command) as started, httpx.Client(trust_env=False, headers=AUTH) as client:
            passing = f"http://127.0.0.1:{port}"
            until_answering(passing + _HEARTBEAT, started)
            seconds: dict[str, list[float]] = {f"{url}/vibes": [], passing: []}
            for _ in range(_REQUESTS):
                for base, seen in seconds.items():
                    since = time.perf_counter()
                    client.get(base + _HEARTBEAT).raise_for_status()
                    seen.append(time.perf_counter() - since)
    direct, passed = (median(it) for it in seconds.values())
    row("what the proxy adds to a request, checked and recorded", "≤ 1 ms", passed - direct, 1e3, "ms")


def replay(large: bool) -> None:
    """Peak memory of replaying a recording of 100,000 entries against one of a tenth; without `--large`, a tenth."""
    most = 100_000 if large else 10_000
    peaks = []
    with tempfile.TemporaryDirectory() as directory:
        for count in (most // 10, most):
            path = Path(directory, f"{count}.har")
            _write(path, count)
            with running(["voltmx", "--no-rate-limits"]) as url:
                side = ("--url", f"{url}/voltmx", "--control", url)
                peaks.append(_peak([*_COMMAND, "replay", str(path), "--vendor", "voltmx", *side]))
    what = f"peak memory of replaying {most:,} entries against {most // 10:,}"
    row(what, "bounded: ≤ 1.5 ×", peaks[1] / peaks[0], unit="×")
    row(f"the same, {most:,} entries", "", peaks[1], unit="MiB")


def _write(path: Path, count: int) -> None:
    with path.open("w") as file:
        file.write('{"log":{"version":"1.2","entries":[')
        for number, it in enumerate(_subscribed(count)):
            file.write(("," if number else "") + json.dumps(it))
        file.write("]}}")


def _subscribed(count: int) -> Iterator[dict[str, Any]]:
    """A device each that subscribes."""
    headers = [{"name": "Content-Type", "value": "application/json"}]
    for number in range(count):
        fields = {"appId": "testApp", "deviceId": f"device-{number}", "sid": f"token-{number}", "osType": "webfcm"}
        asked = json.dumps({"subscriptionService": {"subscribe": fields}})
        answer = {"statusCode": "200", "ksid": str(10**17 + number), "message": "Subscription successful."}
        url = "https://vendor.example/vpns/subscription"
        text = json.dumps({"subscriptionResponse": answer})
        yield {
            "startedDateTime": "2026-01-31T08:00:00.000Z",
            "time": 5,
            "request": {"method": "POST", "url": url, "headers": headers, "postData": {"text": asked}},
            "response": {"status": 200, "headers": headers, "content": {"text": text}},
        }


def _peak(command: list[str]) -> float:
    """The most memory that a command takes, in MiB, or what it starts, if that is more. Raises RuntimeError when it
    fails."""
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {started.returncode}")
    return usage.ru_maxrss / 1024
