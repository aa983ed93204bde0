"""The contract of one vendor as pytest items: `pytest --pyargs contracts --vendor vibes --target URL`."""

from __future__ import annotations

from typing import Any

import pytest

from contracts import gate
from contracts.recipes import Recipe


@gate.items("recipe")
def test_recipe(recipe: Recipe, request: pytest.FixtureRequest) -> None:
    """Each recipe provokes what it promises, and every exchange on the way keeps the contract."""
    it = gate.active()
    with it.task(request.node.user_properties) as findings:
        findings.extend(it.run.recipe(recipe))


@gate.items("generated")
def test_generated(case: Any) -> None:
    """Valid and invalid requests get documented answers."""
    gate.active().run.generated(case)


@gate.items("linked")
def test_linked(schema: Any, request: pytest.FixtureRequest) -> None:
    """Calls that follow the links from one answer to the next keep the contract too."""
    it = gate.active()
    with it.task(request.node.user_properties) as findings:
        findings.extend(it.run.linked(schema))


@gate.items("machine")
def test_machine(machine: Any, request: pytest.FixtureRequest) -> None:
    """Sequences of calls get the answers that a small model of the vendor foretells."""
    it = gate.active()
    with it.task(request.node.user_properties) as findings:
        findings.extend(it.run.machine(machine))


def test_grid(request: pytest.FixtureRequest) -> None:
    """Every documented status and media type was seen."""
    it = gate.active()
    with it.task(request.node.user_properties) as findings:
        findings.extend(it.run.judge_grid())
