"""A mutant: the real mock with exactly one rule of the contract broken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Literal

from tests.mutants.patch import Patch
from tests.mutants.steps import Script, Send

# What the spec can say of a rule: the machine-readable part says it, a description does, or nothing.
Sayable = Literal["schema", "prose", "silent"]
CATALOGUE: dict[str, Mutant] = {}
# Seen only when a server is stopped and another started on its store, which no gate can do: `test_restart.py` does.
RESTARTS: dict[str, Mutant] = {}


@dataclass(frozen=True)
class Mutant:
    """`rule` is the rule that is broken, as it should hold; `source` the section of the vendor's reference and the tag
    ([S] and [D] documented, [I] inferred); `probe` is a script whose last
    answer differs from the unmutated mock's."""

    id: str
    vendor: str
    theme: str
    operations: tuple[str, ...]
    rule: str
    source: str
    sayable: Sayable
    probe: Script
    build: Callable[[Patch], None]

    @property
    def documented(self) -> bool:
        """Whether a document of the vendor states the rule; else it is inferred."""
        return re.search(r"\[[SD]", self.source) is not None

    @property
    def depth(self) -> int:
        """How many requests it takes to see the mutant."""
        return sum(isinstance(step, Send) for step in self.probe)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Applications that are made and used inside are mutated."""
        with ExitStack() as stack:
            self.build(Patch(self.vendor, stack))
            yield


class Theme:
    """The mutants of one file. As a decorator it makes a function that takes a Patch a mutant, named like it."""

    def __init__(self, vendor: str, name: str, catalogue: dict[str, Mutant] = CATALOGUE) -> None:
        self._vendor = vendor
        self._name = name
        self._catalogue = catalogue

    def __call__(
        self, rule: str, source: str, sayable: Sayable, on: str | Sequence[str], probe: Script
    ) -> Callable[[Callable[[Patch], None]], Mutant]:
        def add(build: Callable[[Patch], None]) -> Mutant:
            name = f"{self._vendor}-{build.__name__.replace('_', '-')}"
            if name in self._catalogue:
                raise ValueError(f"two mutants are called {name}")
            operations = (on,) if isinstance(on, str) else tuple(on)
            mutant = Mutant(name, self._vendor, self._name, operations, rule, source, sayable, tuple(probe), build)
            self._catalogue[name] = mutant
            return mutant

        return add
