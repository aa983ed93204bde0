"""What is printed: rows of a table of figures with their targets."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = float(os.environ.get("SECONDS", "2"))


def head() -> None:
    print("\n| what | target | measured |\n|---|---|---|", flush=True)


def row(what: str, target: str, value: float, factor: float = 1.0, unit: str = "") -> None:
    print(f"| {what} | {target} | {value * factor:,.2f}{unit and ' '}{unit} |", flush=True)


def seconds_of(act: Callable[[], object], times: int = 2000) -> float:
    """The median of many."""
    seen = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        seen.append(time.perf_counter() - started)
    return median(seen)


def processor(pid: int | str = "self") -> float:
    """Seconds that a process has had a core, all its threads together; to a hundredth."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int | str = "self") -> float:
    """Memory of a process, in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
