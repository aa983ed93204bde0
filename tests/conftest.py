"""What all tests of the mock share: a server in this process, one in a process of its own, and small specs to serve."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page

import mockserver.vendors
import specs
from mockserver.app import create_app
from mockserver.clock import pause, stopwatch
from mockserver.settings import Settings
from tests.browser import Chromium, troubles

pytest_plugins = ["pytester"]

ACME = Path(__file__).parent / "acme"
KEY = {"X-Acme-Key": "key-of-wile"}
_numbers = count(1)


class InProcess(httpx.BaseTransport):
    """Carries requests to an ASGI application without a socket."""

    def __init__(self, app: Any) -> None:
        self._inner = httpx.ASGITransport(app=app, client=("127.0.0.1", 1))
        self._runner = asyncio.Runner()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._runner.run(self._carry(request))

    def together(self, requests: Sequence[httpx.Request]) -> list[httpx.Response]:
        async def all_of_them() -> list[httpx.Response]:
            return await asyncio.gather(*map(self._carry, requests))

        return self._runner.run(all_of_them())

    async def _carry(self, request: httpx.Request) -> httpx.Response:
        if not isinstance(request.stream, httpx.AsyncByteStream):
            request.stream = _Parts([*request.stream])
        answer = await self._inner.handle_async_request(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread(), request=request)

    def close(self) -> None:
        self._runner.close()


class _Parts(httpx.AsyncByteStream):
    def __init__(self, parts: Sequence[bytes]) -> None:
        self._parts = parts

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            yield part


class Mock(httpx.Client):
    """A mock server in this process, and the short ways to its control API. Paths are those of the server."""

    def __init__(self, settings: Settings) -> None:
        self.app = create_app(settings)
        self.carrier = InProcess(self.app)
        super().__init__(base_url="http://127.0.0.1", transport=self.carrier)

    def control(self, method: str, path: str, body: Any = None, /, *, world: str = "default", **query: Any) -> Any:
        answer = self.request(method, f"/_control/worlds/{world}{path}", json=body, params=query)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def records(self, world: str = "default") -> dict[str, Any]:
        """All records of a world, by vendor and kind."""
        found: dict[str, Any] = self.control("GET", "/snapshot", world=world)
        return found

    def journal(self, world: str = "default", **wanted: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.control("GET", "/journal", world=world, **wanted)["exchanges"]
        return found

    def last(self, world: str = "default") -> dict[str, Any]:
        return self.journal(world)[-1]

    def advance(self, seconds: float, world: str = "default") -> None:
        self.control("POST", "/clock/advance", {"seconds": seconds}, world=world)

    def fault(self, kind: str, world: str = "default", **parameters: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.control("POST", "/faults", {"kind": kind, **parameters}, world=world)
        return found


@pytest.fixture(autouse=True)
def _forget_vendors() -> Iterator[None]:
    """Places and files are known to a whole process; the next test starts without those of this one."""
    places, files, roots = list(specs._places), dict(specs._files), list(mockserver.vendors.__path__)
    yield
    specs._places[:], mockserver.vendors.__path__[:] = places, roots
    specs._files.clear()
    specs._files.update(files)


@pytest.fixture
def mock() -> Iterator[Callable[..., Mock]]:
    """Makes a Mock from Settings: `mock(vendors=("voltmx",))`."""
    with contextlib.ExitStack() as opened:
        yield lambda **settings: opened.enter_context(Mock(Settings(**settings)))


@pytest.fixture(scope="session")
def _acme() -> Iterator[Mock]:
    with Mock(Settings(vendors=("acme",), vendor_paths=(ACME,))) as made:
        yield made


@pytest.fixture
def acme(_acme: Mock) -> Iterator[Mock]:
    """The toy vendor, added from outside, its default customer calling; its worlds as if it had just started."""
    _acme.headers.update(KEY)
    yield _acme
    _acme.cookies.clear()
    for world in [it["name"] for it in _acme.get("/_control/worlds").json()]:
        if world == "default":
            _acme.control("POST", "/reset")
        else:
            _acme.control("DELETE", "", world=world)


def document(paths: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """An OpenAPI document around paths."""
    return {"openapi": "3.0.3", "info": {"title": "Shop", "version": "1"}, "paths": paths, **more}


def answering(
    schema: Any = None, example: Any = None, status: str = "200", media_type: str = "application/json"
) -> Any:
    """The `responses` of an operation with one answer."""
    media = {key: value for key, value in (("schema", schema), ("example", example)) if value is not None}
    return {status: {"description": "It", "content": {media_type: media}}}


@pytest.fixture
def spec_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a document to a file whose stem is the vendor's name."""

    def write(written: Mapping[str, Any] | str, name: str = "shop.yaml") -> Path:
        path = tmp_path / name
        path.write_text(written if isinstance(written, str) else json.dumps(written, indent=1))
        return path

    return write


