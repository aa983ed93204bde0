"""Where callbacks may go: to this machine, and to hosts that the server was started with.

Whoever may use a vendor's API chooses the URL, so without this the mock would send requests for anybody to anywhere it
can reach. Judged is the address that is then connected to, not the name: a name may resolve to anything, and to
something else the next time. A name that cannot be allowed is not even looked up.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}
_VISIBLE = re.compile(r"[!-~]+")
_NUMERIC = re.compile(
    r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+)){0,3}\.?", re.IGNORECASE
)  # all that inet_aton takes
_Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[list[str]]]


class NotAllowed(Exception):
    """A destination that nothing is sent to; the text says why, and what would allow it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to connect, and what to ask for there. `host` is the name as the URL has it, `target` path and query."""

    addresses: tuple[str, ...]
    port: int
    tls: bool
    host: str
    authority: str
    target: str


class Destinations:
    """Loopback addresses, and the `allowed`: host names, addresses or networks (`10.0.0.0/8`), or `*` for all.

    `resolve` gives the addresses of a host. Raises ValueError for an entry that is none of these.
    """

    def __init__(self, allowed: Iterable[str] = (), resolve: Resolve | None = None) -> None:
        self._resolve = resolve or _resolved
        self._names: set[str] = set()
        self._networks: list[IPv4Network | IPv6Network] = []
        self._all = False
        for entry in allowed:
            text = entry.strip().strip("[]").lower()
            try:
                self._networks.append(ip_network(text))
            except ValueError:
                if not re.fullmatch(r"\*|[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?", text):
                    raise ValueError(f"{entry!r} is no host name, address or network") from None
                self._names.add(text)
        self._all = "*" in self._names

    async def place(self, url: str) -> Place:
        """Where a URL leads, its name resolved. Raises NotAllowed, and OSError for a name that does not resolve."""
        scheme, host, port, target = _parts(url)
        if not self._may_resolve(host):
            raise NotAllowed(_BEYOND.format(host))
        addresses = tuple(dict.fromkeys(await self._resolve(host, port)))
        for address in addresses:
            self._judge(host, address)
        shown = f"[{host}]" if ":" in host else host
        authority = shown if port == _PORTS[scheme] else f"{shown}:{port}"
        return Place(addresses, port, scheme == "https", host, authority, target)

    def _may_resolve(self, host: str) -> bool:
        """Whether a host can turn out to be allowed: a number, this machine by name, or what was allowed by name."""
        name = host.rstrip(".")
        here = name == "localhost" or name.endswith(".localhost")
        number = ":" in host or _NUMERIC.fullmatch(host) is not None
        return here or number or self._all or name in self._names or bool(self._networks)

    def _judge(self, host: str, text: str) -> None:
        """Raises NotAllowed when a host's address is not one to send to."""
        address = _plain(ip_address(text.partition("%")[0]))
        if address.is_loopback or any(address in network for network in self._networks):
            return
        named = self._all or host.rstrip(".") in self._names
        if named and not (address.is_link_local or address.is_multicast or address.is_unspecified):
            return
        seen = host if host == text else f"{host} ({text})"
        if named:
            raise NotAllowed(f"{seen} is an address that only --callback-hosts {text} would allow")
        raise NotAllowed(_BEYOND.format(seen))


_BEYOND = "callbacks go to this machine only, not to {}: start the server with --callback-hosts"


async def _resolved(host: str, port: int) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def _plain(address: _Address) -> _Address:
    """The IPv4 address that is meant by an IPv6 one which only wraps it."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address.sixtofour is not None:
            return address.sixtofour
        if address in ip_network("64:ff9b::/96"):
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _parts(url: str) -> tuple[str, str, int, str]:
    """Scheme, host, port and request target of a URL that every reader takes for the same. Raises NotAllowed."""
    if not _VISIBLE.fullmatch(url) or "\\" in url:
        raise NotAllowed("the URL holds blanks, backslashes or other characters that a URL has not")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NotAllowed(f"the URL cannot be read: {error}") from None
    if parts.scheme not in _PORTS:
        raise NotAllowed("the URL is neither http:// nor https://")
    if "@" in parts.netloc:
        raise NotAllowed("the URL holds a user name, behind which another host can hide")
    if not parts.hostname or "%" in parts.hostname:
        raise NotAllowed("the URL names no host")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, parts.hostname, _PORTS[parts.scheme] if port is None else port, target
