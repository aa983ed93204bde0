"""The report for a browser: one page that needs nothing else, with the grid as a heat map and every finding."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from pathlib import Path

from contracts.events import Event, OperationTime, RunEnded, TaskEnded
from contracts.finding import Finding
from contracts.grid import Cell
from contracts.reports import facts

_LEGEND = (
    ("witnessed heat4", "seen; the stronger, the more often"), ("ordered", "seen because a fault was ordered"),
    ("not-provokable", "this target cannot show it"), ("missing", "nothing showed it"),
)  # fmt: skip
# So many columns have room on a window of 1280 pixels; the head stays in sight then.
_FITTING = 14


class Html:
    """Listens, and writes the page at the end of the run; also of one that broke off."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._tasks = 0

    def __call__(self, event: Event) -> None:
        if isinstance(event, TaskEnded):
            self._tasks += 1
        elif isinstance(event, RunEnded):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text("\n".join(_page(event, self._tasks)), encoding="utf-8", errors="replace")


def _page(event: RunEnded, tasks: int) -> Iterator[str]:
    style, script = (files(__package__).joinpath(f"page.{kind}").read_text("utf-8") for kind in ("css", "js"))
    policy = f"default-src 'none'; style-src 'sha256-{_hash(style)}'; script-src 'sha256-{_hash(script)}'"
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield f"<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}; base-uri 'none'; form-action 'none'\">"
    yield f'<meta name="viewport" content="width=device-width"><title>bodydouble: {escape(event.vendor)}</title>'
    yield f"<style>{style}</style></head><body>"
    yield from _head(event, tasks)
    yield from _filters()
    yield f'<main><p id="empty" class="nothing" hidden>Nothing here has these words.</p>{"".join(_notes(event))}'
    findings = sorted(event.findings, key=lambda it: (bool(it.known), it.operation, it.check))
    yield f'<h2 id="findings">Findings <small>{len(findings)}</small></h2>'
    yield "" if findings else '<div class="panel nothing">None.</div>'
    for number, finding in enumerate(findings, 1):
        yield from _finding(finding, number)
    if event.cells:
        yield from _grid(event, findings)
    if event.operations:
        yield from _times(event.operations)
    yield f"<footer>bodydouble {event.command} {escape(event.vendor)}, seed {event.seed}</footer></main>"
    yield f"<script>{script}</script></body></html>"


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _head(event: RunEnded, tasks: int) -> Iterator[str]:
    states = Counter(cell.state for cell in event.cells)
    fresh = sum(not it.known for it in event.findings)
    provokable = len(event.cells) - states["not provokable"]
    share = f"{states['witnessed']} / {provokable}"
    yield f'<header><div><h1>{escape(event.vendor)} <span class="verdict {event.verdict.name}">'
    yield f'{escape(event.verdict.name.lower())}</span></h1><p class="soft mono">{escape(event.target)}</p>'
    if event.trouble:
        yield f'<p class="trouble">{escape(event.trouble)}</p>'
    yield '<div class="numbers">'
    known = f"findings, {len(event.findings) - fresh} known" if fresh < len(event.findings) else "findings"
    for number, words, bad in (
        (fresh, known, fresh > 0), *([(share, "grid cells seen", states["missing"] > 0)] if event.cells else []),
        (f"{event.exchanges:,}".replace(",", "\u202f"), "exchanges", False), (tasks, "tasks", False),
        (f"{event.seconds:.1f} s", f"seed {event.seed}", False),
    ):  # fmt: skip
        yield f'<div class="number{" bad" if bad else ""}"><b>{number}</b><span>{escape(words)}</span></div>'
    yield "</div></div></header>"


def _filters() -> Iterator[str]:
    yield '<nav><div><input id="filter" type="search" placeholder="Filter: operation, check, status  ( / )" '
    yield 'aria-label="Filter operations and findings">'
    for state, words in (("findings", "with findings"), ("missing", "missing"), ("not-provokable", "not provokable")):
        yield f'<button type="button" data-state="{state}" aria-pressed="false">{words}</button>'
    yield '<a href="#findings">findings</a> <a href="#grid">grid</a> <a href="#time">time</a></div></nav>'


def _notes(event: RunEnded) -> Iterator[str]:
    if event.notes:
        yield f"<h2>Notes</h2><ul>{''.join(f'<li>{escape(note)}</li>' for note in event.notes)}</ul>"
    if event.left:
        items = "".join(f"<li>{escape(it)}</li>" for it in event.left)
        yield f"<details><summary>{len(event.left)} things were left behind</summary><ul>{items}</ul></details>"


def _finding(finding: Finding, number: int) -> Iterator[str]:
    text = f"{finding.check} {finding.operation} {finding.expected} {finding.seen}"
    yield f'<details id="finding-{number}" class="{"known" if finding.known else ""}" data-text="{_text(text)}"'
    yield f'{"" if finding.known else " open"}><summary><span class="check">{escape(finding.check)}</span>'
    by = f"{finding.sender}, {finding.times} times" if finding.times > 1 else finding.sender
    known = f" · known: {finding.known}" if finding.known else ""
    yield f'<span class="mono">{escape(finding.operation)}</span>'
    yield f'<span class="soft">{escape(by + known)}</span></summary><div class="sides">'
    columns = ("expected", finding.names[0], finding.expected), ("seen", finding.names[1], finding.seen)
    for kind, name, words in columns:
        yield f'<div class="side {kind}"><span>{escape(name)}</span><pre>{escape(words)}</pre></div>'
    for (kind, _, _), side in zip(columns, finding.sides, strict=False):
        yield f'<div class="side {kind}"><span>{escape(side.verdict)}</span><pre>{escape(side.exchange)}</pre></div>'
    yield "</div>"
    for name, script in facts.scripts(finding):
        if script:
            lines, words = escape("\n".join(script)), f"see it again, {name}" if name else "see it again"
            yield f'<div class="again"><span>{escape(words)}</span><div><pre tabindex="0"><code>{lines}</code></pre>'
            yield '<button type="button" class="copy">copy</button></div></div>'
    yield "</details>"


