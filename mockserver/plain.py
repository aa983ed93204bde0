"""What a vendor gets that brings only a spec: credentials are looked for, not judged, and errors explain themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from mockserver.errors import Refusal, Unauthenticated
from mockserver.exchange import Reply, Request
from mockserver.outbox import Post, Registration, Scheme
from mockserver.parameters import cookies, query
from specs import Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mockserver.store import Record
    from mockserver.world import World


def refuse(world: World | None, refusal: Refusal, operation: Operation | None) -> Reply:
    """A problem document (RFC 9457) that says all that is wrong; `refusal.status` is the status.

    Where the operation documents that status with an example, the vendor's own words are shown instead, as Prism does.
    """
    response = operation.response(refusal.status) if operation else None
    for media_type, media in (response.content if response else {}).items():
        if media.examples:
            return Reply(next(iter(media.examples.values())), refusal.status, refusal.headers, media_type, None, True)
    problem = {
        "type": "about:blank",
        "title": type(refusal).__name__,
        "status": refusal.status,
        "detail": refusal.reason,
        "problems": [str(problem) for problem in refusal.problems],
    }
    return Reply(problem, refusal.status, refusal.headers, "application/problem+json", off_contract=True)


def scheme(raw: Mapping[str, Any]) -> Callable[[World, Request], str]:
    """A check for a security scheme of the spec: that a credential of its form is there, whatever it says."""
    kind, challenge = raw.get("type"), str(raw.get("scheme", "bearer")).capitalize()
    if kind == "apiKey":
        name, place = raw["name"], raw["in"]
    else:
        name, place = "Authorization", "header"

    def look(world: World, request: Request) -> str:
        if place == "header":
            value = request.header(name.lower()) or ""
        else:
            given = cookies(request) if place == "cookie" else query(request.query)
            value = str(given.get(name, ""))
        wanted = f"{challenge} " if kind == "http" else ""
        if not value.lower().startswith(wanted.lower()) or len(value) <= len(wanted):
            headers = {"WWW-Authenticate": challenge} if kind == "http" else {}
            raise Unauthenticated(f"no credential in {place} {name!r}", headers=headers)
        return value

    return look


def post(_world: World, delivery: Record, attempt: int) -> Post:
    """An attempt's request: the callback as JSON, and what most vendors say of one in headers."""
    headers = {
        "Content-Type": "application/json",
        "X-Event-Id": delivery["event_id"],
        "X-Event-Type": delivery["type"],
        "X-Delivery-Attempts": str(attempt),
    }
    return Post(delivery["method"], delivery["url"], headers, orjson.dumps(delivery["body"]))


def registrations(_world: World) -> Iterable[Registration]:
    """Whom the vendor has to tell something, when it does not say."""
    return ()


def delivery_scheme(_world: World) -> Scheme:
    """How callbacks are delivered when the vendor does not say."""
    return Scheme()
