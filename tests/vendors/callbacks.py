"""What the tests of Vibes callbacks have in common: registering, and seeing what a real receiver was sent."""

from __future__ import annotations

from typing import Any

from tests.receiver import Received, Receiver

C = "/companies/ABC123"
CALLBACKS, EVENTS = f"{C}/config/callbacks", f"{C}/events"
LIST, CAMPAIGN, APP = "1234", "2342312", "MyAppId01"


def register(vibes: Any, to: str, kind: str, version: str = "1", **members: Any) -> dict[str, Any]:
    body = {"callback_type": kind, "destination": {"url": to}, **members}
    answer = vibes.post(CALLBACKS, json=body, headers={"X-API-Version": version})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def delivered(vibes: Any, runner: Any, receiver: Receiver) -> list[Received]:
    """All that the receiver has been sent, once nothing is due."""
    assert runner.run(vibes.app.sender.finish(vibes.world, 10.0))
    return receiver.requests


def told(vibes: Any, runner: Any, receiver: Receiver) -> list[tuple[str, Any]]:
    """Type and body of each, without what every body has."""
    common = {"callback_id", "event_id", "callback_type", "event_type", "event_date", "delivery_attempt"}
    found = delivered(vibes, runner, receiver)
    return [(it.body["callback_type"], {k: v for k, v in it.body.items() if k not in common}) for it in found]
