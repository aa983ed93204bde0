"""Named drawers of two owners, in worlds like a mock's or in none; `Drawers("stale")` has exactly one stateful bug.

Each bug needs a history to show, so that no single request finds it.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from tests.contracts.local import Local, Quiet

OWNERS = ("mine-1", "theirs-2")
MACHINE = f"""
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import rule

from contracts.credentials import Credentials
from contracts.machines import Machine

OWNERS = tuple(Credentials(key=key, public=True) for key in {OWNERS!r})
names, things, owners = map(st.sampled_from, (["top", "middle"], ["socks", "hats", "too much"], [0, 1]))
LIST, GET, FILL, EMPTY = (f"drawers.{{it}}" for it in ("list_drawers", "get_drawer", "fill_drawer", "empty_drawer"))


class Drawers(Machine):
    operations = (FILL, GET, LIST, EMPTY)

    def begin(self):
        self.model = {{}}

    @rule(owner=owners, name=names, thing=things)
    def fill(self, owner, name, thing):
        answer = self.call(FILL, by=OWNERS[owner], name=self.fresh(name), body={{"holds": thing}})
        if thing == "too much":
            self.expect(answer.status == 422, "rejects-invalid", "422 for too much")
            self.last = "refusal-changes-nothing"
        else:
            self.expect(answer.status == 200, "accepts-valid", "200 for a thing that fits")
            self.model[owner, name] = thing
            self.last = ""

    @rule(owner=owners, name=names)
    def empty(self, owner, name):
        answer = self.call(EMPTY, by=OWNERS[owner], name=self.fresh(name))
        wanted = 204 if self.model.pop((owner, name), None) else 404
        self.expect(answer.status == wanted, "delete-deletes", f"{{wanted}} for an empty drawer")
        self.last = ""

    def looks(self):
        reads = [partial(self.read, owner, name) for owner in (0, 1) for name in ("top", "middle")]
        return [*reads, partial(self.list, 0), partial(self.list, 1)]

    def read(self, owner, name):
        answer = self.call(GET, by=OWNERS[owner], name=self.fresh(name))
        holds = self.model.get((owner, name))
        if holds is None:
            others = [it for (who, _), it in self.model.items() if who != owner]
            leaks = answer.value and answer.value["holds"] in others
            check = "no-leak-between-accounts" if leaks else self.blamed("delete-deletes")
            self.expect(answer.status == 404, check, "404 for an empty drawer")
        else:
            seen = answer.value and answer.value["holds"]
            self.expect(seen == holds, self.blamed("read-your-write"), "what was put into it", seen)

    def list(self, owner):
        answer = self.call(LIST, by=OWNERS[owner])
        ours = {{self.fresh(name) for name in ("top", "middle")}}
        seen = sorted(ours & set(answer.value or ()))
        wanted = sorted(self.fresh(name) for who, name in self.model if who == owner)
        self.expect(seen == wanted, self.blamed("counts-add-up"), "the names of full drawers", seen)


MACHINES = (Drawers,)
"""
CREDENTIALS = f"""
from contracts.credentials import Credentials

CREDENTIALS = Credentials(key={OWNERS[0]!r}, public=True)
"""


def vendor_in(directory: Path, name: str = "drawers", machine: str = "", recipes: str = "") -> Path:
    """A user's directory with drawers as a vendor of that name, and credentials for it."""
    folder = directory / "contracts" / "vendors" / name
    folder.mkdir(parents=True)
    (directory / "specs").mkdir()
    (directory / "specs" / f"{name}.yaml").write_text(Path(__file__).with_name("drawers.yaml").read_text())
    for module, text in (("machine", machine), ("recipes", recipes), ("target", CREDENTIALS)):
        if text:
            (folder / f"{module}.py").write_text(text)
    (directory / "credentials.toml").write_text(f'key = "{OWNERS[0]}"\n')
    return directory


