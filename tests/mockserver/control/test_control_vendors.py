"""The control API on the vendors that come with the package."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from control_api import Api

from mockserver.settings import Settings

VENDORS = ("vibes", "voltmx")


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with Api(Settings(vendors=VENDORS)) as api:
        yield api


def test_every_fixture_makes_a_world_that_goes_back_on_top_of_itself(api: Api) -> None:
    for fixture in api.ok("GET", "/fixtures"):
        name = api.ok("POST", "/worlds", {"fixture": fixture["name"]})["name"]
        saved = api.ok("GET", f"/worlds/{name}/snapshot")
        counts = {vendor: {kind: len(it) for kind, it in kinds.items()} for vendor, kinds in saved.items()}
        assert counts == {vendor: {k: n for k, n in kinds.items() if n} for vendor, kinds in fixture["vendors"].items()}
        api.ok("POST", f"/worlds/{name}/fixture", {"records": saved})
        assert api.ok("GET", f"/worlds/{name}/snapshot") == saved
        api.ok("DELETE", f"/worlds/{name}")


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_record_can_be_read_and_put_back(api: Api, vendor: str) -> None:
    kinds = api.ok("GET", f"/worlds/default/state/{vendor}")["kinds"]
    assert sum(kinds.values()) > 0
    for kind, count in kinds.items():
        page = api.ok("GET", f"/worlds/default/state/{vendor}/{kind}")
        assert page["total"] == count == len(page["records"])
        field = api.app.vendors[vendor].kinds[kind].key
        for record in page["records"]:
            one = f"/worlds/default/state/{vendor}/{kind}/{quote(str(record[field]), safe='')}"
            assert api.ok("GET", one) == record
            assert api("PUT", one, record).status_code == 200


def test_every_operation_has_a_handler_that_is_there(api: Api) -> None:
    operations = api.ok("GET", "/operations")
    assert {it["vendor"] for it in operations} == set(VENDORS)
    for it in operations:
        file, _, line = it["handler"].rpartition(":")
        function = it["operation"].rpartition(".")[2]
        assert f"def {function}(" in Path(file).read_text().splitlines()[int(line) - 1]


def test_every_switch_can_be_set_to_each_of_its_choices(api: Api) -> None:
    name = api.ok("POST", "/worlds", {})["name"]
    for vendor, switches in api.ok("GET", f"/worlds/{name}/switches").items():
        for switch, facts in switches.items():
            for choice in facts["choices"]:
                changed = api.ok("PATCH", f"/worlds/{name}/switches/{vendor}", {switch: choice})
                assert changed[switch]["value"] == choice
    api.ok("DELETE", f"/worlds/{name}")
