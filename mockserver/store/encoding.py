"""Keys, values and bodies as bytes, for stores that keep records elsewhere than in Python.

Bytes, because text columns differ from database to database: PostgreSQL's cannot hold NUL, and each has its own idea of
order and case. UTF-8 sorts as code points do.
"""

from __future__ import annotations

import json
from hashlib import blake2b, sha256
from math import inf
from struct import pack

import orjson

from mockserver.store import Record, Scalar

LONGEST = 1000
"""Bytes of a key or value that an index holds: PostgreSQL's rows of an index end at 2,700."""

_EXACT = 2**53
_NEGATIVE_INFINITY, _NEGATIVE, _NUMBER, _POSITIVE, _INFINITY, _TEXT = (bytes((rank,)) for rank in range(1, 7))


def text(value: str) -> bytes:
    """UTF-8; lone surrogates pass, so that looking for one finds nothing instead of failing."""
    return value.encode("utf-8", "surrogatepass")


def untext(value: bytes) -> str:
    return value.decode("utf-8", "surrogatepass")


def short(value: bytes) -> bytes:
    """What an index holds: a long value is cut, and a digest of the whole of it put in place of the rest."""
    return value if len(value) <= LONGEST else value[: LONGEST - 32] + sha256(value).digest()


def scalar(value: Scalar) -> bytes:
    """Bytes that are equal when Python says the values are (1 == 1.0 == True), and sort as they do: numbers, then text.

    Texts that differ only after their first thousand bytes are told apart, but sort in no particular order.
    """
    if isinstance(value, str):
        return short(_TEXT + text(value))
    if -_EXACT < value < _EXACT:
        bits = pack(">d", value + 0.0)  # adding zero makes -0.0 the same as 0
        return _NUMBER + (_inverted(bits) if bits[0] & 0x80 else bytes((bits[0] | 0x80,)) + bits[1:])
    if isinstance(value, float) and value in (inf, -inf):
        return _INFINITY if value > 0 else _NEGATIVE_INFINITY
    size = int(value).bit_length() // 8 + 1
    magnitude = pack(">I", size) + abs(int(value)).to_bytes(size, "big")
    return short(_POSITIVE + magnitude if value > 0 else _NEGATIVE + _inverted(magnitude))


def _inverted(value: bytes) -> bytes:
    return bytes(255 - byte for byte in value)


def body(record: Record) -> bytes:
    """A record as JSON. What orjson refuses (integers beyond 64 bits, lone surrogates) is escaped, after a blank.

    Raises TypeError or ValueError for what is not JSON.
    """
    try:
        return orjson.dumps(record)
    except TypeError:
        written = json.dumps(record)
        if json.loads(written) != record:
            raise
        return b" " + written.encode()


def unbody(stored: bytes) -> Record:
    record: Record = json.loads(stored) if stored.startswith(b" ") else orjson.loads(stored)
    return record


def lock(name: str) -> int:
    """A number of 64 bits for a name, the same in every process: PostgreSQL's advisory locks have numbers."""
    return int.from_bytes(blake2b(b"bodydouble:" + text(name), digest_size=8).digest(), "big", signed=True)
