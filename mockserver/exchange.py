"""One request and what became of it: made at the entrance, filled on the way, kept by the journal."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

Headers = list[tuple[bytes, bytes]]


class Pieces:
    """A body that is made while it is sent: `first` is there already, the others come one after the other, once."""

    __slots__ = ("_others", "first")

    def __init__(self, first: bytes, others: Iterable[bytes]) -> None:
        self.first = first
        self._others = others

    def __iter__(self) -> Iterator[bytes]:
        yield self.first
        yield from self._others


class Stream:
    """A body that goes on until its parts end or the client leaves. An empty part says that nothing is there yet, and
    is not sent: it should come often, for only between parts does the server stop."""

    __slots__ = ("parts",)

    def __init__(self, parts: AsyncIterator[bytes]) -> None:
        self.parts = parts


@dataclass(slots=True)
class Reply:
    """What a handler returns, and the steps after it complete. `body` is the value that the spec describes, or None.

    Where the media type is one that can be written piece by piece (CSV), it may be an iterator of lines: then it is
    sent as it is made, after the transaction, so that what it needs of the world must have been read before. A Stream
    is bytes already, and not held to the spec.

    `media_type` is needed only where an operation documents several and the request does not decide. `sent_as` is the
    HTTP status on the wire where it is not the documented one. `off_contract` replies are not held to the spec: answers
    that no operation documents.
    """

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str | None = None
    sent_as: int | None = None
    off_contract: bool = False


@dataclass(slots=True)
class Exchange:
    """A request and its answer. `at` is the world's time in seconds since the epoch, `seconds` what the answer took.

    `reasons` says why it was refused, in words; `fault` names the fault that was asked for; `defect` is set when the
    mock broke its own contract.
    """

    id: int
    method: str
    target: str
    request_headers: Headers
    headers: dict[bytes, bytes]  # the same `by_name`
    scheme: str = "http"
    world: str = ""
    vendor: str = ""
    base: str = ""
    segments: tuple[str, ...] = ()
    operation: str | None = None
    caller: str | None = None
    request_body: bytes = b""
    status: int = 0
    response_headers: Headers = field(default_factory=list)
    response_body: bytes = b""
    at: float = 0.0
    seconds: float = 0.0
    reasons: tuple[str, ...] = ()
    fault: str | None = None
    defect: str | None = None
    where: str | None = None  # file:line of the handler
    prepared: Any = None  # what a handler of the control API had to wait for

    def header(self, name: bytes) -> str | None:
        """The request header of this name in lower case; of several the values are joined by a comma."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")


class Request:
    """What steps before the handler, and handlers that ask for it, see of a request.

    `media_type` is in lower case and "" without a body; `charset` is None when not given; `caller` is the API user.
    `body` is the bytes as received, before any decoding; `unread` says that there were more than the server takes, so
    that `body` is empty and the request will be refused for its size.
    """

    __slots__ = ("body", "caller", "charset", "exchange", "media_type", "path", "unread")

    def __init__(self, exchange: Exchange, path: dict[str, str], body: bytes, unread: bool = False) -> None:
        self.exchange = exchange
        self.path = path
        self.body = body
        self.unread = unread
        self.caller: str | None = None
        self.media_type, self.charset = _media_type(exchange.header(b"content-type")) if body else ("", None)

    def header(self, name: str) -> str | None:
        """The header of this name in lower case; of several the values are joined by a comma."""
        value = self.exchange.headers.get(name.encode())
        return None if value is None else value.decode("latin-1")

    @property
    def headers(self) -> dict[str, str]:
        """All of them by name in lower case."""
        return {name.decode("latin-1"): value.decode("latin-1") for name, value in self.exchange.headers.items()}

    @property
    def query(self) -> str:
        """The raw query string."""
        return self.exchange.target.partition("?")[2]


@lru_cache(maxsize=256)
def _media_type(header: str | None) -> tuple[str, str | None]:
    """A Content-Type as (type in lower case, charset in lower case or None)."""
    if header is None:
        return "", None
    media_type, _, parameters = header.lower().partition(";")
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "charset":
            return media_type.strip(), value.strip().strip('"')
    return media_type.strip(), None


def by_name(headers: Headers) -> dict[bytes, bytes]:
    """Headers by name, which ASGI servers give in lower case; of several with one name the values are joined."""
    found = dict(headers)
    if len(found) != len(headers):
        found = {}
        for name, value in headers:
            found[name] = found[name] + b", " + value if name in found else value
    return found