@pytest.fixture
def vendor_place(tmp_path: Path) -> Callable[..., tuple[str, Path]]:
    """Lays out a vendor of one's own: `vendor_place(document, things="def list_things(): …")` gives its name and place.

    Every vendor has another name, because a process imports a module once.
    """

    def lay_out(written: Mapping[str, Any], fixture: str = "", **modules: str) -> tuple[str, Path]:
        name = f"made{next(_numbers)}"
        folder = tmp_path / name / "mockserver" / "vendors" / name
        (folder / "fixtures").mkdir(parents=True)
        (tmp_path / name / "specs").mkdir()
        (tmp_path / name / "specs" / f"{name}.yaml").write_text(json.dumps(written))
        for module, source in {"__init__": "", **modules}.items():
            (folder / f"{module}.py").write_text("from mockserver.exchange import Reply\n" + source)
        if fixture:
            (folder / "fixtures" / "default.yaml").write_text(f"{name}:\n{fixture}")
        return name, tmp_path / name

    return lay_out


class Server:
    """A server process on a free port. `wait` stops it with SIGTERM and gives its exit code and what it printed."""

    def __init__(self, arguments: Sequence[str], directory: Path, scheme: str = "http") -> None:
        ready = directory / f"ready{next(_numbers)}.json"
        command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", "--ready-file", str(ready), *arguments]
        self.printed = directory / f"printed{next(_numbers)}.txt"
        with self.printed.open("wb") as sink:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=sink, stderr=sink)
        started = stopwatch()
        while not ready.exists():
            assert self.process.poll() is None, self.printed.read_text()
            assert stopwatch() - started < 30, "no answer in 30 s"
            pause(0.01)
        found = json.loads(ready.read_bytes())
        self.url, self.pid = found["url"], found["pid"]
        self.port = int(self.url.rpartition(":")[2])

    def wait(self) -> tuple[int, str]:
        code = self.process.wait(timeout=20)
        return code, self.printed.read_text()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=20)
        if self.process.stdin is not None:
            self.process.stdin.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers as processes: `server("voltmx", "--seed", "1")`."""
    with contextlib.ExitStack() as stack:

        def start(*arguments: str) -> Server:
            made = Server(arguments, tmp_path)
            stack.callback(made.stop)
            return made

        yield start


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server of acme, Volt MX and Vibes for tests that leave it as it was, or make worlds of their own."""
    made = Server(["acme", "voltmx", "vibes", "--vendor-path", str(ACME)], tmp_path_factory.mktemp("server"))
    yield made
    made.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """The browser of the session."""
    made = Chromium()
    yield made
    made.close()


@pytest.fixture
def page(chromium: Chromium) -> Iterator[Page]:
    """A page of a browser that knows nothing yet; the test runs in the browser's thread. What goes wrong in the page
    fails it: an error in a script, or what its policy forbids."""
    made = chromium.page()
    told = chromium.run(troubles, page=made)
    yield made
    chromium.run(made.context.close)
    assert told == []


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """A test that asks for the browser runs where the browser lives."""
    if "chromium" not in pyfuncitem.fixturenames:
        return None
    chromium: Chromium = pyfuncitem.funcargs["chromium"]
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    chromium.run(pyfuncitem.obj, **arguments)
    return True


def wait_for(happened: Callable[[], object], seconds: float = 10.0) -> None:
    """Returns when the condition holds; fails when it does not in time."""
    started = stopwatch()
    while not happened():
        assert stopwatch() - started < seconds, f"did not happen in {seconds} s"
        pause(0.005)
