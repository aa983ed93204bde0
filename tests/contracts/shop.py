"""A right implementation of `shop.yaml`, with bugs on a switch: `Shop("wrong-status")` has exactly one.

It forgets to delete, unless it is a `Shop("deletes")`.

Written from the document alone with the standard library, and so independent of the product.
"""

from __future__ import annotations

import json
import re
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from tests.contracts.local import Local, Quiet

KEY = "open-sesame"
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")


class Refused(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Shop(Local):
    """Serves on 127.0.0.1 while its `with` block lasts; `url` is its base URL, `bug` what is wrong with it."""

    def __init__(self, bug: str = "") -> None:
        self.bug, self.log = bug, list[bytes]()
        self.gone: set[int] = set()
        self.items: dict[int, dict[str, Any]] = {1: {"id": 1, "name": "cup", "price": 3}}
        self.lock = threading.Lock()
        super().__init__(_Handler)

    def secure(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)


Answer = tuple[int, dict[str, str], bytes]


class _Handler(Quiet):
    owner: Shop

    def answer(self) -> None:
        shop = self.owner
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with shop.lock:
            first = self.path.startswith("/items") and not any(b" /items" in line for line in shop.log)
            shop.log.append(f"{self.command} {self.path} ".encode() + body)
        try:
            status, headers, content = self.route(body)
        except Refused as refused:
            status, headers, content = _json(refused.status, {"errors": [{"message": str(refused)}]})
        if shop.bug == "dies" and len(shop.log) > 10:
            shop.die()
            self.close_connection = True
            return
        transport = _TRANSPORT.get(shop.bug.removesuffix("-once"))
        if transport and (first or not shop.bug.endswith("-once")):
            transport(self, status, content)
            return
        status, headers, content = _ANSWERS.get(shop.bug, _as_it_is)(self, status, headers, content)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if status != 204 or shop.bug == "body-with-204":
            self.wfile.write(content)

    def route(self, body: bytes) -> Answer:
        parts = urlsplit(self.path)
        steps = [unquote(step) for step in parts.path.strip("/").split("/")]
        if self.owner.bug != "no-auth" and self.headers.get("X-Key") != KEY:
            raise Refused(401, "no such key")
        if steps == ["items"] and self.command in ("GET", "POST"):
            return self.list_items(parts.query) if self.command == "GET" else self.add_item(body)
        if len(steps) == 2 and steps[0] == "items" and self.command in ("GET", "DELETE"):
            return self.one_item(steps[1])
        if steps == ["notes"] and self.command == "POST":
            return self.send_note(body)
        raise Refused(405 if steps[0] in ("items", "notes") else 404, "nothing here")

    def list_items(self, query: str) -> Answer:
        limit = parse_qs(query, keep_blank_values=True).get("limit", ["50"])
        for text in limit if self.owner.bug != "lenient-query" else ():
            _whole(text, 1, 50)
        return _json(200, list(self.owner.items.values())[:50])

    def add_item(self, body: bytes) -> Answer:
        if self.media_type() != "application/json" or self.owner.bug == "refuses-json":
            raise Refused(415, "JSON only")
        item = _parsed(body)
        lenient = self.owner.bug == "lenient-body"
        longest = 19 if self.owner.bug == "off-by-one" else 20
        if not lenient:
            _member(item, "name", str, lambda it: 1 <= len(it) <= longest, required=True)
            _member(item, "price", int, lambda it: it >= 0)
        if self.owner.bug == "no-charset" and ";" in self.headers["Content-Type"]:
            raise Refused(415, "no parameters, please")
        made = {"id": max(self.owner.items, default=0) + 1, "name": str(item.get("name", ""))}
        made |= {"price": int(item["price"])} if isinstance(item.get("price"), (int, float)) else {}
        with self.owner.lock:
            kept = {**made, "price": 1} if self.owner.bug == "loses-price" else made
            if self.owner.bug != "keeps-nothing":
                self.owner.items[made["id"]] = kept
                self.owner.gone.discard(made["id"])
        return _json(201, made, {"Location": f"/items/{made['id']}"})

    def one_item(self, text: str) -> Answer:
        number = _whole(text, -(10**40), 10**40)
        repeated = self.owner.bug == "deletes-once" and self.command == "DELETE" and number in self.owner.gone
        if (number not in self.owner.items and not repeated) or self.owner.bug == "example-fails":
            raise Refused(404, "no such item")
        if self.command == "DELETE" and self.owner.bug == "keeps-all":
            raise Refused(403, "nothing is ever deleted")
        if self.command == "DELETE":
            if repeated:
                raise Refused(400, "it was deleted before")
            with self.owner.lock:
                self.owner.gone.add(number)
                self.owner.items.pop(number if self.owner.bug.startswith("deletes") else 0, None)
            return 204, {}, b"gone" if self.owner.bug == "body-with-204" else b""
        return _json(200, self.owner.items[number])

    def send_note(self, body: bytes) -> Answer:
        kind = self.media_type()
        if kind == "application/json":
            note = _parsed(body)
            _member(note, "to", str, bool, required=True)
            _member(note, "count", int, lambda it: abs(it) < 2**63, required=True)
            if note.keys() - {"to", "count"}:
                raise Refused(400, "unknown members")
            return _json(200, note)
        if kind != "text/xml":
            raise Refused(415, "JSON or XML")
        try:
            root = ElementTree.fromstring(body)
        except (ElementTree.ParseError, ValueError, LookupError) as error:
            raise Refused(400, "not XML") from error
        found = {child.tag: child.text or "" for child in root}
        odd = root.tag != "note" or root.attrib or found.keys() != {"to", "count"} or len(root) != 2
        if odd or any(len(child) or child.attrib for child in root) or not found["to"]:
            raise Refused(400, "not a note")
        count = _whole(found["count"].strip(), 1 - 2**63, 2**63 - 1)
        xml = f"<note><to>{escape(found['to'])}</to><count>{count}</count></note>"
        return 200, {"Content-Type": "text/xml"}, xml.encode(errors="replace")

    def media_type(self) -> str:
        return (self.headers.get("Content-Type") or "").split(";")[0].strip().lower()


def _json(status: int, value: Any, headers: dict[str, str] | None = None) -> Answer:
    return status, {"Content-Type": "application/json", **(headers or {})}, json.dumps(value).encode()


def _parsed(body: bytes) -> dict[str, Any]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise ValueError
        return dict(pairs)

    def no_constant(_: str) -> Any:
        raise ValueError

    try:
        value = json.loads(body, object_pairs_hook=unique, parse_constant=no_constant)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "not JSON") from error
    if not isinstance(value, dict):
        raise Refused(400, "no object")
    return value


