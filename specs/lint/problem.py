"""What a rule finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

# A message, and where: a pointer into the spec, or a handler's file and line.
Problems = Iterator[tuple[str, str | tuple[Path, int]]]
