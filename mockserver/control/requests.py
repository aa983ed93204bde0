"""A request to a vendor, made up by a person and sent from inside the server."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from mockserver.control.again import Again
from mockserver.control.shown import facts
from mockserver.errors import NotFound
from mockserver.exchange import Exchange, Reply
from mockserver.worlds import Worlds

_HOST = "127.0.0.1"


async def before_send_request(worlds: Worlds, again: Again, world: str, body: dict[str, Any]) -> Exchange | None:
    """Send it and wait for the answer; None where there is nobody to be asked."""
    vendor = worlds.vendor(body["vendor"])
    content = body.get("body", "").encode()
    method, target = body["method"], quote(body["target"], safe="/?&=%:@!$'()*+,;~[]")
    headers = {name.lower(): value for name, value in body.get("headers", {}).items()}
    if body.get("signed", False):
        headers |= {name.lower(): value for name, value in vendor.signed(method, target, content).items()}
    # A vendor's own host name would lead to another world, and the length is that of the body.
    headers = {"user-agent": "bodydouble", **headers, "host": _HOST}
    headers.pop("content-length", None)
    if content:
        headers["content-length"] = str(len(content))
    raw = [(name.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for name, value in headers.items()]
    return await again.ask(method, f"/w/{quote(world, safe='')}{vendor.base}{target}", raw, content)


def send_request(worlds: Worlds, world: str, body: dict[str, Any], prepared: Exchange | None) -> Reply:
    """What came of it, as the journal has it. Raises UnknownWorld, NotFound for an unknown vendor."""
    worlds.require(world)
    vendor = worlds.vendor(body["vendor"])
    if prepared is None:
        raise NotFound(f"{vendor.name} was not asked: the world came only just now")
    return Reply(facts(prepared, vendor.spec.secrets), 201)
