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
    """The answer comes in the format of the request, with charset UTF-8; JSON where the request had neither.

    Where only JSON answers are documented, others are for the check `content-type`.
    """
    response = exchange.response
    if response is None or not response.body or exchange.request.method != operation.method:
        return
    if not any(is_xml(kind) for answer in operation.responses.values() for kind in answer.content):
        return
    wanted_xml = is_xml(exchange.request.media_type or "")
    kind = response.header("content-type") or "no Content-Type"
    if is_xml(response.media_type or "") != wanted_xml:
        wanted = "XML" if wanted_xml else "JSON"
        yield Problem(wanted, f"{wanted}, as the request was {exchange.request.media_type}", kind)
    elif response.status < 500 and "charset=utf-8" not in kind.lower().replace(" ", ""):
        yield Problem("charset", "charset=UTF-8", kind)


def refusal(exchange: Exchange, operation: Operation, spec: Spec) -> str | None:
    """Why a request may be a 400 although its schema allows it (sections 2.3, 2.4, 2.7 and 4 of our reference)."""
    if operation.tag != "subscriptions":
        return _NAMES_SOMETHING.get(operation.id)
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


# The newer endpoints have no 404: what a request names and is not there is a 400 too.
_NAMES_SOMETHING = {
    "subscribers.change_subscriber": "an unknown application or KSID, two subscriptions, or a BlackBerry's 0x",
    "subscribers.get_subscriber": "an unknown KSID",
    "subscribers.inactivate_subscriber": "an unknown KSID",
    "subscribers.delete_subscribers": "a KSID that is active or unknown",
    "locations.update_location": "a subscriber who is not active or not there, or a place that is none",
    "messages.push_message": "an unknown application, nobody named, or a message that is not to be replaced",
    "audience.subscribe_user": "an unknown KSID",
}

CHECKS = (
    Check("accepts-valid", "A request that the spec allows is not refused as malformed", accepts_valid.unless(refusal)),
    Check("answer-format", "The answer has the format of the request, in UTF-8", answer_format, owner="voltmx"),
)
