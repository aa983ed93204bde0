"""How a target says its status: by HTTP, or, as some servers do, with 200 throughout and the status in the body.

A vendor whose documents leave that open has `code_in_body(response)` in its `target.py`. Our mock does as its spec
says; of another target the first answer that tells decides, and from then on the target has to keep to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from contracts.exchange import Response
from contracts.finding import Problem

Code = Callable[[Response], int | None]
_OK = 200


class Reading:
    """What one target was seen to do, for each operation by itself. `tell` hears of it once when it is unusual."""

    def __init__(self, code: Code, tell: Callable[[str], None]) -> None:
        self._code, self._tell = code, tell
        self._in_body: dict[str, bool] = {}

    def read(self, operation: str, response: Response) -> tuple[Response, Problem | None]:
        """The answer with the status that it means, and what is wrong with the way in which it says so."""
        code = self._code(response)
        if code is None or not 100 <= code <= 599:
            return response, None
        if operation not in self._in_body and code != _OK and response.status in (_OK, code):
            self._in_body[operation] = response.status == _OK
            if self._in_body[operation]:
                self._tell(f"{operation} answers HTTP 200 whatever its body says, and is judged by the status there")
        if not self._in_body.get(operation):
            return response, None
        if response.status == _OK:
            return replace(response, status=code), None
        seen = f"HTTP {response.status}, after HTTP 200 for a body that said otherwise"
        return response, Problem("reading", "the status by HTTP each time, or HTTP 200 each time", seen)
