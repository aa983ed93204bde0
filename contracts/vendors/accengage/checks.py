"""Rules of Accengage that no schema can say."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from contracts.checks import Check, accepts_valid, no_server_error
from contracts.exchange import Exchange, excerpt
from contracts.finding import Problem
from contracts.validity import body_value
from specs import Operation, Spec

# The pairs of status and label that the page calls stable; every other 4xx has a label of its own.
_GENERIC = {
    "API_ERR_TOKEN": (400, 401, 403),
    "API_ERR_SIGNATURE": (400,),
    "API_ERR_FORBIDDEN": (403,),
    "API_ERR_DB": (500,),
    "API_ERR_CACHE": (500,),
    "API_ERR_SERVICE": (500,),
    "API_ERR_UTIL": (500,),
    "API_ERR_SUPPORT": (500,),
    "API_ERR_UNKNOWN": (500,),
}


def stable_pairs(exchange: Exchange, _operation: Operation, _spec: Spec) -> Iterator[Problem]:
    """A generic label stands with its own statuses only, and 401 with nothing but `API_ERR_TOKEN`."""
    response = exchange.response
    if response is None or response.status < 400 or not response.body:
        return
    for label in _labels(response.body):
        wanted = _GENERIC.get(label)
        wrong = wanted is not None and response.status not in wanted
        if wrong or (response.status == 401 and label != "API_ERR_TOKEN"):
            words = f"one of {wanted} with {label}" if wanted else "API_ERR_TOKEN with 401"
            yield Problem(f"{response.status} {label}", words, f"{response.status}: {excerpt(response.body)}")


def no_unannounced_server_error(exchange: Exchange, operation: Operation, spec: Spec) -> Iterator[Problem]:
    """As everywhere, but for a field that devices do not have: the page announces an error of the database."""
    announced = operation.id == "devices.update_device" and exchange.status == 500 and exchange.response is not None
    if announced and exchange.response and _labels(exchange.response.body) == ["API_ERR_DB"]:
        return
    yield from no_server_error.check(exchange, operation, spec)


def _labels(body: bytes) -> list[str]:
    try:
        return [str(error["label"]) for error in orjson.loads(body)["errors"]]
    except (ValueError, KeyError, TypeError):
        return []  # The schema of errors is judged by `body-schema`.


# Calls that no rule beside the schema can refuse with 400, but for the dates of a campaign.
_PLAIN = frozenset(
    (
        *("campaigns.list_campaigns", "campaigns.create_campaign", "campaigns.get_campaign"),
        *("campaigns.update_campaign", "campaigns.delete_campaign"),
        *("messages.list_messages", "messages.get_message", "messages.delete_message"),
        *("messages.list_message_actions", "schedules.get_schedule", "schedules.delete_schedule"),
        *("exclusions.list_schedule_exclusions", "exclusions.delete_schedule_exclusions"),
    )
)


def refusal(exchange: Exchange, operation: Operation, spec: Spec) -> str | None:
    """Why a request may be a 400 although its schema allows it; calls with rules of their own are not judged."""
    labels = _labels(exchange.response.body) if exchange.response else []
    if any(label in ("API_ERR_SIGNATURE", "API_ERR_TOKEN") for label in labels):
        return "the signature or the token"
    if operation.id not in _PLAIN:
        return "not judged"
    body = body_value(exchange.request, operation, spec) if operation.body else {}
    return "a date that no calendar has, or an end before the start" if body.keys() & {"startDate", "endDate"} else None


CHECKS = (
    Check("accepts-valid", "A request that the spec allows is not refused as malformed", accepts_valid.unless(refusal)),
    Check(
        "no-server-error",
        "No 5xx, unless a fault asked for it, or the page announces it for an unknown field of a device",
        no_unannounced_server_error,
        owner="accengage",
    ),
    Check("stable-pairs", "Generic labels stand with their documented statuses", stable_pairs, owner="accengage"),
    Check("label", "An error has the label that the page prints", owner="accengage"),
    Check("pages", "Pages are complete, disjoint and linked", owner="accengage"),
)
