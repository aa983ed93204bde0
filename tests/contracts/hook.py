"""A right receiver of the callbacks of `parcels.yaml`, with bugs on a switch: `Hook("strict")` has exactly one.

It refuses whatever the document does not allow, so that a harness that sends anything malformed finds out here.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

SLOW = 0.45


class Refused(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Hook:
    """Listens on 127.0.0.1 while its `with` block lasts; `log` has headers and body of every delivery."""

    def __init__(self, bug: str = "") -> None:
        self.bug, self.lock = bug, threading.Lock()
        self.log: list[tuple[str, dict[str, str], bytes]] = []
        self.known: set[str] = set()
        self.parcels: set[int] = set()
        self.gone = threading.Event()
        hook = self

        class Handler(_Handler):
            owner = hook

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.gone.set()
        self._server.shutdown()
        self._server.server_close()

    def die(self) -> None:
        """Stop listening in the middle of everything."""
        self._server.socket.close()

    def take(self, headers: dict[str, str], event: Any) -> int:
        """What a receiver does with an event; the status of its answer. Raises Refused."""
        _right(headers, event)
        bug, parcel, kind = self.bug, event["parcel"], event["event_type"]
        with self.lock:
            again = event["event_id"] in self.known
            late = kind == "parcel_lost" and parcel["id"] not in self.parcels
            self.known.add(event["event_id"])
            self.parcels.add(parcel["id"])
        refuse: dict[str, Callable[[], bool]] = {
            "refuses-repeats": lambda: again and int(headers["x-delivery-attempts"]) == 1,
            "refuses-retries": lambda: int(headers["x-delivery-attempts"]) > 1,
            "needs-order": lambda: late,
            "strict": lambda: bool(event.keys() - _MEMBERS or parcel.keys() - _PARCEL),
            "strict-headers": lambda: bool([it for it in headers if it.startswith("trace")]),
            "refuses-type": lambda: kind == "parcel_lost",
            "refuses-example": lambda: not parcel.get("tags", ["x"]) and parcel["size"] == "large",
            "needs-note": lambda: "note" not in parcel,
            "needs-region": lambda: kind == "parcel_sent" and "x-region" not in headers,
            "needs-json-alone": lambda: headers["content-type"] != "application/json",
            "short-note": lambda: len(parcel.get("note") or "") > 100,
        }
        if bug in refuse and refuse[bug]():
            raise Refused(409 if "repeat" in bug else 422, f"{bug} refuses this")
        if bug == "ascii-only":
            json.dumps(event, ensure_ascii=False).encode("ascii")
        if bug == "null-crashes":
            len(parcel.get("note", ""))
        return 204 if kind == "parcel_lost" else 200


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """Who sends may hang up."""


class _Handler(BaseHTTPRequestHandler):
    owner: Hook
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_: Any) -> None:
        pass

    def do_PUT(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        hook, bug = self.owner, self.owner.bug
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with hook.lock:
            hook.log.append((self.path, dict(self.headers), body))
        if bug == "dies" and len(hook.log) == 12:
            hook.die()
            self.close_connection = True
            return
        if bug == "hangs":
            hook.gone.wait(30)
        if bug == "slow":
            time.sleep(SLOW)
        try:
            if bug == "vanishes" and len(hook.log) == 12:
                hook.die()
                self.close_connection = True
            if bug in ("redirects", "takes-all"):
                self.answer(307 if bug == "redirects" else 200, "")
            else:
                self.judged(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # hung up on

    def judged(self, body: bytes) -> None:
        if self.owner.bug == "case-sensitive" and "X-Event-Id" not in list(self.headers.keys()):
            self.answer(400, "no X-Event-Id")
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            event = json.loads(body)
            self.answer(self.owner.take(headers, event), "")
        except Refused as refused:
            self.answer(refused.status, str(refused))
        except Exception as error:
            self.answer(500, f"{type(error).__name__}: {error}")

    def answer(self, status: int, text: str) -> None:
        content = text.encode(errors="replace")
        self.send_response(status)
        if status == 307:
            self.send_header("Location", "/elsewhere")
        length = len(content) if self.owner.bug != "cut" else 100
        if status != 204:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        if status != 204:
            self.wfile.write(content)
        if self.owner.bug == "cut":
            self.close_connection = True


_MEMBERS = {"event_id", "event_type", "event_date", "delivery_attempt", "parcel"}
_PARCEL = {"id", "weight", "note", "size", "tags", "from", "to", "via"}


def _right(headers: dict[str, str], event: Any) -> None:
    """Raises Refused for what the document does not allow, or what headers and body disagree about."""
    parcel = event["parcel"]
    tags = parcel.get("tags", [])
    holds = {
        "media type": headers["content-type"].split(";")[0] == "application/json",
        "same id": headers["x-event-id"] == event["event_id"] and len(event["event_id"]) >= 3,
        "same type": headers["x-event-type"] == event["event_type"] and event["event_type"].startswith("parcel_"),
        "same attempt": headers["x-delivery-attempts"] == event.get("delivery_attempt", headers["x-delivery-attempts"]),
        "a date": datetime.fromisoformat(event["event_date"].upper().replace("Z", "+00:00")),
        "an id": type(parcel["id"]) is int and 1 <= parcel["id"] < 2**53,
        "a weight": "weight" not in parcel or (type(parcel["weight"]) in (int, float) and parcel["weight"] >= 0),
        "a note": parcel.get("note") is None or (isinstance(parcel["note"], str) and len(parcel["note"]) <= 200),
        "a size": parcel["size"] in ("small", "large"),
        "tags": isinstance(tags, list) and all(isinstance(it, str) for it in tags),
        "places": all(isinstance(parcel.get(name, ""), str) for name in ("from", "to", "via")),
    }
    wrong = [name for name, it in holds.items() if not it]
    if wrong:
        raise Refused(400, f"malformed: not {', '.join(wrong)}")
