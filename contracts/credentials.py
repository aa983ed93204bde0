"""Which credentials a target is given, and what of them must never be shown."""

from __future__ import annotations

import base64
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from contracts.finding import UsageError
from contracts.secrecy import Mask
from specs import Operation, Spec

_KEYS = frozenset({"username", "password", "token", "key"})


@dataclass(frozen=True, slots=True)
class Credentials:
    """Values for the security schemes of a spec.

    `username` and `password` serve `http basic`, `token` every other scheme of HTTP, `key` every `apiKey`. `public`
    ones are printed in the vendor's or our own documents, and shown in reports so that curl lines can be run as they
    are.

    A vendor that signs its requests has a subclass of its own, in its `target.py`.
    """

    refusals: ClassVar[tuple[int, ...]] = (401, 403)
    """Statuses that a vendor may answer without credentials, or with wrong ones."""

    username: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    key: str | None = field(default=None, repr=False)
    public: bool = False

    def headers(self, operation: Operation, spec: Spec, body: bytes | None) -> dict[str, str] | None:
        """Headers for the operation's first alternative that these credentials can serve; None when there is none.

        `body` are the bytes that will be sent, for vendors that sign them.
        """
        for alternative in operation.security:
            parts = [self._scheme(spec.security_schemes.get(name, {})) for name in alternative]
            if all(part is not None for part in parts):
                return {name: value for part in parts if part for name, value in part.items()}
        return None if operation.security else {}

    def query(self, operation: Operation, spec: Spec) -> list[tuple[str, str]]:
        """Keys that the operation's first alternative wants in the query."""
        schemes = [spec.security_schemes.get(name, {}) for name in next(iter(operation.security), ())]
        wanted = [it for it in schemes if it.get("type") == "apiKey" and it.get("in") == "query"]
        return [(str(it["name"]), str(self.key or self.token)) for it in wanted if self.key or self.token]

    def _scheme(self, scheme: Mapping[str, Any]) -> dict[str, str] | None:
        kind, style = scheme.get("type"), str(scheme.get("scheme", "")).lower()
        if kind == "http" and style == "basic":
            known = self.username is not None and self.password is not None
            return {"Authorization": f"Basic {_basic(self.username, self.password)}"} if known else None
        if kind == "apiKey":
            return self._key(scheme)
        if kind in ("http", "oauth2", "openIdConnect") and self.token:
            spelled = "Bearer" if kind != "http" or style in ("", "bearer") else scheme["scheme"]
            return {"Authorization": f"{spelled} {self.token}"}
        return None

    def _key(self, scheme: Mapping[str, Any]) -> dict[str, str] | None:
        key, name = self.key or self.token, str(scheme.get("name"))
        if not key:
            return None
        headers = {"header": {name: key}, "cookie": {"Cookie": f"{name}={quote(key, safe='')}"}, "query": {}}
        return headers.get(str(scheme.get("in")))

    def wrong(self) -> Credentials:
        """Credentials of the same form that nobody has."""
        return type(self)("nobody-knows-me", "not-my-password", "not-a-token", "not-a-key", public=True)

    def none(self) -> Credentials:
        """What a request has that brings no credentials; a vendor may want a signature all the same."""
        return type(self)()

    def login(self) -> tuple[str, Any] | None:
        """The operation, and its body, that a target is asked first for what is missing of these: a token, say.

        None when nothing is missing, or the vendor has no such operation.
        """
        return None

    def logged_in(self, answer: Any) -> Credentials | None:
        """These with what `login` was answered; None when that is not in the answer."""
        return None

    @property
    def mask(self) -> Mask:
        """What takes everything secret out of a text."""
        secrets = [self.password, self.token, self.key]
        if self.username and self.password:
            secrets.append(_basic(self.username, self.password))
        return Mask(() if self.public else filter(None, secrets))


def read(
    vendor: str, variables: Mapping[str, str], path: Path | None, kind: type[Credentials] = Credentials
) -> Credentials | None:
    """Credentials from a TOML file, or from `BODYDOUBLE_<VENDOR>_USERNAME`, `…_PASSWORD`, `…_TOKEN`, `…_KEY`; of the
    vendor's own `kind`.

    None when neither says anything. Raises UsageError for a file that cannot be used.
    """
    prefix = f"BODYDOUBLE_{vendor.upper().replace('-', '_')}_"
    values = {key: variables[prefix + key.upper()] for key in _KEYS if variables.get(prefix + key.upper())}
    if path is not None:
        values |= _file(path, vendor)
    if not values:
        return None
    for name, value in values.items():
        if not (value.isprintable() and (value.isascii() or name in ("username", "password"))):
            raise UsageError(f"the {name} for {vendor} holds characters that no header can carry (a line break?)")
    return kind(values.get("username"), values.get("password"), values.get("token"), values.get("key"))


def _file(path: Path, vendor: str) -> dict[str, str]:
    document = toml(path)
    section = document.get(vendor, document)
    if not isinstance(section, dict):
        raise UsageError(f"{path}: `{vendor}` is no table; write [{vendor}]")
    unknown = {key for key, value in section.items() if not isinstance(value, dict)} - _KEYS
    if unknown:
        raise UsageError(f"{path}: unknown key {sorted(unknown)[0]!r}; known are {', '.join(sorted(_KEYS))}")
    return {key: str(value) for key, value in section.items() if key in _KEYS}


def toml(path: Path) -> dict[str, Any]:
    """A TOML file's content. Raises UsageError when it cannot be read or parsed."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: is not TOML: {error}") from error


def _basic(username: str | None, password: str | None) -> str:
    return base64.b64encode(f"{username}:{password}".encode()).decode()
