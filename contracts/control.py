"""The control API of a mock: worlds, their clocks, records, faults and switches. A real vendor has none."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import orjson

from contracts.connection import Connections, NotSendable, Unreachable
from contracts.exchange import CONTROL, Exchange, Request, Response, excerpt
from contracts.finding import NotProvokable, TargetTrouble
from contracts.incoming import NoAnswer
from contracts.target import check_url

# What reproductions call the world that they make.
REPLAY = "replay"
_SECONDS = 30.0
_NOT_SO = frozenset({404, 409})
_JSON = (("Content-Type", "application/json"),)


class Refused(TargetTrouble):
    """A step that cannot be taken in this world: what it is about is not there, or not in that state."""


class Control:
    """The control API at one URL (`http://127.0.0.1:8080`, without `/_control`)."""

    def __init__(self, url: str) -> None:
        check_url(url, "the control API")
        self.url = url.rstrip("/").removesuffix("/_control")
        self._nothing = f"what answers at {self.url}/_control is no control API of a mock; name the mock's own URL"
        self._connections = Connections(_SECONDS)

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()

    def health(self) -> None:
        """Raises TargetTrouble unless a control API answers."""
        self.call("GET", "/health")

    def world(self, **settings: Any) -> World:
        """A new world; settings as `POST /_control/worlds` takes them (fixture, seed, rate_limits, switches …)."""
        made = self.call("POST", "/worlds", settings)
        if not (isinstance(made, dict) and {"name", "url"} <= made.keys()):
            raise TargetTrouble(self._nothing)
        world = World(self, str(made["name"]), str(made["url"]))
        body = orjson.dumps({"name": REPLAY, **settings})
        base = f"{self.url}/_control"
        world.calls.append(Exchange(CONTROL, base, Request("POST", f"{base}/worlds", _JSON, body), None))
        return world

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The decoded answer of one control request. Raises TargetTrouble when it is away, or refuses."""
        content = None if body is None else orjson.dumps(body)
        request = Request(method, f"{self.url}/_control{path}", () if body is None else _JSON, content)
        try:
            response = self._connections.send(request)
        except (NoAnswer, NotSendable, Unreachable) as error:
            raise TargetTrouble(f"the control API at {self.url} cannot be reached: {error}") from None
        if response.status == 404 and path == "/health":
            raise TargetTrouble(self._nothing)
        if response.status >= 400:
            answer = f"{response.status}: {_errors(response)}"
            trouble = Refused if response.status in _NOT_SO else TargetTrouble
            raise trouble(f"the control API refused {method} {path} with {answer}")
        try:
            return orjson.loads(response.body) if response.body else None
        except ValueError:
            raise TargetTrouble(self._nothing) from None


class World:
    """One isolated universe of a mock, for one recipe. `calls` are the control requests so far, for reproductions."""

    def __init__(self, control: Control, name: str, path: str) -> None:
        self._control, self.name, self.path = control, name, path
        self.calls: list[Exchange] = []

    @property
    def url(self) -> str:
        """The world's URL; a vendor's base URL is this and `/<vendor>`."""
        return self._control.url + self.path

    def freeze(self) -> None:
        """Stop the world's clock where it is."""
        self._call("POST", "/clock/freeze", {})

    def advance(self, seconds: float) -> None:
        """Move the world's clock forward; what becomes due on the way happens."""
        self._call("POST", "/clock/advance", {"seconds": seconds})

    def fault(self, vendor: str, operation: str, kind: str, **details: Any) -> None:
        """Order a fault (`status`, `delay`, `drop`, `cut`, `garble`) for an operation."""
        self._call("POST", "/faults", {"vendor": vendor, "operation": operation, "kind": kind, **details})

    def switch(self, vendor: str, **values: Any) -> None:
        """Set switches of a vendor."""
        self._call("PATCH", f"/switches/{vendor}", values)

    def state(self, vendor: str, kind: str) -> list[dict[str, Any]]:
        """All records of a kind."""
        found: list[dict[str, Any]] = self._call("GET", f"/state/{vendor}/{kind}")["records"]
        return found

    def put(self, vendor: str, kind: str, key: str, record: dict[str, Any]) -> None:
        """Write one record, as if it had always been there."""
        self._call("PUT", f"/state/{vendor}/{kind}/{key}", record)

    def remove(self, vendor: str, kind: str, key: str) -> None:
        """Delete one record."""
        self._call("DELETE", f"/state/{vendor}/{kind}/{key}")

    def happens(self, vendor: str, happening: str, **facts: Any) -> None:
        """Let something happen outside of a vendor's API: somebody answers a text message."""
        self._call("POST", f"/outside/{vendor}/{happening}", facts)

    def wait_for_callbacks(self, seconds: float) -> None:
        """Wait until all callbacks that are due have been sent, so many seconds at most."""
        self._call("POST", "/wait-for-callbacks", {"seconds": seconds})

    def reset(self) -> None:
        """Back to the fixture."""
        self._call("POST", "/reset", {})

    def drop(self) -> None:
        """Delete the world; one that is gone already is no trouble."""
        with suppress(TargetTrouble):
            self._call("DELETE", "")

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        base = f"{self._control.url}/_control/worlds/{self.name}"
        content = None if body is None else orjson.dumps(body)
        headers = () if body is None else _JSON
        self.calls.append(Exchange(CONTROL, base, Request(method, base + path, headers, content), None))
        return self._control.call(method, f"/worlds/{self.name}{path}", body)


def required(world: World | None, reason: str) -> World:
    """The world, or NotProvokable with the reason when the target has no control API."""
    if world is None:
        raise NotProvokable(reason)
    return world


def _errors(response: Response) -> str:
    try:
        return "; ".join(str(error["message"]) for error in orjson.loads(response.body)["errors"])
    except (ValueError, KeyError, TypeError):
        return excerpt(response.body, 200)
