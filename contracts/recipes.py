"""Recipes: a few requests that provoke one documented status, which random input cannot reach.

    @recipe("persons.update_person", 409)
    def mdn_of_somebody_else(client: Client) -> None:
        client.call("persons.update_person", body={"mobile_phone": {"mdn": "2995550199"}})

A recipe runs in a fresh world on the `default` fixture, once for each media type that the operation takes. When no
exchange with its operation had its status, that is a finding of `provokes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, TypeVar

from contracts.client import Client
from contracts.exchange import Exchange
from contracts.finding import UsageError
from specs import Spec

Act = Callable[[Client], None]
F = TypeVar("F", bound=Act)
_MARK = "__recipes__"


@dataclass(frozen=True, slots=True)
class Recipe:
    """One way to provoke something. `status` 0 promises none: the recipe judges by itself with `client.expect`.

    `check` is the id under which a missing status is found. `accept` are other statuses that will do. `settings` are
    those of the world to run in. `anywhere` says that it brings its own data, and runs on targets without worlds too.
    `also` are other operations whose cell of that status it provokes.
    """

    name: str
    operation: str
    status: int
    act: Act = field(repr=False)
    media_type: str | None = None
    check: str = "provokes"
    accept: frozenset[int] = frozenset()
    settings: tuple[tuple[str, Any], ...] = ()
    anywhere: bool = False
    also: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """What people see: operation, name, media type."""
        kind = f" [{self.media_type}]" if self.media_type else ""
        return f"{self.operation} {self.name}{kind}"

    @property
    def title(self) -> str:
        """The name in words."""
        return self.name.replace("_", " ")


@dataclass(frozen=True, slots=True)
class _Mark:
    operation: str
    status: int
    check: str
    accept: frozenset[int]
    anywhere: bool
    settings: tuple[tuple[str, Any], ...]


def recipe(
    operation: str,
    status: int = 0,
    *,
    check: str = "provokes",
    accept: tuple[int, ...] = (),
    anywhere: bool = False,
    **settings: Any,
) -> Callable[[F], F]:
    """Mark a function as a recipe for a status of an operation; it may be marked more than once."""

    def mark(act: F) -> F:
        marks = getattr(act, _MARK, ())
        made = _Mark(operation, status, check, frozenset(accept), anywhere, tuple(settings.items()))
        setattr(act, _MARK, (*marks, made))
        return act

    return mark


def got(client: Client, status: int, check: str, what: str) -> None:
    """A finding of `check`, unless the last answer had this status."""
    client.expect(client.sent[-1].status == status, check, f"{status} for {what}")


def content(client: Client, exchange: Exchange) -> dict[str, Any]:
    """The members of an answer's body; none when it is no object."""
    value = client.value(exchange)
    return value if isinstance(value, dict) else {}


def found(module: ModuleType, spec: Spec) -> Iterator[Recipe]:
    """The recipes of a vendor's module, in its order. Raises UsageError when one names what the spec does not have."""
    for name, act in vars(module).items():
        # What a module merely imported belongs to the module that wrote it.
        for mark in getattr(act, _MARK, ()) if getattr(act, "__module__", "") == module.__name__ else ():
            operation = spec.operations.get(mark.operation)
            if operation is None:
                raise UsageError(f"{module.__name__}.{name}: {spec.vendor} has no operation {mark.operation!r}")
            if mark.status and operation.response(mark.status) is None:
                raise UsageError(f"{module.__name__}.{name}: {mark.operation} does not document {mark.status}")
            kinds = [*operation.body] if len(operation.body) > 1 else [None]
            for kind in kinds:
                yield Recipe(
                    name=name, operation=mark.operation, status=mark.status, act=act, media_type=kind,
                    check=mark.check, accept=mark.accept, anywhere=mark.anywhere, settings=mark.settings,
                )  # fmt: skip
