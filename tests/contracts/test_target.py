"""Requests go out as they were made, and nothing of an earlier one with them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from contracts.exchange import Request, Response
from contracts.target import Target


class _Session(BaseHTTPRequestHandler):
    """Gives everybody a session, and tells which one came back."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        body = (self.headers.get("Cookie") or "none").encode()
        self.send_response(200)
        self.send_header("Set-Cookie", "session=1234; Path=/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Session)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_session_does_not_outlive_its_request(url: str) -> None:
    """A target that keeps sessions would let requests in that have no credentials, because others had them."""
    with Target(url) as target:
        answers = [target.send(Request("GET", f"{url}/{number}")) for number in range(2)]
        own = target.send(Request("GET", f"{url}/own", (("Cookie", "session=mine"),)))
    assert [it.body for it in answers if isinstance(it, Response)] == [b"none", b"none"]
    assert isinstance(own, Response)
    assert own.body == b"session=mine"
