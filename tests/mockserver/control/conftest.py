"""One server for each module, with a vendor from outside (`place/`); each test has worlds of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from control_api import Api

import mockserver.vendors
import specs
from mockserver.settings import Settings

PLACE = Path(__file__).parent / "place"


@pytest.fixture(scope="session")
def place() -> Iterator[Path]:
    yield PLACE
    # What was added for these tests is not there for others in this process.
    if PLACE in specs._places:
        specs._places.remove(PLACE)
        mockserver.vendors.__path__.remove(str(PLACE / "mockserver" / "vendors"))


@pytest.fixture(scope="session")
def settings(place: Path) -> Callable[..., Settings]:
    """Settings that serve the ledger."""

    def make(**changed: Any) -> Settings:
        return Settings(**{"vendors": ("ledger",), "vendor_paths": (place,), **changed})

    return make


@pytest.fixture(scope="module")
def api(settings: Callable[..., Settings]) -> Iterator[Api]:
    with Api(settings(journal_size=20, body_limit=4096)) as api:
        yield api


@pytest.fixture
def world(api: Api) -> Iterator[str]:
    """The path of a fresh world below `/_control`."""
    name = api.ok("POST", "/worlds", {"frozen_at": "2026-01-31T08:00:00Z"})["name"]
    yield f"/worlds/{name}"
    if f"/worlds/{name}" in [f"/worlds/{it['name']}" for it in api.ok("GET", "/worlds")]:
        api.ok("DELETE", f"/worlds/{name}")


@pytest.fixture
def at(world: str) -> str:
    """Where the ledger is in that world."""
    return f"/w/{world.removeprefix('/worlds/')}/ledger"
