"""Volt MX's Subscription API once more: a small Flask app, written from the reference alone.

Its author knew neither the mock nor the gate, so what both agree on here is in the documents. Like a real vendor it has
no control API: state is in memory, and goes when it stops. `--bug NAME` breaks exactly one rule, or reads one in
another way (see `voltmx_bugs`).

Numbers in comments are sections of `vendors/voltmx.md`, and 004 is the vendor's page beside it.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import secrets
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from werkzeug.serving import make_server

from tests.independent.voltmx_bugs import BUGS, READINGS
from tests.independent.voltmx_wire import (
    DUPLICATE,
    GONE,
    GONE_BEFORE,
    NEW,
    NO_APP,
    NO_APP_EITHER,
    NOTHING,
    UNAUTHORIZED,
    UNCLEAR,
    UNREADABLE,
    UPDATED,
    Answer,
    read,
    written,
)

APPS = ("20096-6548262167", "testApp", "VoltMX Foundry MessagingDEV")
# 2.3
SYSTEMS = frozenset(
    ("iphone", "ipad", "ipod", "androidgcm", "android", "androidjpush", "blackberry", "windows", "windows8", "webfcm")
)


@dataclass
class Subscription:
    ksid: str
    app: str
    device: str
    sid: str
    system: str
    ufid: str | None
    active: bool = True


class Vendor:
    """The subscriptions of one server, and what it does with a request."""

    def __init__(self, bug: str, token: str) -> None:
        self.bug, self.token, self.lock = bug, token, threading.Lock()
        self.stores: dict[str, list[Subscription]] = {"json": [], "xml": []}
        if bug != "xml-store":
            self.stores["xml"] = self.stores["json"]
        self.records = self.stores["json"]

    def handle(self, form: str, service: dict[str, Any]) -> Answer:
        asked = [service[name] for name in ("subscribe", "unsubscribe") if name in service]
        if len(asked) != 1 or not isinstance(fields := asked[0], dict):
            raise Answer(400, UNREADABLE)  # 2.1: both, neither, or an array
        with self.lock:
            self.records = self.stores[form]
            return self.subscribe(fields) if "subscribe" in service else self.unsubscribe(fields)

    def subscribe(self, fields: dict[str, Any]) -> Answer:
        needed = [
            name for name in ("appId", "deviceId", "sid", "osType") if (name, self.bug) != ("sid", "sid-optional")
        ]
        if self.bug == "crash-on-type":
            str.strip(fields.get("deviceId", ""))
        if not all(_text_in(fields, name) for name in needed) or not isinstance(fields.get("ufid", ""), str):
            raise Answer(400, UNREADABLE)
        system = self.system(fields)
        self.authorize(fields, guarded=True)
        self.know_app(fields["appId"], NO_APP)
        if system == "blackberry" and fields["deviceId"][:2].lower() == "0x" and self.bug != "blackberry-0x":
            raise Answer(400, UNREADABLE)  # 2.4
        return self.store(fields, system)

    def store(self, fields: dict[str, Any], system: str) -> Answer:
        """2.6: which record, and what becomes of it."""
        app, device, sid, ufid = fields["appId"], fields["deviceId"], fields.get("sid", ""), fields.get("ufid")
        ours = [it for it in self.records if it.app == app or self.bug == "apps-mixed"]
        found = [it for it in ours if it.device == device or (it.active and it.sid == sid)]
        if self.bug == "return-new-ksid":
            self.records[:] = [it for it in self.records if it.active or it not in found]
            found = [it for it in found if it.active]
        if len(found) > 1 and self.bug != "never-unclear":
            raise Answer(403, UNCLEAR)
        if not found:
            made = Subscription(self.new_ksid(), app, device, sid, system, ufid)
            self.records.append(made)
            return Answer(200, NEW, made.ksid)
        it = found[0]
        same = (it.device, it.sid, it.system) == (device, sid, system) and ufid in (None, it.ufid)
        if it.active and same:
            repeat = (200, UPDATED) if self.bug == "duplicate-is-update" else (201, DUPLICATE)
            return Answer(*repeat, it.ksid)
        fresh = (not it.active and self.bug != "return-is-update") or self.bug == "update-is-new"
        it.device, it.sid, it.system, it.ufid, it.active = device, sid, system, ufid or it.ufid, True
        if self.bug == "update-changes-ksid":
            it.ksid = self.new_ksid()
        return Answer(200, NEW if fresh else UPDATED, it.ksid)

    def unsubscribe(self, fields: dict[str, Any]) -> Answer:
        ksid: Any = fields.get("ksid")
        if isinstance(ksid, int) and not isinstance(ksid, bool):
            ksid = str(ksid)
        given = [name for name in ("appId", "deviceId") if name in fields]
        if not all(_text_in(fields, name) for name in given) or (ksid is None and len(given) < 2):
            raise Answer(400, UNREADABLE)
        if "ksid" in fields and not (isinstance(ksid, str) and re.fullmatch(r"-?[0-9]+", ksid)):
            raise Answer(400, UNREADABLE)
        self.authorize(fields, guarded=self.bug != "unsubscribe-open")
        if "appId" in fields:
            self.know_app(fields["appId"], NO_APP_EITHER)
        it = self.find(ksid, fields)
        if not it.active:
            return Answer(200, GONE_BEFORE, it.ksid)
        it.active = False
        if self.bug == "unsubscribe-deletes":
            self.records.remove(it)
        return Answer(200, GONE, it.ksid)

    def find(self, ksid: str | None, fields: dict[str, Any]) -> Subscription:
        """2.7: the record that an unsubscription names. Raises Answer: none, or two."""
        nothing = Answer(404, NOTHING) if self.bug != "unknown-unsubscribed" else Answer(200, GONE_BEFORE)
        by_ksid = next((it for it in self.records if it.ksid == ksid), None)
        if ksid is not None and by_ksid is None:
            raise nothing
        app = fields.get("appId", by_ksid.app if by_ksid else None)
        device = fields.get("deviceId", by_ksid.device if by_ksid else None)
        by_device = next((it for it in self.records if (it.app, it.device) == (app, device)), None)
        if by_device is None:
            raise nothing
        if by_ksid not in (None, by_device):
            raise Answer(403, UNCLEAR)
        return by_device

    def system(self, fields: dict[str, Any]) -> str:
        """2.3: the canonical `osType`."""
        name: str = fields["osType"] if self.bug == "case-sensitive-ostype" else fields["osType"].lower()
        if name not in SYSTEMS:
            raise Answer(400, UNREADABLE)
        if name != "android":
            return name
        flag = fields.get("isGCM")
        if not isinstance(flag, bool) and flag not in ("true", "false"):
            raise Answer(400, UNREADABLE)
        return "androidgcm" if flag in (True, "true") else name

    def authorize(self, fields: dict[str, Any], guarded: bool) -> None:
        if self.bug == "token-after-app" and "appId" in fields:
            self.know_app(fields["appId"], NO_APP)
        if not self.token or not guarded or self.bug == "token-ignored":
            return
        if fields.get("authToken", self.token if self.bug == "token-optional" else None) != self.token:
            raise Answer(401, UNAUTHORIZED if self.bug != "short-text" else "Unauthorized request.")

    def know_app(self, app: str, message: str) -> None:
        if app not in APPS:
            raise Answer(404, message)

    def new_ksid(self) -> str:
        return str(10**17 + secrets.randbelow(2**63 - 10**17))  # section 1: 18 to 19 digits, below 2^63


def _text_in(fields: dict[str, Any], name: str) -> bool:
    return isinstance(fields.get(name), str) and fields[name] != ""


def create_app(bug: str = "", token: str = "") -> Flask:
    """The vendor as a WSGI application, right unless a bug is named; with a token, its security is on."""
    app, vendor = Flask(__name__), Vendor(bug, token)

    @app.post("/vpns/subscription", provide_automatic_options=False)
    def subscription() -> Response:
        kind = request.mimetype
        form = "xml" if kind in ("text/xml", "application/xml") else "json"
        try:
            if kind not in ("text/xml", "application/xml", "application/json"):
                raise Answer(400, UNREADABLE)
            if bug == "crash-on-syntax" and form == "json":
                json.loads(request.data)
            answer = vendor.handle(form, read(form, request.data))
        except Answer as raised:
            answer = raised
        return written(answer, form, bug)

    return app


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ready-file", type=Path, required=True)
    parser.add_argument("--bug", choices=sorted(BUGS | READINGS), default="")
    parser.add_argument("--auth-token", default="", help="the server-wide authToken; without one, security is off")
    asked = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = create_app(asked.bug, asked.auth_token)
    app.logger.disabled = True
    server = make_server("127.0.0.1", asked.port, app, threaded=True)
    ready = {"url": f"http://127.0.0.1:{server.server_port}", "pid": os.getpid()}
    half = asked.ready_file.with_suffix(".part")
    half.write_text(json.dumps(ready))
    half.rename(asked.ready_file)
    server.serve_forever()


if __name__ == "__main__":
    main()
