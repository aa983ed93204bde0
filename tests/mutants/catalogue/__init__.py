"""All mutants by id. One file holds those of one vendor and theme; a file is known by lying here."""

from __future__ import annotations

import importlib
import pkgutil

from tests.mutants.mutant import CATALOGUE, RESTARTS

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")

__all__ = ["CATALOGUE", "RESTARTS"]
