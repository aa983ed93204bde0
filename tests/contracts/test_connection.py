"""What goes over the wire: the bytes of a request, and what becomes of every kind of answer."""

from __future__ import annotations

import gzip
import socket
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence

import pytest

from contracts.connection import Connections, NotSendable, Unreachable
from contracts.exchange import Request, Response
from contracts.incoming import NoAnswer

SECONDS, MOST = 0.4, 10_000
OK = b"HTTP/1.1 200 OK\r\n"
PAUSE = b"(pause)"  # The server waits a little there.
Script = Sequence[bytes]


class Scripted:
    """A server that reads one request for each text of its script and answers with it, on as many connections as it
    takes. With `closes` each answer ends its connection."""

    def __init__(self, script: Script, closes: bool = False) -> None:
        self._script, self._closes, self.asked, self.connections = list(script), closes, list[bytes](), 0
        self._over, self._told = threading.Event(), threading.Semaphore(0)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._over.set()
        self._socket.close()

    def wait(self) -> None:
        """Until an answer is over, with all that comes late, once for each."""
        assert self._told.acquire(timeout=10)

    def _serve(self) -> None:
        while self._script:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        while self._script:
            asked = b""
            while not _whole(asked):
                piece = connection.recv(65536)
                if not piece:
                    return
                asked += piece
            self.asked.append(asked)
            for piece in self._script.pop(0).split(PAUSE):
                try:
                    connection.sendall(piece)
                except OSError:
                    return
                self._over.wait(0.05)
            if self._closes:
                connection.close()
            self._told.release()
            if self._closes:
                return
        self._over.wait(10)


def _whole(asked: bytes) -> bool:
    head, end, body = asked.partition(b"\r\n\r\n")
    length = next((int(it[15:]) for it in head.split(b"\r\n") if it.lower().startswith(b"content-length:")), 0)
    return bool(end) and len(body) >= length


@pytest.fixture
def serve() -> Iterator[Callable[..., Scripted]]:
    servers: list[Scripted] = []

    def start(*script: bytes, closes: bool = False) -> Scripted:
        servers.append(Scripted(script, closes))
        return servers[-1]

    yield start
    for it in servers:
        it.close()


@pytest.fixture
def connections() -> Iterator[Connections]:
    found = Connections(SECONDS, MOST)
    yield found
    found.close()


Serve = Callable[..., Scripted]
BARE = zlib.compressobj(wbits=-zlib.MAX_WBITS)


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (OK + b"Content-Length: 2\r\n\r\nhi", b"hi"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK
         + b"Content-Length: 2\r\n\r\nhi", b"hi"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nh\r\n" + PAUSE + b"1;x=y\r\ni\r\n0\r\nX-Sum: 1\r\n\r\n", b"hi"),
        (OK + b"Content-Le" + PAUSE + b"ngth: 2\r\n\r\nh" + PAUSE + b"i", b"hi"),
        (OK + b"Content-Encoding: gzip\r\nContent-Length: 22\r\n\r\n" + gzip.compress(b"hi", mtime=0), b"hi"),
        (OK + b"Content-Encoding: deflate\r\nContent-Length: 10\r\n\r\n" + zlib.compress(b"hi"), b"hi"),
        (OK + b"Content-Encoding: deflate\r\nContent-Length: 4\r\n\r\n" + BARE.compress(b"hi") + BARE.flush(), b"hi"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n", b""),
    ],
)  # fmt: skip
def test_an_answer_is_read_to_its_end_and_its_connection_used_again(
    serve: Serve, connections: Connections, answer: bytes, body: bytes
) -> None:
    server = serve(answer, answer)
    for _ in range(2):
        assert connections.send(Request("GET", server.url)).body == body
    assert server.connections == 1


