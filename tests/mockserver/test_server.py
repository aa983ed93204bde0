"""Real processes and real sockets: faults on the wire, abuse of the protocol, stopping, workers, TLS, proxies."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver.client import VendorWorld, make_world
from tests.conftest import ACME, KEY, Server, wait_for
from tests.receiver import Receiver

PARTS = "/acme/parts"


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, headers=KEY, timeout=30) as made:
        yield made


@pytest.fixture
def world(shared_server: Server, client: httpx.Client) -> Iterator[VendorWorld]:
    made = make_world(client, shared_server.url, "acme")
    yield made
    made.drop()


def talk(server: Server, sent: bytes, *, half_close: bool = False) -> bytes:
    """Sends bytes, and gives what comes back until the server closes, or until its answer to `Connection: close`."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as wire:
        wire.sendall(sent)
        if half_close:
            wire.shutdown(socket.SHUT_WR)
        received = b""
        with contextlib.suppress(ConnectionResetError):
            while part := wire.recv(65536):
                received += part
        return received


def request(target: str, *headers: str, method: str = "GET", body: bytes = b"", host: str = "x") -> bytes:
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", "X-Acme-Key: key-of-wile", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def is_alive(server: Server) -> bool:
    return httpx.get(server.url + "/_control/health", trust_env=False).status_code == 200


# Faults on the wire


@pytest.mark.parametrize("carried_out", [False, True])
def test_drop_closes_without_a_byte(world: VendorWorld, client: httpx.Client, carried_out: bool) -> None:
    world.faults.add("drop", "parts.add_part", carried_out=carried_out, count=1)
    with pytest.raises(httpx.RemoteProtocolError):
        client.post(world.url + "/parts", json={"name": "Bolt"})
    assert world.state.count("parts") == 2 + carried_out
    assert client.post(world.url + "/parts", json={"name": "Nut"}).status_code == 201
    wait_for(lambda: world.journal.count(operation="parts.add_part") == 2)
    assert [it["fault"] for it in world.journal.find()] == ["drop", None]


@pytest.mark.parametrize("size", [None, 0, 5, 10_000])
def test_cut_breaks_off_in_the_middle_of_the_body(
    shared_server: Server, world: VendorWorld, client: httpx.Client, size: int | None
) -> None:
    whole = client.get(world.url + "/parts").content
    world.faults.add("cut", "parts.list_parts", **({} if size is None else {"size": size}))
    answer = talk(shared_server, request(f"/w/{world.name}/acme/parts"))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK")
    expected = len(whole) // 2 if size is None else min(size, len(whole) - 1)
    assert body == whole[:expected]
    assert f"content-length: {len(whole)}".encode() in head.lower()
    with pytest.raises(httpx.RemoteProtocolError):
        client.get(world.url + "/parts")


def test_garble_damages_the_body_and_keeps_its_length(world: VendorWorld, client: httpx.Client) -> None:
    whole = client.get(world.url + "/parts").content
    world.faults.add("garble")
    damaged = client.get(world.url + "/parts").content
    assert (len(damaged), damaged == whole) == (len(whole), False)


def test_delay_answers_late_while_others_are_served(world: VendorWorld, client: httpx.Client) -> None:
    world.faults.add("delay", "parts.list_parts", seconds=0.4)
    late: list[httpx.Response] = []
    waiting = threading.Thread(
        target=lambda: late.append(httpx.get(world.url + "/parts", headers=KEY, trust_env=False))
    )
    waiting.start()
    wait_for(lambda: world.journal.count(operation="parts.list_parts") == 1)
    assert client.get(world.url + "/orders/first").status_code == 200
    assert not late
    waiting.join()
    assert (late[0].status_code, late[0].elapsed.total_seconds() >= 0.4) == (200, True)


# Abuse of the protocol

