"""The README's walk: a "real vendor" recorded by the proxy, replayed on the mock, and turned into a mock of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.contracts.compare.conftest import ROOT, Server

pytestmark = pytest.mark.long
DEVICE = {"appId": "testApp", "deviceId": "D1", "osType": "iphone"}


@pytest.mark.parametrize("bug", ["", "update-changes-ksid"])
def test_from_a_real_vendor_to_a_mock_that_has_its_data(tmp_path: Path, flask: Callable[..., str], bug: str) -> None:
    recording = tmp_path / "traffic.har"
    place = tmp_path / "proxy"
    place.mkdir()
    asked = ("--upstream", flask(bug), "--port", "0", "--har", str(recording))
    proxy = Server(place, "mockserver", "proxy", "voltmx", *asked)
    first, second = (_subscribed(proxy.url(), sid) for sid in ("T1", "T2"))
    proxy.process.send_signal(signal.SIGTERM)
    assert proxy.process.wait(10) == 0  # What passed keeps the spec: a wrong id has the right shape.
    assert (first == second) is (not bug)

    code, findings = _replayed(recording, tmp_path)
    assert code == bool(bug)
    assert [(it["check"], "/subscriptionResponse/ksid" in it["key"]) for it in findings] == [
        ("same-values", True)
    ] * code

    assert _run("fixture", str(recording)).returncode in (0, 1)  # Writes are not idempotent, which is told.
    place = tmp_path / "mock"
    place.mkdir()
    fixture = ("--fixture", str(tmp_path / "traffic.yaml"), "--port", "0", "--quiet")
    mock = Server(place, "mockserver", "serve", "voltmx", *fixture)
    try:
        gone = _said(mock.url() + "/voltmx", {"unsubscribe": {"ksid": second}})
        unknown = _said(mock.url() + "/voltmx", {"unsubscribe": {"ksid": "123456789012345678"}})
    finally:
        mock.stop()
    assert gone["statusCode"] == "200"
    assert unknown["statusCode"] != "200"


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mockserver", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def _replayed(recording: Path, directory: Path) -> tuple[int, list[dict[str, Any]]]:
    report = directory / "replay.jsonl"
    ended = _run("replay", str(recording), "--json", str(report))
    assert not ended.stderr.startswith("Traceback"), ended.stderr
    return ended.returncode, json.loads(report.read_text().splitlines()[-1])["findings"]


def _subscribed(url: str, sid: str) -> str:
    return str(_said(url, {"subscribe": {**DEVICE, "sid": sid}})["ksid"])


def _said(url: str, service: dict[str, Any]) -> dict[str, Any]:
    answer = httpx.post(f"{url}/vpns/subscription", json={"subscriptionService": service}, trust_env=False)
    return dict(answer.json()["subscriptionResponse"])
