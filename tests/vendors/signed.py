"""What the tests of Accengage's data have in common: its applications and devices, and how an answer is read."""

from __future__ import annotations

from typing import Any

import httpx

from tests.vendors.accengage import APP as A
from tests.vendors.accengage import OTHER_APP as OTHER
from tests.vendors.accengage import Signing as Signed
from tests.vendors.accengage import errors as said

__all__ = ["ALICE", "BRUNO", "CHLOE", "IOS", "OTHER", "WEB", "A", "Signed", "ok", "refused", "said"]

IOS, WEB = (A.replace("myPartnerId", name) for name in ("mySecondPartnerId", "myWebPartnerId"))
ALICE, BRUNO, CHLOE = (
    "1A2B3C4D-5E6F-7A8B-9C0D-1E2F3A4B5C6D",
    "2B3C4D5E-6F7A-8B9C-0D1E-2F3A4B5C6D7E",
    "3C4D5E6F-7A8B-9C0D-1E2F-3A4B5C6D7E8F",
)


def ok(answer: httpx.Response, status: int = 200) -> Any:
    """The JSON of an answer that must have this status; None when it has no body."""
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def refused(client: Any, method: str, path: str, status: int, label: str = "API_ERR_DATA", **options: Any) -> list[str]:
    """The messages of a refusal that changed nothing."""
    before = client.records()
    found = said(client.request(method, path, **options), status, label)
    assert client.records() == before
    return found
