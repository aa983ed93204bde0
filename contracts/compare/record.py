"""Recordings: HAR 1.2 without secrets, whole after each entry, so that a proxy may be stopped at any time."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

from contracts.codings import Uncoded, undone
from contracts.compare.proxy import Passed
from contracts.compare.secrets import Secrets
from contracts.connection import MAX_BODY
from contracts.exchange import Response
from contracts.finding import UsageError
from specs import Spec

_BEGINNING = b'{"log":{"version":"1.2","creator":{"name":"bodydouble proxy","version":"1"},"comment":%b,"entries":['
_END = b"\n]}}\n"


class Recording:
    """A HAR file that is being written. Raises UsageError when it cannot be."""

    def __init__(self, path: Path, spec: Spec) -> None:
        self._secrets = Secrets(spec)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("wb", buffering=0)
            self._place = self._file.write(_BEGINNING % orjson.dumps(f"vendor: {spec.vendor}"))
            self._file.write(_END)
            self._file.seek(self._place)
        except OSError as error:
            raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from None
        self._first = True

    def add(self, passed: Passed) -> None:
        """Append an exchange; the file is whole before and after. Raises OSError when it cannot be written any more:
        what was in it before is whole then."""
        entry = (b"\n" if self._first else b",\n") + orjson.dumps(self._entry(passed))
        try:
            self._write(self._place, entry + _END)
        except OSError:
            with suppress(OSError):
                self._file.truncate(self._place)
                self._write(self._place, _END)
            raise
        self._place, self._first = self._place + len(entry), False

    def _write(self, place: int, data: bytes) -> None:
        self._file.seek(place)
        left = memoryview(data)
        while left:
            left = left[self._file.write(left) :]

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _entry(self, passed: Passed) -> dict[str, Any]:
        response = passed.response
        if passed.wholes[1]:  # HAR keeps bodies decoded; secrets would not be found in a compressed one
            response = plain_text(response) or response
        request, response = self._secrets.cleared(passed.request, response)
        milliseconds = round(response.seconds * 1000, 3)
        asked: dict[str, Any] = {
            "method": request.method, "url": request.url, "httpVersion": "HTTP/1.1", "cookies": [],
            "headers": _pairs(request.headers), "queryString": _pairs(_query(request.url)),
            "headersSize": -1, "bodySize": passed.sizes[0],
        }  # fmt: skip
        if request.body is not None:
            kept = _content(request.body, request.header("content-type"), passed.wholes[0])
            asked["postData"] = {"params": [], **kept}
        return {
            "startedDateTime": datetime.fromtimestamp(passed.started, UTC).isoformat().replace("+00:00", "Z"),
            "time": milliseconds,
            "request": asked,
            "response": {
                "status": response.status, "statusText": _reason(response.status), "httpVersion": "HTTP/1.1",
                "cookies": [], "headers": _pairs(response.headers), "redirectURL": "",
                "content": {
                    "size": passed.sizes[1],
                    **_content(response.body, response.header("content-type"), passed.wholes[1]),
                },
                "headersSize": -1, "bodySize": passed.sizes[1],
            },
            "cache": {},
            "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        }  # fmt: skip


def plain_text(response: Response) -> Response | None:
    """The answer without its content coding; None when that cannot be undone."""
    try:
        return replace(response, body=undone(response.body, response.header("content-encoding"), MAX_BODY))
    except Uncoded:
        return None


def _content(body: bytes, kind: str | None, whole: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"mimeType": kind or ""}
    if not whole:
        return {**found, "_truncated": True, "comment": "too large to be kept"}
    try:
        return {**found, "text": body.decode()}
    except UnicodeDecodeError:
        return {**found, "text": base64.b64encode(body).decode(), "encoding": "base64"}


def _pairs(headers: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _query(url: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(url).query, keep_blank_values=True)


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
