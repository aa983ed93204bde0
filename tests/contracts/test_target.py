"""Requests go out as they were made, and nothing of an earlier one with them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contracts.exchange import Request, Response
from contracts.target import Target
from tests.contracts.local import Local, Quiet


class _Session(Quiet):
    """Gives everybody a session, and tells which one came back."""

    def answer(self) -> None:
        body = (self.headers.get("Cookie") or "none").encode()
        self.send_response(200)
        self.send_header("Set-Cookie", "session=1234; Path=/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def url() -> Iterator[str]:
    with Local(_Session) as server:
        yield server.url


def test_a_session_does_not_outlive_its_request(url: str) -> None:
    """A target that keeps sessions would let requests in that have no credentials, because others had them."""
    with Target(url) as target:
        answers = [target.send(Request("GET", f"{url}/{number}")) for number in range(2)]
        own = target.send(Request("GET", f"{url}/own", (("Cookie", "session=mine"),)))
    assert [it.body for it in answers if isinstance(it, Response)] == [b"none", b"none"]
    assert isinstance(own, Response)
    assert own.body == b"session=mine"
