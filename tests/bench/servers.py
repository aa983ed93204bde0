"""Servers in processes of their own, pinned to one core, and the load that is put on them from another."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx
import orjson

from tests.bench.report import SECONDS, processor


def pin(pid: int, core: int) -> None:
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(pid, {cores[core % len(cores)]})


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def serve(port: int, *arguments: str) -> list[str]:
    """The command that starts the mock, with the vendors and options given."""
    return [sys.executable, "-m", "mockserver", "serve", *arguments, "--quiet", "--port", str(port)]


def uvicorn(app: str, port: int) -> list[str]:
    """The command that starts another application, on the same server."""
    command = [sys.executable, "-m", "uvicorn", app, "--port", str(port), "--log-level", "error", "--no-access-log"]
    return [*command, "--loop", "uvloop", "--http", "httptools"]


@contextlib.contextmanager
def server(command: list[str], port: int, path: str) -> Iterator[tuple[str, int]]:
    """A server pinned to the first core, once it answers: its address and its process."""
    with process(command) as started:
        pin(started.pid, 0)
        url = f"http://127.0.0.1:{port}"
        until_answering(url + path, started)
        yield url, started.pid


@contextlib.contextmanager
def process(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that ends with the block."""
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield started
    finally:
        started.send_signal(signal.SIGTERM)
        started.wait(20)


def until_answering(url: str, started: subprocess.Popen[bytes]) -> float:
    """Seconds until the first answer."""
    begin = time.perf_counter()
    with httpx.Client(trust_env=False) as client:
        while started.poll() is None and time.perf_counter() - begin < 60:
            with contextlib.suppress(httpx.TransportError):
                client.get(url)
                return time.perf_counter() - begin
            time.sleep(0.005)
    raise RuntimeError(f"{url} does not answer")


def load(url: str, headers: dict[str, str], template: str = "", start: int = 0) -> dict[str, Any]:
    """What `tests.bench.load` measured. Raises RuntimeError when anything was answered but 200 or 201."""
    facts = {"url": url, "headers": headers, "template": template, "start": start, "seconds": SECONDS, "count": 60_000}
    command = [sys.executable, "-m", "tests.bench.load"]
    generator = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    pin(generator.pid, 1)
    printed, _ = generator.communicate(orjson.dumps(facts))
    result: dict[str, Any] = orjson.loads(printed)
    wrong = {status: n for status, n in result["statuses"].items() if status not in ("200", "201")}
    if wrong:
        raise RuntimeError(f"{url} answered {wrong}")
    return result


def rate(pid: int, url: str, headers: dict[str, str], template: str = "", start: int = 0) -> float:
    """Requests that a server answers in a second of its own processor time: others may have the core in between."""
    before = processor(pid)
    answered = sum(load(url, headers, template, start)["statuses"].values())
    return float(answered / (processor(pid) - before))
