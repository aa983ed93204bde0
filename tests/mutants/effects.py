"""What the mutants do: every one is different from the mock, in its own operations and in no other.

Too long for every run of the tests: `make mutants` begins with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import specs
from tests.mutants.catalogue import CATALOGUE
from tests.mutants.mutant import Mutant
from tests.mutants.observe import Seen, Watched, examples

EVERY = pytest.mark.parametrize("mutant", CATALOGUE.values(), ids=CATALOGUE)


class Known:
    """The unmutated mock, and its answers to the spec's examples."""

    def __init__(self, vendor: str) -> None:
        self.watched = Watched(vendor)
        self.examples = examples(vendor)
        self.answers = self.ask(self.watched)

    def ask(self, watched: Watched, without: tuple[str, ...] = ()) -> dict[str, list[list[Seen]]]:
        """The answers to the examples of each operation, each in a world of its own."""
        return {
            operation: [watched.answers([call]) for call in calls]
            for operation, calls in self.examples.items()
            if operation not in without
        }


@pytest.fixture(scope="module")
def real() -> Iterator[dict[str, Known]]:
    found = {vendor: Known(vendor) for vendor in {mutant.vendor for mutant in CATALOGUE.values()}}
    yield found
    for known in found.values():
        known.watched.close()


@EVERY
def test_a_mutant_differs_from_the_mock_in_its_own_operations_only(mutant: Mutant, real: dict[str, Any]) -> None:
    known: Known = real[mutant.vendor]
    expected = known.watched.answers(mutant.probe)
    with mutant.applied():
        mutated = Watched(mutant.vendor)
        try:
            seen = mutated.answers(mutant.probe)
            others = known.ask(mutated, without=mutant.operations)
        finally:
            mutated.close()

    assert seen[-1] != expected[-1]
    assert others == {name: it for name, it in known.answers.items() if name not in mutant.operations}


@EVERY
def test_a_mutant_leaves_no_trace(mutant: Mutant) -> None:
    from mockserver.pipeline import CompiledOperation
    from mockserver.world import World

    before = {**vars(CompiledOperation)}, {**vars(World)}, specs.read
    with mutant.applied():
        pass
    assert ({**vars(CompiledOperation)}, {**vars(World)}, specs.read) == before
