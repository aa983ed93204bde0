"""Accengage with many devices: a fixture of any size, and look-ups that cost the same whatever its size."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import create_app
from mockserver.settings import Settings
from mockserver.vendors.accengage import crowd
from tests.vendors.conftest import NOON, Account, InProcess
from tests.vendors.cost import calls
from tests.vendors.signed import ALICE, A, Signed, ok

SMALL, LARGE = 100, 20_000


@pytest.fixture(scope="module")
def crowds(tmp_path_factory: pytest.TempPathFactory, runner: asyncio.Runner) -> dict[int, Any]:
    """An account in a small world, and one in a large one, by the number of devices added."""
    directory = tmp_path_factory.mktemp("crowds")
    files = {count: directory / f"crowd{count}.yaml" for count in (SMALL, LARGE)}
    for count, path in files.items():
        crowd.write(path, count)
    app = create_app(Settings(vendors=("accengage",), fixtures=tuple(files.values())))
    transport = InProcess(app, runner)
    made = {count: app.worlds.create(fixture=path.stem, frozen_at=NOON)["name"] for count, path in files.items()}
    return {count: Account(app, "accengage", name, transport, auth=Signed()) for count, name in made.items()}


def test_the_devices_are_there_and_those_of_default_too(crowds: dict[int, Any]) -> None:
    client = crowds[LARGE]
    last = ok(client.get(f"{A}/devices/search/by", params={"clientId": str(100_000 + LARGE - 1)}))["data"]
    assert last["Customer_Id"] == f"C-{100_000 + LARGE - 1}"
    assert ok(client.get(f"{A}/devices/search/by", params={"UDID": ALICE}))["data"]["clientId"] == "42"
    lines = [client.get(f"{A}/devices?page={page}&fields[]=UDID").text.count("\n") - 1 for page in (1, 2, 3, 4)]
    assert lines == [10_000, 10_000, 3, 0]


def test_the_same_number_gives_the_same_devices(tmp_path: Path) -> None:
    for name in ("one.yaml", "two.yaml"):
        crowd.write(tmp_path / name, 50)
    assert (tmp_path / "one.yaml").read_bytes() == (tmp_path / "two.yaml").read_bytes()
    assert len({device["fields"]["UDID"] for device in crowd.devices(1000)}) == 1000


@pytest.mark.parametrize(
    "path",
    [
        f"{A}/devices/search/by?clientId=100050",
        f"{A}/devices/search/by?clientId=100050&Customer_Id=C-100050",
        f"{A}/devices?firstOpen=2018-06-01 08:50:00|2018-06-01 08:51:00",
        f"{A}/devices?fields[]=UDID&firstOpen=2018-06-01 08:50:00|2018-06-01 09:10:00&lastOpen=2018-06-02 08:50:00",
    ],
)
def test_a_look_up_costs_the_same_among_many(crowds: dict[int, Any], path: str) -> None:
    small, large = (calls(lambda c=client: ok_text(c, path)) for client in (crowds[SMALL], crowds[LARGE]))
    assert large < 1.5 * small


def ok_text(client: Any, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return str(answer.text)
