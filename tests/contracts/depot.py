"""A right implementation of `depot.yaml` in a legal but unusual style, with bugs on a switch: `Depot("patch-wipes")`.

Its style: HTTP/1.0 answers without a length beside chunked ones, weak ETags, header names in lower case, upper-case
escapes in `Location`, a charset on every media type, indented JSON with escaped letters, members in reverse
order, headers that nobody asked for. Its bugs are those that vendors have.

Written from the document alone with the standard library, and so independent of the product.
"""

from __future__ import annotations

import json
import re
import threading
import uuid
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.contracts.local import Local, Quiet

TOKEN = "depot-open-sesame"
BASE = "/api/v2"
_BORN = "2026-01-31T08:00:00.5+01:00"
_MEMBERS = {"name": (str, 40, 1), "state": (str, 99, 1), "note": (str, 200, 0), "pin": (str, 999, 0)}
_READ_ONLY = ("id", "created_at")
Row = dict[str, Any]


class Refused(Exception):
    def __init__(self, status: int, title: str) -> None:
        super().__init__(title)
        self.status = status


class Depot(Local):
    """Serves on 127.0.0.1 while its `with` block lasts; `url` is its base URL, `bug` what is wrong with it."""

    def __init__(self, bug: str = "") -> None:
        self.bug, self.lock, self.log = bug, threading.RLock(), list[str]()
        self.crates = {n: {"id": n, "name": f"crate {n}", "state": "stored", "created_at": _BORN} for n in range(1, 6)}
        self.crates[1]["pin"] = "0000"
        self.crates[2]["state"] = "moved"
        self.labels: dict[int, dict[str, Row]] = {n: {} for n in self.crates}
        for text in ("{7 b}", "b", "c"):
            self.labels[1][text] = {"id": text, "text": f"label {text}"}
        self.ghosts: list[Row] = []
        self.made = 5
        super().__init__(_Handler)
        self.url += BASE


