"""Where requests go. The seam is one method: `send(request)` gives a response, or says why there is none."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Self
from urllib.parse import urlsplit

import httpx

from contracts import environment
from contracts.exchange import Exchange, Request, Response
from contracts.finding import TargetTrouble, UsageError

_MAX_BODY = 16 * 2**20
_IN_A_ROW = 5
_AT_ONCE = 32


class Target:
    """An implementation to be judged, under one base URL.

    `seconds` is how long an answer may take; `rate` how many requests a second it is given at most (0: no limit).
    `on_exchange` is told of every exchange as soon as it is over.
    """

    def __init__(self, base: str, *, seconds: float = 10.0, rate: float = 0.0, max_body: int = _MAX_BODY) -> None:
        check_url(base, "the target")
        self.base = base.rstrip("/")
        self._seconds, self._max_body = seconds, max_body
        self._pause, self._next = (1 / rate if rate else 0.0), 0.0
        self._silent = 0
        self.on_exchange: Callable[[Exchange], None] | None = None
        self._client = httpx.Client(
            timeout=httpx.Timeout(seconds, connect=min(5.0, seconds)), follow_redirects=False, trust_env=False,
            # A session of an earlier request must not stand in for the credentials of a later one.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def send(self, request: Request) -> Response | str:
        """The answer, or why no complete one came (cut, garbled, endless, late).

        Redirects are not followed. Raises TargetTrouble when nobody answers at all, at once or several times in a row.
        """
        self._wait()
        answer = self._exchange(request)
        if isinstance(answer, Response):
            self._silent = 0
            return answer
        self._silent += 1
        if self._silent >= _IN_A_ROW:
            times = f"{_IN_A_ROW} times in a row, the last time: {answer}"
            raise TargetTrouble(f"{self.base} gave no complete answer {times}")
        return answer

    def burst(self, request: Request, count: int) -> list[Response | str]:
        """Answers to one request sent many times, as fast as this machine and the target can."""
        with ThreadPoolExecutor(min(count, _AT_ONCE)) as pool:
            return [*pool.map(lambda _: self._exchange(request), range(count))]

    def reachable(self) -> None:
        """Raises TargetTrouble unless somebody listens."""
        self._exchange(Request("GET", self.base + "/"))

    def _exchange(self, request: Request) -> Response | str:
        started = environment.now()
        try:
            headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers]
            built = self._client.build_request(request.method, request.url, headers=headers, content=request.body)
            for name in _added(request):
                del built.headers[name]
            response = self._client.send(built, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise TargetTrouble(self._unreachable(error)) from None
        except (httpx.InvalidURL, UnicodeEncodeError, httpx.LocalProtocolError) as error:
            raise NotSendable(str(error)) from None
        except httpx.TimeoutException:
            return f"no answer within {self._seconds:g} s"
        except httpx.HTTPError as error:
            return f"no HTTP answer: {_words(error)}"
        try:
            body = self._read(response, lambda: environment.now() - started)
        finally:
            response.close()
        if isinstance(body, str):
            return body
        received = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw)
        return Response(response.status_code, received, body, environment.now() - started)

    def _read(self, response: httpx.Response, elapsed: Callable[[], float]) -> bytes | str:
        found = bytearray()
        try:
            for chunk in response.iter_bytes():
                found += chunk
                if len(found) > self._max_body:
                    return f"a body of more than {self._max_body} bytes"
                if elapsed() > self._seconds:
                    return f"a body that did not end within {self._seconds:g} s"
        except httpx.TimeoutException:
            return f"a body that did not end within {self._seconds:g} s"
        except httpx.HTTPError as error:
            return f"an answer cut off in its body: {_words(error)}"
        return bytes(found)

    def _wait(self) -> None:
        if self._pause:
            environment.sleep(self._next - environment.now())
            self._next = max(self._next, environment.now()) + self._pause

    def _unreachable(self, error: Exception) -> str:
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLError):
                return f"{self.base} cannot be reached: TLS failed: {cause.reason or cause}"
            cause = cause.__cause__ or cause.__context__
        return f"{self.base} cannot be reached: {_words(error)}"


def check_url(base: str, what: str) -> None:
    """Raises UsageError for what is no base URL. A URL with credentials in it is not repeated."""
    shown = what if "@" in base else repr(base)
    try:
        parts = urlsplit(base)
        known = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        known = False
    if not known:
        raise UsageError(f"{shown} is no http:// or https:// URL")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise UsageError(f"the URL of {what} ends with its path; credentials belong in a file (--credentials)")


class NotSendable(Exception):
    """A request that HTTP cannot carry: generated data may hold what no client can send."""


def _added(request: Request) -> list[str]:
    """Headers that the client adds by itself and that the sender did not choose."""
    given = {name.lower() for name, _ in request.headers}
    return [name for name in ("accept", "user-agent") if name not in given]


def _words(error: Exception) -> str:
    return (str(error).split("\n")[0] or type(error).__name__).rstrip(".")
