"""`bodydouble proxy`: every byte passes as it is, what passes is checked, and what is recorded holds no secret."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from contracts.secrecy import MASK
from specs import har
from tests.contracts.compare.conftest import ROOT, Server
from tests.contracts.local import Local, Quiet

FIELDS = {"appId": "testApp", "deviceId": "d", "sid": "s", "osType": "webfcm", "authToken": "hush-hush-1"}
ANSWER = b"HTTP/1.1 207 Odd  Words\r\nX-Odd:  kept \r\nx-odd: twice\r\nContent-Length: 5\r\n\r\n\x00\xff\r\n\x01"


@dataclass
class Running:
    """A proxy in a process of its own."""

    url: str
    process: subprocess.Popen[bytes]
    har: Path
    report: Path

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(10)

    def findings(self) -> list[str]:
        return [it["check"] for it in json.loads(self.report.read_text().splitlines()[-1])["findings"]]


Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    servers: list[Server] = []

    def begin(upstream: str, vendor: str = "voltmx", *options: str) -> Running:
        recording, report = tmp_path / "traffic.har", tmp_path / "proxy.jsonl"
        command = ("mockserver", "proxy", vendor, "--upstream", upstream, "--port", "0", "--har", str(recording))
        servers.append(Server(tmp_path, *command, "--json", str(report), *options))
        return Running(servers[-1].url(), servers[-1].process, recording, report)

    yield begin
    for server in servers:
        server.stop()


class Raw:
    """A server that notes what it gets, byte for byte, and answers what it was told to."""

    def __init__(self, answer: bytes, size: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.got, self.passed = b"", 0
        self._answer, self.size = answer, size
        self._socket = socket.create_server(("127.0.0.1", 0))
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self._socket.getsockname()[1]}"
        if tls:
            self._socket = tls.wrap_socket(self._socket, server_side=True)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        try:
            connection, _ = self._socket.accept()
        except ssl.SSLError:
            return  # the client does not trust us
        with connection:
            while b"\r\n\r\n" not in self.got or self.passed < self.size:
                piece = connection.recv(1 << 20)
                self.passed += len(piece)
                self.got = (self.got + piece)[:65536]
                if not piece:
                    break
            connection.sendall(self._answer)

    def close(self) -> None:
        self._thread.join(10)
        self._socket.close()


def test_no_byte_is_changed_but_those_of_the_address(start: Start) -> None:
    sent = b"POST /x?a=%2f+b HTTP/1.1\r\nhOst: me\r\nX-Odd:  a  b \r\nContent-Length: 4\r\nConnection: close\r\n\r\n"
    sent += b"\x00\xff\r\n"
    raw = Raw(ANSWER)
    address = raw.url.removeprefix("http://").encode()
    wanted = sent.replace(b"/x?", b"/base/x?").replace(b"hOst: me", b"hOst: " + address)
    raw.size = len(wanted)
    proxy = start(f"{raw.url}/base")
    host, port = proxy.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(sent)
        answer = b""
        while piece := client.recv(65536):
            answer += piece
    raw.close()
    assert answer == ANSWER
    assert raw.got == wanted


def test_a_body_of_any_size_passes(start: Start) -> None:
    size = 64 * 2**20
    raw = Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", size=size)
    proxy = start(raw.url)
    pieces = (b"x" * 2**20 for _ in range(64))
    answer = httpx.post(f"{proxy.url}/big", content=pieces, headers={"Content-Length": str(size)}, trust_env=False)
    memory = int(Path(f"/proc/{proxy.process.pid}/status").read_text().split("VmHWM:")[1].split()[0])
    raw.close()
    assert answer.status_code == 200
    assert raw.passed >= size
    assert memory < 300 * 1024
    proxy.stop()
    (entry,) = har.entries(proxy.har)
    assert not entry.sendable


def test_traffic_is_checked_and_recorded_without_secrets(start: Start, flask: Callable[..., str]) -> None:
    proxy = start(flask("ksid-number"))
    body = {"subscriptionService": {"subscribe": FIELDS}}
    url = f"{proxy.url}/vpns/subscription"
    with httpx.Client(trust_env=False, headers={"Authorization": "Basic dXNlcjpodXNoLWh1c2gtMg=="}) as client:
        said = [client.post(url, json=body, headers={"X-Trace": "hush-hush-2"}).status_code for _ in range(2)]
    # A whole file while the proxy runs, too; an answer is passed on before it is recorded, so the last may be to come.
    running = [*har.entries(proxy.har)]
    code = proxy.stop()
    entries = [*har.entries(proxy.har)]
    assert running
    assert running == entries[: len(running)]
    assert said == [200, 201]
    assert [it.response.status for it in entries if it.response] == said
    assert "hush-hush" not in proxy.har.read_text()
    assert "dXNlcjpodXNoLWh1c2gtMg" not in proxy.har.read_text() + proxy.report.read_text()
    assert json.loads(entries[0].request.body or b"")["subscriptionService"]["subscribe"]["deviceId"] == "d"
    assert (code, {*proxy.findings()}) == (1, {"body-schema"})


# A user's vendor: its own member of bodies, which its document does not mark, is named by its target.py.
SHOP = {
    "openapi": "3.0.3", "info": {"title": "Shop", "version": "1"},
    "paths": {"/x": {"get": {"operationId": "it.get_it", "responses": {"200": {"description": "It"}}}}},
    "components": {"securitySchemes": {"it": {"type": "apiKey", "in": "header", "name": "X-Shop"}}},
}  # fmt: skip
PLACES = {
    "query": ("/x?a=%2f&password=@@&b=+", {}, None),
    "query, escaped": ("/x?pass%77ord=%40@@&a", {}, None),
    "JSON": ("/x", {"Content-Type": "application/json"}, b'{"a" : [1.0, "<b>"],"ticket":\t"@@"}'),
    "XML": ("/x", {"Content-Type": "text/xml"}, b"<a>\r\n<Ticket  q='1'>@@</Ticket><b/>&#65;</a>"),
    "form": ("/x", {"Content-Type": "application/x-www-form-urlencoded; a=b"}, b"a=%2f&ticket=%40@@&b=+"),
    "Latin-1": ("/x", {"Content-Type": "application/json"}, b'{"ticket": "@@", "a": "\xff"}'),
    "header of the scheme": ("/x", {"x-shop": "@@", "X-Trace": "a  b"}, None),
    "header by its name": ("/x", {"X-Session-Token": "@@"}, None),
    "anywhere, from a header": ("/x", {"Authorization": "Bearer @@"}, b"they said @@, and \x00"),
    "anywhere, from a body": ("/x", {"X-Trace": "is @@"}, b'{"password": "@@", "a": "@@"}'),
}  # fmt: skip


class Echo(Quiet):
    """Says what it hears: the body, its type, and the target in a header."""

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", self.headers.get("Content-Type", ""))
        self.send_header("Location", self.path)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def echo() -> Iterator[str]:
    with Local(Echo) as server:
        yield server.url


def test_a_secret_is_recorded_nowhere_and_all_else_as_it_was(start: Start, echo: str, tmp_path: Path) -> None:
    own = tmp_path / "contracts/vendors/shop"
    own.mkdir(parents=True)
    (own / "target.py").write_text('PAYLOAD = {"ticket": "token"}\n')
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs/shop.yaml").write_text(json.dumps(SHOP))
    proxy = start(echo, "shop", "--vendor-path", str(tmp_path))
    with httpx.Client(trust_env=False, headers={"Content-Type": "text/plain"}) as client:
        for target, headers, body in PLACES.values():
            sent = {name: it.replace("@@", "hush-hush-1") for name, it in headers.items()}
            content = (body or b"").replace(b"@@", b"hush-hush-1")
            client.post(proxy.url + target.replace("@@", "hush-hush-1"), headers=sent, content=content)
    proxy.stop()
    entries = dict(zip(PLACES, har.entries(proxy.har), strict=True))
    assert "hush" not in proxy.har.read_text() + proxy.report.read_text()
    for place, (target, headers, body) in PLACES.items():
        request, response = entries[place].request, entries[place].response
        masked = target.replace("%40", "").replace("@@", MASK)
        assert request.url == echo + masked, place
        wanted = {name.lower(): MASK if "@@" in it and name != "X-Trace" else it for name, it in headers.items()}
        wanted = {name: it.replace("@@", MASK) for name, it in wanted.items()}
        kept = (body or b"").replace(b"%40", b"").replace(b"@@", MASK.encode())
        assert wanted.items() <= {name.lower(): it for name, it in request.headers}.items(), place
        assert response is not None
        assert ((request.body or b""), response.body) == (kept, kept), place
        assert ("Location", masked) in response.headers, place


def test_a_chunked_answer_passes(start: Start) -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nX-End: 1\r\n\r\n"
    raw = Raw(chunked)
    proxy = start(raw.url)
    assert httpx.get(f"{proxy.url}/c", trust_env=False).text == "abcde"
    raw.close()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of this machine that nobody has signed, and its key, in one file."""
    path = tmp_path / "both.pem"
    out = ("-keyout", str(path), "-out", str(tmp_path / "c.pem"))
    named = ("-subj", "/CN=vendor", "-addext", "subjectAltName=IP:127.0.0.1")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *named, *out]
    subprocess.run(command, check=True, capture_output=True)
    path.write_text(path.read_text() + (tmp_path / "c.pem").read_text())
    return path


