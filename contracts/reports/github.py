"""The report for GitHub: annotations on the run, and a summary of the step."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from contracts.events import Event, RunEnded
from contracts.finding import Finding
from contracts.reports import facts


class GitHub:
    """Listens, and at the end prints workflow commands and appends Markdown to the file that GitHub names."""

    def __init__(self, summary: Path | None) -> None:
        self._summary = summary

    def __call__(self, event: Event) -> None:
        if not isinstance(event, RunEnded):
            return
        for finding in event.findings:
            level = "notice" if finding.known else "error"
            first, second = finding.names
            text = f"{first} {finding.expected}, {second} {finding.seen}\n" + "\n".join(finding.reproduce)
            click.echo(f"::{level} title={_value(facts.title(finding))}::{_data(text)}")
        if event.trouble:
            click.echo(f"::error title=target trouble::{_data(event.trouble)}")
        if self._summary is not None:
            with self._summary.open("a", encoding="utf-8") as file:
                file.write(_markdown(event))


def _markdown(event: RunEnded) -> str:
    states = Counter(cell.state for cell in event.cells)
    lines = [
        f"### bodydouble {event.command} {event.vendor}: {event.verdict.name.lower()}",
        "",
        f"{event.exchanges} exchanges in {event.seconds:.1f} s, seed {event.seed}"
        + ("; grid: " if states else "")
        + ", ".join(f"{count} {state}" for state, count in sorted(states.items())),
        "",
    ]
    if event.trouble:
        lines += [event.trouble, ""]
    lines += [*(f"- {' '.join(note.split())}" for note in event.notes), ""] if event.notes else []
    for finding in event.findings:
        lines += _section(finding)
    return "\n".join(lines) + "\n"


def _section(finding: Finding) -> list[str]:
    known = f" (known: {finding.known})" if finding.known else ""
    lines = [f"**{finding.check}** `{finding.operation}`{known}", "", *_block("text", facts.text(finding)), ""]
    for name, script in facts.scripts(finding):
        lines += [*([f"{name}:", ""] if name else []), *_block("sh", "\n".join(script)), ""] if script else []
    return lines


def _block(kind: str, text: str) -> list[str]:
    """A block of code. Four backticks: no seen text closes it early."""
    return [f"````{kind}", text, "````"]


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _value(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
