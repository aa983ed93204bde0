"""Fixtures: a mistake in one is answered with file, line and what was expected, before anything is served."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockserver.fixtures import FixtureError
from specs import SpecError
from tests.conftest import ACME, KEY, Mock

GOOD = """\
acme:
  customers:
  - {user: wile, password: x, key: key-of-wile, token: t}
  parts:
  - part_id: a
    name: Axle
"""


@pytest.fixture
def served(mock: Callable[..., Mock], tmp_path: Path) -> Callable[[str], Mock]:
    def serve(text: str) -> Mock:
        (tmp_path / "own.yaml").write_text(text)
        return mock(vendors=("acme",), vendor_paths=(ACME,), fixtures=(tmp_path / "own.yaml",), fixture="own")

    return serve


def test_a_fixture_of_ones_own(served: Callable[[str], Mock]) -> None:
    acme = served(GOOD + "somebody_else: {things: 7}\n")
    answer = acme.get("/acme/parts", headers=KEY)
    assert [it["name"] for it in answer.json()["parts"]] == ["Axle"]


def test_an_empty_fixture_file(served: Callable[[str], Mock]) -> None:
    with pytest.raises(SpecError, match=r"own\.yaml:1: expected"):
        served("")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("[]", 1, "expected `vendor: "),
        ("acme: 7", 1, "acme: expected kinds"),
        (GOOD + "  wheels: []", 7, "acme has no kind 'wheels'; it has customers, orders, parts"),
        (GOOD + "  orders: {}", 7, "orders: expected a list"),
        (GOOD + "  - 7", 7, r"parts[1] is not a record"),
        (GOOD + "  - name: Nut", 7, "parts[1] lacks its key 'part_id'"),
        (GOOD + "  - part_id: b\n    name: 7", 8, "parts[1] 7 is not of type"),
        (GOOD + "  - part_id: b\n    name: Nut\n    colour: red", 7, "parts[1] Additional properties"),
        (GOOD + "  - part_id: a\n    name: Nut", 7, "parts[1] has the same part_id as [0]: 'a'"),
        (GOOD + "  - part_id: b\n    name: Axle", 8, "parts[1] has the same name as [0]: 'Axle'"),
        (GOOD + "  - part_id: b\n   name: Nut", 8, "is not YAML"),
        (GOOD + "  - {part_id: b", 8, "is not YAML"),
        ("acme: &a\n  parts: *b\n", 2, "is not YAML"),
        (GOOD + "  - part_id: b\n    name: Nut\n    name: Bolt", 9, "twice"),
        (GOOD + "  - part_id: c\n    name: Caf\x01", 8, ""),
    ],
)
def test_a_mistake(served: Callable[[str], Mock], text: str, line: int, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        served(text)
    assert isinstance(caught.value, FixtureError | SpecError)
    assert message in str(caught.value)
    assert f"own.yaml:{line}: " in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there(mock: Callable[..., Mock], tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="cannot be read: No such file"):
        mock(vendors=("acme",), vendor_paths=(ACME,), fixtures=(tmp_path / "none.yaml",))


def test_bytes_that_are_no_text(mock: Callable[..., Mock], tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_bytes(b"acme:\n  parts: \xff\n")
    with pytest.raises(SpecError, match=r"own\.yaml.*UTF-8"):
        mock(vendors=("acme",), vendor_paths=(ACME,), fixtures=(tmp_path / "own.yaml",))


def test_a_snapshot_is_a_fixture(acme: Mock, served: Callable[[str], Mock]) -> None:
    import yaml

    acme.post("/acme/parts", json={"name": "Bolt", "tags": ["a"]}).raise_for_status()
    records: Any = acme.records()
    assert served(yaml.safe_dump(records)).records() == records
