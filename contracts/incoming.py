"""An answer as it comes in, read strictly (llhttp): one that only a lenient reader understands is a broken promise."""

from __future__ import annotations

import os
import ssl

import httptools

SURPLUS = "bytes after the end of the answer"
_MAX_HEAD = 2**17


class NoAnswer(Exception):
    """No complete answer: cut, garbled, endless, late. One line, for people."""


class Incoming:
    """One answer, as far as it has come: `done` when it is whole, `reusable` when its connection may carry another."""

    def __init__(self, method: str, most: int) -> None:
        self.headers: list[tuple[str, str]] = []
        self.status = 0
        self.done = self.reusable = self._surplus = False
        self._bodiless, self._most = method == "HEAD", most
        self._pieces: list[bytes] = []
        self._size = self._head = 0
        self._parser = httptools.HttpResponseParser(self)

    @property
    def body(self) -> bytes:
        return b"".join(self._pieces)

    def header(self, name: str) -> str | None:
        """The values of a header as one; None when there is none."""
        found = [value for key, value in self.headers if key.lower() == name]
        return ", ".join(found) if found else None

    def feed(self, piece: bytes) -> None:
        """What came next; nothing when the server has closed. Raises NoAnswer."""
        if not piece:
            if not (self.status and self._ends_with_the_connection):
                raise NoAnswer(self.cut(None))
            self.done = True
            return
        if not self.status:
            self._head += len(piece)
        try:
            self._parser.feed_data(piece)
        except httptools.HttpParserUpgrade:
            self.done, self.reusable = True, False
        except httptools.HttpParserError as error:
            raise NoAnswer(SURPLUS if self.done else self.cut(error)) from None
        if self._surplus:
            raise NoAnswer(SURPLUS)
        if not self.status and self._head > _MAX_HEAD:
            raise NoAnswer(f"no HTTP answer: headers of more than {_MAX_HEAD} bytes")
        if self._size > self._most:
            raise NoAnswer(f"a body of more than {self._most} bytes")

    def cut(self, error: Exception | None) -> str:
        """Why there is no whole answer, in words, when no time has run out."""
        why = words(error) if error else "the server closed the connection"
        return f"an answer cut off in its body: {why}" if self.status else f"no HTTP answer: {why}"

    def late(self, seconds: float) -> str:
        """The same when it has."""
        return f"a body that did not end within {seconds:g} s" if self.status else f"no answer within {seconds:g} s"

    @property
    def _ends_with_the_connection(self) -> bool:
        codings = self.header("transfer-encoding")
        return not codings.lower().endswith("chunked") if codings else self.header("content-length") is None

    def on_message_begin(self) -> None:
        if self.done:
            self.reusable = False

    def on_header(self, name: bytes, value: bytes) -> None:
        if not (self.status or self.done):
            self.headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if self.done or (status < 200 and status != 101):
            return
        self.status, self.done = status, self._bodiless

    def on_body(self, piece: bytes) -> None:
        self._surplus = self.done
        self._size += len(piece)
        self._pieces.append(piece)

    def on_message_complete(self) -> None:
        if not self.status:
            self.headers, self._head = [], 0  # An interim answer (RFC 9110, 15.2): the final one is to come.
        elif not self.done:
            self.done, self.reusable = True, self._parser.should_keep_alive()


def words(error: Exception) -> str:
    """What an error of the network is, in one line for people."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate cannot be verified: {error.verify_message} (SSL_CERT_FILE names an authority of yours)"
    if isinstance(error, OSError) and error.errno and error.errno > 0 and not isinstance(error, ssl.SSLError):
        return os.strerror(error.errno)
    return (str(error).split("\n")[0] or type(error).__name__).rstrip(".")
