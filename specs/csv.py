"""CSV: lines of text fields, the first of which names the columns (RFC 4180, with a header line).

Separators differ from vendor to vendor, and no media type says which: `;` is written, and `;`, `,` or a tab is read,
whichever parts the first line into more fields. Every field is written in double quotes and lines end with LF; CRLF is
read too.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from io import StringIO
from itertools import islice

from specs.xml import Undecodable

SEPARATOR = ";"
_SEPARATORS = (SEPARATOR, ",", "\t")
_PIECE = 500

Lines = list[list[str]]


class CsvCodec:
    """Reads and writes lines, each as long as the first. `decode` raises Undecodable, with the number of the line."""

    def decode(self, raw: bytes) -> Lines:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Undecodable(f"not UTF-8 text: {error.reason} at byte {error.start}") from None
        head = max((_first(text, separator) for separator in _SEPARATORS), key=lambda it: len(it[1]))
        lines = list(_lines(text, head[0]))
        if not lines:
            raise Undecodable("not CSV: no line that names the columns")
        columns = lines[0]
        if not columns or len(set(columns)) != len(columns) or not all(columns):
            raise Undecodable("not CSV: the first line must name each column, and no two alike")
        for number, line in enumerate(lines, 1):
            if len(line) != len(columns):
                raise Undecodable(f"not CSV: {len(line)} fields in line {number}, {len(columns)} in the first")
        return lines

    def encode(self, value: Iterable[Sequence[object]]) -> bytes:
        return b"".join(piece for _, piece in self.pieces(value))

    def pieces(self, value: Iterable[Sequence[object]]) -> Iterator[tuple[list[Sequence[object]], bytes]]:
        """A few hundred lines at a time, and what they are written as. A field is text, a number, or None (empty)."""
        lines = iter(value)
        while piece := list(islice(lines, _PIECE)):
            yield piece, _written(piece).encode()


_BETWEEN, _NEXT_LINE = f'"{SEPARATOR}"', '"\n"'


def _written(lines: list[Sequence[object]]) -> str:
    """Lines as they are sent: joined, where all fields are texts without quotes; else by the book, which is slower."""
    with suppress(TypeError):
        text = f'"{_NEXT_LINE.join([_BETWEEN.join(line) for line in lines])}"\n'  # type: ignore[arg-type]
        if text.count('"') == 2 * sum(map(len, lines)):
            return text
    buffer = StringIO()
    csv.writer(buffer, delimiter=SEPARATOR, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(lines)
    return buffer.getvalue()


def _first(text: str, separator: str) -> tuple[str, list[str]]:
    try:
        return separator, next(csv.reader(StringIO(text, newline=""), delimiter=separator), [])
    except csv.Error:
        return separator, []


def _lines(text: str, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise Undecodable(f"not CSV: {error} in line {reader.line_num}") from None
