"""Content codings of answers (RFC 9110, 8.4.1): what a body is once they are undone."""

from __future__ import annotations

import zlib
from contextlib import suppress

ACCEPTED = "gzip, deflate"
# zlib's own format and gzip's are told apart by their first bytes; some servers send neither (RFC 9110, 8.4.1.2).
_ANY, _BARE = zlib.MAX_WBITS | 32, -zlib.MAX_WBITS
_KNOWN = ("gzip", "x-gzip", "deflate")


class Uncoded(Exception):
    """A body that is not in the coding that its header names, or is too large without it. One line, for people."""


def undone(body: bytes, codings: str | None, most: int) -> bytes:
    """The body without the codings of a `Content-Encoding`.

    Raises Uncoded for one that is in another coding, or has more than `most` bytes without it.
    """
    if not (codings and body):
        return body
    for name in (it.strip() for it in reversed(codings.lower().split(","))):
        if name in _KNOWN:
            body = _unpacked(body, name, most)
        elif name not in ("identity", ""):
            raise Uncoded(f"a body in {name}, which was not asked for")
    return body


def _unpacked(body: bytes, name: str, most: int) -> bytes:
    for form in (_ANY, _BARE) if name == "deflate" else (_ANY,):
        with suppress(zlib.error):
            packed = zlib.decompressobj(form)
            found = packed.decompress(body, most + 1)
            if len(found) > most:
                raise Uncoded(f"a body of more than {most} bytes")
            if packed.eof:
                return found
    raise Uncoded(f"a body that is no {name}")
