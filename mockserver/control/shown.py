"""An exchange as the control API shows it, without credentials."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver.clock import iso
from mockserver.exchange import Exchange, Headers
from specs.secrets import Secrets

_SHORT = 300  # letters of what may be long, in a list
MASK = "…"
_TOLD = frozenset(("target", "request", "response", "reasons", "reason", "defect"))  # what a client or a check wrote


def facts(exchange: Exchange, secrets: Secrets) -> dict[str, Any]:
    """All of it. Of credentials in headers the scheme is shown, of those in the query and in bodies nothing, and where
    else one of these stands it is not shown either."""
    seen: set[str] = set()
    target = secrets.target(exchange.target, MASK, seen)
    found = {
        "id": exchange.id,
        "at": iso(exchange.at, "milliseconds"),
        "milliseconds": round(exchange.seconds * 1000, 3),
        "world": exchange.world,
        "vendor": exchange.vendor,
        "operation": exchange.operation,
        "handler": exchange.where,
        "caller": exchange.caller,
        "method": exchange.method,
        "target": target,
        "request": message(exchange.request_headers, exchange.request_body, secrets, seen),
        "status": exchange.status,
        "response": message(exchange.response_headers, exchange.response_body, secrets, seen),
        "reasons": list(exchange.reasons),
        "fault": exchange.fault,
        "defect": exchange.defect,
    }
    return {name: _without(seen, it) if name in _TOLD else it for name, it in found.items()}


def message(headers: Headers, body: bytes, secrets: Secrets, seen: set[str]) -> dict[str, Any]:
    """Headers and body; the credentials of the body are added to what was `seen`."""
    form = any(name == b"content-type" and b"x-www-form-urlencoded" in it.lower() for name, it in headers)
    return {"headers": dict(_headers(headers, secrets)), "body": secrets.body(_text(body), form, MASK, seen)}


def headline(exchange: Exchange, secrets: Secrets) -> dict[str, Any]:
    """What a list of many exchanges shows of each."""
    seen: set[str] = set()
    if exchange.reasons or exchange.defect:  # which may repeat what is in the body
        secrets.body(_text(exchange.request_body), False, MASK, seen)
    target = secrets.target(exchange.target, MASK, seen)
    found = {
        "id": exchange.id,
        "at": iso(exchange.at, "milliseconds"),
        "milliseconds": round(exchange.seconds * 1000, 3),
        "vendor": exchange.vendor,
        "operation": exchange.operation,
        "method": exchange.method,
        "target": target[:_SHORT],
        "status": exchange.status,
        "reason": exchange.reasons[0][:_SHORT] if exchange.reasons else None,
        "fault": exchange.fault,
        "defect": exchange.defect[:_SHORT] if exchange.defect else None,
    }
    return {name: _without(seen, it) if name in _TOLD else it for name, it in found.items()}


def _headers(headers: Headers, secrets: Secrets) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        text, spelt = value.decode("latin-1"), name.decode("latin-1")
        if secrets.header(spelt):
            text = f"{text.partition(' ')[0]} {MASK}" if " " in text else MASK
        yield spelt, text


def _without(seen: set[str], value: Any) -> Any:
    """What is shown without the credentials that were seen elsewhere in the message: an error may repeat one."""
    if isinstance(value, str):
        for secret in sorted(seen, key=len, reverse=True):
            value = value.replace(secret, MASK)
        return value
    if isinstance(value, list):
        return [_without(seen, it) for it in value]
    return {name: _without(seen, it) for name, it in value.items()} if isinstance(value, dict) else value


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")
