"""`csv-shape`: CSV in an answer is well-formed: a first line that names the columns, all lines as long as it."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.exchange import Exchange, excerpt
from contracts.finding import Problem
from specs import Operation, Spec
from specs.codecs import CsvCodec, Undecodable, codec, is_csv


def check(exchange: Exchange, operation: Operation, spec: Spec) -> Iterator[Problem]:
    """Object to CSV that cannot be read as the lines that the spec describes."""
    response = exchange.response
    documented = operation.response(response.status) if response else None
    media = documented.content.get(response.media_type or "") if response and documented else None
    if response is None or media is None or not is_csv(response.media_type or ""):
        return
    reader = codec("text/csv", media.schema, spec.document)
    if not isinstance(reader, CsvCodec):
        return
    try:
        reader.decode(response.body)
    except Undecodable as error:
        yield Problem(str(response.status), "well-formed CSV", f"{error}: {excerpt(response.body)}")
