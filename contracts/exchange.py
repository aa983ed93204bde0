"""What went over the wire, as facts: one request, and the answer or the reason why there is none."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass

Headers = tuple[tuple[str, str], ...]
# In place of an operation: a request to the control API of a mock, which no check judges.
CONTROL = "control"
_MAX_SHOWN = 4000
# Names that clients add by themselves: left out of curl lines.
_NOISE = frozenset({"host", "content-length", "accept-encoding", "connection", "user-agent"})


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """A request as sent. `url` is absolute; `body` is None when there was none. Secrets are not in its `repr`."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes | None = None

    def __repr__(self) -> str:
        return f"Request({self.method} {self.url.partition('?')[0]})"

    def header(self, name: str) -> str | None:
        """The value of a header, whatever its case; None when absent."""
        return _header(self.headers, name)

    @property
    def media_type(self) -> str | None:
        """The `Content-Type` in lower case, without parameters."""
        return media_type(self.header("content-type"))

    @property
    def size(self) -> int:
        """Bytes of everything that the sender chose; to keep the smallest of equal findings."""
        return len(self.url) + len(self.body or b"") + sum(len(name) + len(value) for name, value in self.headers)


@dataclass(frozen=True, slots=True)
class Response:
    """An answer as received. `seconds` is from the first byte sent to the last byte read."""

    status: int
    headers: Headers
    body: bytes
    seconds: float

    def header(self, name: str) -> str | None:
        """The value of a header, whatever its case; None when absent."""
        return _header(self.headers, name)

    @property
    def media_type(self) -> str | None:
        """The `Content-Type` in lower case, without parameters."""
        return media_type(self.header("content-type"))


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request to one operation, and what came of it.

    `response` is None when no complete answer came; then `trouble` says why. `asked` holds statuses that were ordered
    by a fault, and so are no fault of the vendor. `sender` names the recipe or generator; `credentials` says with which
    ones: `right`, `wrong`, `none`. `callbacks` are the requests that the target sent to a receiver of ours after it, as
    far as anybody has waited for them.
    """

    operation: str
    base: str
    request: Request
    response: Response | None
    trouble: str = ""
    sender: str = ""
    credentials: str = "right"
    asked: frozenset[int] = frozenset()
    callbacks: tuple[Request, ...] = ()

    @property
    def status(self) -> int:
        """The status, or 0 when no complete answer came."""
        return self.response.status if self.response else 0


def curl(request: Request, base: str, shown: str, mask: Callable[[str], str]) -> str:
    """A command line that sends the request again, to `shown` in place of `base`.

    Secrets are masked before quoting, which may take them to pieces.
    """
    parts = ["curl", "-i"]
    if request.method != ("POST" if request.body is not None else "GET"):
        parts += ["-X", request.method]
    for name, value in request.headers:
        if name.lower() not in _NOISE:
            parts += ["-H", shlex.quote(mask(f"{name}: {value}"))]
    prefix = ""
    if request.body is not None:
        prefix, data = _data(request.body, mask)
        parts += data
    url = shown + request.url.removeprefix(base) if request.url.startswith(base) else request.url
    return prefix + " ".join([*parts, shlex.quote(mask(url))])


def _data(body: bytes, mask: Callable[[str], str]) -> tuple[str, list[str]]:
    """What to put before curl, and its arguments, so that these bytes are sent."""
    text = body.decode(errors="replace")
    if len(body) > _MAX_SHOWN:
        return "", ["--data-binary", shlex.quote(f"<{len(body)} bytes, beginning {mask(excerpt(body, 200))!r}>")]
    masked = mask(text)
    if masked == text and (text.encode() != body or "\0" in text):
        octal = "".join(f"\\{byte:03o}" for byte in body)
        return f"printf '{octal}' | ", ["--data-binary", "@-"]
    # curl reads a file when the data begins with @.
    return "", ["--data-raw" if text.startswith("@") else "--data-binary", shlex.quote(masked)]


def excerpt(body: bytes, limit: int = 300) -> str:
    """The beginning of a body as text for people."""
    text = body[: limit * 4].decode(errors="replace")
    return text if len(text) <= limit else f"{text[:limit]}… ({len(body)} bytes)"


def media_type(value: str | None) -> str | None:
    """A `Content-Type` in lower case, without parameters; None when there is none."""
    return value.split(";")[0].strip().lower() or None if value else None


def _header(headers: Headers, name: str) -> str | None:
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)
