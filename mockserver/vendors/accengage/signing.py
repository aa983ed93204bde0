"""The signature of a request, over the bytes that were received (REST API Documentation, Generic headers)."""

from __future__ import annotations

import hashlib
import hmac

from mockserver.errors import Refusal
from mockserver.exchange import Request
from mockserver.vendors.accengage.errors import Label, Refused

_SIGNED_WITH_BODY = frozenset(("POST", "PUT"))


def digest(body: bytes, api_key: str, time: str) -> str:
    """SHA-1 of raw body + API key + time, as hexadecimal digits in lower case."""
    return hashlib.sha1(body + api_key.encode() + time.encode()).hexdigest()


def verify(request: Request, api_key: str) -> None:
    """Raises Refused unless the request is signed with this key.

    The page breaks off before it says whether a DELETE is signed with its body, so both forms are good there. Of a body
    that was too large to be read nothing can be said here: it is refused for its size.
    """
    if request.unread:
        return
    time, signature = request.header("accengage-time") or "", (request.header("accengage-signature") or "").lower()
    bodies = [request.body] if request.exchange.method in _SIGNED_WITH_BODY else [request.body, b""]
    if not any(hmac.compare_digest(digest(body, api_key, time), signature) for body in bodies):
        raise bad_signature("The signature is not that of these bytes, this time and the user's API key")


def bad_signature(reason: str) -> Refusal:
    """400 `API_ERR_SIGNATURE`."""
    return Refused(400, reason, label=Label.SIGNATURE)
