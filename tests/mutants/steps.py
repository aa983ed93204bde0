"""Scripts of requests, as data: what a mutant's author sends to show that it is not the mock.

`{{batch_id}}` in a path, header or body stands for the member `batch_id` of the latest answer that had one, at any
depth.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

_PASSWORDS = {"VibesUser": "Password123", "Aladdin": "open sesame", "OtherUser": "OtherPassword1"}
_TIME = "1507722391"  # of Accengage's worked example; no time is documented to be too old
TOKEN = "Bearer bodydouble-default-access-token"


@dataclass(frozen=True)
class Send:
    """A request to the vendor; `path` is below its base URL."""

    method: str
    path: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def carried(self, body: bytes) -> dict[str, str]:
        """The headers that it goes out with; `body` is what goes out, all places filled."""
        return self.headers


@dataclass(frozen=True)
class Signed(Send):
    """A request to Accengage, signed over the bytes that go out; headers of its own go before those made here."""

    api_key: str = "a1b2c3d4e5f6g7h8"

    def carried(self, body: bytes) -> dict[str, str]:
        time = self.headers.get("accengage-time", _TIME)
        signed = body if self.method in ("POST", "PUT") else b""
        digest = hashlib.sha1(signed + self.api_key.encode() + time.encode()).hexdigest()
        return {"accengage-time": time, "accengage-signature": digest, **self.headers}


@dataclass(frozen=True)
class Advance:
    """The world's clock moves on."""

    seconds: float


@dataclass(frozen=True)
class Switched:
    """Switches of the vendor are set in the world."""

    values: dict[str, Any]


@dataclass(frozen=True)
class Hear:
    """Receivers are sent all callbacks that are due, and answer every one with a status. Its answer is what was sent:
    an array of objects with the `method`, `url`, `headers` and `body` of each request."""

    status: int = 204


Script = Sequence[Send | Advance | Switched | Hear]


def basic(username: str, password: str | None = None) -> str:
    """The value of an Authorization header; without a password that of the default fixture."""
    text = f"{username}:{_PASSWORDS[username] if password is None else password}"
    return "Basic " + base64.b64encode(text.encode()).decode()


def call(
    method: str,
    path: str,
    body: Any = None,
    *,
    user: str | None = "VibesUser",
    version: str | None = None,
    **headers: str,
) -> Send:
    """A request as Vibes has it. `body` is bytes, or a value to send as JSON; further headers by keyword
    (`content_type="…"`)."""
    sent = {} if user is None else {"authorization": basic(user)}
    if version is not None:
        sent["x-api-version"] = version
    if body is not None:
        sent["content-type"] = "application/json"
        body = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    sent.update({name.replace("_", "-"): value for name, value in headers.items()})
    return Send(method, path, body or b"", sent)


def get(path: str, **options: Any) -> Send:
    return call("GET", path, **options)


def put(path: str, body: Any, **options: Any) -> Send:
    return call("PUT", path, body, **options)


def post(path: str, body: Any, **options: Any) -> Send:
    return call("POST", path, body, **options)


_APP = "20096-6548262167"
_PATH = "/vpns/subscription"


def subscribe(device: str = "D1", sid: str = "T1", **fields: Any) -> Send:
    """A subscribe in JSON to the first application of the default fixture; a field that is None is left out."""
    return _service("subscribe", {"appId": _APP, "deviceId": device, "sid": sid, "osType": "iphone", **fields})


def unsubscribe(**fields: Any) -> Send:
    return _service("unsubscribe", fields)


def as_xml(step: Send, content_type: str = "text/xml;charset=UTF-8", before: str = "") -> Send:
    """The same request in XML; `before` stands in front of its first element."""
    service = json.loads(step.body)["subscriptionService"]
    inner = "".join(
        f"<{name}>{before}{''.join(f'<{key}>{_escaped(value)}</{key}>' for key, value in fields.items())}</{name}>"
        for name, fields in service.items()
    )
    return raw(f"<subscriptionService>{inner}</subscriptionService>", content_type)


def raw(body: str | bytes, content_type: str = "application/json;charset=UTF-8") -> Send:
    """A request to the Subscription API with any body."""
    sent = body if isinstance(body, bytes) else body.encode()
    return Send("POST", _PATH, sent, {"content-type": content_type})


def _service(name: str, fields: dict[str, Any]) -> Send:
    given = {key: value for key, value in fields.items() if value is not None}
    return raw(json.dumps({"subscriptionService": {name: given}}, ensure_ascii=False))


def _escaped(value: Any) -> str:
    return str(value).replace("&", "&amp;").replace("<", "&lt;")


def signed(
    method: str,
    path: str,
    body: Any = None,
    *,
    key: str = Signed.api_key,
    authorization: str | None = TOKEN,
    **headers: str,
) -> Signed:
    """A request as Accengage has it, of the first user of the default fixture. `body` is bytes, or a value to send as
    JSON; further headers by keyword (`accengage_time="…"`)."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if authorization is not None:
        sent["authorization"] = authorization
    if body is not None:
        sent["content-type"] = "application/json"
        body = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return Signed(method, path, body or b"", sent, key)
