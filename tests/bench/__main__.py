"""`make bench`: the mock beside a bare Starlette app and stock Connexion (and Prism and WireMock when they are there).

Each server runs pinned to one core, the load generator on another. Figures are ratios of medians over rounds in which
the servers take turns, so that a machine that changes its speed changes all of them, and throughput is counted by the
processor time that the servers had, so that it does not matter who else is busy. ROUNDS and SECONDS (of each load)
are read from the environment. `--large` takes the sizes that the targets name, where others take a tenth, and adds the
memory run; `--only csv` measures only that.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import orjson

from mockserver.app import create_app
from mockserver.client import running
from mockserver.settings import Settings
from tests.bench import accengage, comparison, console, vibes
from tests.bench.report import ROUNDS, head, resident, row, seconds_of
from tests.bench.servers import free_port, load, pin, process, rate, serve, server, until_answering, uvicorn
from tests.bench.vibes import AUTH

JSON = {"Content-Type": "application/json"}
BODY = (
    '{"external_person_id":"EXT%07d","mobile_phone":{"mdn":"+1299%07d"},'
    '"custom_fields":{"first_name":"John","last_name":"Doe"}}'
)
PERSON = "5c8a2d0e-6f3b-4b57-9d1e-2f7c4a90b3e1"


def throughput() -> None:
    """GET and POST person, requests per second of the server's processor time, and the ratio to the bare app."""
    servers: dict[str, tuple[list[str], int, str]] = {}
    port = free_port()
    servers["bodydouble"] = (serve(port, "--no-rate-limits"), port, "/vibes")
    for name in ("bare", "stock"):
        port = free_port()
        servers[name] = (uvicorn(f"tests.bench.{name}:app", port), port, "")
    for name, command in _others().items():
        port = free_port()
        servers[name] = ([word.replace("PORT", str(port)) for word in command], port, "")
    rates: dict[str, dict[str, list[float]]] = {name: {"GET": [], "POST": []} for name in servers}
    with contextlib.ExitStack() as stack:
        started = {
            name: stack.enter_context(server(command, port, f"{base}/heartbeat"))
            for name, (command, port, base) in servers.items()
        }
        for turn in range(ROUNDS + 1):
            for name, (url, pid) in started.items():
                key = "A1" if name in ("bare",) else PERSON
                persons = f"{url}{servers[name][2]}/companies/ABC123/mobiledb/persons"
                for method in ("GET", "POST"):
                    if method == "GET":
                        seen = rate(pid, f"{persons}/{key}", AUTH)
                    else:
                        seen = rate(pid, persons, AUTH | JSON, BODY, 60_000 * turn)
                    if turn:  # the first round warms up
                        rates[name][method].append(seen)
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
    for label, vendors in (("all three vendors", []), ("one vendor", ["vibes"])):
        seen = []
        for _ in range(ROUNDS):
            port = free_port()
            with process(serve(port, *vendors)) as started:
                seen.append(until_answering(f"http://127.0.0.1:{port}/_control/health", started))
        row(f"`bodydouble serve` to first 200, {label}", "≤ 1.5 s", statistics.median(seen), 1, "s")


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
    row("import of 1000 devices, answered", "≤ 15 ms", statistics.median(seen), 1000, "ms")


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

        row("make and drop a world of 100 records, inside", "≤ 200 µs", seconds_of(make_and_drop), 1e6, "µs")
        row("reset it, inside", "≤ 200 µs", seconds_of(lambda: inside.reset("kept")), 1e6, "µs")
        with running(["vibes", "--fixture", str(fixture)]) as url, httpx.Client(trust_env=False) as client:
            control = f"{url}/_control/worlds"

            def over_http() -> None:
                client.post(control, json={"name": "made", "fixture": "hundred"}).raise_for_status()
                client.delete(f"{control}/made").raise_for_status()

            row("make and drop it over HTTP, two calls", "≤ 3 ms", seconds_of(over_http, 200), 1e3, "ms")
            reset = seconds_of(lambda: client.post(f"{control}/default/reset").raise_for_status(), 200)
            row("reset it over HTTP", "≤ 3 ms", reset, 1e3, "ms")


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


def memory() -> None:
    """Resident memory of a server that has answered a million requests."""
    port, done = free_port(), 0
    with process(serve(port, "vibes", "--no-rate-limits")) as started:
        pin(started.pid, 0)
        url = f"http://127.0.0.1:{port}"
        until_answering(f"{url}/_control/health", started)
        while done < 1_000_000:
            seen = load(f"{url}/vibes/companies/ABC123/mobiledb/persons/{PERSON}", AUTH)
            before, done = done, done + sum(seen["statuses"].values())
            if done // 100_000 != before // 100_000:
                row(f"memory after {done:,} requests", "flat", resident(started.pid), unit="MiB")


def _parts(large: bool) -> dict[str, Callable[[], None]]:
    """What fills rows of the one table, by the names that `--only` takes."""
    parts = {
        "signed": accengage.throughput,
        "start": start,
        "import": import_batch,
        "worlds": worlds,
        "persons": partial(vibes.look_ups, large),
        "callbacks": vibes.callbacks,
        "devices": partial(accengage.look_ups, large),
        "campaigns": partial(accengage.last_page, large),
        "csv": partial(accengage.csv, large),
        "console": console.throughput,
        "compare": comparison.steps,
        "proxy": comparison.proxy,
        "replay": partial(comparison.replay, large),
    }
    return parts | {"memory": memory} if large else parts


def main() -> None:
    options = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    options.add_argument("--large", action="store_true", help="the sizes that the targets name, and the memory run")
    names = ["throughput", *_parts(large=True)]
    options.add_argument("--only", action="append", choices=names, help="this part; may be given several times")
    asked = options.parse_args()
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{datetime.now(UTC):%Y-%m-%d}, {machine}\n")
    if not asked.only or "throughput" in asked.only:
        throughput()
    head()
    for name, part in _parts(asked.large).items():
        if not asked.only or name in asked.only:
            part()


if __name__ == "__main__":
    main()
