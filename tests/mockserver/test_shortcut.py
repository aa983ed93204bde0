"""The short way through the layers and ASGI's: the same bytes sent both ways have the same answer, to the byte."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mockserver.app import create_app
from mockserver.connection import Connection
from mockserver.server import bind
from mockserver.settings import Settings
from tests.conftest import ACME, wait_for
from tests.mockserver.test_server import ODD_REQUESTS, PARTS

_DATE = re.compile(rb"\r\ndate: [^\r]+")
_LIMIT = 2000


class Way:
    """A server of its own whose requests all go one way."""

    def __init__(self, protocol: Any) -> None:
        settings = Settings(vendors=("acme",), vendor_paths=(ACME,), body_limit=_LIMIT, rate_limits=False)
        self.app = create_app(settings)
        bound = bind("127.0.0.1", 0)
        self.port: int = bound.getsockname()[1]
        options: dict[str, Any] = {"http": protocol, "ws": "none", "access_log": False, "server_header": False}
        self._server = uvicorn.Server(uvicorn.Config(self.app, log_config=None, proxy_headers=False, **options))
        self._thread = threading.Thread(target=self._server.run, args=([bound],))
        self._thread.start()
        wait_for(lambda: self._server.started)
        base = f"http://127.0.0.1:{self.port}/_control/worlds/default"
        self._client = httpx.Client(base_url=base, trust_env=False, verify=False)

    def say(self, *writes: bytes, half_close: bool = False) -> bytes:
        """What comes back, without dates, until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as wire:
            received = b""
            for number, write in enumerate(writes):
                if number:
                    received += wire.recv(65536) if b"100-continue" in writes[0] else b""
                wire.sendall(write)
            if half_close:
                wire.shutdown(socket.SHUT_WR)
            with contextlib.suppress(ConnectionResetError):
                while part := wire.recv(65536):
                    received += part
        return _DATE.sub(b"", received)

    @contextlib.contextmanager
    def held_up(self) -> Iterator[None]:
        """The server does nothing meanwhile, so that it finds all at once what was sent to it."""
        over = threading.Event()
        self._server.servers[0].get_loop().call_soon_threadsafe(over.wait)
        try:
            yield
        finally:
            over.set()

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._client.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def stop(self) -> None:
        self._client.close()
        self._server.should_exit = True
        self._thread.join()


@pytest.fixture(scope="module")
def ways() -> Iterator[tuple[Way, Way]]:
    """The short one, and uvicorn's own."""
    made = Way(Connection), Way(HttpToolsProtocol)
    for way in made:
        way.control("POST", "/clock/freeze", {"at": "2026-01-01T00:00:00Z"})
    yield made
    for way in made:
        way.stop()


@pytest.fixture(autouse=True)
def _as_made(ways: tuple[Way, Way]) -> None:
    for way in ways:
        way.control("POST", "/reset")
        way.control("POST", "/clock/freeze", {"at": "2026-01-01T00:00:00Z"})
        way.control("DELETE", "/journal")


