"""`charset`: a `Content-Type` may be spelled in other ways, and name the charset that the body has anyway.

By RFC 9110 (8.3.1, 8.3.2) the case of a media type does not count, and UTF-8 in any case, or in quotes, is no other
one. A body in gzip is the same body, or refused. A charset that nobody has heard of is refused by our mock, which
cannot know what the bytes mean; elsewhere it may be ignored, but is no reason for a 5xx.

Without a world the second request may be refused for what the first one did: then only 415 and the like tell anything,
and `accepts-valid` judges those.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from functools import partial

from contracts.client import Client
from contracts.exchange import Exchange
from contracts.provocations import made
from contracts.recipes import Recipe
from specs import Operation, Spec
from specs.codecs import is_json, is_xml

CHECK = "charset"
_SAME = ("; charset=utf-8", ';charset="UTF-8"')


def recipes(_spec: Spec, operation: Operation) -> Iterator[Recipe]:
    """One for an operation that takes text."""
    kinds = [kind for kind in operation.body if is_json(kind) or is_xml(kind) or kind.startswith("text/")]
    if kinds:
        yield made(operation, "charset", partial(_charset, operation=operation, kinds=kinds), check=CHECK)


def _charset(client: Client, operation: Operation, kinds: list[str]) -> None:
    for kind in kinds:
        wanted = _sent(client, operation, kind, kind).status
        for same in (kind.title(), *(kind + ending for ending in _SAME)):
            status = _sent(client, operation, kind, same).status
            if client.has_world:
                client.expect(status == wanted, CHECK, f"{wanted} for {same} too")
        unheard = _sent(client, operation, kind, f"{kind}; charset=x-unheard-of")
        if client.has_world:
            client.expect(400 <= unheard.status < 500, CHECK, f"a refusal of {kind} in a charset that nobody knows")
        _coded(client, operation, kind, wanted)


def _coded(client: Client, operation: Operation, kind: str, wanted: int) -> None:
    """In gzip: taken for what it is, or refused (RFC 9110, 15.5.16); never a failure of the server."""
    packed = gzip.compress(client.sent[-1].request.body or b"", mtime=0)
    if client.has_world:
        client.world.reset()
    headers = {"Content-Type": kind, "Content-Encoding": "gzip"}
    status = client.call(operation.id, every=True, media_type=kind, raw=packed, headers=headers).status
    if client.has_world:
        taken = status == wanted or 400 <= status < 500
        client.expect(taken, CHECK, f"{wanted}, or a refusal, for {kind} in gzip", status)


def _sent(client: Client, operation: Operation, kind: str, spelled: str) -> Exchange:
    if client.has_world:
        client.world.reset()
    return client.call(operation.id, every=True, media_type=kind, headers={"Content-Type": spelled})
