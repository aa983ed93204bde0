"""The neutral interface that stories are written against. A vendor's adapter is `ADAPTER` in its `stories.py`.

An adapter overrides what its vendor can do; everything else is Unsupported. Outcomes have the same words for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NoReturn

from contracts import environment
from contracts.client import Client
from contracts.exchange import Exchange

Kind = Literal[
    "invalid", "unauthenticated", "forbidden", "not found", "conflict", "too large", "throttled", "server", "no answer"
]
_BY_STATUS: dict[int, Kind] = {
    401: "unauthenticated", 403: "forbidden", 404: "not found", 409: "conflict", 410: "not found", 413: "too large",
    429: "throttled",
}  # fmt: skip
_LONGEST_WAIT = 120.0


class Denied(Exception):
    """The vendor refused. `detail` says more than the kind, where there is more to say."""

    def __init__(self, kind: Kind, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind, self.detail = kind, detail


class Unsupported(Exception):
    """The vendor has no way to do this by its API. The text says why."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device as a customer knows it: the push cloud's token, `IOS` or `ANDROID`, and the user's own key."""

    token: str
    platform: Literal["IOS", "ANDROID"]
    user: str


class Adapter:
    """One vendor, in one world of a mock or on a real target. What is not overridden is Unsupported.

    Every method raises Denied and Unsupported.
    """

    def __init__(self, client: Client) -> None:
        self.client = client

    def register_device(self, device: Device) -> str:
        """Make a device reachable; doing it again is safe. An opaque reference."""
        self.lacks("a server cannot register a device")

    def registration_status(self, reference: str) -> Literal["pending", "reachable", "failed"]:
        """What became of a registration."""
        self.lacks("there is no registration to ask about")

    def ask_about_nobody(self) -> None:
        """Look up a device that does not exist."""
        self.lacks("devices cannot be looked up")

    def a_user(self) -> str:
        """The key of a user who is there and reachable: made now, or, where that is impossible, of the fixture."""
        self.lacks("there are no users")

    def update_person(self, user: str, value: str) -> None:
        """Change something about a user that may change."""
        self.lacks("a user's data cannot be changed")

    def change_key(self, user: str) -> None:
        """Change the key by which the vendor itself knows a user or device."""
        self.lacks("there is no such key")

    def send_now(self, user: str, text: str) -> str:
        """Send a text to one user: accepted, not delivered. An opaque reference."""
        self.lacks("nothing can be sent to one user")

    def opt_out(self, user: str) -> Literal["out now", "out already"]:
        """Send no more to a user; doing it again is safe."""
        self.lacks("nobody can be opted out")

    def intrude(self) -> None:
        """A harmless call with wrong credentials."""
        self.lacks("there are no credentials")

    def send_too_many(self, count: int) -> None:
        """One request with so many items."""
        self.lacks("there is one item in a request")

    def send_two_faults(self) -> None:
        """One request with two things wrong."""
        self.lacks("no request can be wrong in two ways")

    def past_the_last_page(self) -> int:
        """The number of rows on a page that does not exist."""
        self.lacks("lists have no pages")

    def lacks(self, reason: str) -> NoReturn:
        raise Unsupported(reason)

    def call(self, operation: str, **request: Any) -> Any:
        """The decoded answer of a vendor's operation; `request` as `Client.call` takes it.

        Raises Denied as `meaning` says, Unsupported where the vendor's spec has no such operation.
        """
        if operation not in self.client.spec.operations:
            self.lacks(f"its spec has no {operation}")
        exchange = self.client.call(operation, **request)
        value = self.client.value(exchange)
        kind = self.meaning(exchange, value)
        if kind is not None:
            reasons = value.get("errors") if isinstance(value, dict) else None
            raise Denied(kind, f"{len(reasons)} reasons" if isinstance(reasons, list) and len(reasons) > 1 else "")
        return value

    def meaning(self, exchange: Exchange, value: Any) -> Kind | None:
        """What a refusal means; None for a success. By HTTP status, unless the vendor's adapter knows better."""
        status = exchange.status
        if status == 0:
            return "no answer"
        if status < 400:
            return None
        return "server" if status >= 500 else _BY_STATUS.get(status, "invalid")

    def wait(self, seconds: float) -> None:
        """Let time pass: on a mock the world's, on a real target ours, two minutes at most."""
        if self.client.has_world:
            self.client.world.advance(seconds)
        else:
            environment.sleep(min(seconds, _LONGEST_WAIT))
