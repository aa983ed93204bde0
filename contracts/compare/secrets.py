"""The credentials in a vendor's traffic, which nobody may keep or show."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache, lru_cache
from typing import TypeVar

import specs.secrets
from contracts import vendors
from contracts.exchange import Request, Response
from contracts.secrecy import MASK, Mask
from specs import Spec

_SHORTEST = 4  # letters of a value that is looked for elsewhere: fewer stand in any word
Message = TypeVar("Message", Request, Response)
Masking = Callable[[str], str]


class Secrets:
    """Finds credentials in exchanges with a vendor: by the names of headers, parameters and members, and from there by
    value, wherever else it stands in the exchange."""

    def __init__(self, spec: Spec) -> None:
        payload: Iterable[str] = getattr(vendors.module(spec.vendor, "target"), "PAYLOAD", ())
        self._named = specs.secrets.Secrets(spec.document, payload)

    def cleared(self, request: Request, response: Response) -> tuple[Request, Response]:
        """Both with their credentials masked, and everything else byte for byte."""
        request, response, mask = self._by_name(request, response)
        return replace(_each(request, mask), url=mask(request.url)), _each(response, mask)

    def mask(self, request: Request, response: Response) -> Masking:
        """What takes the credentials of an exchange out of any text about it."""

        @cache
        def mask() -> Masking:  # Few exchanges are spoken of, and looking through a large one takes a while.
            return self._by_name(request, response)[2]

        return lambda text: mask()(self._named.text(text, MASK, set()))

    def _by_name(self, request: Request, response: Response) -> tuple[Request, Response, Masking]:
        """Both with the mask where a name tells of a credential, and what masks the values that stood there."""
        seen: set[str] = set()
        request = replace(request, url=self._named.target(request.url, MASK, seen))
        request, response = self._message(request, seen), self._message(response, seen)
        return request, response, _mask(frozenset(seen)) if seen else str

    def _message(self, message: Message, seen: set[str]) -> Message:
        named, form = self._named, message.media_type == "application/x-www-form-urlencoded"
        headers = []
        for name, value in message.headers:
            if named.header(name):
                seen |= _values(value)
                headers.append((name, MASK))
            else:
                headers.append((name, named.text(value, MASK, seen)))
        body = message.body and _changed(message.body, lambda it: named.body(it, form, MASK, seen))
        return replace(message, headers=tuple(headers), body=body)


def _each(message: Message, mask: Masking) -> Message:
    """A message with the values of its headers and its body masked."""
    headers = tuple((name, mask(value)) for name, value in message.headers)
    return replace(message, headers=headers, body=message.body and _changed(message.body, mask))


def _changed(body: bytes, change: Masking) -> bytes:
    try:
        return change(body.decode()).encode()
    except UnicodeDecodeError:  # In Latin-1 each byte is a letter, and stays what it is.
        return change(body.decode("latin-1")).encode("latin-1")


@lru_cache(maxsize=64)
def _mask(values: frozenset[str]) -> Mask:
    return Mask(values)


def _values(header: str) -> set[str]:
    """The secrets in the value of a header: its last word, and the password of Basic."""
    found = {header.rpartition(" ")[2], *_password(header)}
    return {it for it in found if len(it) >= _SHORTEST}


def _password(header: str) -> Iterable[str]:
    scheme, _, word = header.partition(" ")
    if scheme.lower() != "basic":
        return ()
    try:
        return (base64.b64decode(word).decode(errors="replace").partition(":")[2],)
    except binascii.Error:
        return ()
