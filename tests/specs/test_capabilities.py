"""The one list of capabilities, and lint's hold on it."""

from __future__ import annotations

import copy

import pytest

import specs
from specs import Spec
from specs.capabilities import CAPABILITIES, NEAR, near
from specs.lint import lint


def test_every_pair_names_two_of_the_list() -> None:
    assert all(len(pair) == 2 and pair <= CAPABILITIES.keys() for pair in NEAR)


def test_near_is_mutual_and_in_the_order_of_the_list() -> None:
    found = near("get-device")
    assert {"get-token-import-status", "find-device"} <= set(found)
    assert found == [name for name in CAPABILITIES if name in found]
    assert all("get-device" in near(name) for name in found)
    assert near("check-health") == []


def altered(value: object) -> Spec:
    """Volt MX with another capability on one operation."""
    spec = specs.read("voltmx")
    document = copy.deepcopy(spec.document)
    document["paths"]["/api/v1/location"]["post"]["x-capability"] = value
    return Spec("voltmx", spec.path, document)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("fly-to-the-moon", "has the unknown capability 'fly-to-the-moon'"),
        (["update-device-position", "fly"], "has the unknown capability 'fly'"),
        ([], "lacks x-capability"),
        (7, "x-capability is a name or a list of names, not 7"),
        ([7], "x-capability is a name or a list of names"),
    ],
)
def test_lint_refuses_what_is_not_on_the_list(value: object, words: str) -> None:
    (broken,) = lint(altered(value))
    assert words in broken.message
    line = specs.read("voltmx").path.read_text().splitlines()[(broken.line or 0) - 1]
    assert "x-capability" in line or "post:" in line


@pytest.mark.parametrize("vendor", specs.vendors())
def test_every_operation_has_one(vendor: str) -> None:
    for operation in specs.read(vendor).operations.values():
        assert operation.capabilities, operation.id
        assert operation.capability == operation.capabilities[0]


def test_several_on_one_operation() -> None:
    found = specs.read("voltmx").operations["subscriptions.change_subscription"]
    assert found.capabilities == ("register-device", "opt-out-device")
