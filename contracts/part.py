"""What the processes of one run share: several may do a part each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Part:
    """One process's part. `token` is new each time; `directory` holds the ledger, a file for each process."""

    token: str
    directory: Path
    processes: int = 1
    name: str = "0"

    def of(self, name: str, processes: int, token: str) -> Part:
        """The part of another process of the same run."""
        return replace(self, name=name, processes=processes, token=token)
