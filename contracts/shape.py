"""Did an answer have the documented shape? Asked when somebody stumbled over it who relied on that."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.exchange import CONTROL, Exchange
from specs import Operation, Spec
from specs.codecs import Undecodable, codec

# What code raises that takes a number for an object, a text for a list, or a member for granted.
STUMBLES = (AttributeError, TypeError, KeyError, IndexError, ValueError, OverflowError, RecursionError)


def misshapen(exchange: Exchange, operation: Operation, spec: Spec) -> bool:
    """Whether an answer is none that the spec documents: its status, its media type, or its body."""
    response = exchange.response
    documented = operation.response(response.status) if response else None
    if response is None or documented is None:
        return True
    kind = response.media_type or ""
    media = documented.content.get(kind)
    if not response.body:
        return documented.empty_body == "never"
    if media is None or media.schema is None:
        return bool(documented.content)
    try:
        value = codec(kind, media.schema, spec.document).decode(response.body)
    except (Undecodable, RecursionError):
        return True
    return not spec.schemas.validator(media.schema, "response").ok(value)


def any_misshapen(exchanges: Iterable[Exchange], spec: Spec) -> bool:
    """Whether any of these exchanges with the vendor got such an answer."""
    return any(misshapen(it, spec.operations[it.operation], spec) for it in exchanges if it.operation != CONTROL)