def test_an_answer_may_end_with_its_connection(serve: Serve, connections: Connections) -> None:
    server = serve(OK + b"\r\nh" + PAUSE + b"i", b"HTTP/1.0 404 No\r\n\r\nno", closes=True)
    answers = [connections.send(Request("GET", server.url)) for _ in range(2)]
    assert [(it.status, it.body) for it in answers] == [(200, b"hi"), (404, b"no")]


def test_a_server_may_close_between_two_requests(serve: Serve, connections: Connections) -> None:
    late = OK + b"Content-Length: 2\r\n\r\nhi" + PAUSE + b"HTTP/1.1 408 Request Timeout\r\n\r\n"
    server = serve(late, late, closes=True)
    for _ in range(2):
        assert connections.send(Request("GET", server.url)).status == 200
        server.wait()
    assert server.connections == 2


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"\x00\x01 this is no HTTP\r\n\r\n", "no HTTP answer: "),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "no HTTP answer: "),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi", "no HTTP answer: "),
        (b"HTTP/1.1 200 OK\r\nna me: x\r\n\r\n", "no HTTP answer: "),
        (OK + b"X-Long: " + b"x" * 200_000, "no HTTP answer: headers of more than"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", "an answer cut off in its body: "),
        (OK + b"Content-Length: 20000\r\n\r\n" + b"x" * 20_000, "a body of more than 10000 bytes"),
        (OK + b"Content-Length: 9\r\n\r\nhi", "a body that did not end within 0.4 s"),
        (OK + b"Content-Length: 1\r\n\r\nhi", "bytes after the end of the answer"),
        (b"HTTP/1.1 204 No Content\r\n\r\nhi", "bytes after the end of the answer"),
        (OK + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\nhi", "a body that is no gzip"),
        (OK + b"Content-Encoding: br\r\nContent-Length: 2\r\n\r\nhi", "a body in br, which was not asked for"),
        (OK + b"Content-Encoding: gzip\r\nContent-Length: 131\r\n\r\n" + gzip.compress(b"\0" * 100_000, mtime=0)[:131],
         "a body of more than 10000 bytes"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", "no answer within 0.4 s"),
        (b"", "no answer within 0.4 s"),
        (PAUSE.join([OK, *[b"X: y\r\n"] * 20, b"\r\n"]), "no answer within 0.4 s"),
        (PAUSE.join([OK + b"Transfer-Encoding: chunked\r\n\r\n", *[b"1\r\nx\r\n"] * 20, b"0\r\n\r\n"]),
         "a body that did not end"),
    ],
)  # fmt: skip
def test_what_is_no_whole_answer_is_told(serve: Serve, connections: Connections, answer: bytes, words: str) -> None:
    """Each byte in time is not enough: it is the answer that has to be."""
    with pytest.raises(NoAnswer, match=f"^{words}"):
        connections.send(Request("GET", serve(answer).url))


@pytest.mark.parametrize(("answer", "words"), [
    (OK + b"Content-Length: 9\r\n\r\nhi", "an answer cut off in its body: the server closed the connection"),
    (OK, "no HTTP answer: the server closed the connection"),
    (OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nh\r\n", "an answer cut off in its body: the server closed"),
])  # fmt: skip
def test_what_ends_too_early_is_told(serve: Serve, connections: Connections, answer: bytes, words: str) -> None:
    with pytest.raises(NoAnswer, match=f"^{words}"):
        connections.send(Request("GET", serve(answer, closes=True).url))


def test_bytes_that_come_later_belong_to_the_answer_before(serve: Serve, connections: Connections) -> None:
    server = serve(b"HTTP/1.1 204 No Content\r\n\r\n" + PAUSE + b"gone")
    assert connections.send(Request("DELETE", f"{server.url}/items/1?x=y")).status == 204
    server.wait()
    with pytest.raises(NoAnswer, match=r"after the end of the answer to DELETE /items/1$"):
        connections.send(Request("GET", server.url))


def test_an_answer_to_head_has_no_body(serve: Serve, connections: Connections) -> None:
    server = serve(OK + b"Content-Length: 2\r\n\r\n", OK + b"Content-Length: 2\r\n\r\nhi")
    assert connections.send(Request("HEAD", server.url)).body == b""
    with pytest.raises(NoAnswer, match="bytes after the end"):
        connections.send(Request("HEAD", server.url))


def test_a_request_goes_out_as_it_was_made(serve: Serve, connections: Connections) -> None:
    answer = OK + b"Content-Length: 0\r\n\r\n"
    server = serve(*[answer] * 4)
    host = server.url.removeprefix("http://").encode()
    url = f"{server.url}/a/../b%2Fc/é d?q=%zz&r='\"#part"
    connections.send(Request("GET", url, (("x-Odd", "1"), ("X-Odd", "Ä\x80"))))
    connections.send(Request("POST", server.url))
    connections.send(Request("PUT", server.url, (("Content-Type", "text/plain"),), b"hi\0"))
    connections.send(Request("DELETE", server.url, (("Host", "other"), ("Accept-Encoding", "br"))))
    first, bare, full, own = server.asked
    assert first == (
        b"GET /a/../b%2Fc/%C3%A9%20d?q=%zz&r='\" HTTP/1.1\r\nHost: " + host
        + b"\r\nAccept-Encoding: gzip, deflate\r\nx-Odd: 1\r\nX-Odd: \xc4\x80\r\n\r\n"
    )  # fmt: skip
    assert bare.endswith(b"\r\nContent-Length: 0\r\n\r\n")
    assert full.endswith(b"\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nhi\0")
    assert own == b"DELETE / HTTP/1.1\r\nHost: other\r\nAccept-Encoding: br\r\n\r\n"


@pytest.mark.parametrize(
    "request_",
    [
        Request("GE T", "http://127.0.0.1:9"),
        Request("GET", "http://127.0.0.1:9/a\nb"),
        Request("GET", "http://127.0.0.1:no/"),
        Request("GET", "ftp://127.0.0.1/"),
        Request("GET", "http://127.0.0.1:9", (("x y", "1"),)),
        Request("GET", "http://127.0.0.1:9", (("x", "a\r\nb: c"),)),
        Request("GET", "http://127.0.0.1:9", (("x", " a"),)),
        Request("GET", "http://127.0.0.1:9", (("x", "\u20ac"),)),
        Request("GET", "http://127.0.0.1:9", (("Content-Length", "7"),), b"hi"),
    ],
)
def test_what_http_cannot_carry_is_not_sent(connections: Connections, request_: Request) -> None:
    with pytest.raises(NotSendable):
        connections.send(request_)
    with pytest.raises(NotSendable):
        connections.leave(request_, 0)


def test_where_nobody_listens_is_told(connections: Connections) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Unreachable, match="refused"):
        connections.send(Request("GET", f"http://127.0.0.1:{port}"))
    with pytest.raises(Unreachable, match="refused"):
        connections.leave(Request("GET", f"http://127.0.0.1:{port}"), 0)


def test_who_leaves_has_sent_all_and_waits_for_no_answer(serve: Serve, connections: Connections) -> None:
    server = serve(PAUSE * 10 + OK)  # later than anybody would wait
    connections.leave(Request("POST", f"{server.url}/a", (), b"x" * 100_000), 0.01)
    server.wait()
    (asked,) = server.asked
    assert asked.startswith(b"POST /a HTTP/1.1\r\n")
    assert asked.endswith(b"\r\n\r\n" + b"x" * 100_000)


def test_an_early_answer_is_read_although_the_body_was_not(connections: Connections) -> None:
    """A server that refuses a large body answers before it has come, and closes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def refuse() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

        threading.Thread(target=refuse, daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        found = connections.send(Request("POST", url, (), b"x" * 5_000_000))
    assert isinstance(found, Response)
    assert found.status == 413
