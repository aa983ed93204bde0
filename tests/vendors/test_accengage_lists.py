"""Accengage: the last page of any long list costs what the first does, in memory and in a database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.vendors.accengage import APP, Signing
from tests.vendors.conftest import NOON, Account, InProcess
from tests.vendors.cost import calls

ROWS, PAGE = 2200, 100
LIST = "myPartnerId/00000000000000001235"
PATHS = {
    **{kind: f"{APP}/{kind}" for kind in ("campaigns", "messages", "inapps", "alarms")},
    **{kind: f"{APP}/{kind}" for kind in ("geofences", "beacons", "geogroups")},
    "members": f"{APP}/lists/1235",
}


@pytest.fixture(scope="module", params=["memory", "sqlite"])
def long(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, runner: asyncio.Runner
) -> Iterator[Account]:
    """An account in which each list of PATHS is long."""
    store = "memory"
    if request.param == "sqlite":
        store = f"sqlite:///{tmp_path_factory.mktemp('lists') / 'mock.db'}"
    app = create_app(Settings(vendors=("accengage",), store=store))
    name = app.worlds.create(frozen_at=NOON, rate_limits=False)["name"]
    kinds = app.vendors["accengage"].kinds
    with app.worlds.open(name):
        for kind in PATHS:
            found = app.worlds.store.find(name, kinds[kind], limit=1)[0]
            known = {member: value for member, value in found.items() if member != "externalId"}
            for number in range(ROWS):
                its = {"id": f"{LIST}/{number}", "list": LIST} if kind == "members" else {"id": 10**6 + number}
                app.worlds.store.put(name, kinds[kind], str(its["id"]), {**known, **its})
    yield Account(app, "accengage", name, InProcess(app, runner), auth=Signing())
    app.worlds.store.close()


@pytest.mark.parametrize("kind", PATHS)
def test_the_last_page_costs_what_the_first_does(long: Account, kind: str) -> None:
    cost = calls if long.app.worlds.store.name == "memory" else Steps(long.app.worlds.store)

    def ask(page: int) -> None:
        answer = long.get(PATHS[kind], params={"page": page})
        assert len(next(rows for rows in answer.json().values() if isinstance(rows, list))) == PAGE

    ask(1)
    assert 0 < cost(lambda: ask(ROWS // PAGE)) < 1.5 * cost(lambda: ask(1))


class Steps:
    """How many hundreds of steps SQLite's machine takes: rows that it passes over are no calls."""

    def __init__(self, store: Any) -> None:
        self._seen = 0
        sa.event.listen(store._database._engine, "checkout", self._checked_out)

    def __call__(self, act: Callable[[], object]) -> int:
        self._seen = 0
        act()
        return self._seen

    def _checked_out(self, connection: Any, *_: Any) -> None:
        connection.set_progress_handler(self._step, 100)

    def _step(self) -> int:
        self._seen += 1
        return 0
