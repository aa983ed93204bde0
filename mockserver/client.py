"""A client of the control API, for tests: one world of one vendor, and what may be done to it from outside."""

from __future__ import annotations

import contextlib
import importlib
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import orjson

import mockserver.vendors
from mockserver.clock import pause, stopwatch

_START_SECONDS = 30.0


class ControlError(Exception):
    """The control API refused; the text is its reason. Or the server did not start; the text is what it printed."""


@contextlib.contextmanager
def running(arguments: Sequence[str] = ()) -> Iterator[str]:
    """A server process on a free port of 127.0.0.1, for as long as the block runs; gives its base URL.

    The server stops with this process, however that ends. Raises ControlError when it does not start.
    """
    with tempfile.TemporaryDirectory() as directory:
        ready = Path(directory) / "ready.json"
        command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", "--quiet", "--until-eof"]
        command += ["--ready-file", str(ready), *arguments]
        printed = Path(directory) / "printed.txt"  # a pipe that nobody reads would stop the server once it is full
        with printed.open("wb") as sink:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=sink)
        try:
            yield _wait(process, ready, printed)
        finally:
            process.send_signal(signal.SIGTERM)
            if process.stdin is not None:
                process.stdin.close()
            process.wait(_START_SECONDS)
            sys.stderr.write(printed.read_text(errors="replace"))


def know_places(arguments: Sequence[str]) -> None:
    """Find the credentials of vendors that `serve` is told of by `--vendor-path`: they lie in the vendor's folder."""
    pairs = pairwise([*arguments, ""])
    named = [following if it == "--vendor-path" else it.partition("--vendor-path=")[2] for it, following in pairs]
    for directory in [str(Path(place).resolve() / "mockserver" / "vendors") for place in named if place]:
        if directory not in mockserver.vendors.__path__:
            mockserver.vendors.__path__.append(directory)


def _wait(process: subprocess.Popen[bytes], ready: Path, printed: Path) -> str:
    started = stopwatch()
    while not ready.exists():
        if process.poll() is not None or stopwatch() - started > _START_SECONDS:
            raise ControlError(f"the mock server did not start: {printed.read_text(errors='replace').strip()}")
        pause(0.01)
    return str(orjson.loads(ready.read_bytes())["url"])


@dataclass(frozen=True, slots=True)
class Caller:
    """Calls the control API below one address. Raises ControlError for every refusal."""

    client: httpx.Client
    base: str

    def __call__(self, method: str, path: str = "", body: Any = None, **query: Any) -> Any:
        wanted = {name: value for name, value in query.items() if value is not None}
        reply = self.client.request(method, self.base + path, json=body, params=wanted)
        if reply.is_error:
            raise ControlError(f"{method} {reply.request.url.path}: {reply.status_code} {reply.text}")
        return reply.json() if reply.content else None


@dataclass(frozen=True, slots=True)
class WorldClock:
    """The world's clock; times are ISO 8601 in UTC."""

    _call: Caller

    @property
    def now(self) -> str:
        return str(self._call("GET", "/clock")["now"])

    def freeze(self, at: str | None = None) -> None:
        self._call("POST", "/clock/freeze", {"at": at} if at else {})

    def release(self) -> None:
        self._call("POST", "/clock/release")

    def advance(self, seconds: float) -> None:
        """Later by `seconds`; what becomes due on the way has happened when this returns."""
        self._call("POST", "/clock/advance", {"seconds": seconds})


@dataclass(frozen=True, slots=True)
class WorldState:
    """The vendor's records in the world, past its own API."""

    _call: Caller
    _vendor: str

    def get(self, kind: str, key: str) -> dict[str, Any]:
        record: dict[str, Any] = self._call("GET", f"/state/{self._vendor}/{kind}/{quote(key, safe='')}")
        return record

    def find(self, kind: str, offset: int = 0, limit: int = 100) -> list[dict[str, Any]]:
        records: list[dict[str, Any]] = self._call("GET", f"/state/{self._vendor}/{kind}", offset=offset, limit=limit)[
            "records"
        ]
        return records

    def count(self, kind: str) -> int:
        return int(self._call("GET", f"/state/{self._vendor}/{kind}", limit=1)["total"])

    def put(self, kind: str, key: str, record: Mapping[str, Any]) -> None:
        self._call("PUT", f"/state/{self._vendor}/{kind}/{quote(key, safe='')}", dict(record))

    def delete(self, kind: str, key: str) -> None:
        self._call("DELETE", f"/state/{self._vendor}/{kind}/{quote(key, safe='')}")


@dataclass(frozen=True, slots=True)
class WorldFaults:
    """What is to go wrong in the world."""

    _call: Caller
    _vendor: str

    def add(self, kind: str, operation: str = "*", **parameters: Any) -> dict[str, Any]:
        """Ask for a fault (`status`, `delay`, `drop`, `cut`, `garble`) with `status`, `seconds`, `probability`, …"""
        body = {"kind": kind, "vendor": self._vendor, "operation": operation, **parameters}
        fault: dict[str, Any] = self._call("POST", "/faults", body)
        return fault

    def clear(self) -> None:
        self._call("DELETE", "/faults")