class Drawers(Local):
    """Serves on 127.0.0.1 while its `with` block lasts. `log` holds each request to the vendor: verb, path, body.

    `ahead` is how many seconds its clock is ahead of ours; with it, answers tell when a drawer was filled.
    """

    def __init__(self, bug: str = "", ahead: float | None = None) -> None:
        self.ahead = ahead
        self.bug, self.log, self.worlds = bug, list[str](), {"": _World(bug)}
        super().__init__(_Handler)

    def instead(self, out: BinaryIO) -> bool:
        """Whether something else than the answer was written, at the end of which the connection is closed."""
        return False

    def control(self, method: str, path: list[str], body: Any) -> tuple[int, Any]:
        """As much of a control API as the gate needs: worlds are made and dropped, time passes, drawers are dusted."""
        if method == "POST" and path == ["worlds"]:
            name = body.get("name", f"world-{len(self.worlds)}")
            self.worlds[name] = _World(self.bug)
            return 201, {"name": name, "url": f"/w/{name}"}
        if path[2:] == ["clock", "advance"] and self.bug == "forgetful":
            self.worlds[path[1]].full.clear()
        if path[2:] == ["outside", "drawers", "dusted"] and (self.bug == "sealed" or not self.worlds[path[1]].full):
            return 404, {"errors": [{"message": "there is nothing to dust"}]}
        return 200, {"records": []}


class _World:
    """The drawers of all owners, and what the bugs remember."""

    def __init__(self, bug: str) -> None:
        self.bug = bug
        self.full: dict[tuple[str, str], str] = {}
        self.past: dict[tuple[str, str], list[str]] = {}
        self.ghosts: set[tuple[str, str]] = set()

    def get(self, owner: str, name: str) -> tuple[int, Any]:
        key = (owner, name)
        if self.bug == "leak" and key not in self.full and self.past.get(key):
            key = next((it for it in self.full if it[1] == name), key)
        if self.bug == "stale" and len(self.past.get(key, ())) == 3 and key in self.full:
            return 200, {"holds": self.past[key][0]}
        return (200, {"holds": self.full[key]}) if key in self.full else (404, None)

    def put(self, owner: str, name: str, holds: str) -> tuple[int, Any]:
        if holds == "too much":
            if self.bug == "refusal-writes" and (owner, name) in self.full:
                self.full[owner, name] = holds
            return 422, None
        if self.bug == "trims" and isinstance(holds, str):
            holds = holds.strip()
        self.full[owner, name] = holds
        self.past.setdefault((owner, name), []).append(holds)
        return 200, {"holds": holds}

    def delete(self, owner: str, name: str) -> tuple[int, Any]:
        if self.full.pop((owner, name), None) is None:
            return 404, None
        if self.bug == "ghost" and any(who == owner for who, _ in self.full):
            self.ghosts.add((owner, name))
        return 204, None

    def names(self, owner: str) -> list[str]:
        return sorted(name for who, name in self.full.keys() | self.ghosts if who == owner)


class _Handler(Quiet):
    owner: Drawers

    def now(self) -> float:
        return time.time() + (self.owner.ahead or 0.0)

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string(self.now())

    def answer(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.strip("/").split("/")
        if path[0] == "_control":
            status, value = self.owner.control(self.command, path[1:], json.loads(content or b"{}"))
        else:
            status, value = self.vendor(path, content)
            if self.owner.instead(self.wfile):
                self.close_connection = True
                return
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        if body:
            self.send_header("Content-Type", "application/json")
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def vendor(self, path: list[str], content: bytes) -> tuple[int, Any]:
        world, rest = (path[1], path[3:]) if path[0] == "w" else ("", path)
        rest = rest[1:] if len(rest) > 1 and rest[1] == "drawers" else rest
        if self.owner.bug == "dies" and len(self.owner.log) > 40:
            self.owner.die()
            self.close_connection = True
        self.owner.log.append(f"{self.command} /{'/'.join(rest)} {content.decode(errors='replace')}")
        store, key = self.owner.worlds[world], self.headers.get("X-Key") or ""
        if len(rest) == 1:
            return 200, store.names(key)
        if self.command == "PUT":
            try:
                holds = json.loads(content)["holds"]
            except (ValueError, TypeError, KeyError):
                return 422, None
            status, value = store.put(key, rest[1], holds)
            if self.owner.ahead is None:
                return status, value
            filled = self.now() - (100 if self.owner.bug == "late" else 0)
            return status, value and {**value, "filled_at": datetime.fromtimestamp(filled, UTC).isoformat()}
        return (store.delete if self.command == "DELETE" else store.get)(key, rest[1])
