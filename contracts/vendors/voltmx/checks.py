"""Rules of Volt MX that no schema can say."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.checks import Check, accepts_valid
from contracts.exchange import Exchange
from contracts.finding import Problem
from contracts.validity import body_value
from specs import Operation, Spec
from specs.codecs import Undecodable, is_xml


def answer_format(exchange: Exchange, operation: Operation, _spec: Spec) -> Iterator[Problem]:
    """The answer comes in the format of the request, with charset UTF-8; JSON where the request had neither."""
    response = exchange.response
    if response is None or not response.body or exchange.request.method != operation.method:
        return
    wanted_xml = is_xml(exchange.request.media_type or "")
    kind = response.header("content-type") or "no Content-Type"
    if is_xml(response.media_type or "") != wanted_xml:
        wanted = "XML" if wanted_xml else "JSON"
        yield Problem(wanted, f"{wanted}, as the request was {exchange.request.media_type}", kind)
    elif response.status < 500 and "charset=utf-8" not in kind.lower().replace(" ", ""):
        yield Problem("charset", "charset=UTF-8", kind)


def refusal(exchange: Exchange, operation: Operation, spec: Spec) -> str | None:
    """Why a request may be a 400 although its schema allows it (sections 2.3, 2.4 and 2.7 of our reference)."""
    try:
        value = body_value(exchange.request, operation, spec)
    except Undecodable:
        return "unreadable"
    if isinstance(value, dict) and "subscriptionService" in value:
        value = value["subscriptionService"]
    wanted = value.get("subscribe") if isinstance(value, dict) else None
    if not isinstance(wanted, dict):
        return None
    system = str(wanted.get("osType", "")).lower()
    if system == "android" and "isGCM" not in wanted:
        return "android needs isGCM"
    if system == "blackberry" and str(wanted.get("deviceId", ""))[:2].lower() == "0x":
        return "a BlackBerry deviceId is given without 0x"
    return None


CHECKS = (
    Check("accepts-valid", "A request that the spec allows is not refused as malformed", accepts_valid.unless(refusal)),
    Check("answer-format", "The answer has the format of the request, in UTF-8", answer_format, owner="voltmx"),
)