@dataclass(frozen=True, slots=True)
class WorldJournal:
    """What the vendor was asked in the world, and answered."""

    _call: Caller
    _vendor: str

    def find(self, **wanted: Any) -> list[dict[str, Any]]:
        """Exchanges, oldest first, by `operation`, `status`, `method`, `path`, `text`, `refused`, `defect`, `after`."""
        found: list[dict[str, Any]] = self._call("GET", "/journal", vendor=self._vendor, **wanted)["exchanges"]
        return found

    def count(self, **wanted: Any) -> int:
        return int(self._call("GET", "/journal", vendor=self._vendor, **wanted)["total"])

    def clear(self) -> None:
        self._call("DELETE", "/journal")


@dataclass(frozen=True, slots=True)
class WorldCallbacks:
    """What the world's vendors have told receivers, still owe them, or could not tell them.

    A delivery has `id`, `type`, `event_id`, `status` (`pending`, `delivered`, `failed`, `cancelled`), `url`, `attempts`
    and `body`.
    """

    _call: Caller

    def find(self, offset: int = 0, limit: int = 1000, **wanted: str) -> list[dict[str, Any]]:
        """Deliveries, oldest first, by `status`, `type`, `destination`, `event_id`; as they stand when nothing is due.

        Raises ControlError when that takes longer than ten seconds.
        """
        self.wait()
        found: list[dict[str, Any]] = self._call("GET", "/callbacks", offset=offset, limit=limit, **wanted)[
            "deliveries"
        ]
        return found

    def count(self, **wanted: str) -> int:
        """How many deliveries there are, once nothing is due."""
        self.wait()
        return int(self._call("GET", "/callbacks", limit=0, **wanted)["total"])

    def wait(self, seconds: float = 10.0) -> dict[str, Any]:
        """Wait until all that is due has been sent; how the outbox stands then. A retry that waits for the clock is
        not due.

        Raises ControlError when it takes longer.
        """
        found: dict[str, Any] = self._call("POST", "/wait-for-callbacks", {"seconds": seconds})
        if not found["idle"]:
            raise ControlError(f"callbacks are still due after {seconds:g} s: {found}")
        return found

    def redeliver(self, delivery_id: str) -> dict[str, Any]:
        """Send a delivery that has ended once more."""
        found: dict[str, Any] = self._call("POST", f"/callbacks/{quote(delivery_id, safe='')}/redeliver", {})
        return found

    def redeliver_failed(self, **wanted: str) -> int:
        """Send the failure queue once more, or what is in it of a `type` or for a `destination`; how many that are."""
        return int(self._call("POST", "/redeliver-callbacks", wanted)["queued"])

    def destinations(self) -> list[dict[str, Any]]:
        """URLs that something is pending for, or that are known to fail: `failures`, `down_until`, `next_at`."""
        found: list[dict[str, Any]] = self._call("GET", "/destinations")
        return found


class VendorWorld:
    """One vendor in a world of its own. `url` is the base URL to give to the client under test."""

    def __init__(self, client: httpx.Client, server: str, vendor: str, world: str) -> None:
        self._call = Caller(client, f"{server}/_control/worlds/{world}")
        self.vendor = vendor
        self.name = world
        self.url = f"{server}/w/{world}/{vendor}"
        self.clock = WorldClock(self._call)
        self.state = WorldState(self._call, vendor)
        self.faults = WorldFaults(self._call, vendor)
        self.journal = WorldJournal(self._call, vendor)
        self.callbacks = WorldCallbacks(self._call)

    @property
    def credentials(self) -> dict[str, str]:
        """The `default` fixture's credentials, by the words the vendor uses; {} where none are needed."""
        try:
            auth: Any = importlib.import_module(f"mockserver.vendors.{self.vendor}.auth")
        except ModuleNotFoundError:
            return {}
        return dict(getattr(auth, "CREDENTIALS", {}))

    def switch(self, **values: Any) -> None:
        """Set the vendor's switches in this world."""
        self._call("PATCH", f"/switches/{self.vendor}", values)

    def happens(self, happening: str, **facts: Any) -> str:
        """Let something happen outside of the vendor's API; what came of it, in words.

        `world.happens("text_message", company_key="ABC123", mdn="+12995551234", message="STOP")`
        """
        return str(self._call("POST", f"/outside/{self.vendor}/{happening}", facts)["outcome"])

    def reset(self) -> None:
        """Back to what the world was when it was made."""
        self._call("POST", "/reset")

    def fork(self) -> VendorWorld:
        """A new world that holds what this one holds now."""
        made = self._call("POST", "/fork", {})
        server = self._call.base.partition("/_control/")[0]
        return VendorWorld(self._call.client, server, self.vendor, made["name"])

    def drop(self) -> None:
        self._call("DELETE")


def make_world(client: httpx.Client, server: str, vendor: str, **settings: Any) -> VendorWorld:
    """A fresh world; `settings` are those of the control API (`fixture`, `seed`, `frozen_at`, `rate_limits`, …).

    Raises ControlError for settings that mean nothing, and for a vendor that the server does not serve.
    """
    made = Caller(client, f"{server}/_control/worlds")("POST", "", settings)
    world = VendorWorld(client, server, vendor, made["name"])
    world.switch()  # Sets nothing; it is refused where the vendor is not served.
    return world
