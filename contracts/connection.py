"""HTTP/1.1 on sockets: a request goes out as its sender made it, and its answer is read to the end in one given time.

A gate needs little of an HTTP client, and that exactly: no header, cookie or redirect that nobody asked for; one time
for the whole of an answer, so that a target that sends a byte now and then keeps no run waiting; and a strict reader
(`contracts.incoming`).
"""

from __future__ import annotations

import re
import select
import socket
import ssl
from collections import defaultdict
from functools import cache
from urllib.parse import quote, urlsplit

import certifi

from contracts import environment
from contracts.codings import ACCEPTED, Uncoded, undone
from contracts.exchange import Headers, Request, Response
from contracts.incoming import SURPLUS, Incoming, NoAnswer, words

MAX_BODY = 16 * 2**20
_CONNECT_SECONDS = 5.0
_PIECE = 2**16
_PORTS = {"http": 80, "https": 443}
# RFC 9110, 5.6.2 and 5.5; a value may not begin or end with white space.
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(r"(?:[^\0\s]+(?:[ \t]+[^\0\s]+)*)?", re.ASCII)
_CONTROL = re.compile(r"[\0-\x1f\x7f]")
_VISIBLE = "".join(map(chr, range(0x21, 0x7F)))
# Methods that say so when they bring no body (RFC 9110, 8.6).
_BRINGING = ("POST", "PUT", "PATCH")
Origin = tuple[str, str, int]
# An open connection, and what was answered on it last.
Kept = tuple[socket.socket, str]


class NotSendable(Exception):
    """A request that HTTP cannot carry: generated data may hold what no client can send."""


class Unreachable(Exception):
    """Nobody listens, or not in this way. One line, for people."""


class Connections:
    """Connections to servers, kept open between requests; several threads may send at a time.

    `seconds` is how long one answer may take, from the first byte sent to the last byte read, and `most` how many bytes
    its body may have.
    """

    def __init__(self, seconds: float, most: int = MAX_BODY) -> None:
        self._seconds, self._most = seconds, most
        self._idle: dict[Origin, list[Kept]] = defaultdict(list)

    def close(self) -> None:
        """Close all of them."""
        for idle in self._idle.values():
            while idle:
                idle.pop()[0].close()

    def send(self, request: Request) -> Response:
        """The answer, its content coding undone. Raises NotSendable, Unreachable, NoAnswer."""
        origin, host, target = _address(request.url)
        content = _head(request, host, target) + (request.body or b"")
        started = environment.now()
        connection = self._open(origin)
        answer = Incoming(request.method, self._most)
        try:
            self._exchange(connection, content, answer, started + self._seconds)
            body = undone(answer.body, answer.header("content-encoding"), self._most)
        except TimeoutError:
            connection.close()
            raise NoAnswer(answer.late(self._seconds)) from None
        except Uncoded as error:
            connection.close()
            raise NoAnswer(str(error)) from None
        except BaseException:
            connection.close()
            raise
        if answer.reusable:
            self._idle[origin].append((connection, f"{request.method} {target.partition('?')[0]}"))
        else:
            connection.close()
        return Response(answer.status, tuple(answer.headers), body, environment.now() - started)

    def leave(self, request: Request, seconds: float) -> None:
        """Send a request, and be gone so many seconds later, whatever is answered. Raises NotSendable, Unreachable."""
        origin, host, target = _address(request.url)
        content = _head(request, host, target) + (request.body or b"")
        with self._connected(origin) as connection:
            connection.settimeout(self._seconds)
            try:
                connection.sendall(content)
            except OSError as error:
                raise Unreachable(words(error)) from None
            environment.sleep(seconds)

    def _open(self, origin: Origin) -> socket.socket:
        idle = self._idle[origin]
        while idle:
            try:
                connection, last = idle.pop()
            except IndexError:  # Another thread was quicker.
                break
            surplus = _surplus(connection)
            if surplus is None:
                return connection
            connection.close()
            # A server that closes may say so first (408); anything else belongs to the answer before.
            if surplus and not surplus.startswith(b"HTTP/"):
                raise NoAnswer(f"{SURPLUS} to {last}")
        return self._connected(origin)

    def _connected(self, origin: Origin) -> socket.socket:
        return _connected(origin, min(_CONNECT_SECONDS, self._seconds))

    def _exchange(self, connection: socket.socket, content: bytes, answer: Incoming, until: float) -> None:
        broken: OSError | None = None
        try:
            connection.settimeout(_left(until))
            connection.sendall(content)
        except TimeoutError:
            raise
        except OSError as error:  # It may have answered before the end of a body that it does not want.
            broken = error
        while not answer.done:
            connection.settimeout(_left(until))
            try:
                piece = connection.recv(_PIECE)
            except TimeoutError:
                raise
            except OSError as error:
                raise NoAnswer(answer.cut(broken or error)) from None
            answer.feed(piece)


