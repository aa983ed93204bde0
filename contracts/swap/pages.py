"""The matrix, and stories, for a terminal, a browser and a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from rich.console import Console
from rich.markup import escape as plain

from contracts.swap.stories import Step
from contracts.swap.tales import Tale
from specs.swap.matrix import VERDICTS, Matrix, Row

_COLOURS = {"same": "green", "otherwise": "yellow", "by another way": "magenta", "lacks": "red", "new": "cyan"}
_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 78rem; padding: 0 1rem; color: #1c2330 }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .35rem .6rem }
th { background: #eef1f6 } tr + tr td { border-top: 1px solid #dde2ea } code { font-size: .92em }
td.same { background: #dff3e3 } td.otherwise { background: #fff3cf } td.lacks { background: #fbd9d7 }
td.by-another-way { background: #f1e0f7 } td.new { background: #d9eef7 } caption { text-align: left; padding: .6rem 0 }
del { background: #fde7e6; text-decoration: none } ins { background: #e4f5e7; text-decoration: none }
"""


def to_terminal(matrix: Matrix, console: Console) -> None:
    """Each capability with what differs, by area, and how many have each verdict."""
    width = max(len(matrix.old), len(matrix.new), *(len(it.aspect) for row in matrix.rows for it in row.differences), 0)
    for area, rows in groupby(matrix.rows, key=lambda row: row.area):
        _line(console, f"\n[bold]{plain(area)}[/]")
        for row in rows:
            verdict = f"[bold]{row.capability}[/]  [{_COLOURS[row.verdict]}]{_verdict(row)}[/]"
            if not row.differences:
                _line(console, f"  {verdict}  {plain(', '.join(row.here or row.there))}")
                continue
            _line(console, f"  {verdict}")
            for name, calls in ((matrix.old, row.here), (matrix.new, row.there)):
                _line(console, f"    {name:{width}}  {plain(', '.join(calls))}")
            for it in row.differences:
                _line(console, f"    {it.aspect:{width}}  {plain(it.here)} → {plain(it.there)}")
    _line(console, f"\n{matrix.old} → {matrix.new}: {', '.join(_counts(matrix))}")


def stories_to_terminal(matrix: Matrix, tales: Sequence[Tale], console: Console) -> None:
    """Outcomes side by side, each with the vendor's calls."""
    names = (matrix.old, matrix.new)
    width = max(map(len, names))
    for tale in tales:
        _line(console, f"\n[bold {'green' if tale.same else 'yellow'}]{plain(tale.title)}[/]")
        for both in tale.steps:
            _line(console, f"  {plain((both[0] or both[1] or _ABSENT).name)}")
            for name, step in zip(names, both, strict=True):
                outcome, *calls = _lines(step)
                _line(console, f"    {name:{width}}  {plain(outcome)}" + "".join(f"  {plain(it)}" for it in calls))
    _line(console, f"\n{matrix.old} → {matrix.new}: {_alike(tales)}")


def _line(console: Console, text: str) -> None:
    console.print(text, highlight=False, soft_wrap=True)


def to_markdown(matrix: Matrix, tales: Sequence[Tale] = ()) -> str:
    """A section for each area of the product, and one for stories."""
    return "\n".join([*_markdown(matrix), *_stories_in_markdown(matrix, tales)]) + "\n"


def to_html(matrix: Matrix, tales: Sequence[Tale] = ()) -> str:
    """One page that needs nothing else."""
    return "\n".join([*_html(matrix), *_stories_in_html(matrix, tales), "</body></html>"]) + "\n"


_ABSENT = Step("", "not reached", "", ())


def _lines(step: Step | None) -> list[str]:
    """How a step ended, why, and by which calls."""
    it = step or _ABSENT
    return [f"{it.outcome} ({it.reason})" if it.reason else it.outcome, *it.calls]


