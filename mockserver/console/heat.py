"""A report's grid as a heat map: rows of operations, a column for each status, and the findings about each cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_STEPS = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """One documented answer. `heat`: 1 to 4, by how often it was seen; 0: it was not. `finding` is the number, from 1,
    of the first finding about it; 0: there is none."""

    label: str
    kind: str
    state: str
    times: int
    heat: int
    why: str
    finding: int


class Grid:
    """The cells of a report. `tags` holds them by tag, operation and status; `counts`, how many are in each state."""

    def __init__(self, report: dict[str, Any]) -> None:
        cells, findings = report["cells"], report["findings"]
        most = max((cell.get("times", 0) for cell in cells), default=0)
        self.statuses = sorted({cell["status"] for cell in cells})
        self.tags: dict[str, dict[str, dict[str, list[Cell]]]] = {}
        self.counts: dict[str, int] = {}
        for cell in cells:
            self.counts[cell["state"]] = self.counts.get(cell["state"], 0) + 1
            row = self.tags.setdefault(cell["operation"].rpartition(".")[0], {}).setdefault(cell["operation"], {})
            row.setdefault(cell["status"], []).append(_cell(cell, findings, most))


def _cell(cell: dict[str, Any], findings: list[dict[str, Any]], most: int) -> Cell:
    times, state = cell.get("times", 0), cell["state"]
    why = cell.get("reason", "") if state == "not provokable" else ""
    if state == "witnessed":
        why = f"{times} times, first by {cell.get('witness') or 'a request'}"
    kind = cell["media_type"].rpartition("/")[2].rpartition("+")[2] or "no body"
    label = " ".join(filter(None, (cell["operation"], cell["status"], cell["media_type"])))
    return Cell(label, kind, state, times, _heat(times, most), why, next(_about(cell, label, findings), 0))


def _about(cell: dict[str, Any], label: str, findings: list[dict[str, Any]]) -> Iterator[int]:
    for number, finding in enumerate(findings, 1):
        of_grid = finding["check"] == "grid" and finding.get("key") == label
        if of_grid or (finding["operation"] == cell["operation"] and str(finding.get("status")) == cell["status"]):
            yield number


def _heat(times: int, most: int) -> int:
    """By the number of digits: what was seen once and what was seen a thousand times are both visible."""
    if times == 0:
        return 0
    return 1 + min(_STEPS - 1, round((_STEPS - 1) * (times.bit_length() - 1) / max(1, most.bit_length() - 1)))
