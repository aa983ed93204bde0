"""`read-your-write`, `delete-deletes` and `idempotent-retry` for whatever the paths of a spec show to be a thing.

A thing has an address, like `/items/{id}`, where it is read. It is made by a POST to the collection (`/items`) or to
where a link of the answer leads from, replaced by PUT, changed by PATCH, removed by DELETE. What holds of all things:
what was made is read, what was written is read back, a replacement may come twice, and what was removed is gone. When a
thing was made (`created_at`, `created_date`) is not changed by what becomes of it later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from contracts import removal
from contracts.client import Client
from contracts.exchange import Exchange
from contracts.finding import NotProvokable
from contracts.listing import meant, properties
from contracts.provocations import made
from contracts.provocations.letters import LETTERS, free
from contracts.recipes import Recipe
from contracts.validity import path_values
from specs import Operation, Spec
from specs.codecs import is_json

_GONE = frozenset({404, 410})
# Capabilities of a DELETE that ends something and leaves it to be read, in a state that says so.
_ENDS = frozenset({"cancel"})
_MADE, _ACCEPTED = 201, 202
_EMPTY: tuple[Any, ...] = (None, [], {})


def recipes(spec: Spec, operation: Operation) -> Iterator[Recipe]:
    """Some for an operation that makes, changes or removes a thing which another one reads."""
    reader = reader_of(spec, operation)
    if reader is None:
        return
    if operation.method == "POST":
        act = partial(_make, operation=operation, reader=reader)
        yield made(operation, "made and read", act, check="read-your-write")
        act = partial(_spell, operation=operation, reader=reader)
        yield made(operation, "letters of many scripts", act, check="read-your-write")
    if operation.method in ("PUT", "PATCH"):
        act = partial(_write, operation=operation, reader=reader)
        yield made(operation, "written and read", act, check="read-your-write")
    if operation.method == "DELETE" and (operation.capability or "").partition("-")[0] not in _ENDS:
        maker = _at(spec, operation.path.rstrip("/").rpartition("/")[0], "POST")
        act = partial(_remove, operation=operation, reader=reader, maker=maker)
        yield made(operation, "removed and read", act, check="delete-deletes")


def reader_of(spec: Spec, operation: Operation) -> Operation | None:
    """The GET that reads what an operation makes, changes or removes; None when there is none."""
    if operation.method == "POST":
        return _reader(spec, operation)
    return _at(spec, operation.path, "GET") if operation.method in ("PUT", "PATCH", "DELETE") else None


def _at(spec: Spec, path: str, method: str) -> Operation | None:
    found = (it for it in spec.operations.values() if it.path.rstrip("/") == path.rstrip("/") and it.method == method)
    return next(found, None)


def _reader(spec: Spec, operation: Operation) -> Operation | None:
    """Where what a POST makes is read: by a link, or below the collection."""
    links = [link for response in operation.responses.values() for link in response.links.values()]
    linked = [spec.operations.get(str(link.get("operationId"))) for link in links]
    below = re.compile(re.escape(operation.path.rstrip("/")) + r"/\{[^/{}]+\}/?")
    likely = [it for it in spec.operations.values() if below.fullmatch(it.path)]
    return next((it for it in (*linked, *likely) if it is not None and it.method == "GET" and "{" in it.path), None)


def _make(client: Client, operation: Operation, reader: Operation) -> None:
    first = _done(client, client.call(operation.id))
    got = client.call(reader.id, parameters=_where(client, first, operation, reader))
    client.expect(200 <= got.status < 300, "read-your-write", "a read of what was just made")
    _shows(client, first, got)


def _spell(client: Client, operation: Operation, reader: Operation) -> None:
    """Texts come back in the letters that they were sent in, where they are taken at all."""
    kind = next((kind for kind in operation.body if is_json(kind)), None)
    body = client.example(operation.id, media_type=kind)
    schemas = properties(operation.body[kind].schema, client.spec) if kind else {}
    texts = {name: LETTERS for name in schemas if free(meant(schemas[name], client.spec)) and name in body}
    if not texts:
        raise NotProvokable("it takes no text of any letters")
    first = _done(client, client.call(operation.id, body=body | texts, media_type=kind))
    said = _inner(removal.answer(first, operation, client.spec))
    worn = [name for name in texts if isinstance(said, dict) and _worn(said.get(name))]
    client.expect(not worn, "read-your-write", f"every letter as it was written: {', '.join(worn)}")
    _shows(client, first, client.call(reader.id, parameters=_where(client, first, operation, reader)))


def _worn(text: object) -> bool:
    """Whether a text lost letters to an encoding that does not have them."""
    return isinstance(text, str) and text != LETTERS and ("?" in text or "\ufffd" in text or "Ã" in text)


def _write(client: Client, operation: Operation, reader: Operation) -> None:
    where = _own(client, operation) if operation.method == "PATCH" else {}
    earlier = client.call(reader.id, parameters=where)
    first = _done(client, client.call(operation.id, parameters=where))
    here = path_values(first, operation) or {}
    where = _renamed(here, removal.sent(first, operation, client.spec))
    got = client.call(reader.id, parameters=where)
    client.expect(200 <= got.status < 300, "read-your-write", "a read of what was just written")
    _shows(client, first, got)
    if where == here and path_values(earlier, reader) == here:
        made_then, made_now = _made(client.value(earlier)), _made(client.value(got))
        moved = [name for name, value in made_then.items() if made_now.get(name, value) != value]
        client.expect(not moved, "read-your-write", "the time at which it was made as before", moved)
        if operation.method == "PATCH" and 200 <= earlier.status < 300:
            _left_alone(client, first, client.value(earlier), got)
    if operation.method == "PUT" and 200 <= got.status < 300 and where == here:
        again = client.call(operation.id)
        client.expect(200 <= again.status < 300, "idempotent-retry", "success for the same replacement again")
        _shows(client, first, client.call(reader.id, parameters=where), "idempotent-retry")


def _own(client: Client, operation: Operation) -> dict[str, str]:
    """Where something new to change is, with all that its example has; nothing where none can be made."""
    maker = _at(client.spec, operation.path.rstrip("/").rpartition("/")[0], "POST")
    made_now = client.call(maker.id) if maker else None
    if maker is None or made_now is None or made_now.status != _MADE:
        return {}
    return removal.address(operation, made_now, maker, client.spec) or {}


def _left_alone(client: Client, written: Exchange, before: Any, got: Exchange) -> None:
    """A change changes what it names: other members that it might have named are what they were."""
    spec, operation = client.spec, client.spec.operations[written.operation]
    media = operation.body.get(written.request.media_type or "")
    sent, read = removal.sent(written, operation, spec), removal.answer(got, spec.operations[got.operation], spec)
    if media is None or not all(isinstance(it, dict) for it in (sent, before, read)):
        return
    own = [name for name, it in properties(media.schema, spec).items() if not meant(it, spec).get("readOnly")]
    lost = [name for name in own if name not in sent and name in before and read.get(name) != before[name]]
    client.expect(not lost, "read-your-write", f"what a change does not name as it was: {', '.join(lost)}")


def _renamed(where: Mapping[str, str], sent: Any) -> dict[str, str]:
    """Where a thing is after a write that may have named it anew, by a member that is called like the parameter."""
    names = {name: removal.member(sent, name, loose=False) for name in where}
    return {name: names[name] or value for name, value in where.items()}


def _remove(client: Client, operation: Operation, reader: Operation, maker: Operation | None) -> None:
    where = _victim(client, operation, maker)
    before = client.call(reader.id, parameters=where)
    if not 200 <= before.status < 300:
        raise NotProvokable("there is nothing to remove")
    _done(client, client.call(operation.id, parameters=where))
    after = client.call(reader.id, parameters=where)
    if not operation.path.rstrip("/").endswith("}"):
        # A list, say, that is there although nothing is in it.
        had = client.value(before)
        left = after.status not in _GONE and had not in _EMPTY and client.value(after) == had
        client.expect(not left, "delete-deletes", "something else than what was just removed")
    elif {"404", "410", "4XX"} & reader.responses.keys() and not (operation.capability or "").startswith("cancel-"):
        # What was cancelled may still be read, as what it was.
        client.expect(after.status in _GONE, "delete-deletes", "404 for what was just removed")
    again = client.call(operation.id, parameters=where).status
    client.expect(200 <= again < 300 or again in _GONE, "idempotent-retry", "success or 404 for a second removal")


def _victim(client: Client, operation: Operation, maker: Operation | None) -> dict[str, str]:
    """What to remove: of a target that is no mock, only what was made for that."""
    if client.has_world:
        return {}
    if maker is None:
        raise NotProvokable("only what a run has made is removed from a target without a control API")
    return _where(client, _done(client, client.call(maker.id)), maker, operation)


def _done(client: Client, exchange: Exchange) -> Exchange:
    if not 200 <= exchange.status < 300:
        raise NotProvokable(f"its example is answered {exchange.status} here")
    if exchange.status == _ACCEPTED:
        raise NotProvokable("it is done later, and nobody says when")
    return exchange


def _where(client: Client, exchange: Exchange, operation: Operation, target: Operation) -> dict[str, str]:
    found = removal.address(target, exchange, operation, client.spec)
    if found is None:
        raise NotProvokable("the answer does not say where the thing is")
    return found


def _shows(client: Client, written: Exchange, got: Exchange, check: str = "read-your-write") -> None:
    """What was sent is what is read, wherever the target took it as it was.

    A server may spell a value in its own way; one that its first answer repeats, it did not.
    """
    spec, operation = client.spec, client.spec.operations[written.operation]
    sent, said = removal.sent(written, operation, spec), removal.answer(written, operation, spec)
    read = removal.answer(got, spec.operations[got.operation], spec)
    lost = ", ".join(_lost(_inner(sent), _inner(said), _inner(read)))
    client.expect(not lost, check, "every member as it was written", f"{lost}" if lost else None)


def _made(value: Any) -> dict[str, Any]:
    """The members of a thing that say when it was made."""
    inner = _inner(value)
    return {name: it for name, it in inner.items() if name.startswith("created_")} if isinstance(inner, dict) else {}


def _inner(value: Any) -> Any:
    """The members of a lone member, if that is all there is: an envelope."""
    while isinstance(value, dict) and len(value) == 1 and isinstance(inner := next(iter(value.values())), dict):
        value = inner
    return value


def _lost(sent: Any, said: Any, read: Any, path: str = "") -> Iterator[str]:
    if not all(isinstance(it, Mapping) for it in (sent, said, read)):
        return
    for name, value in sent.items():
        if isinstance(value, Mapping):
            yield from _lost(value, said.get(name), read.get(name), f"{path}{name}.")
        elif isinstance(value, str | int | float) and said.get(name) == value and read.get(name, value) != value:
            yield f"{path}{name} {read[name]!r} in place of {value!r}"