def _address(url: str) -> tuple[Origin, str, str]:
    """Where a URL leads: the origin, what `Host` says, and the target of the request line. Raises NotSendable."""
    if _CONTROL.search(url):
        raise NotSendable(f"control characters in the URL {url!r}")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        if not host.isascii():
            host = host.encode("idna").decode()
    except (ValueError, KeyError) as error:
        raise NotSendable(f"{url!r} is no URL for HTTP: {error}") from None
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    shown = f"[{host}]" if ":" in host else host
    told = shown if port == _PORTS[parts.scheme] else f"{shown}:{port}"
    return (parts.scheme, host, port), told, quote(target, safe=_VISIBLE)


def _head(request: Request, host: str, target: str) -> bytes:
    given = {name.lower(): value for name, value in request.headers}
    headers: Headers = () if "host" in given else (("Host", host),)
    if "accept-encoding" not in given:
        headers += (("Accept-Encoding", ACCEPTED),)
    headers += request.headers
    size = len(request.body or b"")
    if given.get("content-length", str(size)) != str(size):
        raise NotSendable(f"{size} bytes are not the Content-Length {given['content-length']}")
    if "content-length" not in given and (request.body is not None or request.method in _BRINGING):
        headers += (("Content-Length", str(size)),)
    if not _TOKEN.fullmatch(request.method):
        raise NotSendable(f"the method {request.method!r}")
    for name, value in headers:
        if not (_TOKEN.fullmatch(name) and _VALUE.fullmatch(value)):
            raise NotSendable(f"the header {name!r} with the value {value!r}")
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    try:
        return f"{request.method} {target} HTTP/1.1\r\n{lines}\r\n".encode("latin-1")
    except UnicodeEncodeError as error:
        raise NotSendable(str(error)) from None


def _connected(origin: Origin, seconds: float) -> socket.socket:
    scheme, host, port = origin
    try:
        connection = socket.create_connection((host, port), seconds)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return _encrypted(connection, host) if scheme == "https" else connection
    except ssl.SSLError as error:
        why = words(error) if isinstance(error, ssl.SSLCertVerificationError) else error.reason or error
        raise Unreachable(f"TLS failed: {why}") from None
    except (OSError, UnicodeError) as error:
        raise Unreachable(words(error)) from None


def _encrypted(connection: socket.socket, host: str) -> socket.socket:
    try:
        return _tls().wrap_socket(connection, server_hostname=host)
    except BaseException:
        connection.close()
        raise


@cache
def _tls() -> ssl.SSLContext:
    """Trusts what this machine trusts (or `SSL_CERT_FILE` names), and what browsers do."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    context.set_alpn_protocols(["http/1.1"])
    return context


def _surplus(connection: socket.socket) -> bytes | None:
    """What an idle server has said, nothing when it has closed; None when it is ready for a request."""
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    if not poll.poll(0):
        return None
    try:
        connection.settimeout(0)
        return connection.recv(_PIECE).strip(b"\r\n")
    except (BlockingIOError, ssl.SSLWantReadError):
        return None  # Not for us: TLS sends tickets for later sessions.
    except OSError:
        return b""


def _left(until: float) -> float:
    """Seconds that are left. Raises TimeoutError when none are."""
    left = until - environment.now()
    if left <= 0:
        raise TimeoutError
    return left
