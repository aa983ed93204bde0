"""Spec evolution: which changes between two documents break clients, and of which operations.

    rules        the one table of rules: ids, levels, what each means
    changes      an operation's parameters, bodies, answers and credentials, old against new
    structures   two schemas, in the direction in which their values travel

Rule ids are those of oasdiff, the best-known tool of the kind, so that policies and people need learn nothing new;
those about our extension keys begin with `x-`. No well-kept Python library does this.
"""

from __future__ import annotations

from specs.diff.changes import Change, affected, compare
from specs.diff.rules import RULES, Rule

__all__ = ["RULES", "Change", "Rule", "affected", "compare"]
