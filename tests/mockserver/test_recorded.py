"""`bodydouble fixture`: what a recording shows of a vendor is there again in a mock that is served with the fixture."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

import specs
from mockserver.cli_fixture import fixture
from mockserver.welcome import example_call
from specs.loading import dumped, load
from tests.conftest import Mock
from tests.contracts.compare.conftest import Server

Start = Callable[..., Mock]
AT = "2026-01-31T08:00:00.000Z"
FROZEN = 1769846400.0


def calls(vendor: str, methods: Iterable[str]) -> list[httpx.Request]:
    """The documented example of each operation, signed."""
    sign = importlib.import_module(f"mockserver.vendors.{vendor}.auth").sign
    found = []
    for operation in specs.read(vendor).operations.values():
        if operation.method in methods:
            target, headers, body = example_call(operation)
            url = f"http://vendor.example/{vendor}{target}"
            found.append((operation.method, url, {**headers, **sign(operation.method, target, body)}, body))
    return [httpx.Request(method, url, headers=headers, content=body) for method, url, headers, body in found]


def entry(request: httpx.Request, answer: httpx.Response) -> dict[str, Any]:
    """An exchange as HAR has it, without credentials."""
    secret = ("authorization", "accengage-signature")
    asked = {"mimeType": request.headers.get("content-type", ""), "text": request.content.decode()}
    content = {"mimeType": answer.headers.get("content-type", ""), "text": answer.text, "size": len(answer.content)}
    return {
        "startedDateTime": AT,
        "time": 1,
        "request": {
            "method": request.method, "url": str(request.url),
            "headers": [{"name": name, "value": it} for name, it in request.headers.items() if name not in secret],
            **({"postData": asked} if request.content else {}),
        },
        "response": {
            "status": answer.status_code, "content": content,
            "headers": [{"name": name, "value": it} for name, it in answer.headers.items()],
        },
    }  # fmt: skip


def recorded(path: Path, entries: list[dict[str, Any]]) -> Path:
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    return path


def said(answer: httpx.Response) -> Any:
    return answer.json() if "json" in answer.headers["content-type"] else answer.text


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(fixture, [str(it) for it in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


@pytest.mark.parametrize("vendor", ["vibes", "accengage", "voltmx"])
@pytest.mark.parametrize("written", [False, True], ids=["read", "written and read"])
def test_the_same_reads_are_answered_the_same(mock: Start, tmp_path: Path, vendor: str, written: bool) -> None:
    real = mock(vendors=(vendor,))
    walk = [*(calls(vendor, ("POST", "PUT")) if written else ()), *calls(vendor, ("GET",))]
    exchanges = [(it, real.send(it)) for it in walk]
    result = run(recorded(tmp_path / "walk.har", [entry(*it) for it in exchanges]))
    stand_in = mock(vendors=(vendor,), fixtures=(tmp_path / "walk.yaml",), fixture="walk")
    reads = [(it, answer) for it, answer in exchanges if it.method == "GET" and answer.status_code == 200]
    assert len(reads) > 1
    assert [str(it.url) for it, answer in reads if said(stand_in.send(it)) != said(answer)] == []
    assert result.exit_code == 0, result.output


SDK = "http://vendor.example/vibes/mobile_apps/MyAppId01"
SDK_WALK = [
    ("GET", "", None),
    ("GET", "/devices/{device}/person", None),
    ("PATCH", "/devices/{device}", {"device": {"locale": "de_DE"}}),
    ("POST", "/devices/{device}/push_registration", {"device": {"push_token": "apns-1"}}),
    ("PUT", "/devices/{device}", {"device": {"os": "iOS", "app_version": "2.4"}}),
    ("DELETE", "/devices/{device}/push_registration", None),
    ("GET", "/persons/{person}/messages", None),
    ("GET", "/devices/{device}/person", None),
]
MASKED = "<secret>"


def as_sdk(real: Mock, token: str, device: str, person: str) -> list[dict[str, Any]]:
    """What a proxy records of an SDK that calls with its token, which it gets anew once."""
    found = []
    for method, path, body in SDK_WALK:
        url = SDK + path.format(device=device, person=person)
        headers = {"Authorization": f"MobileAppToken {token}"}
        asked = httpx.Request(method, url, headers=headers, json=body)
        answer = real.send(asked)
        assert answer.status_code < 300, answer.text
        found.append(masked(asked, answer))
        if method == "PUT":
            token = answer.json()["auth_token"]
    return found


def masked(request: httpx.Request, answer: httpx.Response) -> dict[str, Any]:
    found = entry(request, answer)
    text = specs.read("vibes").secrets.body(answer.text, False, MASKED, set())
    found["response"]["content"]["text"] = text
    if "authorization" in request.headers:
        found["request"]["headers"].append({"name": "authorization", "value": MASKED})
    return found


@pytest.fixture
def sdk_walk(mock: Start, tmp_path: Path) -> Path:
    """A recording of an SDK that registers its device, and of one whose device was known before."""
    real = mock(vendors=("vibes",))
    real.control("POST", "/clock/freeze", {"at": AT})
    first = httpx.Request(
        "POST", f"{SDK}/devices", json={"device": {"os": "iOS", "app_version": "2.3", "locale": "en"}}
    )
    registered = real.send(first)
    token, device = registered.json()["auth_token"], registered.json()["device"]["vibes_device_id"]
    opened = {"Authorization": f"MobileAppToken {token}"}
    person = real.send(httpx.Request("GET", f"{SDK}/devices/{device}/person", headers=opened)).json()["person_key"]
    known = ("bodydouble-default-device-token", "0d83b7e6-41f2-4a95-9e70-c6581fa3d247")
    opened = {"Authorization": f"MobileAppToken {known[0]}"}
    owner = real.send(httpx.Request("GET", f"{SDK}/devices/{known[1]}/person", headers=opened)).json()["person_key"]
    entries = [*as_sdk(real, *known, owner), masked(first, registered), *as_sdk(real, token, device, person)]
    path = recorded(tmp_path / "sdk.har", entries)
    assert token not in path.read_text()
    return path


def test_what_an_sdk_was_answered_is_there_again_for_its_device(sdk_walk: Path, mock: Start) -> None:
    result = run(sdk_walk)
    assert result.exit_code == 0, result.output
    made = load(sdk_walk.with_suffix(".yaml"))["vibes"]
    stand_in = mock(vendors=("vibes",), fixtures=(sdk_walk.with_suffix(".yaml"),), fixture="sdk")
    assert len(made["device_tokens"]) == len(made["devices"]) == 2
    assert made["inbox_messages"]
    for it in made["device_tokens"]:
        device, token = it["vibes_device_id"], it["auth_token"]
        assert f"the token of device {device} is not taken from the recording; here it is {token}" in result.output
        headers = {"Authorization": f"MobileAppToken {token}"}
        asked = httpx.Request("GET", f"{SDK}/devices/{device}/person", headers=headers)
        assert stand_in.send(asked).status_code == 200


def test_a_replay_on_the_fixture_shows_no_difference(sdk_walk: Path, tmp_path: Path) -> None:
    assert run(sdk_walk).exit_code == 0
    made = str(sdk_walk.with_suffix(".yaml"))
    server = Server(tmp_path, "mockserver", "serve", "vibes", "--fixture", made, "--port", "0", "--quiet")
    try:
        url = server.url()
        ended = subprocess.run(
            [sys.executable, "-m", "mockserver", "replay", sdk_walk, "--url", f"{url}/vibes", "--control", url],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    finally:
        server.stop()
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "left out" not in ended.stdout


SUBSCRIBER = {
    "ksid": 9073640394665981874, "appId": "a 1", "ufid": "12:30", "deviceId": "d-1", "deviceName": "0x1f", "sid": "no",
    "osType": "iphone", "phoneNo": "", "createdDateStr": "06/22/2016 06:44:44 AM UTC", "userAgent": "",
    "subscriptionStatus": True, "ipAddress": "192.0.2.10", "cloudStatus": True,
}  # fmt: skip


def shown(number: int, status: int = 200) -> dict[str, Any]:
    """A subscriber that was looked up in a vendor of whom nothing else is known."""
    ksid = SUBSCRIBER["ksid"] - number
    request = httpx.Request("GET", f"https://vendor.example/eu/api/v1/subscribers/{ksid}")
    answer = httpx.Response(status, json={**SUBSCRIBER, "ksid": ksid, "deviceId": f"d-{number}", "sid": f"s-{number}"})
    return entry(request, answer)


def records(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = load(path)["voltmx"]
    return found


def test_the_newest_answer_counts_and_what_was_deleted_is_gone(tmp_path: Path) -> None:
    changed, gone = shown(1), shown(2)
    changed["response"]["content"]["text"] = changed["response"]["content"]["text"].replace('"s-1"', '"1e3"')
    deleted = {"ksids": [str(SUBSCRIBER["ksid"] - 2)]}
    gone["response"]["content"]["text"] = gone["response"]["content"]["text"].replace("true", "false")
    url = "https://vendor.example/eu/api/v1/subscribers/delete/ksids"
    end = entry(httpx.Request("POST", url, json=deleted), httpx.Response(200, json={"message": "deleted"}))
    result = run(recorded(tmp_path / "walk.har", [shown(1), changed, gone, end, shown(3, status=400)]))
    (kept,) = records(tmp_path / "walk.yaml")["subscriptions"]
    assert (kept["deviceId"], kept["sid"], kept["ufid"]) == ("d-1", "1e3", "12:30")
    assert "1 of 2 reads" in result.output
    assert result.exit_code == 1


def test_what_came_before_an_early_end_is_taken(tmp_path: Path) -> None:
    path = recorded(tmp_path / "walk.har", [shown(1), shown(2)])
    path.write_text(path.read_text()[:-400])
    result = run(path, "--output", tmp_path / "deep" / "mine.yaml")
    assert result.exit_code == 2
    assert "ends in the middle of an entry" in result.output
    assert [it["deviceId"] for it in records(tmp_path / "deep" / "mine.yaml")["subscriptions"]] == ["d-1"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "is no HAR file"),
        (b'{"log": {"entries": []}}', "is no recording of"),
        (b'{"log": {"entries": [{"request": {"method": "GET", "url": "https://other/x"}}]}}', "GET https://other/x"),
        (
            json.dumps({"log": {"entries": [shown(1, status=400)]}}).encode(),
            "nothing in it tells of a record of voltmx",
        ),
    ],
)
def test_what_makes_no_fixture_is_said_in_one_line(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "odd.har"
    path.write_bytes(content)
    ended = subprocess.run(
        [sys.executable, "-m", "mockserver", "fixture", path], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 2
    assert words in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
    assert not path.with_suffix(".yaml").exists()


@pytest.mark.parametrize("text", ["12:30", "no", "1e3", "0o17", "0x1f", "~", "", "2026-01-31", "1_000", "a: b", "- x"])
def test_text_is_text_again_when_it_is_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "it.yaml").write_text(dumped({"it": text}))
    assert load(tmp_path / "it.yaml") == {"it": text}
