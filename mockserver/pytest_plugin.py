"""pytest plugin: one mock server a test session, a fresh world a test.

    def test_opt_in(vendor_world):
        vibes = vendor_world("vibes")
        my_client = Client(base_url=vibes.url, **vibes.credentials)
        ...
        assert vibes.journal.count(operation="persons.add_person", status=201) == 1

Works under pytest-xdist: each worker process has a server of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mockserver.client import VendorWorld


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of the plugin."""
    parser.addini(
        "bodydouble_serve", "Arguments of `bodydouble serve` for the session's server", type="args", default=[]
    )


@pytest.fixture(scope="session")
def bodydouble_url(pytestconfig: pytest.Config) -> Iterator[str]:
    """Base URL of the session's mock server, a process on a free port of 127.0.0.1."""
    from mockserver.client import know_places, running

    arguments = pytestconfig.getini("bodydouble_serve")
    know_places(arguments)
    with running(arguments) as url:
        yield url


@pytest.fixture
def vendor_world(bodydouble_url: str) -> Iterator[Callable[..., VendorWorld]]:
    """Makes a fresh world: `vendor_world("vibes", fixture="empty", frozen_at="2024-05-17T09:30:00Z")`.

    Gives a VendorWorld with `url`, `credentials`, `clock`, `state`, `faults`, `journal` and `callbacks`; dropped after
    the test.
    """
    import httpx

    from mockserver.client import ControlError, make_world

    made: list[VendorWorld] = []
    with httpx.Client(trust_env=False) as client:

        def make(vendor: str, **settings: Any) -> VendorWorld:
            made.append(make_world(client, bodydouble_url, vendor, **settings))
            return made[-1]

        yield make
        for world in made:
            with suppress(ControlError):  # the test may have dropped it
                world.drop()
