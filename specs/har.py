"""HAR files, read entry by entry: a recording of any size takes the memory of its largest entry.

HAR 1.2 as browsers, proxies and our own `bodydouble proxy` write it; what a tool leaves out is left open here.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlencode

import orjson

from specs.loading import SpecError

Headers = tuple[tuple[str, str], ...]
_CHUNK = 1 << 18
_LARGEST = 256 * 2**20
# Before the entries there are a creator and pages, and nothing that is large.
_HEAD = 64 * 2**20
_ENTRIES = re.compile(rb'(?<!\\)"entries"\s*:\s*\[')
_OUTSIDE, _INSIDE = re.compile(rb'["{}]'), re.compile(rb'["\\]')
_BETWEEN = re.compile(rb"[ \t\r\n,]*")
# Of the connection, not of the message; a client writes its own.
_OWN = frozenset({"host", "content-length", "connection", "accept-encoding", "transfer-encoding", "keep-alive"})


class HarError(SpecError):
    """What is no HAR file, or one that is damaged."""


class Truncated(Exception):
    """The file ends before its last entry does; what came before is whole."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as recorded; `body` is None when there was none."""

    method: str
    url: str
    headers: Headers
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as recorded; `seconds` is how long it took."""

    status: int
    headers: Headers
    body: bytes
    seconds: float


@dataclass(frozen=True, slots=True)
class Entry:
    """One recorded exchange. `started` is in seconds since 1970, None when the file does not say; `response` is None
    when none was recorded. `whole` is false when the file has not kept the whole body of the answer, and `sendable`
    when it has not kept that of the request.
    """

    number: int
    started: float | None
    request: Asked
    response: Answered | None
    whole: bool
    sendable: bool


def entries(path: Path) -> Iterator[Entry]:
    """The entries of a file, in order. Raises HarError for what is no HAR file, and Truncated at an early end."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise HarError(f"cannot be read: {error.strerror}", path) from None
    with file:
        scanner = _Scanner(file, path)
        scanner.enter()
        number = 0
        while (raw := scanner.next()) is not None:
            number += 1
            try:
                yield _entry(number, orjson.loads(raw))
            except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
                raise HarError(f"entry {number} is no HAR entry", path) from None


_OTHERS = {
    b"\x1f\x8b": "is packed with gzip; unpack it first",
    b"PK": "is a zip file; unpack it first",
    b"\xff\xfe": "is written in UTF-16; HAR is UTF-8",
    b"\xfe\xff": "is written in UTF-16; HAR is UTF-8",
}


class _Scanner:
    """Finds the objects of the list of entries, without parsing what is around them."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file, self._path, self._buffer = file, path, bytearray()

    def enter(self) -> None:
        """Go to the first entry. Raises HarError when there is no list of entries."""
        while (found := _ENTRIES.search(self._buffer)) is None:
            start = self._buffer.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
            if (start and start != b"{") or len(self._buffer) > _HEAD or not self._more():
                why = next(
                    (it for mark, it in _OTHERS.items() if self._buffer.startswith(mark)), "has no list of entries"
                )
                raise HarError(f"is no HAR file: it {why}", self._path)
        del self._buffer[: found.end()]

    def next(self) -> bytes | None:
        """The next entry's JSON; None after the last. Raises Truncated."""
        while True:
            gap = _BETWEEN.match(self._buffer)
            del self._buffer[: gap.end() if gap else 0]
            if self._buffer:
                break
            self._need()
        if self._buffer[:1] == b"]":
            return None
        if self._buffer[:1] != b"{":
            raise HarError("is no HAR file: an entry is no object", self._path)
        end = self._end()
        found = bytes(self._buffer[:end])
        del self._buffer[:end]
        return found

    def _end(self) -> int:
        depth, at, inside = 0, 0, False
        while True:
            found = (_INSIDE if inside else _OUTSIDE).search(self._buffer, at)
            if found is None:
                at = max(at, len(self._buffer))  # one more after a backslash that is the last byte so far
                self._need()
                continue
            at = found.end()
            mark = found[0]
            if mark == b"\\":
                at += 1
            elif mark == b'"':
                inside = not inside
            else:
                depth += 1 if mark == b"{" else -1
                if depth == 0:
                    return at

    def _need(self) -> None:
        if len(self._buffer) > _LARGEST:
            raise HarError(f"an entry has more than {_LARGEST} bytes", self._path)
        if not self._more():
            raise Truncated

    def _more(self) -> bool:
        chunk = self._file.read(_CHUNK)
        self._buffer += chunk
        return bool(chunk)


def _entry(number: int, raw: dict[str, Any]) -> Entry:
    asked, answered = raw["request"], raw.get("response") or {}
    request = Asked(str(asked["method"]).upper(), str(asked["url"]), _headers(asked), _sent(asked.get("postData")))
    status = int(answered.get("status") or 0)
    content = answered.get("content") or {}
    body, whole = _received(content)
    response = None
    if status:
        headers = _headers(answered)
        if not any(name.lower() == "content-type" for name, _ in headers) and content.get("mimeType") and body:
            headers = (*headers, ("Content-Type", str(content["mimeType"])))
        response = Answered(status, headers, body, max(0.0, float(raw.get("time") or 0.0)) / 1000)
    return Entry(
        number,
        _moment(str(raw.get("startedDateTime", ""))),
        request,
        response,
        whole,
        not (asked.get("postData") or {}).get("_truncated"),
    )


def _moment(text: str) -> float | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _headers(message: dict[str, Any]) -> Headers:
    pairs = ((str(it["name"]), str(it["value"])) for it in message.get("headers") or ())
    return tuple((name, value) for name, value in pairs if name.lower() not in _OWN and not name.startswith(":"))


def _sent(data: dict[str, Any] | None) -> bytes | None:
    if not data:
        return None
    if data.get("text") is None and data.get("params"):
        return urlencode([(str(it["name"]), str(it.get("value", ""))) for it in data["params"]]).encode()
    return _decoded(data)


def _received(content: dict[str, Any]) -> tuple[bytes, bool]:
    """The body of an answer, and whether it is all of it: browsers leave out what they no longer had."""
    body = _decoded(content) if content.get("text") is not None else b""
    size = content.get("size")
    left_out = bool(content.get("_truncated")) or (not body and isinstance(size, int) and size > 0)
    return body, not left_out


def _decoded(content: dict[str, Any]) -> bytes:
    text = str(content.get("text") or "")
    if content.get("encoding") != "base64":
        return text.encode(errors="surrogatepass")
    try:
        return base64.b64decode(text)
    except binascii.Error:
        raise ValueError("not base64") from None
