"""One browser's request to the console: how it is known to the control API, and what proves that a form is ours.

A cookie holds a number that was drawn for this browser, and, once the right token was given, a seal of it. It is of
no use with another server, and ends with this one. The seal is made of what only the server knows, so that every worker
can tell; nothing is kept of a visit.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from mockserver.settings import Settings

# What the control API judges a request by.
_JUDGED = ("host", "origin", "sec-fetch-site", "user-agent", "authorization", "x-bodydouble-token")
_TOKEN = "x-bodydouble-token"
_OURS = re.compile(r"[\w-]+(\.[\w-]*)?", re.ASCII)  # what a cookie of ours looks like; others' are never sent back
SAFE = ("GET", "HEAD")


class Visit:
    """A request, by its ASGI scope. `headers` are by name in lower case, the last of several."""

    def __init__(self, scope: Mapping[str, Any], settings: Settings) -> None:
        self._settings = settings
        self.method: str = scope["method"]
        self.secure = scope["scheme"] == "https"
        self.headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        self.judged = [(name, value) for name, value in scope["headers"] if name.decode("latin-1") in _JUDGED]
        self._number, _, seal = self._cookie().partition(".")
        self.new = not self._number
        if self.new:
            self._number = secrets.token_urlsafe(16)
        if seal and hmac.compare_digest(seal, self._made("seal")):
            self._pass(settings.control_token or "")

    @property
    def from_elsewhere(self) -> bool:
        """Whether a page of another site led here. Its cookies stayed at home, and the control API takes nothing."""
        leads = self.headers.get("sec-fetch-mode") == "navigate" and self.method in SAFE
        return leads and self.headers.get("sec-fetch-site") == "cross-site"

    @property
    def form_key(self) -> str:
        """What stands in every form that changes something, and in no other site's."""
        return self._made("form")

    def owns(self, form_key: str) -> bool:
        """Whether a form with this key was made for this browser."""
        return not self.new and hmac.compare_digest(form_key.encode(), self.form_key.encode())

    def with_token(self, token: str) -> list[tuple[bytes, bytes]]:
        """The headers that the control API would judge it by if it had this token."""
        kept = [(name, value) for name, value in self.judged if name != _TOKEN.encode()]
        return [*kept, (_TOKEN.encode(), token.encode())]

    def cookie(self, sealed: bool | None = None) -> str | None:
        """The `Set-Cookie` that begins the visit, or lets it in (`sealed`) or out again; None where there is none."""
        if sealed is None and not self.new:
            return None
        value = f"{self._number}.{self._made('seal')}" if sealed else self._number
        secure = "; Secure" if self.secure else ""
        return f"{self._name}={value}; Path=/_console; HttpOnly; SameSite=Strict{secure}"

    @property
    def _name(self) -> str:
        """Browsers keep cookies by host and not by port, and there may be two servers on this machine."""
        try:
            port = urlsplit(f"//{self.headers.get('host', '')}").port
        except ValueError:
            port = None
        return f"bodydouble-{port or 'console'}"

    def _cookie(self) -> str:
        try:
            found = SimpleCookie(self.headers.get("cookie", "")).get(self._name)
        except CookieError:
            return ""
        return found.value if found is not None and _OURS.fullmatch(found.value) else ""

    def _made(self, purpose: str) -> str:
        key = f"{self._settings.secret}:{self._settings.control_token or ''}".encode()
        return hmac.new(key, f"{purpose}:{self._number}".encode(), hashlib.sha256).hexdigest()

    def _pass(self, token: str) -> None:
        if token:
            self.judged = self.with_token(token)
