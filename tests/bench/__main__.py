"""`make bench`: the mock beside a bare Starlette app and stock Connexion (and Prism and WireMock when they are there).

Each server runs pinned to one core, the load generator on another. Figures are ratios of medians over rounds in which
the servers take turns, so that a machine that changes its speed changes all of them. `--million` adds the memory run.
"""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson

from mockserver.app import create_app
from mockserver.client import running
from mockserver.settings import Settings

ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = float(os.environ.get("SECONDS", "2"))
AUTH = {"Authorization": "Basic VmliZXNVc2VyOlBhc3N3b3JkMTIz", "X-API-Version": "2"}
JSON = {"Content-Type": "application/json"}
BODY = (
    '{"external_person_id":"EXT%07d","mobile_phone":{"mdn":"+1299%07d"},'
    '"custom_fields":{"first_name":"John","last_name":"Doe"}}'
)
PERSON = "5c8a2d0e-6f3b-4b57-9d1e-2f7c4a90b3e1"


def _pin(pid: int, core: int) -> None:
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(pid, {cores[core % len(cores)]})


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


@contextlib.contextmanager
def _server(command: list[str], port: int, path: str) -> Iterator[str]:
    """A server pinned to the first core, once it answers."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _pin(process.pid, 0)
    url = f"http://127.0.0.1:{port}"
    try:
        _until_answering(url + path, process)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _until_answering(url: str, process: subprocess.Popen[bytes]) -> float:
    started = time.perf_counter()
    with httpx.Client(trust_env=False) as client:
        while process.poll() is None and time.perf_counter() - started < 60:
            with contextlib.suppress(httpx.TransportError):
                client.get(url)
                return time.perf_counter() - started
            time.sleep(0.005)
    raise RuntimeError(f"{url} does not answer")


def _uvicorn(app: str, port: int) -> list[str]:
    command = [sys.executable, "-m", "uvicorn", app, "--port", str(port), "--log-level", "error", "--no-access-log"]
    return [*command, "--loop", "uvloop", "--http", "httptools"]


def _load(url: str, headers: dict[str, str], template: str = "", start: int = 0) -> dict[str, Any]:
    facts = {"url": url, "headers": headers, "template": template, "start": start, "seconds": SECONDS, "count": 60_000}
    command = [sys.executable, "-m", "tests.bench.load"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    _pin(process.pid, 1)
    printed, _ = process.communicate(orjson.dumps(facts))
    result: dict[str, Any] = orjson.loads(printed)
    return result


def throughput() -> None:
    """GET and POST person, requests per second, and the ratio to the bare app."""
    servers: dict[str, tuple[list[str], int, str]] = {}
    port = _free_port()
    ours = [sys.executable, "-m", "mockserver", "serve", "--quiet", "--no-rate-limits", "--port", str(port)]
    servers["bodydouble"] = (ours, port, "/vibes")
    for name in ("bare", "stock"):
        port = _free_port()
        servers[name] = (_uvicorn(f"tests.bench.{name}:app", port), port, "")
    for name, command in _others().items():
        port = _free_port()
        servers[name] = ([word.replace("PORT", str(port)) for word in command], port, "")
    rates: dict[str, dict[str, list[float]]] = {name: {"GET": [], "POST": []} for name in servers}
    with contextlib.ExitStack() as stack:
        urls = {
            name: stack.enter_context(_server(command, port, f"{base}/heartbeat")) + base
            for name, (command, port, base) in servers.items()
        }
        for turn in range(ROUNDS + 1):
            for name, url in urls.items():
                key = "A1" if name in ("bare",) else PERSON
                persons = f"{url}/companies/ABC123/mobiledb/persons"
                for method in ("GET", "POST"):
                    if method == "GET":
                        seen = _load(f"{persons}/{key}", AUTH)
                    else:
                        seen = _load(persons, AUTH | JSON, BODY, 60_000 * turn)
                    wrong = {status: n for status, n in seen["statuses"].items() if status not in ("200", "201")}
                    if wrong:
                        raise RuntimeError(f"{name} {method} answered {wrong}")
                    if turn:  # the first round warms up
                        rates[name][method].append(seen["rate"])
    print("| server | GET /s | of bare | POST /s | of bare |\n|---|---|---|---|---|")
    for name, by_method in rates.items():
        cells = [name]
        for method in ("GET", "POST"):
            pairs = [mine / bare for mine, bare in zip(by_method[method], rates["bare"][method], strict=True)]
            cells += [f"{statistics.median(by_method[method]):,.0f}", f"{statistics.median(pairs):.2f}"]
        print("| " + " | ".join(cells) + " |")


def _others() -> dict[str, list[str]]:
    """Prism, when `prism` is on the PATH; WireMock, when WIREMOCK_JAR names its jar and there is Java."""
    found = {}
    spec = str(Path(__file__).parents[2] / "specs" / "vibes.yaml")
    if shutil.which("prism"):
        found["Prism"] = ["prism", "mock", "--port", "PORT", "--verboseLevel", "silent", spec]
    jar = os.environ.get("WIREMOCK_JAR")
    if jar and shutil.which("java"):
        root = str(Path(__file__).with_name("wiremock"))
        found["WireMock"] = ["java", "-jar", jar, "--port", "PORT", "--no-request-journal", "--root-dir", root]
    return found


def start() -> None:
    """From the command to the first 200."""
    for label, vendors in (("all vendors", []), ("one vendor", ["vibes"])):
        seen = []
        for _ in range(ROUNDS):
            port = _free_port()
            command = [sys.executable, "-m", "mockserver", "serve", *vendors, "--quiet", "--port", str(port)]
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            seen.append(_until_answering(f"http://127.0.0.1:{port}/_control/health", process))
            process.send_signal(signal.SIGTERM)
            process.wait(20)
        _row(f"`bodydouble serve` to first 200, {label}", "≤ 1.5 s", statistics.median(seen), 1, "s")


def import_batch() -> None:
    """An import of 1000 devices in one request."""
    devices = [{"platform": "IOS", "token": f"token{n:06d}"} for n in range(1000)]
    with running(["vibes", "--no-rate-limits"]) as url, httpx.Client(trust_env=False) as client:
        path = f"{url}/vibes/mobile_apps/MyAppId01/migrations/import_batches"
        seen = []
        for _ in range(ROUNDS * 4):
            started = time.perf_counter()
            reply = client.post(path, json={"devices": devices}, headers=AUTH)
            seen.append(time.perf_counter() - started)
            if reply.status_code != 201:
                raise RuntimeError(reply.text)
    _row("import of 1000 devices, answered", "≤ 15 ms", statistics.median(seen), 1000, "ms")


def worlds() -> None:
    """Making, dropping and resetting a world, inside and over HTTP."""
    with tempfile.TemporaryDirectory() as directory:
        fixture = Path(directory) / "hundred.yaml"
        fixture.write_bytes(orjson.dumps({"vibes": _hundred()}))
        app = create_app(Settings(vendors=("vibes",), fixtures=(fixture,)))
        inside = app.worlds
        inside.create("kept", fixture="hundred")

        def make_and_drop() -> None:
            inside.create("made", fixture="hundred")
            inside.drop("made")

        _row("make and drop a world of 100 records, inside", "≤ 200 µs", _median(make_and_drop), 1e6, "µs")
        _row("reset it, inside", "≤ 200 µs", _median(lambda: inside.reset("kept")), 1e6, "µs")
        with running(["vibes", "--fixture", str(fixture)]) as url, httpx.Client(trust_env=False) as client:
            control = f"{url}/_control/worlds"

            def over_http() -> None:
                client.post(control, json={"name": "made", "fixture": "hundred"}).raise_for_status()
                client.delete(f"{control}/made").raise_for_status()

            _row("make and drop it over HTTP, two calls", "≤ 3 ms", _median(over_http, 200), 1e3, "ms")
            reset = _median(lambda: client.post(f"{control}/default/reset").raise_for_status(), 200)
            _row("reset it over HTTP", "≤ 3 ms", reset, 1e3, "ms")


def _hundred() -> dict[str, Any]:
    app = create_app(Settings(vendors=("vibes",)))
    known = app.worlds.fixtures["default"].records["vibes"]
    person = known["persons"][0]
    persons = [
        {
            **person,
            "person_key": f"key-{n}",
            "person_id": f"id{n}",
            "external_person_id": f"EXT{n}",
            "mobile_phone": {"mdn": f"+1299555{n:04d}", "carrier_code": "104"},
        }
        for n in range(100)
    ]
    return {**known, "persons": persons}


def _median(act: Callable[[], object], times: int = 2000) -> float:
    seen = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        seen.append(time.perf_counter() - started)
    return statistics.median(seen)


def memory(requests: int) -> None:
    """Resident memory of a server that has answered many requests."""
    port = _free_port()
    command = [sys.executable, "-m", "mockserver", "serve", "vibes", "--quiet", "--no-rate-limits", "--port", str(port)]
    process = subprocess.Popen(command)
    _pin(process.pid, 0)
    url, done = f"http://127.0.0.1:{port}", 0
    try:
        _until_answering(f"{url}/_control/health", process)
        while done < requests:
            seen = _load(f"{url}/vibes/companies/ABC123/mobiledb/persons/{PERSON}", AUTH)
            before, done = done, done + sum(seen["statuses"].values())
            if done // 100_000 != before // 100_000:
                pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
                print(
                    f"| memory after {done:,} requests | flat | {pages * os.sysconf('SC_PAGE_SIZE') / 2**20:.1f} MiB |"
                )
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _row(what: str, target: str, value: float, factor: float, unit: str) -> None:
    print(f"| {what} | {target} | {value * factor:,.2f} {unit} |")


def main() -> None:
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{datetime.now(UTC):%Y-%m-%d}, {machine}\n")
    throughput()
    print("\n| what | target | measured |\n|---|---|---|")
    start()
    import_batch()
    worlds()
    if "--million" in sys.argv:
        memory(1_000_000)


if __name__ == "__main__":
    main()
