"""What only a sequence of calls shows: callbacks, as they are registered and as they arrive. Numbers as in `events`."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.hearing import Ear
from contracts.recipes import content

ADD, LIST, GET = "callbacks.add_callback", "callbacks.list_callbacks", "callbacks.get_callback"
CANCEL, TEST = "callbacks.cancel_callback", "callbacks.send_test_event"
# Nobody listens there, and the mock does not even try.
NOWHERE = "https://crm.example.com/gate"
DESTINATION = {"url": NOWHERE}
NARROWED: dict[str, dict[str, str]] = {
    "subscription_added": {"list_id": "1234"},
    "subscription_removed": {"list_id": "1234"},
    "ack_participant_added": {"campaign_id": "2342312"},
    "ack_participant_changed": {"campaign_id": "2342312"},
    "device_added": {"app_id": "MyAppId01"},
    "device_updated": {"app_id": "MyAppId01"},
    "device_removed": {"app_id": "MyAppId01"},
    "wallet_item_install": {"campaign_token": "token-1"},
    "wallet_item_remove": {"campaign_token": "token-1"},
    "unmatched_message_received": {"source_code": "65302", "country_code": "US"},
}


def register(client: Client, kind: str, url: str = NOWHERE, headers: Any = None, **members: Any) -> dict[str, Any]:
    """Register a callback of a type, narrowed to what the `default` fixture has."""
    narrowed = {kind: NARROWED[kind]} if kind in NARROWED else {}
    body = {"callback_type": kind, "destination": {"url": url}, **narrowed, **members}
    return content(client, client.call(ADD, body=body, headers=headers or {}))


def bodies(ear: Ear, kind: str = "") -> list[dict[str, Any]]:
    """The bodies that arrived; of one type, if one is named."""
    found = [it.body for it in ear.wait() if isinstance(it.body, dict)]
    return [it for it in found if kind in ("", it.get("callback_type"))]
