"""The mobile app, as the SDK in it asks (iOS SDK, VibesAppInfo)."""

from __future__ import annotations

from mockserver.exchange import Reply
from mockserver.vendors.vibes import installations
from mockserver.world import World


def get_app(world: World, app_id: str) -> Reply:
    """200 with what the app may use."""
    app = installations.app_of(world, app_id)
    return Reply({"app_id": app_id, "inbox_enabled": app.get("inbox_enabled", False)})
