"""Where an operation's function stands, read from the source: nothing is imported."""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path

import specs
from specs.loading import SpecError

_ROOT = Path(__file__).parent.parent


def folder(vendor: str) -> Path | None:
    """The vendor's folder of handlers, in the package or in a place of the user's; None for a spec alone."""
    for root in (_ROOT, *specs.places()):
        path = root / "mockserver" / "vendors" / vendor
        if path.is_dir():
            return path
    return None


def functions(path: Path) -> dict[str, int]:
    """Public functions of a module and their lines, in order; {} when there is no such file.

    Raises SpecError with file and line: it is not Python.
    """
    try:
        seen = path.stat()
    except OSError:
        return {}
    return _functions(path, seen.st_mtime_ns, seen.st_size)


@lru_cache(maxsize=1024)
def _functions(path: Path, _changed: int, _size: int) -> dict[str, int]:
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError) as error:
        raise SpecError(f"is not Python: {error}", path, getattr(error, "lineno", None)) from error
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
    return {node.name: node.lineno for node in found}


def locate(vendor: str, operation_id: str) -> str | None:
    """`file:line` of an operation's function, relative to the working directory where possible."""
    directory = folder(vendor)
    module, _, name = operation_id.rpartition(".")
    if directory is None or not module:
        return None
    path = directory / f"{module}.py"
    line = functions(path).get(name)
    if line is None:
        return None
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    return f"{shown}:{line}"
