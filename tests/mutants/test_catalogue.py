"""The catalogue as data: every mutant says what it breaks, and there is one for every operation."""

from __future__ import annotations

import functools

import pytest

import specs
from tests.mutants.catalogue import CATALOGUE
from tests.mutants.mutant import Mutant

EVERY = pytest.mark.parametrize("mutant", CATALOGUE.values(), ids=CATALOGUE)


@functools.cache
def operations(vendor: str) -> frozenset[str]:
    """Those of the vendor's spec, which is long, and read once."""
    return frozenset(specs.read(vendor).operations)


@EVERY
def test_a_mutant_says_what_it_breaks(mutant: Mutant) -> None:
    assert set(mutant.operations) <= operations(mutant.vendor)
    assert "[" in mutant.source
    assert mutant.rule
    assert mutant.depth


def test_the_catalogue_covers_every_operation_of_its_vendors() -> None:
    for vendor in {mutant.vendor for mutant in CATALOGUE.values()}:
        covered = {name for mutant in CATALOGUE.values() if mutant.vendor == vendor for name in mutant.operations}
        assert covered == operations(vendor)
