"""Bells that are hung up at a URL, and ring there; `Bells("deaf")` has one bug, which only callbacks show.

Each server makes up ids of its own, so that those of two sides differ.
"""

from __future__ import annotations

import http.client
import json
import threading
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.contracts.local import Local, Quiet

SPEC = """
openapi: 3.0.3
info: {title: Bells, version: '1'}
servers: [{url: 'https://bells.example'}]
paths:
  /bells:
    post:
      tags: [bells]
      operationId: bells.hang_bell
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [url]}}}}
      responses:
        '201': {description: Hung up, content: {application/json: {schema: {type: object}}}}
        '422': {description: No URL, content: {application/json: {schema: {type: object}}}}
      callbacks:
        rung:
          '{$request.body#/url}':
            post:
              operationId: rung
              parameters: [{name: X-Ring-Id, in: header, required: true, schema: {type: string}}]
              requestBody: {content: {application/json: {schema: {type: object, required: [ring_id, by]}}}}
              responses: {2XX: {description: Heard}}
  /rings:
    post:
      tags: [bells]
      operationId: bells.ring
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [by]}}}}
      responses:
        '201': {description: Rung, content: {application/json: {schema: {type: object}}}}
        '422': {description: By nobody, content: {application/json: {schema: {type: object}}}}
"""
RECIPES = """
from contracts.hearing import listening
from contracts.recipes import recipe


@recipe("bells.ring", 201, anywhere=True)
def rings_at_every_door(client):
    client.call("bells.ring", body={"by": client.unique("nobody")})
    with listening(client) as ear:
        for door in ("front", "back"):
            client.call("bells.hang_bell", body={"url": f"{ear.url}/{door}"})
        for number, by in enumerate(("Ana", "Eva")):
            ear.answer(503 + number)
            client.call("bells.ring", body={"by": client.unique(by)})
            ear.wait(2 + 2 * number)
"""


def vendor_in(directory: Path) -> Path:
    """A user's directory with bells as a vendor."""
    folder = directory / "contracts" / "vendors" / "bells"
    folder.mkdir(parents=True)
    (folder / "recipes.py").write_text(RECIPES)
    (directory / "specs").mkdir()
    (directory / "specs" / "bells.yaml").write_text(SPEC)
    return directory


class Bells(Local):
    """Serves while its `with` block lasts. `told` are the statuses that it was answered."""

    def __init__(self, bug: str = "") -> None:
        self.bug, self.told, self.worlds = bug, list[int](), {"": list[str]()}
        self.late = list[threading.Timer]()
        super().__init__(_Handler)

    def control(self, method: str, path: list[str], body: Any) -> tuple[int, Any]:
        """As much of a control API as the gate needs: worlds, and waiting for bells that ring later."""
        for sender in self.late if path[-1] == "wait-for-callbacks" else ():
            sender.join()
        if method == "POST" and path == ["worlds"]:
            name = body.get("name", f"world-{len(self.worlds)}")
            self.worlds[name] = []
            return 201, {"name": name, "url": f"/w/{name}"}
        return 200, {}

    def ring(self, bells: list[str], by: str) -> str:
        """Tell all bells; the id of the ring."""
        ring = str(uuid.uuid4())
        wanted = {"deaf": [], "once": bells[:1], "twice": [*bells, *bells[:1]], "backwards": bells[::-1]}
        for url in wanted.get(self.bug, bells):
            if self.bug == "later":
                self.late.append(threading.Timer(0.1, self._send, (url, ring, by)))
                self.late[-1].start()
            else:
                self._send(url, ring, by)
        for url in bells if self.bug == "busy" else ():
            self._send(url, str(uuid.uuid4()), "a stranger")
        return ring

    def _send(self, url: str, ring: str, by: str) -> None:
        body: dict[str, Any] = {"ring_id": ring, "by": by}
        if self.bug == "another ring":
            body["ring_id"] = str(uuid.uuid4())
        if self.bug == "louder":
            body["by"] = by.upper()
        if self.bug == "nobody":
            del body["by"]
        parts = urlsplit(url)
        headers = {"Content-Type": "text/json" if self.bug == "text" else "application/json"}
        if self.bug != "nameless":
            headers["X-Ring-Id"] = ring
        sender = http.client.HTTPConnection(parts.netloc)
        sender.request("PUT" if self.bug == "put" else "POST", parts.path, json.dumps(body), headers)
        self.told.append(sender.getresponse().status)
        sender.close()


class _Handler(Quiet):
    owner: Bells

    def answer(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}"
        path = self.path.strip("/").split("/")
        if path[0] == "_control":
            status, value = self.owner.control(self.command, path[1:], json.loads(content))
        else:
            status, value = self.vendor(path, content)
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def vendor(self, path: list[str], content: bytes) -> tuple[int, Any]:
        bells = self.owner.worlds[path[1] if path[0] == "w" else ""]
        try:
            said = json.loads(content)["url" if path[-1] == "bells" else "by"]
        except (ValueError, TypeError, KeyError):
            said = None
        if not isinstance(said, str) or self.command != "POST":
            return 422, {}
        if path[-1] == "rings":
            return 201, {"ring_id": self.owner.ring(bells, said)}
        if said.startswith("http"):
            bells.append(said)
        return 201, {"bell_id": str(uuid.uuid4()), "url": said}
