"""How much the contract gate's yes or no is worth: the real mock with one rule broken, many times over.

`catalogue/` holds the mutants, written from the vendors' documents and apart from the gate's checks. `patch.py` has the
seams through which a mutant reaches the mock, `steps.py` the scripts that show it, `serve.py` serves one mutant, and
`python -m tests.mutants` lets the gate and stock Schemathesis loose on each.
"""
