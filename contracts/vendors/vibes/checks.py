"""Rules of Vibes that no schema can say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.checks import Check, accepts_valid
from contracts.exchange import Exchange
from contracts.finding import Problem
from contracts.validity import body_value, path_values, query_values
from specs import Operation, Spec
from specs.codecs import Undecodable, codec

_VERSIONS = ("1", "2")
# Refusals that may come from what is there already.
_BY_STATE = {
    ("callbacks.add_callback", 422): "what its type has to be narrowed to, its dates, and how many there are",
    ("callbacks.send_test_event", 422): "what its type has to be told",
    ("acquisitions.add_participant", 422): "whom its identifiers mean, and whether they may join",
    ("broadcasts.schedule_broadcast", 422): "the lists that the company has, and a date that may not exist",
    ("broadcasts.update_broadcast", 422): "the status of the broadcast, and the lists that the company has",
    ("broadcasts.cancel_broadcast", 422): "the status of the broadcast",
    ("sdk_events.upload_events", 422): "what the header says, and a time may have the form of one and not exist",
    ("inbox.update_message", 422): "a time may have the form of one and not exist",
    ("wallet.update_wallet_item", 422): "a date may have the form of one and not exist",
    ("wallet_messages.send_wallet_message", 422): "the items that the campaign has",
    ("incentive_pools.update_pool", 422): "the codes of the pool",
    ("incentive_pools.issue_code", 422): "what is left of the pool, and who holds which code",
    ("incentive_codes.redeem_code", 422): "to whom the code was issued, and that it was redeemed",
}
_FILTERED = ("persons.find_persons", "subscription_lists.find_subscribers")


def version(exchange: Exchange) -> str:
    """The API version of a request: 1 when it names none."""
    return exchange.request.header("x-api-version") or "1"


def mdn_format(exchange: Exchange, operation: Operation, spec: Spec) -> Iterator[Problem]:
    """Every MDN that comes back has the form of the request's version: E.164 in version 2, no plus in version 1."""
    response = exchange.response
    if response is None or response.status >= 300 or version(exchange) not in _VERSIONS:
        return
    media = (found := operation.response(response.status)) and found.content.get(response.media_type or "")
    if not media:
        return
    try:
        value = codec(response.media_type or "", media.schema, spec.document).decode(response.body)
    except Undecodable:
        return
    wanted = version(exchange) == "2"
    for mdn in _mdns(value):
        if mdn.startswith("+") != wanted:
            yield Problem("mdn", f"an MDN of version {version(exchange)}", mdn)


def version_repeated(exchange: Exchange, _operation: Operation, _spec: Spec) -> Iterator[Problem]:
    """Where the answer names a version, it is the one that was asked for."""
    said = exchange.response.header("x-api-version") if exchange.response else None
    if said is not None and version(exchange) in _VERSIONS and said != version(exchange):
        yield Problem("version", f"X-API-Version {version(exchange)}", said)


def refusal(exchange: Exchange, operation: Operation, spec: Spec) -> str | None:
    """Why a request may be refused although its schema allows it (2.3, 4.3 to 4.6, 5.2, 8.3 of our reference)."""
    query, path = query_values(exchange.request), path_values(exchange, operation) or {}
    if operation.id in _FILTERED and not query.keys() & {"mdn", "person_id", "external_person_id"}:
        return "no filter"
    if (operation.id, exchange.status) in _BY_STATE:
        return _BY_STATE[operation.id, exchange.status]
    if any(len(text) > 128 for text in path.values()):
        return "an id of more than 128 characters"
    values: list[Any] = [query, path]
    if operation.body:
        try:
            values.append(body_value(exchange.request, operation, spec))
        except Undecodable:
            return "unreadable"
    if any(mdn.startswith("+") != (version(exchange) == "2") for mdn in _mdns(values)):
        return "the MDN has the form of the other version"
    return _refusal_of_body(values[-1]) or ("a NUL character" if any("\0" in it for it in _texts(values)) else None)


def _refusal_of_body(body: Any) -> str | None:
    if isinstance(body, dict) and body.get("custom_fields"):
        return "a custom field that the platform does not have, or of another kind"
    return None


def _mdns(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            if name == "mdn":
                yield from (text for text in (item if isinstance(item, list) else [item]) if isinstance(text, str))
            elif name != "custom_fields":
                yield from _mdns(item)
    elif isinstance(value, list):
        for item in value:
            yield from _mdns(item)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


CHECKS = (
    Check("accepts-valid", "A request that the spec allows is not refused as malformed", accepts_valid.unless(refusal)),
    Check("mdn-format", "Every MDN has the form of the request's API version", mdn_format, owner="vibes"),
    Check("version-repeated", "The answer repeats the version that was asked for", version_repeated, owner="vibes"),
)
