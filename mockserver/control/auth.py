"""Who may use the control API: programs on this machine, and whoever has the token.

A web page that a developer happens to look at can send requests to this machine too. It can neither choose its `Host`
(a rebound name stands there), nor leave out its `Origin`, nor send JSON without asking first, so all three are checked.
And whoever may use a vendor's API can have this server send callbacks to itself, which are known by their agent.
"""

from __future__ import annotations

from dataclasses import replace
from hmac import compare_digest
from ipaddress import ip_address
from urllib.parse import urlsplit

from mockserver.callbacks.wire import AGENT
from mockserver.errors import Forbidden, Unauthenticated
from mockserver.exchange import Reply, Request
from mockserver.settings import Settings
from mockserver.world import World

_PORTS = {"http": 80, "https": 443}
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def local(settings: Settings, _world: World | None, request: Request) -> str:
    """The scheme `local`. Raises Forbidden for a foreign Host or page, Unauthenticated without the token it takes."""
    host = request.header("host") or ""
    _check_host(settings, host)
    _check_page(host, request)
    if request.header("user-agent") == AGENT:
        raise Forbidden("the control API takes nothing from a callback", detail="register another URL")
    if not is_loopback(settings.host):
        _check_token(settings.control_token, request)
    return "local"


def guard(_world: World | None, _request: Request, reply: Reply) -> Reply:
    """Every reply forbids that it is kept, guessed at, or shown inside another origin's page."""
    return replace(reply, headers={**_HEADERS, **reply.headers})


def is_loopback(name: str) -> bool:
    """Whether a host name or address (without port or brackets) can only mean this machine."""
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def _check_host(settings: Settings, host: str) -> None:
    name = _split("http", host)[0]
    known = {_split("http", it)[0] for it in (_bracketed(settings.host), *settings.control_hosts)}
    if not name or not (is_loopback(name) or name in known):
        raise Forbidden(
            f"the control API does not answer to Host {host!r}",
            detail="use localhost or 127.0.0.1, or start the server with --control-host for this name",
        )


def _check_page(host: str, request: Request) -> None:
    """Browsers say which page sends a request; only this server's own may. Other programs say nothing."""
    origin = request.header("origin")
    scheme, _, rest = (origin or "").partition("://")
    if origin is not None and (scheme not in _PORTS or _split(scheme, rest) != _split(scheme, host)):
        raise Forbidden(f"the control API takes nothing from pages of another origin ({origin})")
    if request.header("sec-fetch-site") == "cross-site":
        raise Forbidden("the control API takes nothing from pages of another site")


def _check_token(token: str | None, request: Request) -> None:
    scheme, _, bearer = (request.header("authorization") or "").partition(" ")
    given = request.header("x-bodydouble-token") or (bearer.strip() if scheme.lower() == "bearer" else "")
    if not token or not compare_digest(given.encode("latin-1"), token.encode()):
        wrong = "this token is wrong" if given else "a token is needed"
        raise Unauthenticated(
            f"the server does not listen on a loopback address, so {wrong if token else 'the control API is closed'}",
            headers={"WWW-Authenticate": "Bearer"},
            detail="send the header X-Bodydouble-Token with the token that the server was started with"
            if token
            else "start the server with --control-token",
        )


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name and not name.startswith("[") else name


def _split(scheme: str, host: str) -> tuple[str, int]:
    """Name and port of a `Host` header or of an origin without its scheme; an empty name when it is neither."""
    try:
        parts = urlsplit(f"//{host}")
        port = parts.port
    except ValueError:
        return "", 0
    if parts.netloc != host or "@" in host or parts.hostname is None:
        return "", 0
    return parts.hostname, _PORTS[scheme] if port is None else port
