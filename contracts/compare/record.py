"""Recordings: HAR 1.2 without secrets, whole after each entry, so that a proxy may be stopped at any time."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

from contracts import vendors
from contracts.codings import Uncoded, undone
from contracts.compare.proxy import Passed
from contracts.compare.replay import secret_headers
from contracts.connection import MAX_BODY
from contracts.exchange import Headers, Response
from contracts.finding import UsageError
from contracts.secrecy import MASK, Mask
from specs import Spec

_END = b"\n]}}\n"
_HEADERS = frozenset(
    ("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token")
)  # fmt: skip
_SHORTEST = 4


class Secrets:
    """What of a vendor's traffic must not be kept: headers and members by name, and wherever else their values are."""

    def __init__(self, spec: Spec) -> None:
        payload = getattr(vendors.module(spec.vendor, "target"), "PAYLOAD", {})
        named = {name for operation in spec.operations.values() for name in secret_headers(operation, spec)}
        self._headers = _HEADERS | named
        members = {*spec.secrets.members, *payload}
        names = "|".join(sorted(re.escape(it) for it in members))
        self._patterns = (
            re.compile(rf"(<(?!{MASK[1:]})(?:{names})\b[^>]*>)([^<]*)", re.IGNORECASE),
            re.compile(rf'("(?:{names})"\s*:\s*")((?:[^"\\]|\\.)*)', re.IGNORECASE),
            re.compile(rf"((?:^|[?&])(?:{names})=)([^&\s]*)", re.IGNORECASE),
        )

    def headers(self, headers: Headers, values: tuple[str, ...]) -> Headers:
        """Headers with the values of the secret ones masked, and secret `values` wherever they are."""
        return tuple(
            (name, MASK if name.lower() in self._headers else self.text(value, values)) for name, value in headers
        )

    def values(self, headers: Headers) -> tuple[str, ...]:
        """The secrets that headers hold: theirs, and the password of Basic."""
        found: set[str] = set()
        for name, value in headers:
            if name.lower() in self._headers:
                word = value.rpartition(" ")[2]
                found |= {word, *_password(value)}
        return tuple(sorted(it for it in found if len(it) >= _SHORTEST))

    def text(self, text: str, values: tuple[str, ...]) -> str:
        """A text without the secrets of its message."""
        for pattern in self._patterns:
            text = pattern.sub(rf"\1{MASK}", text)
        return _mask(values)(text) if values else text


class Recording:
    """A HAR file that is being written. Raises UsageError when it cannot be."""

    def __init__(self, path: Path, spec: Spec) -> None:
        self._secrets = Secrets(spec)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("wb")
        except OSError as error:
            raise UsageError(f"{path}: cannot be written: {error.strerror}") from None
        creator = {"name": "bodydouble proxy", "version": "1"}
        log = orjson.dumps({"version": "1.2", "creator": creator, "comment": f"vendor: {spec.vendor}"})
        self._file.write(b'{"log":' + log[:-1] + b',"entries":[')
        self._place = self._file.tell()
        self._file.write(_END)
        self._first = True

    def add(self, passed: Passed) -> None:
        """Append an exchange; the file is whole before and after."""
        self._file.seek(self._place)
        self._file.write((b"\n" if self._first else b",\n") + orjson.dumps(self._entry(passed)))
        self._place, self._first = self._file.tell(), False
        self._file.write(_END)
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _entry(self, passed: Passed) -> dict[str, Any]:
        request, secrets = passed.request, self._secrets
        response = passed.response
        if passed.wholes[1]:  # HAR keeps bodies decoded; secrets would not be found in a compressed one
            response = plain_text(response) or response
        values = secrets.values((*request.headers, *response.headers))
        url = secrets.text(request.url, values)
        milliseconds = round(response.seconds * 1000, 3)
        asked: dict[str, Any] = {
            "method": request.method, "url": url, "httpVersion": "HTTP/1.1", "cookies": [],
            "headers": _pairs(secrets.headers(request.headers, values)), "queryString": _pairs(_query(url)),
            "headersSize": -1, "bodySize": passed.sizes[0],
        }  # fmt: skip
        if request.body is not None:
            kept = self._content(request.body, request.header("content-type"), values, passed.wholes[0])
            asked["postData"] = {"params": [], **kept}
        return {
            "startedDateTime": datetime.fromtimestamp(passed.started, UTC).isoformat().replace("+00:00", "Z"),
            "time": milliseconds,
            "request": asked,
            "response": {
                "status": response.status, "statusText": _reason(response.status), "httpVersion": "HTTP/1.1",
                "cookies": [], "headers": _pairs(secrets.headers(response.headers, values)), "redirectURL": "",
                "content": {
                    "size": passed.sizes[1],
                    **self._content(response.body, response.header("content-type"), values, passed.wholes[1]),
                },
                "headersSize": -1, "bodySize": passed.sizes[1],
            },
            "cache": {},
            "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        }  # fmt: skip

    def _content(self, body: bytes, kind: str | None, values: tuple[str, ...], whole: bool) -> dict[str, Any]:
        found: dict[str, Any] = {"mimeType": kind or ""}
        if not whole:
            return {**found, "_truncated": True, "comment": "too large to be kept"}
        try:
            return {**found, "text": self._secrets.text(body.decode(), values)}
        except UnicodeDecodeError:
            return {**found, "text": base64.b64encode(body).decode(), "encoding": "base64"}


def plain_text(response: Response) -> Response | None:
    """The answer without its content coding; None when that cannot be undone."""
    try:
        return replace(response, body=undone(response.body, response.header("content-encoding"), MAX_BODY))
    except Uncoded:
        return None


@lru_cache(maxsize=64)
def _mask(values: tuple[str, ...]) -> Mask:
    return Mask(values)


def _password(value: str) -> Iterable[str]:
    scheme, _, word = value.partition(" ")
    if scheme.lower() != "basic":
        return ()
    try:
        return (base64.b64decode(word).decode(errors="replace").partition(":")[2],)
    except binascii.Error:
        return ()


def _pairs(headers: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _query(url: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(url).query, keep_blank_values=True)


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