def _grid(event: RunEnded, findings: list[Finding]) -> Iterator[str]:
    statuses = sorted({cell.status for cell in event.cells})
    rows: dict[str, dict[str, list[Cell]]] = {}
    for cell in event.cells:
        rows.setdefault(cell.operation, {}).setdefault(cell.status, []).append(cell)
    ways = {it.id: f"{it.method} {it.path}" for it in event.operations}
    most = max((cell.times for cell in event.cells), default=0)
    heads = "".join(f'<th scope="col">{escape(status)}</th>' for status in statuses)
    yield '<h2 id="grid">Grid <small>operation × status × media type</small></h2>'
    yield f'<div class="panel{" fits" if len(statuses) <= _FITTING else ""}"><table class="grid">'
    yield f'<thead><tr><th scope="col">operation</th>{heads}</tr></thead><tbody>'
    group = None
    for operation, row in rows.items():
        tag = operation.rpartition(".")[0]
        if tag and tag != group:
            yield f'<tr class="group"><th colspan="{len(statuses) + 1}" scope="colgroup">{escape(tag)}</th></tr>'
        group = tag
        way = ways.get(operation, "")
        columns = "".join(f"<td>{_cells(row.get(status, []), findings, most)}</td>" for status in statuses)
        text = _text(" ".join((operation, way, *row)))
        yield f'<tr data-text="{text}"><th scope="row">'
        yield f'{escape(operation.rpartition(".")[2])}<span class="mono" title="{escape(way)}">{escape(way)}</span>'
        yield f"</th>{columns}</tr>"
    yield '</tbody></table><div id="detail" class="soft" role="status">'
    yield "Point at a cell, or reach it with Tab and the arrows."
    legend = "".join(f'<span><span class="cell {name}">&nbsp;</span>{words}</span>' for name, words in _LEGEND)
    yield f'</div></div><div class="legend">{legend}<span>red ring: has a finding</span></div>'


def _cells(cells: list[Cell], findings: list[Finding], most: int) -> str:
    return f'<div class="cells">{"".join(_cell(cell, findings, most) for cell in cells)}</div>' if cells else ""


def _cell(cell: Cell, findings: list[Finding], most: int) -> str:
    name = cell.state.replace(" ", "-")
    if cell.state == "witnessed":
        name = "ordered" if cell.ordered else f"witnessed heat{_heat(cell.times, most)}"
    why = cell.reason if cell.state == "not provokable" else f"{cell.times} times, first by {cell.witness}"
    label = f"{cell}: {cell.state}{'' if cell.state == 'missing' else f': {why}'}"
    number = next((place for place, it in enumerate(findings, 1) if _is_about(it, cell)), 0)
    kind = cell.media_type.rpartition("/")[2].rpartition("+")[2] or "no body"
    times = f"<small>{cell.times}×</small>" if cell.times else "<small>–</small>"
    link = f' href="#finding-{number}"' if number else ' tabindex="0"'
    found = " found" if number else ""
    return f'<a class="cell {name}{found}"{link} aria-label="{escape(label)}">{escape(kind)}{times}</a>'


def _heat(times: int, most: int) -> int:
    """1 to 4, by the number of digits: what was seen once and what was seen a thousand times are both visible."""
    return 1 + min(3, round(3 * (times.bit_length() - 1) / max(1, most.bit_length() - 1)))


def _is_about(finding: Finding, cell: Cell) -> bool:
    if finding.operation != cell.operation:
        return False
    if finding.check == "grid":
        return finding.key == str(cell)
    response = finding.exchange.response if finding.exchange else None
    return response is not None and str(response.status) == cell.status


def _times(operations: tuple[OperationTime, ...]) -> Iterator[str]:
    yield '<h2 id="time">Time <small>per operation, from the first byte sent to the last byte read</small></h2>'
    yield '<div class="panel"><table><thead><tr><th scope="col">operation</th><th class="num" scope="col">answers</th>'
    yield '<th class="num" scope="col">mean ms</th><th class="num" scope="col">slowest ms</th><th></th></tr></thead>'
    yield "<tbody>"
    longest = max((it.seconds / it.answers for it in operations), default=0.0) or 1.0
    for it in sorted(operations, key=lambda it: -it.seconds / it.answers):
        mean = it.seconds / it.answers
        share = round(100 * mean / longest)
        text = _text(f"{it.id} {it.method} {it.path}")
        yield f'<tr data-text="{text}"><th scope="row">{escape(it.id)}</th>'
        yield f'<td class="num">{it.answers}</td><td class="num">{mean * 1000:.1f}</td>'
        yield f'<td class="num">{it.slowest * 1000:.1f}</td><td class="wide">{_bar(share)}</td></tr>'
    yield "</tbody></table></div>"


def _bar(share: int) -> str:
    """A bar as SVG, whose width needs no inline style, which the page's own policy forbids."""
    return (
        f'<svg width="100%" height="8" aria-hidden="true"><rect class="fill" width="{share}%" height="8" rx="2"/></svg>'
    )


def _text(text: str) -> str:
    """What the filter looks through: in lower case, as an attribute."""
    return escape(" ".join(text.lower().split()))