class _Handler(Quiet):
    owner: Depot

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.owner.log.append(f"{self.command} {self.path}")
        more: dict[str, str] = {}
        try:
            with self.owner.lock:
                status, value, more = self.route(body)
        except Refused as refused:
            value = {"status": refused.status, "title": str(refused), "type": "about:blank"}
            status = refused.status
        self.write(status, value, more)

    def write(self, status: int, value: Any, more: dict[str, str]) -> None:
        """In chunks to whoever reads; as HTTP/1.0 to whoever writes."""
        old = self.command not in ("GET", "HEAD")
        self.protocol_version = "HTTP/1.0" if old else "HTTP/1.1"
        content = b"" if value is None else _json(value)
        self.send_response(status)
        kind = "application/json" if status < 400 else "application/problem+json"
        given = {
            "x-request-id": str(uuid.uuid4()),
            "vary": "Accept, Accept-Encoding",
            "cache-control": "no-store",
            **more,
        }
        if value is not None:
            given["content-type"] = f"{kind}; charset=utf-8"
        if old:
            given["connection"], self.close_connection = "close", True
        elif value is not None:
            given["transfer-encoding"] = "chunked"
        else:
            given["content-length"] = "0"
        for name, text in given.items():
            self.send_header(name, text)
        self.end_headers()
        if self.command == "HEAD" or value is None:
            return
        if old:
            self.wfile.write(content)
            return
        for place in range(0, len(content), 7):
            piece = content[place : place + 7]
            self.wfile.write(f"{len(piece):X};x=1\r\n".encode() + piece + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    def route(self, body: bytes) -> tuple[int, Any, dict[str, str]]:
        parts = urlsplit(self.path)
        path = parts.path.removeprefix(BASE)
        steps = [unquote(step) for step in path.strip("/").split("/")]
        scheme, _, token = (self.headers.get("Authorization") or "").partition(" ")
        open_door = self.owner.bug == "one-open-door" and steps[-1] == "labels" and self.command == "GET"
        if (scheme.lower() != "bearer" or token != TOKEN) and not open_door:
            raise Refused(401, "who are you?")
        if (
            not parts.path.startswith(BASE)
            or steps[0] != "crates"
            or len(steps) > 4
            or steps[2:3] not in ([], ["labels"])
        ):
            raise Refused(404, "nothing here")
        crate = self.crate(steps[1]) if len(steps) > 1 else None
        name = f"{self.command.lower()}_{('crates', 'crate', 'labels', 'label')[len(steps) - 1]}"
        act = getattr(type(self), name, None)
        if act is None:
            raise Refused(405, "not like that")
        found: tuple[int, Any, dict[str, str]] = act(self, crate, steps[3:], parse_qs(parts.query, True), body)
        return found

    def crate(self, text: str) -> Row:
        pattern = r"[1-9][0-9]*" if self.owner.bug == "parse-int" else r"[1-9][0-9]*\Z"
        match = re.match(pattern, text)
        if match is None:
            raise Refused(400, "no number of a crate")
        if self.owner.bug == "big-number" and len(match[0]) > 9:
            return self.nowhere()
        found = self.owner.crates.get(int(match[0][:300]))
        if found is None:
            raise Refused(404, "no such crate")
        return found

    def nowhere(self) -> Row:
        raise Refused(500, "integer out of range")

    def get_crates(self, _: Any, __: Any, query: dict[str, list[str]], ___: Any) -> tuple[int, Any, dict[str, str]]:
        bug = self.owner.bug
        offset, limit = _whole(query, "offset", 0, 0), _whole(query, "limit", 20, 1, 50 if bug != "no-limit" else None)
        state = _one(query, "state")
        if state not in (None, "stored", "moved"):
            raise Refused(400, "no such state")
        rows = [it for it in self.owner.crates.values() if bug == "no-filter" or state in (None, it["state"])]
        rows += self.owner.ghosts
        total = len(rows) + (bug == "total-off")
        total = self.owner.made if bug == "total-stale" else total
        offset = max(0, offset - 1) if bug == "pages-overlap" else offset
        page = rows[offset : offset + limit]
        if bug == "last-row-lost" and offset and offset + limit >= len(rows):
            page = page[:-1]
        shown = [_shown(it) | ({"created_at": "31.01.2026"} if bug == "odd-date" else {}) for it in page]
        return 200, shown, {"x-total-count": str(total)}

    def post_crates(self, _: Any, __: Any, ___: Any, body: bytes) -> tuple[int, Any, dict[str, str]]:
        given = self.body(body, "application/json")
        _judge(given, {**_MEMBERS}, ("name", "state"))
        self.owner.made += 1
        row = {"id": self.owner.made, "created_at": _BORN} | self.taken(given)
        self.owner.crates[row["id"]] = row
        self.owner.labels[row["id"]] = {}
        if self.owner.bug == "twice":
            self.owner.made += 1
            self.owner.crates[self.owner.made] = row | {"id": self.owner.made}
            self.owner.labels[self.owner.made] = {}
        where = "crate" if self.owner.bug == "location-nowhere" else "crates"
        return 201, _shown(row), {"location": f"{BASE}/{where}/{row['id']}"}

    def get_crate(self, crate: Row, *_: Any) -> tuple[int, Any, dict[str, str]]:
        shown = _shown(crate) | ({"pin": crate.get("pin", "")} if self.owner.bug == "pin-shown" else {})
        return 200, shown, {"etag": f'W/"{abs(hash(json.dumps(crate)))}"'}

    def put_crate(self, crate: Row, _: Any, __: Any, body: bytes) -> tuple[int, Any, dict[str, str]]:
        given = self.body(body, "application/json")
        _judge(given, {**_MEMBERS}, ("name", "state"))
        kept = crate if self.owner.bug == "put-merges" else {name: crate[name] for name in _READ_ONLY}
        row = kept | self.taken(given)
        self.owner.crates[crate["id"]] = row
        return self.get_crate(row)

    def patch_crate(self, crate: Row, _: Any, __: Any, body: bytes) -> tuple[int, Any, dict[str, str]]:
        given = self.body(body, "application/merge-patch+json")
        _judge(given, {name: it for name, it in _MEMBERS.items() if name != "pin"}, ())
        if not given:
            raise Refused(400, "no change")
        kept = {name: crate[name] for name in (*_READ_ONLY, "state", "name")}
        row = (kept if self.owner.bug == "patch-wipes" else crate) | given
        self.owner.crates[crate["id"]] = row
        return self.get_crate(row)

    def delete_crate(self, crate: Row, *_: Any) -> tuple[int, Any, dict[str, str]]:
        del self.owner.crates[crate["id"]]
        if self.owner.bug == "still-listed":
            self.owner.ghosts.append(crate)
        return 204, None, {}

    def get_labels(self, crate: Row, _: Any, query: dict[str, list[str]], __: Any) -> tuple[int, Any, dict[str, str]]:
        page, size = _whole(query, "page", 1, 1), _whole(query, "per_page", 20, 1, 20)
        rows = [*self.owner.labels[crate["id"]].values()]
        if self.owner.bug == "label-pages-repeat" and page > 1:
            page -= 1
        shown = rows[(page - 1) * size : page * size]
        total = len(shown) if self.owner.bug == "total-of-page" else len(rows)
        return 200, {"data": shown, "meta": {"page": page, "total": total}}, {}

    def post_labels(self, crate: Row, _: Any, __: Any, body: bytes) -> tuple[int, Any, dict[str, str]]:
        given = self.body(body, "application/json")
        _judge(given, {"text": (str, 30, 1)}, ("text",))
        text = (
            given["text"].encode("latin-1", "replace").decode("latin-1") if self.owner.bug == "latin" else given["text"]
        )
        row = {"id": str(uuid.uuid4()).upper(), "text": text}
        self.owner.labels[crate["id"]][row["id"]] = row
        return 201, row, {}

    def get_label(self, crate: Row, rest: list[str], *_: Any) -> tuple[int, Any, dict[str, str]]:
        owners = [*self.owner.labels] if self.owner.bug == "any-parent" else [crate["id"]]
        for one in owners:
            if rest[0] in self.owner.labels[one]:
                return 200, self.owner.labels[one][rest[0]], {}
        raise Refused(404, "no such label")

    def delete_label(self, crate: Row, rest: list[str], *_: Any) -> tuple[int, Any, dict[str, str]]:
        self.get_label(crate, rest)
        del self.owner.labels[crate["id"]][rest[0]]
        return 204, None, {}

    def taken(self, given: Row) -> Row:
        """What a request may set: read-only members are passed over."""
        setting = self.owner.bug == "sets-read-only"
        return {name: it for name, it in given.items() if name not in _READ_ONLY or (setting and name == "created_at")}

    def body(self, raw: bytes, kind: str) -> Row:
        if (self.headers.get("Content-Type") or "").split(";")[0].strip().lower() != kind:
            raise Refused(415, f"{kind} only")
        try:
            value = json.loads(raw, object_pairs_hook=_unique, parse_constant=_no)
        except (ValueError, RecursionError):
            raise Refused(400, "no JSON") from None
        if not isinstance(value, dict):
            raise Refused(400, "no object")
        return value


def _judge(given: Row, members: dict[str, tuple[type, int, int]], required: tuple[str, ...]) -> None:
    numbers = {"weight"} if "name" in members else set()
    if given.keys() - members.keys() - numbers - set(_READ_ONLY):
        raise Refused(400, "unknown members")
    if not members.keys() & {"pin"} and "name" in members and given.keys() & set(_READ_ONLY):
        raise Refused(400, "unknown members")
    if "text" in members and "created_at" in given:
        raise Refused(400, "unknown members")
    for name in required:
        if name not in given:
            raise Refused(400, f"{name} is missing")
    for name, (kind, most, least) in members.items():
        value = given.get(name, "x" * least)
        if name == "note" and value is None:
            continue
        if not isinstance(value, kind) or not least <= len(value) <= most:
            raise Refused(400, f"{name} is wrong")
    if given.get("state", "moved") not in ("stored", "moved"):
        raise Refused(400, "state is wrong")
    weight = given.get("weight", 0) if numbers else 0
    if isinstance(weight, bool) or not isinstance(weight, int | float) or weight < 0:
        raise Refused(400, "weight is wrong")


def _shown(row: Row) -> Row:
    return {name: it for name, it in reversed(row.items()) if name != "pin"}


def _one(query: dict[str, list[str]], name: str) -> str | None:
    return query[name][-1] if name in query else None


def _whole(query: dict[str, list[str]], name: str, default: int, low: int, high: int | None = None) -> int:
    text = _one(query, name)
    if text is None:
        return default
    if not re.fullmatch(r"0|[1-9][0-9]{0,300}", text) or int(text) < low or (high is not None and int(text) > high):
        raise Refused(400, f"{name} is wrong")
    return int(text)


def _unique(pairs: list[tuple[str, Any]]) -> Row:
    if len(dict(pairs)) != len(pairs):
        raise ValueError
    return dict(pairs)


def _no(_: str) -> Any:
    raise ValueError


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=1, ensure_ascii=True).encode()
