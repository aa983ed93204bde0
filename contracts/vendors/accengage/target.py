"""Credentials for stand-ins of Accengage, and how its requests are signed (Generic headers of the vendor's page)."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, ClassVar

from contracts import environment
from contracts.credentials import Credentials
from specs import Operation, Spec

_NO_TOKEN = ""


class Signing(Credentials):
    """`username` is the user's e-mail, `key` their API key, `token` an access token that is not older than 24 hours; it
    is asked for when it is missing.

    Every request is signed over the bytes that are sent, also one that lacks its token.
    """

    # 403 without a token, 400 for one that nobody has, 401 for an expired one.
    refusals: ClassVar[tuple[int, ...]] = (400, 401, 403)

    def headers(self, operation: Operation, spec: Spec, body: bytes | None) -> dict[str, str] | None:
        """Time and signature, and the token where the operation wants one. Without credentials an operation that wants
        none has no signature either."""
        wants_token = any("token" in alternative for alternative in operation.security)
        if self.key is None or (self.token is None if wants_token else self.token == _NO_TOKEN):
            return None
        time = str(int(environment.epoch()))
        headers = {"Accengage-Time": time, "Accengage-Signature": signature(body, self.key, time)}
        if wants_token and self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return headers

    def login(self) -> tuple[str, Any] | None:
        """A token for the e-mail, unless there is one (Access token)."""
        known = self.key is not None and self.username is not None
        return ("access_tokens.create_access_token", {"email": self.username}) if known and self.token is None else None

    def logged_in(self, answer: Any) -> Credentials | None:
        """These with the token."""
        token = answer.get("access_token") if isinstance(answer, dict) else None
        return replace(self, token=token) if isinstance(token, str) and token else None

    def none(self) -> Credentials:
        """Signed, but without a token."""
        return Signing(key=self.key, token=_NO_TOKEN, public=self.public)


def signature(body: bytes | None, key: str, time: str) -> str:
    """SHA-1 of raw body + API key + time, as hexadecimal digits."""
    return hashlib.sha1((body or b"") + key.encode() + time.encode()).hexdigest()


# The `default` fixture of our mock: e-mail and key of the vendor's worked example, tokens that never expire, one that
# has expired, and a stranger who manages another application.
CREDENTIALS = Signing("mymail@client.com", key="a1b2c3d4e5f6g7h8", token="bodydouble-default-access-token", public=True)
EXPIRED = Signing("mymail@client.com", key="a1b2c3d4e5f6g7h8", token="bodydouble-expired-access-token", public=True)
OTHER_USER = Signing("other@client.com", key="h8g7f6e5d4c3b2a1", token="bodydouble-other-access-token", public=True)
STRANGER = OTHER_USER
