"""A client of Accengage that signs, and what tests of several tags ask of its answers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

KEY = "a1b2c3d4e5f6g7h8"
TOKEN = "bodydouble-default-access-token"
OTHER = {"key": "h8g7f6e5d4c3b2a1", "token": "bodydouble-other-access-token"}
TIME = "1507722391"
APP = "/v1/me/apps/myPartnerId"
OTHER_APP = "/v1/me/apps/otherPartnerId"
UNMANAGED = ("otherPartnerId", "nobodysPartnerId")


def sha1(*parts: bytes | str) -> str:
    return hashlib.sha1(b"".join(it if isinstance(it, bytes) else it.encode() for it in parts)).hexdigest()


class Signing(httpx.Auth):
    """Signs the bytes that are sent; headers that a test gives stay as they are."""

    requires_request_body = True

    def __init__(self, key: str = KEY, token: str | None = TOKEN, time: str = TIME) -> None:
        self.key, self.token, self.time = key, token, time

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:
        request.headers.setdefault("Accengage-Time", self.time)
        request.headers.setdefault("Accengage-Signature", sha1(request.content, self.key, self.time))
        if self.token is not None:
            request.headers.setdefault("Authorization", f"Bearer {self.token}")
        yield request


def errors(answer: httpx.Response, status: int, label: str = "API_ERR_DATA") -> list[str]:
    """The messages of an error answer, all of one label."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert set(body) == {"errors"}
    assert body["errors"]
    assert all(set(error) == {"label", "message"} and error["message"] for error in body["errors"])
    assert {error["label"] for error in body["errors"]} == {label}
    return [error["message"] for error in body["errors"]]


def links(answer: httpx.Response) -> dict[str, str]:
    """The `Link` header by relation; the body says the same, where there is one with links."""
    found = dict(reversed(pair) for pair in re.findall(r'<([^<>]*)>; rel="([a-z]+)"', answer.headers["Link"]))
    if answer.headers["content-type"].startswith("application/json"):
        assert answer.json()["link"] == found
    return found


def page_in(url: str) -> int:
    return int(parse_qs(urlsplit(url).query)["page"][0])


def walked(account: Any, path: str, collection: str, **options: Any) -> list[Any]:
    """All rows of a list, by the addresses that its answers give."""
    rows, answer = [], account.get(path, **options)
    while True:
        assert answer.status_code == 200, answer.text
        rows += answer.json()[collection]
        following = links(answer).get("next")
        if following is None:
            return rows
        answer = account.get(following)
