"""Who sends which of many alike requests, and that no recipe of ours is lost."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import specs
from contracts import plan
from contracts.settings import Settings
from contracts.turns import Turns

ALIKE = ("inapps.create_inapp", "inapps.update_inapp", "inapps.update_inapp_by_external_id")
ALONE = "devices.update_devices"


def taken(turns: Turns, operation: str, count: int) -> list[int]:
    return [number for number in range(count) if turns.takes(operation)]


def test_operations_with_one_body_share_its_long_tail() -> None:
    spec = specs.read("accengage")
    turns = Turns(spec, tuple(spec.operations))
    each = [taken(turns, name, 400) for name in ALIKE]
    assert sorted({*each[0], *each[1], *each[2]}) == [*range(400)]
    first = [number for number in range(400) if all(number in own for own in each)]
    assert first == [*range(len(first))]
    assert 0 < len(first) < 100
    assert sum(map(len, each)) == 400 + 2 * len(first)
    assert taken(turns, ALONE, 400) == [*range(400)]


def test_an_operation_that_is_tried_alone_sends_all() -> None:
    assert taken(Turns(specs.read("accengage"), ALIKE[:1]), ALIKE[0], 400) == [*range(400)]


@pytest.mark.parametrize("vendor", specs.vendors())
def test_every_recipe_of_a_vendor_is_in_the_plan(vendor: str) -> None:
    settings = Settings(vendor, profile="smoke")
    planned = {recipe.act for recipe in plan.make(specs.read(vendor), settings).recipes}
    package = importlib.import_module(f"contracts.vendors.{vendor}")
    modules = [
        importlib.import_module(it.name) for it in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]
    marked = [it for module in modules for it in vars(module).values() if getattr(it, "__recipes__", ())]
    assert marked
    assert [it.__qualname__ for it in marked if it not in planned] == []
