"""A mock of our own: a separate process, met over HTTP like any other target."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from contracts import environment
from contracts.finding import TargetTrouble
from contracts.settings import Settings

_START_SECONDS = 20.0


@contextmanager
def own_mock(settings: Settings) -> Iterator[str]:
    """Start `mockserver` for the vendor, yield its URL, and stop it. Raises TargetTrouble when it does not start."""
    with environment.scratch() as scratch:
        ready, log = Path(scratch) / "ready.json", Path(scratch) / "log"
        command = [sys.executable, "-m", "mockserver", "serve", settings.vendor]
        command += ["--port", "0", "--ready-file", str(ready)]
        for path in settings.vendor_paths:
            command += ["--vendor-path", str(path)]
        with log.open("wb") as output:
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        try:
            yield _url(process, ready, log)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _url(process: subprocess.Popen[bytes], ready: Path, log: Path) -> str:
    end = environment.now() + _START_SECONDS
    while environment.now() < end:
        if process.poll() is not None:
            last = log.read_text(errors="replace").strip().splitlines() or [f"exit code {process.returncode}"]
            raise TargetTrouble(f"the mock did not start: {last[-1]}")
        try:
            return str(json.loads(ready.read_text())["url"])
        except (OSError, ValueError, KeyError):
            environment.sleep(0.02)
    raise TargetTrouble(f"the mock was not ready within {_START_SECONDS:g} s")
