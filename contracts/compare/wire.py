"""HTTP/1.1 messages passed on byte for byte: only where they end is read, and a part of each is kept to look at."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

_PIECE = 1 << 16
_NO_BODY = (204, 304)


class Malformed(Exception):
    """What is no HTTP/1.1 message, or one whose end cannot be told."""


@dataclass(slots=True)
class Head:
    """The head of a message: `first` are the three parts of its first line, `raw` its bytes."""

    raw: bytes
    first: tuple[str, str, str]
    headers: list[tuple[str, str]]

    def header(self, name: str) -> str:
        """The values of a header as one; empty when there is none."""
        return ", ".join(value for key, value in self.headers if key.lower() == name)

    @property
    def chunked(self) -> bool:
        return "chunked" in self.header("transfer-encoding").lower()

    @property
    def length(self) -> int | None:
        """The Content-Length. Raises Malformed for one that is no number."""
        text = self.header("content-length")
        if text and not text.isdecimal():
            raise Malformed(f"Content-Length {text[:40]!r}")
        return int(text) if text else None

    @property
    def closes(self) -> bool:
        """Whether the connection ends with this message."""
        wish = self.header("connection").lower()
        return "close" in wish or (self.first[0 if self.first[0].startswith("HTTP/") else 2] == "HTTP/1.0")


@dataclass(slots=True)
class Kept:
    """The beginning of a body, up to `most` bytes; `whole` as long as that is all of it."""

    most: int
    data: bytearray = field(default_factory=bytearray)
    size: int = 0

    def add(self, piece: bytes) -> None:
        self.size += len(piece)
        room = self.most - len(self.data)
        if room > 0:
            self.data += piece[:room]

    @property
    def whole(self) -> bool:
        return self.size == len(self.data)


async def head(reader: asyncio.StreamReader) -> Head | None:
    """The next head; None at the end of the connection. Raises Malformed."""
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial.strip():
            raise Malformed("a head that breaks off") from None
        return None
    except asyncio.LimitOverrunError:
        raise Malformed("a head that does not end") from None
    lines = raw.decode("latin-1").strip("\r\n").split("\r\n")
    parts = lines[0].split(" ", 2)
    if len(parts) == 2:
        parts.append("")
    if len(parts) != 3:
        raise Malformed(f"first line {lines[0][:80]!r}")
    pairs = [line.partition(":") for line in lines[1:]]
    return Head(raw, (parts[0], parts[1], parts[2]), [(name, value.strip()) for name, _, value in pairs])


async def request_body(found: Head, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kept: Kept) -> None:
    """Pass the body of a request on."""
    if found.chunked:
        await _chunks(reader, writer, kept)
    else:
        await _bytes(found.length or 0, reader, writer, kept)


async def answer_body(
    found: Head, method: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kept: Kept
) -> bool:
    """Pass the body of an answer on; False when only the end of the connection ended it."""
    status = int(found.first[1]) if found.first[1].isdecimal() else 0
    if method == "HEAD" or status in _NO_BODY or 100 <= status < 200:
        return True
    if found.chunked:
        await _chunks(reader, writer, kept)
        return True
    if found.length is not None:
        await _bytes(found.length, reader, writer, kept)
        return True
    while piece := await reader.read(_PIECE):
        kept.add(piece)
        await _pass(writer, piece)
    return False


async def _bytes(left: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kept: Kept) -> None:
    while left:
        piece = await reader.read(min(left, _PIECE))
        if not piece:
            raise Malformed("a body that breaks off")
        left -= len(piece)
        kept.add(piece)
        await _pass(writer, piece)


async def _chunks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kept: Kept) -> None:
    while True:
        line = await _line(reader)
        writer.write(line)
        try:
            size = int(line.split(b";")[0], 16)
        except ValueError:
            raise Malformed(f"chunk size {line[:40]!r}") from None
        if size == 0:
            break
        await _bytes(size, reader, writer, kept)
        await _pass(writer, await _line(reader))
    while (line := await _line(reader)) != b"\r\n":
        writer.write(line)
    await _pass(writer, line)


async def _line(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        raise Malformed("a chunk that breaks off") from None


async def _pass(writer: asyncio.StreamWriter, piece: bytes) -> None:
    writer.write(piece)
    await writer.drain()