ODD_REQUESTS = {
    "garbage": (b"\x16\x03\x01\x00\xff nonsense \r\n\r\n", b"400"),
    "no version": (b"GET /\r\n\r\n", b"404"),
    "another protocol": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b""),
    "asterisk": (request("*", method="OPTIONS"), b"404"),
    "absolute form": (request("http://127.0.0.1/acme/parts"), b"200"),
    "absolute form without a path": (request("http://127.0.0.1"), b""),
    "the vendor's address": (request("http://api.acme.test/parts", host="api.acme.test"), b"200"),
    "the vendor's host": (request("/parts", host="api.acme.test:80"), b"200"),
    "Vibes' host": (request("/companies/a/mobiledb/persons/b", host="public-api.vibescm.com"), b"401"),
    "connect": (request("api.acme.test:443", method="CONNECT"), b""),
    "path bytes that are no text": (b"GET /acme/\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b""),
    "escaped bytes that are no text": (request("/acme/parts/%FF%FE%00"), b"404"),
    "a broken escape": (request("/acme/parts/%zz%"), b"404"),
    "a dot path": (request("/acme/../_control/health"), b"404"),
    "a long path": (request("/acme/parts/" + "a" * 30_000), b"400"),
    "many segments": (request("/acme" + "/a" * 10_000), b"404"),
    "a huge header": (request(PARTS, "X-Big: " + "a" * 100_000), b""),
    "many headers": (request(PARTS, *[f"X-{n}: 1" for n in range(2000)]), b""),
    "no host": (b"GET /acme/parts HTTP/1.1\r\nX-Acme-Key: key-of-wile\r\nConnection: close\r\n\r\n", b""),
    "HTTP/1.0": (b"GET /acme/parts HTTP/1.0\r\nX-Acme-Key: key-of-wile\r\n\r\n", b"200"),
    "header bytes that are no text": (request(PARTS, "X-Units: \xff"), b"400"),
    "two lengths": (request(PARTS, "Content-Length: 2", "Content-Length: 3", method="POST", body=b"{}"), b"400"),
    "a bad length": (request(PARTS, "Content-Length: two", method="POST", body=b"{}"), b"400"),
    "a negative length": (request(PARTS, "Content-Length: -2", method="POST", body=b"{}"), b"400"),
    "bad chunks": (request(PARTS, "Transfer-Encoding: chunked", method="POST", body=b"zz\r\n{}\r\n0\r\n\r\n"), b"400"),
    "length and chunks": (
        request(PARTS, "Transfer-Encoding: chunked", "Content-Length: 4", method="POST", body=b"0\r\n\r\n"),
        b"400",
    ),
    "websocket": (
        request(PARTS, "Upgrade: websocket", "Sec-WebSocket-Key: eA==", "Sec-WebSocket-Version: 13").replace(
            b"Connection: close", b"Connection: Upgrade, close"
        ),
        b"200",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD_REQUESTS)
def test_odd_requests_are_answered_and_the_server_lives(shared_server: Server, name: str) -> None:
    sent, status = ODD_REQUESTS[name]
    answer = talk(shared_server, sent, half_close=name == "no version")
    line = answer.partition(b"\r\n")[0]
    assert status in line
    assert b" 500 " not in line
    assert is_alive(shared_server)
    assert "Traceback" not in shared_server.printed.read_text()


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GE",
        b"GET /acme/parts HTTP/1.1\r\nHost:",
        request(PARTS, "Content-Length: 100", method="POST", body=b'{"name"'),
    ],
)
def test_half_a_request(shared_server: Server, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", shared_server.port), timeout=10) as wire:
        wire.sendall(sent)
    assert is_alive(shared_server)
    assert "Traceback" not in shared_server.printed.read_text()


@pytest.mark.parametrize("way", [b"", b"Expect: 100-continue\r\n"])
def test_a_trailer_is_no_header(shared_server: Server, way: bytes) -> None:
    key = b"X-Acme-Key: key-of-wile\r\n"
    head = b"GET /acme/parts HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n" + way
    assert b"HTTP/1.1 200 OK" in talk(shared_server, head + key + b"\r\n0\r\nX-Own: 1\r\n\r\n")
    assert b"HTTP/1.1 401 Unauthorized" in talk(shared_server, head + b"\r\n0\r\n" + key + b"X-Own: 1\r\n\r\n")


@pytest.mark.parametrize(
    "begun",
    [
        b"GET /acme/parts HTTP/1.1\r\nX-Big: ",
        b"POST /acme/parts HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Big: ",
        b"POST /_console/login HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Big: ",
    ],
)
def test_headers_without_end_are_not_kept(shared_server: Server, begun: bytes) -> None:
    with socket.create_connection(("127.0.0.1", shared_server.port), timeout=10) as wire:
        with contextlib.suppress(ConnectionError):
            wire.sendall(begun)
            for _ in range(300):
                wire.sendall(b"x" * 10_000)
        with contextlib.suppress(ConnectionError):
            while wire.recv(65536):  # until it is closed, or there is nothing for ten seconds
                pass
    assert is_alive(shared_server)


def test_a_truncated_body_stores_nothing(shared_server: Server, world: VendorWorld) -> None:
    target = f"/w/{world.name}/acme/parts"
    body = b'{"name": "Bolt"}'
    sent = request(target, "Content-Type: application/json", "Content-Length: 17", method="POST", body=body)
    talk(shared_server, sent, half_close=True)
    assert world.state.count("parts") == 2


def test_pipelined_requests_are_answered_in_order(shared_server: Server) -> None:
    first = b"GET /acme/parts/spring%3A%C3%A9 HTTP/1.1\r\nHost: x\r\nX-Acme-Key: key-of-wile\r\n\r\n"
    answer = talk(shared_server, first * 3 + request("/acme/orders/forecast"))
    assert answer.count(b"HTTP/1.1 200 OK") == 4
    assert answer.count(b'"Spring"') == 3
    assert answer.endswith(b'{"orders":3}')


def test_expect_100_continue(shared_server: Server, world: VendorWorld) -> None:
    target = f"/w/{world.name}/acme/parts"
    head = request(
        target, "Content-Type: application/json", "Content-Length: 16", "Expect: 100-continue", method="POST"
    )
    with socket.create_connection(("127.0.0.1", shared_server.port), timeout=10) as wire:
        wire.sendall(head)
        assert wire.recv(1000).startswith(b"HTTP/1.1 100 Continue")
        wire.sendall(b'{"name": "Bolt"}')
        assert wire.recv(1000).startswith(b"HTTP/1.1 201")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    arguments = ["acme", "--vendor-path", str(ACME), "--body-limit", "1000"]
    made = Server(arguments, tmp_path_factory.mktemp("small"))
    yield made
    made.stop()


def test_a_body_that_is_refused_before_it_is_sent(small: Server) -> None:
    """With `Expect: 100-continue` the body never comes, so what follows must not be taken for it."""
    head = request(
        PARTS, "Content-Type: application/json", "Content-Length: 5000", "Expect: 100-continue", method="POST"
    )
    answer = talk(small, head.replace(b"Connection: close\r\n", b""))
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"connection: close" in answer.lower()


@pytest.mark.parametrize("chunked", [False, True])
def test_after_a_body_over_the_limit_the_connection_serves_on(small: Server, chunked: bool) -> None:
    body = b"x" * 3_000_000
    with httpx.Client(base_url=small.url, headers=KEY, trust_env=False) as client:
        for _ in range(3):
            content: Any = iter([body[:5], body[5:]]) if chunked else body
            answer = client.post(PARTS, content=content, headers={"Content-Type": "application/json"})
            assert (answer.status_code, answer.json()["code"]) == (413, "TooLarge")
            assert client.get(PARTS).status_code == 200


@pytest.mark.parametrize("size", [1001, 60_000])
def test_one_chunk_over_the_limit(small: Server, size: int) -> None:
    chunk = f"{size:x}\r\n".encode() + b"x" * size + b"\r\n0\r\n\r\n"
    sent = request(PARTS, "Content-Type: application/json", "Transfer-Encoding: chunked", method="POST", body=chunk)
    assert talk(small, sent).startswith(b"HTTP/1.1 413")


def test_a_log_that_nobody_reads_does_not_stop_the_server(vendor_place: Callable[..., Any]) -> None:
    """`running` must not leave the server writing into a full pipe: each defect prints a traceback."""
    from mockserver.client import running

    paths = {"/it": {"get": {"operationId": "things.get_it", "responses": {"200": {"description": "It"}}}}}
    written = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": paths}
    vendor, place = vendor_place(written, things="def get_it(): raise RuntimeError('x' * 2000)\n")
    with running([vendor, "--vendor-path", str(place)]) as url, httpx.Client(trust_env=False, timeout=10) as client:
        for _ in range(60):
            assert client.get(f"{url}/{vendor}/it").status_code == 500


# Starting and stopping


def test_sigterm_under_load_finishes_what_is_in_flight(server: Callable[..., Server], client: httpx.Client) -> None:
    mock = server("acme", "--vendor-path", str(ACME), "--quiet", "--no-rate-limits")
    made = make_world(client, mock.url, "acme", rate_limits=False)
    made.faults.add("delay", seconds=0.5)
    answers: list[int] = []

    def ask(number: int) -> None:
        body = {"name": f"Bolt {number}"}
        answers.append(httpx.post(made.url + "/parts", json=body, headers=KEY, trust_env=False, timeout=30).status_code)

    asking = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in asking:
        thread.start()
    wait_for(lambda: made.state.count("parts") == 2 + 8)
    client.close()
    mock.process.send_signal(signal.SIGTERM)
    for thread in asking:
        thread.join()
    assert answers == [201] * 8
    assert mock.wait() == (0, "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_durable_store_keeps_all_that_was_acknowledged(
    server: Callable[..., Server], tmp_path: Path, number: int
) -> None:
    arguments = (
        "acme",
        "--vendor-path",
        str(ACME),
        "--quiet",
        "--no-rate-limits",
        "--store",
        f"sqlite:///{tmp_path}/db",
    )
    mock = server(*arguments)
    acknowledged: list[str] = []
    names = map("Bolt {}".format, count())

    def ask() -> None:
        with httpx.Client(trust_env=False, timeout=30) as own, contextlib.suppress(httpx.TransportError):
            while True:
                name = next(names)
                if own.post(mock.url + PARTS, json={"name": name}, headers=KEY).status_code == 201:
                    acknowledged.append(name)

    asking = [threading.Thread(target=ask) for _ in range(4)]
    for thread in asking:
        thread.start()
    wait_for(lambda: len(acknowledged) > 40)
    mock.process.send_signal(number)
    for thread in asking:
        thread.join()
    assert mock.wait() == (0 if number == signal.SIGTERM else -signal.SIGKILL, "")
    again = server(*arguments)
    with httpx.Client(trust_env=False) as own:
        found = {it["name"] for it in VendorWorld(own, again.url, "acme", "default").state.find("parts", limit=1000)}
    assert set(acknowledged) <= found
    assert len(acknowledged) > 40


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_server_stops_at_once(server: Callable[..., Server], number: int) -> None:
    mock = server("voltmx", "--quiet")
    with socket.create_connection(("127.0.0.1", mock.port)):  # an idle connection holds nothing up
        mock.process.send_signal(number)
        assert mock.wait() == (0, "")


def test_until_eof_ends_with_the_parent(server: Callable[..., Server]) -> None:
    mock = server("voltmx", "--until-eof")
    assert mock.process.stdin is not None
    mock.process.stdin.close()
    code, printed = mock.wait()
    assert code == 0
    assert "Volt MX" in printed


def test_what_is_printed_can_be_used(server: Callable[..., Server]) -> None:
    mock = server("acme", "voltmx", "--vendor-path", str(ACME))
    printed = mock.printed.read_text()
    lines = [line.split("try", 1)[1].strip() for line in printed.splitlines() if line.strip().startswith("try")]
    assert len(lines) == 2
    for line in lines:
        answer = subprocess.run([*_curl(line)], capture_output=True, text=True, check=True)
        assert '"ksid"' in answer.stdout or '"Hinge"' in answer.stdout


def _curl(line: str) -> list[str]:
    """The printed curl command, carried out by httpx: curl may not be there."""
    import shlex

    words = shlex.split(line)[2:]
    headers = dict(words[n + 1].split(": ", 1) for n, word in enumerate(words) if word == "-H")
    body = next((words[n + 1] for n, word in enumerate(words) if word == "-d"), None)
    method = next((words[n + 1] for n, word in enumerate(words) if word == "-X"), "POST" if body else "GET")
    code = f"import httpx; print(httpx.request({method!r}, {words[-1]!r}, headers={headers!r}, content={body!r}).text)"
    return [sys.executable, "-c", code]


# Several workers


def test_two_workers_agree(server: Callable[..., Server], tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'mock.db'}"
    mock = server("acme", "--vendor-path", str(ACME), "--workers", "2", "--store", store, "--no-rate-limits")
    assert "Acme Parts" in mock.printed.read_text()
    ids = []
    for number in range(12):  # each connection goes to whichever worker takes it
        with httpx.Client(base_url=mock.url, headers=KEY, trust_env=False, verify=False, timeout=30) as client:
            made = client.post(PARTS, json={"name": f"Bolt {number}"})
            assert made.status_code == 201, made.text
            ids.append(made.headers["location"])
            assert client.get(PARTS).json()["total"] == 2 + number + 1
    with httpx.Client(base_url=mock.url, headers=KEY, trust_env=False) as client:
        assert [client.get("/acme" + it).status_code for it in ids] == [200] * 12
        journal = client.get("/_control/worlds/default/journal").json()
        assert journal["total"] == 12 * 3
    mock.process.send_signal(signal.SIGTERM)
    assert mock.wait()[0] == 0
    again = server("acme", "--vendor-path", str(ACME), "--store", store)
    assert httpx.get(again.url + PARTS, headers=KEY, trust_env=False).json()["total"] == 14


# TLS


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority, and certificates of a server and a client that it signed."""
    directory = tmp_path_factory.mktemp("tls")
    (directory / "san").write_text("subjectAltName=IP:127.0.0.1\n")

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True)

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=authority")
    for name in ("server", "client"):
        openssl("req", *key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "san")
        openssl("x509", "-req", "-in", f"{name}.csr", *signed, "-out", f"{name}.pem")
    return directory


def test_tls_with_a_client_certificate(server: Callable[..., Server], certificates: Path) -> None:
    files = {name: str(certificates / name) for name in ("server.pem", "server.key", "ca.pem")}
    mock = server(
        "acme", "--vendor-path", str(ACME),
        "--tls-cert", files["server.pem"], "--tls-key", files["server.key"], "--client-ca", files["ca.pem"],
    )  # fmt: skip
    assert mock.url.startswith("https://")
    trusting = ssl.create_default_context(cafile=files["ca.pem"])
    with pytest.raises(httpx.TransportError):
        httpx.get(mock.url + PARTS, verify=trusting, headers=KEY, trust_env=False)
    trusting.load_cert_chain(certificates / "client.pem", certificates / "client.key")
    answer = httpx.get(mock.url + PARTS, verify=trusting, headers=KEY, trust_env=False)
    assert answer.json()["total"] == 2
    with pytest.raises(httpx.TransportError):
        httpx.get(mock.url.replace("https", "http") + PARTS, trust_env=False)
    assert "Traceback" not in mock.printed.read_text()


def test_callbacks_arrive_at_a_receiver_that_speaks_tls(
    server: Callable[..., Server], certificates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its certificate is verified: by an authority of one's own in SSL_CERT_FILE, and without it nothing is sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "server.pem", certificates / "server.key")
    for trusted in (False, True):
        if trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "ca.pem"))
        with Receiver(context) as receiver:
            mock = server("vibes")
            company, login = f"{mock.url}/vibes/companies/ABC123", ("VibesUser", "Password123")
            with httpx.Client(auth=login, trust_env=False) as client:
                wanted = {"callback_type": "person_added", "destination": {"url": receiver.url()}}
                assert client.post(f"{company}/config/callbacks", json=wanted).status_code == 201
                person = {"external_person_id": "EXT-TLS"}
                assert client.post(f"{company}/mobiledb/persons", json=person).status_code == 201
            with httpx.Client(trust_env=False) as client:
                world = VendorWorld(client, mock.url, "vibes", "default")
                assert world.callbacks.wait(10)["pending"] == (0 if trusted else 1)
                (delivery,) = world.callbacks.find()
        said = delivery["attempts"][0]
        assert (said["status"], len(receiver.requests)) == ((200, 1) if trusted else (None, 0)), said
        assert trusted or "certificate" in said["error"].lower(), said


# An unmodified client behind a proxy


def test_http_proxy_leads_an_unmodified_client_here(shared_server: Server, world: VendorWorld) -> None:
    with httpx.Client(proxy=shared_server.url, trust_env=False, headers=KEY) as client:
        assert client.get("http://api.acme.test/parts").json()["total"] == 2
    proxy = shared_server.url.replace("http://", f"http://{world.name}:@")
    code = (
        "import httpx; "
        "answer = httpx.post('http://api.acme.test/parts', json={'name': 'Bolt'}, headers={'X-Acme-Key': 'key-of-wile'}); "  # noqa: E501
        "print(answer.status_code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"HTTP_PROXY": proxy}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "201"
    assert world.state.count("parts") == 3
    assert json.dumps(world.journal.find()).count(world.name + ":") == 0
