"""Where requests go. The seam is one method: `send(request)` gives a response, or says why there is none."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Self
from urllib.parse import urlsplit

from contracts import environment
from contracts.connection import MAX_BODY, Connections, Unreachable
from contracts.exchange import Exchange, Request, Response
from contracts.finding import TargetTrouble, UsageError
from contracts.incoming import NoAnswer

_IN_A_ROW = 5
_AT_ONCE = 32


class Target:
    """An implementation to be judged, under one base URL.

    `seconds` is how long an answer may take; `rate` how many requests a second it is given at most (0: no limit).
    `on_exchange` is told of every exchange as soon as it is over.
    """

    def __init__(self, base: str, *, seconds: float = 10.0, rate: float = 0.0, max_body: int = MAX_BODY) -> None:
        check_url(base, "the target")
        self.base = base.rstrip("/")
        self._pause, self._next = (1 / rate if rate else 0.0), 0.0
        self._silent = 0
        self.on_exchange: Callable[[Exchange], None] | None = None
        self._connections = Connections(seconds, max_body)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()

    def send(self, request: Request) -> Response | str:
        """The answer, or why no complete one came (cut, garbled, endless, late).

        Redirects are not followed. Raises NotSendable, and TargetTrouble when nobody answers at all, at once or several
        times in a row.
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

    def leave(self, request: Request, seconds: float) -> None:
        """Send a request, and hang up so many seconds later. Raises NotSendable, TargetTrouble: nobody listens."""
        self._wait()
        try:
            self._connections.leave(request, seconds)
        except Unreachable as error:
            raise self._away(error) from None

    def burst(self, request: Request, count: int) -> list[Response | str]:
        """Answers to one request sent many times, as fast as this machine and the target can."""
        with ThreadPoolExecutor(min(count, _AT_ONCE)) as pool:
            return [*pool.map(lambda _: self._exchange(request), range(count))]

    def reachable(self) -> None:
        """Raises TargetTrouble unless somebody listens."""
        self._exchange(Request("GET", self.base + "/"))

    def _exchange(self, request: Request) -> Response | str:
        try:
            return self._connections.send(request)
        except Unreachable as error:
            raise self._away(error) from None
        except NoAnswer as error:
            return str(error)

    def _away(self, error: Unreachable) -> TargetTrouble:
        return TargetTrouble(f"{self.base} cannot be reached: {error}")

    def _wait(self) -> None:
        if self._pause:
            environment.sleep(self._next - environment.now())
            self._next = max(self._next, environment.now()) + self._pause


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
        raise UsageError(f"the URL of {what} ends with its path; credentials belong in a file of their own")
