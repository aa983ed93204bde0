"""`xml-well-formed`: XML in an answer is well-formed, without DTD, and has the documented root element."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.exchange import Exchange, excerpt
from contracts.finding import Problem
from specs import Operation, Spec
from specs.codecs import Undecodable, codec, is_xml


def check(exchange: Exchange, operation: Operation, spec: Spec) -> Iterator[Problem]:
    """Object to XML that cannot be read, whether its status is documented or not."""
    response = exchange.response
    if response is None or not response.body or not is_xml(response.media_type or ""):
        return
    kind = response.media_type or ""
    documented = operation.response(response.status)
    media = documented.content.get(kind) if documented else None
    try:
        codec(kind, media.schema if media else None, spec.document).decode(response.body)
    except Undecodable as error:
        yield Problem(str(response.status), "well-formed XML", f"{error}: {excerpt(response.body)}")
