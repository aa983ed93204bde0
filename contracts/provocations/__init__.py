"""Recipes from the spec alone that take several requests each, one promise a file. `contracts.generic` lists them."""

from __future__ import annotations

from typing import Any

from contracts.recipes import Act, Recipe
from specs import Operation

NO_RATE = (("rate_limits", False),)


def made(operation: Operation, name: str, act: Act, status: int = 0, kind: str | None = None, **more: Any) -> Recipe:
    """A recipe for any target, in a world without rate limits if there are worlds."""
    settings = more.pop("settings", NO_RATE)
    kind = kind if len(operation.body) != 1 else None
    return Recipe(name, operation.id, status, act, kind, settings=settings, anywhere=True, **more)


def documented(operation: Operation, *statuses: int) -> int:
    """The first of the statuses that the operation documents by number; 0 when it documents none."""
    return next((status for status in statuses if str(status) in operation.responses), 0)
