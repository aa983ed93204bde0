"""`read-only-stays`: a member that the document calls `readOnly` is not set by a request.

The request may be refused, or the member passed over; but what is read afterwards is not what was sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from contracts import removal
from contracts.client import Client
from contracts.finding import NotProvokable
from contracts.listing import meant, properties
from contracts.provocations import made
from contracts.provocations.lives import reader_of
from contracts.recipes import Recipe
from specs import Operation, Spec
from specs.codecs import is_json

CHECK = "read-only-stays"
# What nobody would come to by himself.
_TEXT, _NUMBER = "bodydouble", 987_654_321
_FORMATS = {"date-time": "2001-02-03T04:05:06Z", "date": "2001-02-03", "uuid": "0badcafe-0bad-4afe-8bad-0badcafe0bad"}


def recipes(spec: Spec, operation: Operation) -> Iterator[Recipe]:
    """One for an operation that takes an object with such members, and makes or replaces what can be read."""
    kind = next((kind for kind in operation.body if is_json(kind)), None)
    reader = reader_of(spec, operation)
    if kind is None or reader is None or not isinstance(operation.body[kind].schema, Mapping):
        return
    members = properties(operation.body[kind].schema, spec)
    sent = {name: it for name, schema in members.items() if (it := _value(meant(schema, spec))) is not None}
    if sent:
        act = partial(_set, operation=operation, reader=reader, kind=kind, members=sent)
        yield made(operation, "read-only members", act, check=CHECK)


def _value(schema: Mapping[str, Any]) -> Any:
    """What to send for a read-only member; None for one that is not, or whose values are few."""
    if not schema.get("readOnly") or "enum" in schema or "pattern" in schema:
        return None
    text = _FORMATS.get(str(schema.get("format")), None if schema.get("format") else _TEXT)
    return {"string": text, "integer": _NUMBER, "number": _NUMBER}.get(str(schema.get("type")))


def _set(client: Client, operation: Operation, reader: Operation, kind: str, members: dict[str, Any]) -> None:
    body = client.example(operation.id, media_type=kind)
    if not isinstance(body, dict):
        raise NotProvokable("its example is no object")
    exchange = client.call(operation.id, body=body | members, media_type=kind)
    where = removal.address(reader, exchange, operation, client.spec)
    if not 200 <= exchange.status < 300 or where is None:
        raise NotProvokable("such a request is refused, or says not where the thing is")
    got = client.call(reader.id, parameters=where)
    read = removal.answer(got, reader, client.spec)
    read = read if isinstance(read, dict) else {}
    set_anyway = [name for name, value in members.items() if read.get(name) == value]
    client.expect(not set_anyway, CHECK, f"read-only members as they were: {', '.join(set_anyway)}")
