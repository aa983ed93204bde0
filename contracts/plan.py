"""What a run will do, as data, before it does anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from contracts import generic, recipes, vendors
from contracts.anyapi import AnySpec
from contracts.checks import Check, catalogue
from contracts.finding import UsageError
from contracts.provocations import rates
from contracts.recipes import Recipe
from contracts.settings import Settings
from specs import Spec

if TYPE_CHECKING:
    from hypothesis.database import ExampleDatabase

    from contracts.machines import Machine

Kind = Literal["recipe", "generated", "linked", "machine", "grid"]


@dataclass(frozen=True, slots=True)
class Plan:
    """The recipes in order, the operations whose grid is held, the checks that apply, the operations that get generated
    requests, whether links are followed, the machines, and where these keep what failed."""

    recipes: tuple[Recipe, ...]
    operations: tuple[str, ...]
    checks: dict[str, Check]
    generated: tuple[str, ...]
    linked: bool
    machines: tuple[type[Machine], ...] = ()
    database: ExampleDatabase | None = None

    @property
    def tasks(self) -> int:
        """How many tasks there are, the grid's included."""
        return len(self.recipes) + len(self.generated) + self.linked + len(self.machines) + 1


def make(spec: Spec, settings: Settings) -> Plan:
    """The plan of a run. Raises UsageError for an unknown check id or a mistake in a vendor's recipes."""
    wanted = settings.operations or tuple(spec.operations)
    first, count = settings.shard
    if not wanted:
        raise UsageError(f"{spec.path} has no operations, so there is nothing to check")
    chosen = wanted[first - 1 :: count]
    if not chosen:
        raise UsageError(f"shard {first}/{count} is empty: there are fewer operations")
    found = [it for name in chosen for it in generic.recipes(spec, spec.operations[name])]
    found += rates.recipes(spec, [spec.operations[name] for name in wanted], chosen)
    own = (it for module in vendors.recipe_modules(spec) for it in recipes.found(module, spec))
    found += [it for it in own if it.operation in chosen]
    linked = settings.profile != "smoke" and not settings.operations and first == 1 and _has_links(spec)
    machines = _machines(spec, settings, chosen)
    return Plan(tuple(found), chosen, _checks(spec, settings), _generated(spec, settings, chosen), linked, *machines)


def _generated(spec: Spec, settings: Settings, chosen: tuple[str, ...]) -> tuple[str, ...]:
    """The operations that get generated requests: of a user's document those that Schemathesis can read."""
    if settings.profile == "smoke":
        return ()
    if not isinstance(spec, AnySpec):
        return chosen
    from contracts import generated  # Loading Schemathesis takes a while; a run without it should not wait.

    return generated.readable(spec, settings, chosen)


def _machines(
    spec: Spec, settings: Settings, chosen: tuple[str, ...]
) -> tuple[tuple[type[Machine], ...], ExampleDatabase | None]:
    """The machines that fall to this run, each to the shard that has the first of its operations."""
    if settings.profile == "smoke":
        return (), None
    from contracts import machines  # Loading Hypothesis takes a while; a run without it should not wait.
    from contracts.machines import database

    wanted = settings.operations or tuple(spec.operations)
    homes = {it: next((name for name in it.operations if name in wanted), "") for it in machines.found(spec)}
    return tuple(it for it, home in homes.items() if home in chosen), database.opened(settings.database)


def _has_links(spec: Spec) -> bool:
    return any(response.links for operation in spec.operations.values() for response in operation.responses.values())


def all_checks(spec: Spec) -> dict[str, Check]:
    """All checks by id, the vendor's own included."""
    return catalogue(getattr(vendors.module(spec.vendor, "checks"), "CHECKS", ()))


def _checks(spec: Spec, settings: Settings) -> dict[str, Check]:
    known = all_checks(spec)
    unknown = sorted((settings.only | settings.skip) - known.keys())
    if unknown:
        raise UsageError(f"unknown check {unknown[0]!r}; known are {', '.join(known)}")
    return {
        name: check
        for name, check in known.items()
        if name not in settings.skip and (not settings.only or name in settings.only)
    }
