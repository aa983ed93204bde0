"""What is one vendor's own: recipes, checks and credentials, found by name.

A vendor's folder here, or in `contracts/vendors/` of a directory that the user named, may hold
- `recipes.py`, and a file for each tag of the spec: functions marked with `@recipe`, and with `@clean_up`. A file that
  outgrows its page becomes a folder of that name: its `__init__.py` holds what the others share, and all of its modules
  are read, in the order of their names;
- `checks.py`: `CHECKS`, a tuple of Check; one with the id of a general check takes its place;
- `stories.py`: `ADAPTER`, the vendor by the neutral interface of stories (see `contracts.swap.adapter`);
- `machine.py`: `MACHINES`, a tuple of Machine (see `contracts.machines`);
- `target.py`: `CREDENTIALS`, the documented default ones of a mock; `EXPIRED` and `STRANGER`, other ones that a mock
  knows (see `contracts.provocations.accounts`), and `COLLEAGUE`, another user of the same account; `PAYLOAD`, members
  of bodies that hold credentials (see `contracts.payload`); `code_in_body`, where a status may stand in the body alone
  (see `contracts.reading`).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import specs
from specs import Spec


def module(vendor: str, name: str) -> ModuleType | None:
    """A module of a vendor's folder, or None when there is no such file. A mistake inside it is raised."""
    for place in specs.places():
        directory = str(place / "contracts" / "vendors")
        if directory not in __path__:
            __path__.append(directory)
    path = f"{__name__}.{vendor.replace('-', '_')}.{name}"
    if not path.replace(".", "_").isidentifier():
        return None
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError as error:
        if error.name and (path == error.name or path.startswith(error.name + ".")):
            return None
        raise


def recipe_modules(spec: Spec) -> Iterator[ModuleType]:
    """The modules that may hold a vendor's recipes: first those of all tags, then each tag's, in the spec's order."""
    for name in dict.fromkeys(("recipes", *(operation.tag for operation in spec.operations.values()))):
        own = module(spec.vendor, name)
        if own is not None:
            yield own
            inner = {it.name for it in pkgutil.iter_modules(getattr(own, "__path__", ()))}
            yield from (importlib.import_module(f"{own.__name__}.{it}") for it in sorted(inner))
