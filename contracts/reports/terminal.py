"""The report for people at a terminal: progress while it runs, then the findings, the grid and the verdict."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from contracts.events import Event, FindingMade, Noted, RunEnded, RunStarted, TaskEnded
from contracts.finding import Finding, Verdict
from contracts.grid import Cell
from contracts.reports import facts

_MAX_FINDINGS = 25
_MAX_CELLS = 20


class Terminal:
    """Listens, and prints. `console` decides where to, and whether there are colours and a moving bar."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress: Progress | None = None
        self._bar = None
        self._made = self._exchanges = 0

    def __call__(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            self._started(event)
        elif isinstance(event, FindingMade):
            self._made += 1
        elif isinstance(event, TaskEnded):
            self._exchanges += event.exchanges
            if self._progress is not None:
                words = f"{self._exchanges} exchanges, {self._made} findings"
                self._progress.update(self._progress.task_ids[0], advance=1, description=words)
        elif isinstance(event, Noted):
            self._line(f"[yellow]note[/] {escape(event.text)}")
        elif isinstance(event, RunEnded):
            self._ended(event)

    def _started(self, event: RunStarted) -> None:
        plan = f": {event.tasks} tasks, profile {event.profile}, seed {event.seed}" if event.tasks else ""
        self._line(f"[bold]{escape(event.vendor)}[/] at {escape(event.target)}{plan}")
        if self._console.is_terminal and event.tasks:
            columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
            self._progress = Progress(*columns, console=self._console, transient=True)
            self._progress.add_task("", total=event.tasks)
            self._progress.start()

    def _ended(self, event: RunEnded) -> None:
        if self._progress is not None:
            self._progress.stop()
        fresh = [finding for finding in event.findings if not finding.known]
        for finding in fresh[:_MAX_FINDINGS]:
            self._finding(finding)
        if len(fresh) > _MAX_FINDINGS:
            self._line(f"… and {len(fresh) - _MAX_FINDINGS} more findings; the other reports hold all of them")
        if event.exchanges:
            self._grid(event.cells)
        self._line(
            f"{event.exchanges} exchanges in {event.seconds:.1f} s; {len(fresh)} findings"
            + (f", {len(event.findings) - len(fresh)} known" if len(fresh) < len(event.findings) else "")
        )
        self._line(_WORDS[event.verdict] + (f": {escape(event.trouble)}" if event.trouble else ""))

    def _finding(self, finding: Finding) -> None:
        times = f" ({finding.times} times)" if finding.times > 1 else ""
        self._line(f"\n[red bold]{finding.check}[/] [bold]{escape(finding.operation)}[/]{times}")
        width = max(8, *map(len, finding.names))
        for name, words in zip(finding.names, (finding.expected, finding.seen), strict=True):
            self._line(f"  {name:{width}}  {escape(words)}")
        if finding.sender:
            self._line(f"  {'by':{width}}  {escape(finding.sender)}, seed {finding.seed}")
        for side in finding.sides:
            self._line(f"  the {side.name} {escape(side.verdict)}")
        if finding.sides and not any(side.broken for side in finding.sides):
            self._line("  so the documents leave this open")
        for name, script in facts.scripts(finding):
            if name:
                self._line(f"  {name}:")
            for line in script:
                # Not wrapped and without markup: these lines are there to be copied.
                self._console.print(f"    {line}", markup=False, highlight=False, soft_wrap=True)

    def _grid(self, cells: tuple[Cell, ...]) -> None:
        if not cells:
            return
        states = Counter(cell.state for cell in cells)
        ordered = sum(cell.ordered for cell in cells)
        words = ", ".join(f"{count} {state}" for state, count in sorted(states.items(), reverse=True))
        self._line(f"\ngrid: {len(cells)} cells: {words}" + (f" ({ordered} by an ordered fault)" if ordered else ""))
        shown = [cell for cell in cells if cell.state != "witnessed"]
        for cell in shown[:_MAX_CELLS]:
            self._line(f"  {cell.state:15} {escape(str(cell))}" + (f": {escape(cell.reason)}" if cell.reason else ""))
        if len(shown) > _MAX_CELLS:
            self._line(f"  … and {len(shown) - _MAX_CELLS} more")

    def _line(self, text: str) -> None:
        self._console.print(text, highlight=False, soft_wrap=True)


_WORDS = {
    Verdict.CLEAN: "[green bold]clean[/]",
    Verdict.FINDINGS: "[red bold]findings[/]",
    Verdict.USAGE: "[red bold]wrong usage[/]",
    Verdict.TROUBLE: "[red bold]target trouble[/]",
    Verdict.BROKEN: "[red bold]bodydouble itself broke, which says nothing about the target[/]",
}