def asked(target: str, *headers: str, method: str = "GET", body: bytes = b"", version: str = "1.1") -> bytes:
    """A request that lets the connection live on."""
    lengths = [f"Content-Length: {len(body)}", "Content-Type: application/json"] if body else []
    lines = [f"{method} {target} HTTP/{version}", "Host: x", "X-Acme-Key: key-of-wile", *lengths, *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


GET, POST, LAST = asked(PARTS), asked(PARTS, method="POST", body=b'{"name": "Bolt"}'), asked(PARTS, "Connection: close")
CHUNKED = asked(PARTS, "Content-Type: application/json", "Transfer-Encoding: chunked", method="POST")
HALVES = CHUNKED + b'8\r\n{"name":\r\n', b'7\r\n "Bolt"\r\n1\r\n}\r\n0\r\n\r\n' + LAST

WRITES: dict[str, tuple[bytes, ...]] = {
    **{name: (sent,) for name, (sent, _) in ODD_REQUESTS.items()},
    "get": (GET + LAST,),
    "post, and what it made": (POST + LAST,),
    "pipelined": (GET + POST + asked(f"{PARTS}/none") + POST + GET + LAST,),
    "nothing after close": (LAST + POST,),
    "HEAD after close": (LAST + asked(PARTS, method="HEAD"),),
    "expect, with the body": (POST.replace(b"Host", b"Expect: 100-continue\r\nHost") + LAST,),
    "HEAD among others": (GET + asked(PARTS, method="HEAD") + asked("/acme/nowhere", method="HEAD") + LAST,),
    "wrong verb": (asked(PARTS, method="DELETE") + LAST,),
    "unknown paths": (asked("/acme/nowhere?a=b") + asked("/nobody/x") + asked("/") + LAST,),
    "unknown world": (asked("/w/none/acme/parts") + LAST,),
    "a fragment and a query": (asked(f"{PARTS}?tag=steel#part") + asked("http://api.acme.test/parts?tag=%zz") + LAST,),
    "no credentials": (GET.replace(b"key-of-wile", b"nobody") + LAST,),
    "malformed": (asked(PARTS, method="POST", body=b'{"name": ') + LAST,),
    "no body": (asked(PARTS, "Content-Type: application/json", method="POST") + LAST,),
    "over the limit": (asked(PARTS, method="POST", body=b"x" * (_LIMIT + 1)) + LAST,),
    "the documented example": (asked(PARTS, "Prefer: code=400") + asked(PARTS, "Prefer: code=299") + LAST,),
    "chunks in one": (HALVES[0] + HALVES[1],),
    "chunks in two": HALVES,
    "a body of its own": (POST[:-16], POST[-16:] + LAST),
    "a head in halves": (POST[:30], POST[30:] + LAST),
    "the next one's head": (POST + GET[:20], GET[20:] + LAST),
    "expect": (POST[:-16].replace(b"Host", b"Expect: 100-continue\r\nConnection: close\r\nHost"), POST[-16:]),
    "bad chunk": (CHUNKED + b"zz\r\n",),
    "HTTP/1.0 kept alive": (asked(PARTS, "Connection: keep-alive", version="1.0") + GET,),
    "control": (asked("/_control/health") + asked("/_control/worlds/default/clock") + asked("/_control/x") + LAST,),
    "the console": (asked("/_console/nowhere") + asked("/%5fconsole/nowhere") + asked("/_consoles") + LAST,),
    "control that waits": (asked("/_control/worlds/default/callbacks/wait", method="POST", body=b"{}") + LAST,),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITES)
def test_both_ways_answer_the_same(ways: tuple[Way, Way], name: str) -> None:
    short, long = (way.say(*WRITES[name], half_close=name == "no version") for way in ways)
    assert short == long
    assert len({tuple(_kept(way)) for way in ways}) == 1
    assert ways[0].control("GET", "/snapshot") == ways[1].control("GET", "/snapshot")


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503},
        {"kind": "delay", "seconds": 0.05},
        {"kind": "garble"},
        {"kind": "cut", "size": 4},
        {"kind": "status", "status": 400, "probability": 0.5},
    ],
)
def test_faults_are_the_same_both_ways(ways: tuple[Way, Way], fault: dict[str, Any]) -> None:
    for way in ways:
        way.control("POST", "/faults", fault)
    short, long = (way.say(GET + POST + LAST) for way in ways)
    assert short == long
    assert short.startswith(b"HTTP/1.1 ")
    assert len({tuple(_kept(way)) for way in ways}) == 1


def test_a_client_that_sends_hundreds_at_once_lets_others_have_their_turn(ways: tuple[Way, Way]) -> None:
    way = ways[0]
    address = ("127.0.0.1", way.port)
    many = [asked(f"{PARTS}/{n}") for n in range(299)] + [asked(f"{PARTS}/299", "Connection: close")]
    with contextlib.ExitStack() as stack:
        eager, other = (stack.enter_context(socket.create_connection(address, timeout=10)) for _ in range(2))
        for wire in (eager, other):  # both connections are there
            wire.sendall(GET)
            assert wire.recv(65536).startswith(b"HTTP/1.1 200")
        way.control("DELETE", "/journal")
        with way.held_up():
            eager.sendall(b"".join(many))
            other.sendall(asked("/acme/nowhere"))
        assert other.recv(65536).startswith(b"HTTP/1.1 404")
        received = b""
        while part := eager.recv(65536):
            received += part
    targets = [it["target"] for it in way.control("GET", "/journal?limit=1000")["exchanges"]]
    turn = targets.index("/acme/nowhere")
    assert turn < 50
    assert [*targets[:turn], *targets[turn + 1 :]] == [f"{PARTS}/{n}" for n in range(300)]
    assert received.count(b"HTTP/1.1 404") == 300


def _kept(way: Way) -> Iterator[str]:
    """The journal, without what differs from run to run."""
    for exchange in way.control("GET", "/journal")["exchanges"]:
        yield repr({name: exchange[name] for name in exchange if name not in ("id", "milliseconds")})
