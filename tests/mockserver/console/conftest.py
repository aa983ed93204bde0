"""What the tests of the console's views share: a server, a world of one's own in it, and pages that are looked over."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from console_world import World
from playwright.sync_api import Page

from tests.conftest import Server


@pytest.fixture
def world(shared_server: Server) -> Iterator[World]:
    """A fresh world of acme, Volt MX and Vibes, whose clock stands at eight o'clock."""
    at = {"frozen_at": "2026-01-31T08:00:00Z"}
    name = httpx.post(f"{shared_server.url}/_control/worlds", json=at, trust_env=False).json()["name"]
    made = World(shared_server, name)
    yield made
    made.close()


@pytest.fixture(scope="session")
def accessible() -> Callable[[Page], None]:
    """Fails for what axe finds serious or critical in a page, in light and in dark."""
    axe = Axe()

    def look(page: Page) -> None:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found = axe.run(page).response["violations"]
            bad = [(it["id"], [node["html"] for node in it["nodes"]]) for it in found]
            assert [it for it, one in zip(bad, found, strict=True) if one["impact"] in ("serious", "critical")] == []

    return look
