"""The grid: every documented status and media type of every operation, and who witnessed it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from contracts.exchange import Exchange
from specs import Operation, Spec
from specs.operations import Response

State = Literal["witnessed", "not provokable", "missing"]
Key = tuple[str, str, str]
EMPTY = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One documented answer. `media_type` is empty where there is no body.

    `witness` names the recipe or generator that saw it first; `ordered` marks a status that a fault was asked for;
    `reason` says why this target cannot show it; `times` is how often it was seen.
    """

    operation: str
    status: str
    media_type: str
    witness: str = ""
    ordered: bool = False
    reason: str = ""
    times: int = 0

    @property
    def state(self) -> State:
        if self.witness:
            return "witnessed"
        return "not provokable" if self.reason else "missing"

    def __str__(self) -> str:
        return f"{self.operation} {self.status} {self.media_type}".rstrip()


class Grid:
    """All cells of a spec's operations, in the order of the document."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._blank = {(it.operation, it.status, it.media_type): it for op in operations for it in _cells(op)}
        self._cells = dict(self._blank)
        self._times: Counter[Key] = Counter()

    def __iter__(self) -> Iterator[Cell]:
        return (replace(cell, times=self._times[key]) for key, cell in self._cells.items())

    def witness(self, exchange: Exchange, operation: Operation) -> None:
        """Note what an exchange shows. What was seen without a fault counts more than what was ordered."""
        response = exchange.response
        documented = operation.response(response.status) if response else None
        if response is None or documented is None:
            return
        kind = _kind(documented, (response.media_type or EMPTY) if response.body else EMPTY)
        key = operation.id, documented.status, kind
        cell = self._cells.get(key)
        ordered = response.status in exchange.asked
        self._times[key] += 1
        if cell is not None and (not cell.witness or (cell.ordered and not ordered)):
            self._cells[key] = replace(cell, witness=exchange.sender or "a request", ordered=ordered)

    def excuse(self, operation: str, status: str, reason: str) -> None:
        """Note why this target cannot show a status."""
        for key, cell in self._cells.items():
            if key[:2] == (operation, status) and not cell.reason:
                self._cells[key] = replace(cell, reason=reason)

    def merge(self, cells: Iterable[Cell]) -> None:
        """Take over what another process witnessed."""
        for cell in cells:
            key = (cell.operation, cell.status, cell.media_type)
            mine = self._cells.get(key)
            self._times[key] += cell.times
            better = mine and (not mine.witness or (mine.ordered and cell.witness and not cell.ordered))
            if mine and better and (cell.witness or not mine.reason):
                self._cells[key] = replace(cell, reason=cell.reason or mine.reason)

    def take(self) -> list[Cell]:
        """What was noted since the last time, and forget it here: another process has the whole."""
        noted = [cell for cell in self if cell.times or cell.state != "missing"]
        self._cells = dict(self._blank)
        self._times.clear()
        return noted

    def missing(self) -> list[Cell]:
        """Cells that nobody witnessed and nobody excused."""
        return [cell for cell in self if cell.state == "missing"]

    @property
    def share(self) -> float:
        """Witnessed cells among all that are not excused, from 0 to 1."""
        counted = [cell for cell in self if cell.state != "not provokable"]
        return sum(cell.state == "witnessed" for cell in counted) / len(counted) if counted else 0.0


def _cells(operation: Operation) -> Iterator[Cell]:
    for status, response in operation.responses.items():
        kinds = [*response.content] or [EMPTY]
        for kind in dict.fromkeys(kinds):
            yield Cell(operation.id, response.status if response.status else status, kind)


def _kind(documented: Response, kind: str) -> str:
    """The cell's media type for an answer's: a body that may be left out counts for the one that may be sent."""
    if kind == EMPTY and documented.content and documented.empty_body == "allowed":
        return next(iter(documented.content))
    if kind in documented.content or not documented.content:
        return kind if documented.content else EMPTY
    main = kind.partition("/")[0]
    return next((it for it in documented.content if it in ("*/*", main + "/*")), kind)


def of(spec: Spec, operations: Iterable[str] | None = None) -> Grid:
    """The grid of a spec, or of some of its operations."""
    chosen = spec.operations.values() if operations is None else [spec.operations[name] for name in operations]
    return Grid(chosen)