@pytest.mark.parametrize("trusted", [True, False])
def test_an_upstream_may_speak_tls(
    start: Start, certificate: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    raw = Raw(ANSWER, tls=context)
    proxy = start(raw.url)
    answer = httpx.get(f"{proxy.url}/x", trust_env=False)
    raw.close()
    assert (answer.status_code, proxy.stop()) == ((207, 0) if trusted else (502, 3))


def test_a_compressed_answer_passes_as_it_is_and_is_recorded_without_secrets(start: Start) -> None:
    body = gzip.compress(b'{"password": "hush-hush-1"}')
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
    raw = Raw(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    proxy = start(raw.url)
    with httpx.stream("GET", f"{proxy.url}/x", trust_env=False) as answer:
        passed = b"".join(answer.iter_raw())
    raw.close()
    proxy.stop()
    (entry,) = har.entries(proxy.har)
    assert passed == body
    assert entry.response is not None
    assert entry.response.body.startswith(b'{"password": "')
    assert b"hush" not in entry.response.body


def test_an_upstream_that_is_not_there_is_told(start: Start) -> None:
    proxy = start("http://127.0.0.1:9")
    for _ in range(2):
        answer = httpx.get(f"{proxy.url}/x", trust_env=False)
        assert answer.status_code == 502
        assert answer.text == "bodydouble proxy: http://127.0.0.1:9: Connection refused\n"
    assert proxy.stop() == 3
    told = [json.loads(line) for line in proxy.report.read_text().splitlines()]
    notes = [it["text"] for it in told if "text" in it]
    assert notes == [f"{much}not passed on: http://127.0.0.1:9: Connection refused" for much in ("", "2 times ")]


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        (b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n", b"501 ", b"the base URL of your client"),
        (b"WHAT\r\n\r\n", b"400 ", b"no request of HTTP/1.1"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 300_000 + b"\r\n\r\n", b"400 ", b"a head that does not end"),
    ],
)  # fmt: skip
def test_what_is_for_no_upstream_is_answered_by_the_proxy(
    start: Start, sent: bytes, status: bytes, words: bytes
) -> None:
    proxy = start("http://127.0.0.1:9", "voltmx", "--host", "::1")
    host, port = proxy.url.removeprefix("http://").rsplit(":", 1)
    assert host == "[::1]"
    with socket.create_connection(("::1", int(port))) as client:
        client.sendall(sent)
        client.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := client.recv(65536):
            answer += piece
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert words in answer


def test_traffic_passes_when_it_can_no_longer_be_recorded(flask: Callable[..., str], tmp_path: Path) -> None:
    upstream, recording, report = flask(), tmp_path / "traffic.har", tmp_path / "proxy.jsonl"
    ready = tmp_path / "ready.json"
    command = ["-m", "mockserver", "proxy", "voltmx", "--upstream", upstream, "--port", "0", "--har", str(recording)]
    command = [sys.executable, *command, "--ready-file", str(ready), "--json", str(report)]
    limited = ["bash", "-c", 'ulimit -f 4; exec "$@"', "-", *command]  # no file of more than 4 KiB
    with subprocess.Popen(limited, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        try:
            for _ in range(600):
                if ready.exists():
                    break
                time.sleep(0.05)
            url = json.loads(ready.read_text())["url"]
            statuses = [httpx.get(f"{url}/nothing/{number}", trust_env=False).status_code for number in range(8)]
        finally:
            process.terminate()
    assert statuses == [404] * 8
    assert process.returncode == 3
    end = json.loads(report.read_text().splitlines()[-1])
    kept = len([*har.entries(recording)])
    assert 0 < kept < 8
    assert end["trouble"] == f"the recording ends after {kept} exchanges: File too large"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--upstream", "ftp://x"), "'ftp://x' is no http:// or https:// URL"),
        (("--upstream", "http://x", "--har", "/dev/full"), "/dev/full: cannot be written: No space left on device"),
        (("--upstream", "http://x", "--ready-file", "/proc/x/y"), "/proc/x/y.part: cannot be written: No such file"),
        (("--upstream", "http://x", "--host", "192.0.2.1"), "cannot listen on 192.0.2.1:8081: Cannot assign requested"),
    ],
)
def test_wrong_usage_is_one_line(arguments: tuple[str, ...], words: str) -> None:
    command = [sys.executable, "-m", "mockserver", "proxy", "voltmx", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=30, check=False)
    assert ended.returncode == 2
    (line,) = ended.stderr.strip().splitlines()
    assert line.startswith(f"bodydouble proxy: {words}")


def test_a_proxy_does_not_wait_for_what_only_verify_needs() -> None:
    program = (
        "import sys, contracts.compare.cli_proxy; print(*{'hypothesis', 'pytest', 'schemathesis'} & {*sys.modules})"
    )
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=30, check=True)
    assert ended.stdout.split() == []