def _member(value: dict[str, Any], name: str, kind: type, fits: Callable[[Any], bool], required: bool = False) -> None:
    if name not in value:
        if required:
            raise Refused(400, f"{name} is missing")
        return
    item = value[name]
    whole = isinstance(item, float) and item.is_integer() and kind is int
    if not (whole or (isinstance(item, kind) and not isinstance(item, bool))) or not fits(item):
        raise Refused(400, f"{name} is wrong")


def _whole(text: str, low: int, high: int) -> int:
    if not _INTEGER.fullmatch(text) or not low <= int(text) <= high:
        raise Refused(400, f"{text[:40]!r} is no such number")
    return int(text)


def _as_it_is(_: _Handler, status: int, headers: dict[str, str], content: bytes) -> Answer:
    return status, headers, content


def _when(status: int, change: Callable[[int, dict[str, str], bytes], Answer]) -> Callable[..., Answer]:
    def applied(_: _Handler, got: int, headers: dict[str, str], content: bytes) -> Answer:
        return change(got, headers, content) if got == status else (got, headers, content)

    return applied


def _xml(change: Callable[[bytes], bytes]) -> Callable[..., Answer]:
    def applied(_: _Handler, status: int, headers: dict[str, str], content: bytes) -> Answer:
        return status, headers, change(content) if headers.get("Content-Type") == "text/xml" else content

    return applied


_ANSWERS: dict[str, Callable[..., Answer]] = {
    "wrong-status": _when(201, lambda _, h, c: (202, h, c)),
    "server-error": _when(404, lambda _, h, c: (500, h, c)),
    "missing-field": _when(201, lambda s, h, c: (s, h, c.replace(b'"id"', b'"price"', 1))),
    "extra-field": _when(200, lambda s, h, c: (s, h, c.replace(b'{"id"', b'{"secret": 1, "id"', 1))),
    "wrong-type": _when(200, lambda s, h, c: (s, h, c.replace(b'"id": 1', b'"id": "1"'))),
    "twice-the-key": _when(201, lambda s, h, c: (s, h, c.replace(b"{", b'{"id": 7, ', 1))),
    "not-json": _when(200, lambda s, h, c: (s, h, c[:-1] if h["Content-Type"] == "application/json" else c)),
    "wrong-content-type": _when(404, lambda s, h, c: (s, {"Content-Type": "text/html"}, c)),
    "no-content-type": _when(404, lambda s, h, c: (s, {}, c)),
    "missing-header": _when(201, lambda s, h, c: (s, {"Content-Type": h["Content-Type"]}, c)),
    "wrong-header": _when(201, lambda s, h, c: (s, h | {"Location": "nowhere"}, c)),
    "empty-body": _when(404, lambda s, h, c: (s, {}, b"")),
    "other-envelope": _when(405, lambda s, h, c: _json(s, {"oops": "no"})),
    "no-404": _when(404, lambda s, h, c: _json(200, {"id": 1, "name": "cup"})),
    "malformed-xml": _xml(lambda c: c[:-1]),
    "wrong-root": _xml(lambda c: c.replace(b"note>", b"letter>")),
    "wrong-element": _xml(lambda c: c.replace(b"count>", b"number>")),
    "not-a-number-in-xml": _xml(lambda c: re.sub(rb"<count>[^<]*", b"<count>many", c)),
    "extra-element": _xml(lambda c: c.replace(b"</note>", b"<more/></note>")),
    "entity-in-xml": _xml(lambda c: b"<!DOCTYPE note [<!ENTITY a 'b'>]>" + c),
    "redirect-loop": lambda it, s, h, c: (302, {"Location": it.path}, b""),
}


def _endless(handler: _Handler, status: int, _: bytes) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Connection", "close")
    handler.end_headers()
    try:
        for _number in range(10_000):
            handler.wfile.write(b" " * 65536)
    except OSError:
        pass
    handler.close_connection = True


def _cut(handler: _Handler, status: int, content: bytes) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(content) + 100))
    handler.end_headers()
    handler.wfile.write(content)
    handler.close_connection = True


def _garbage(handler: _Handler, _status: int, _content: bytes) -> None:
    handler.wfile.write(b"\x00\x01 this is no HTTP\r\n\r\n")
    handler.close_connection = True


def _hang_up(handler: _Handler, _status: int, _content: bytes) -> None:
    handler.close_connection = True


def _slow(handler: _Handler, _status: int, _content: bytes) -> None:
    time.sleep(1.0)
    handler.close_connection = True


_TRANSPORT: dict[str, Callable[[_Handler, int, bytes], None]] = {
    "endless-body": _endless,
    "cut-body": _cut,
    "cut": _cut,
    "garbage": _garbage,
    "hang-up": _hang_up,
    "slow": _slow,
}