def _alike(tales: Sequence[Tale]) -> str:
    return f"{sum(tale.same for tale in tales)} of {len(tales)} stories end alike"


def _stories_in_markdown(matrix: Matrix, tales: Sequence[Tale]) -> Iterator[str]:
    if not tales:
        return
    yield f"\n## Stories\n\n{_alike(tales)}.\n"
    yield f"| story | step | {matrix.old} | {matrix.new} |\n| --- | --- | --- | --- |"
    for tale in tales:
        for here, there in tale.steps:
            cells = [tale.title, (here or there or _ABSENT).name]
            for it in (here, there):
                outcome, *calls = _lines(it)
                cells.append("<br>".join([outcome, *(f"`{call}`" for call in calls)]))
            yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _stories_in_html(matrix: Matrix, tales: Sequence[Tale]) -> Iterator[str]:
    if not tales:
        return
    heads = "".join(f"<th>{escape(it)}" for it in ("story", "step", matrix.old, matrix.new))
    yield f"<h2>Stories</h2><p>{_alike(tales)}.</p><table><tr>{heads}"
    for tale in tales:
        for here, there in tale.steps:
            verdict = "same" if here and there and here.outcome == there.outcome else "otherwise"
            yield f"<tr><td>{escape(tale.title)}<td>{escape((here or there or _ABSENT).name)}"
            for it in (here, there):
                outcome, *calls = map(escape, _lines(it))
                yield f'<td class="{verdict}">' + "<br>".join([outcome, *(f"<code>{call}</code>" for call in calls)])
    yield "</table>"


def _verdict(row: Row) -> str:
    return f"{row.verdict}: {row.instead}" if row.instead else row.verdict


def _counts(matrix: Matrix) -> Iterator[str]:
    return (f"{matrix.count(verdict)} {verdict}" for verdict in VERDICTS)


def _markdown(matrix: Matrix) -> Iterator[str]:
    yield f"# {matrix.old} → {matrix.new}\n"
    yield f"{', '.join(_counts(matrix))}.\n"
    for verdict, meaning in VERDICTS.items():
        yield f"- **{verdict}**: {meaning}"
    for area, rows in groupby(matrix.rows, key=lambda row: row.area):
        yield f"\n## {area}\n"
        yield f"| capability | verdict | {matrix.old} | {matrix.new} | what differs |\n| --- | --- | --- | --- | --- |"
        for row in rows:
            differs = "<br>".join(f"{it.aspect}: `{it.here}` → `{it.there}`" for it in row.differences)
            calls = ["<br>".join(f"`{call}`" for call in calls) for calls in (row.here, row.there)]
            cells = (f"{row.capability}: {row.summary}", _verdict(row), *calls, differs)
            yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _html(matrix: Matrix) -> Iterator[str]:
    title = escape(f"{matrix.old} → {matrix.new}")
    yield f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>bodydouble: {title}</title>'
    yield f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body><h1>{title}</h1>'
    yield f"<p>{escape(', '.join(_counts(matrix)))}.</p>"
    heads = "".join(f"<th>{escape(it)}" for it in ("capability", "verdict", matrix.old, matrix.new, "what differs"))
    for area, rows in groupby(matrix.rows, key=lambda row: row.area):
        yield f"<h2>{escape(area)}</h2><table><tr>{heads}"
        for row in rows:
            calls = ["<br>".join(f"<code>{escape(call)}</code>" for call in it) for it in (row.here, row.there)]
            differs = "<br>".join(
                f"{it.aspect}: <del>{escape(it.here)}</del> → <ins>{escape(it.there)}</ins>" for it in row.differences
            )
            yield f"<tr><td><b>{escape(row.capability)}</b><br>{escape(row.summary)}"
            yield f'<td class="{row.verdict.replace(" ", "-")}">{escape(_verdict(row))}'
            yield f"<td>{calls[0]}<td>{calls[1]}<td>{differs}"
        yield "</table>"
