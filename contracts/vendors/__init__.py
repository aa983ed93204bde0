"""What is one vendor's own: recipes, checks and credentials, found by name.

A vendor's folder here, or in `contracts/vendors/` of a directory that the user named, may hold
- `recipes.py`, and a file for each tag of the spec: functions marked with `@recipe`;
- `checks.py`: `CHECKS`, a tuple of Check; one with the id of a general check takes its place;
- `stories.py`: `ADAPTER`, the vendor by the neutral interface of stories (see `contracts.swap.adapter`);
- `machine.py`: `MACHINES`, a tuple of Machine (see `contracts.machines`);
- `target.py`: `CREDENTIALS`, the documented default ones of a mock; `EXPIRED` and `STRANGER`, other ones that a mock
  knows (see `contracts.provocations.accounts`); `PAYLOAD`, members of bodies that hold credentials
  (see `contracts.payload`); `code_in_body`, where a status may stand in the body alone (see `contracts.reading`).
"""

from __future__ import annotations

import importlib
from types import ModuleType

import specs


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
