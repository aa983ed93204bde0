"""What the tests of the console's views share: a server, a world of one's own in it, and pages that are looked over."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.conftest import Server

ADA = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"


class World:
    """A world of the shared server: `ask` its vendors, `control` it, and `url` of a page of the console about it."""

    def __init__(self, server: Server, name: str) -> None:
        self.name = name
        self._server = server.url
        self._client = httpx.Client(base_url=server.url, trust_env=False)

    def ask(self, method: str, path: str, **options: object) -> httpx.Response:
        """`path` begins with the vendor's name."""
        return self._client.request(method, f"/w/{self.name}/{path}", **options)  # type: ignore[arg-type]

    def control(self, method: str, path: str = "", body: object = None) -> httpx.Response:
        answer = self._client.request(method, f"/_control/worlds/{self.name}{path}", json=body)
        assert answer.is_success, answer.text
        return answer

    def url(self, view: str, query: str = "") -> str:
        return f"{self._server}/_console/{view}?world={self.name}{query and '&'}{query}"

    def close(self) -> None:
        self.control("DELETE")
        self._client.close()


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
