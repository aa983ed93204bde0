"""What the tests of Accengage's data have in common: requests that are signed, and how an answer is read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import httpx

KEY, TOKEN = "a1b2c3d4e5f6g7h8", "bodydouble-default-access-token"
OTHER_KEY, OTHER_TOKEN = "h8g7f6e5d4c3b2a1", "bodydouble-other-access-token"
A = "/v1/me/apps/myPartnerId"
IOS, WEB, OTHER = (A.replace("myPartnerId", name) for name in ("mySecondPartnerId", "myWebPartnerId", "otherPartnerId"))
ALICE, BRUNO, CHLOE = (
    "1A2B3C4D-5E6F-7A8B-9C0D-1E2F3A4B5C6D",
    "2B3C4D5E-6F7A-8B9C-0D1E-2F3A4B5C6D7E",
    "3C4D5E6F-7A8B-9C0D-1E2F-3A4B5C6D7E8F",
)


class Signed(httpx.Auth):
    """Signs every request as the vendor's page says, for one user."""

    requires_request_body = True

    def __init__(self, key: str = KEY, token: str = TOKEN) -> None:
        self._key, self._token = key, token

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
        request.headers["Accengage-Time"] = "1635422400"
        signed = request.content + self._key.encode() + b"1635422400"
        request.headers["Accengage-Signature"] = hashlib.sha1(signed).hexdigest()
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


def ok(answer: httpx.Response, status: int = 200) -> Any:
    """The JSON of an answer that must have this status; None when it has no body."""
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def said(answer: httpx.Response, status: int, label: str = "API_ERR_DATA") -> list[str]:
    """The messages of an error, all with this label."""
    assert answer.status_code == status, answer.text
    errors = answer.json()["errors"]
    assert {error["label"] for error in errors} == {label}
    return [error["message"] for error in errors]


def refused(client: Any, method: str, path: str, status: int, label: str = "API_ERR_DATA", **options: Any) -> list[str]:
    """The messages of a refusal that changed nothing."""
    before = client.records()
    found = said(client.request(method, path, **options), status, label)
    assert client.records() == before
    return found
