"""What the gate's commands have in common: options, the reports that are asked for, and how a command ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console

import specs
from contracts import environment
from contracts.events import Listener
from contracts.finding import UsageError, Verdict
from contracts.reports.github import GitHub
from contracts.reports.html import Html
from contracts.reports.jsonlines import JsonLines
from contracts.reports.junit import Junit
from contracts.reports.publish import Publish
from contracts.reports.terminal import Terminal
from contracts.target import check_url
from specs import SpecError

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(dir_okay=False, path_type=Path)

vendor_path = click.option(
    "--vendor-path", "vendor_paths", multiple=True, type=click.Path(file_okay=False, path_type=Path),
    help="A directory with more vendors.",
)  # fmt: skip
timeout = click.option(
    "--timeout", "seconds", type=click.FloatRange(min=0, min_open=True), default=10.0, show_default=True,
    help="Seconds that an answer may take.",
)  # fmt: skip
tolerance = click.option(
    "--tolerance", type=click.FloatRange(min=0), default=5.0, show_default=True,
    help="Seconds by which times in answers may differ.",
)  # fmt: skip
_REPORTS = {
    "junit": click.option("--junit", type=FILE, help="Write a JUnit report to this file."),
    "html": click.option("--html", type=FILE, help="Write a page for the browser to this file."),
    "jsonl": click.option("--json", "jsonl", type=FILE, help="Write each event as a line of JSON to this file."),
    "github": click.option(
        "--github", is_flag=True, help="Print annotations for GitHub, and append to its step summary."
    ),
}


def reports(*names: str) -> Callable[[F], F]:
    """The options that say which reports there are, these or all; `listeners` takes what they give."""

    def add(command: F) -> F:
        for name in reversed(names or tuple(_REPORTS)):
            command = _REPORTS[name](command)
        return command

    return add


def listeners(
    junit: Path | None = None, html: Path | None = None, jsonl: Path | None = None, github: bool = False,
    publish: str | None = None,
) -> Iterator[Listener]:  # fmt: skip
    """The reports that the user asked for. Raises UsageError for one that cannot be written."""
    yield Terminal(Console())
    files: tuple[tuple[Path | None, Callable[[Path], Listener]], ...] = (
        (junit, Junit), (html, Html), (jsonl, JsonLines),
    )  # fmt: skip
    for path, report in files:
        if path is not None:
            check_writable(path)
            yield report(path)
    if publish is not None:
        check_url(publish, "the server to publish to")
        yield Publish(publish)
    if github:
        summary = environment.variables().get("GITHUB_STEP_SUMMARY")
        if summary:
            check_writable(Path(summary))
        yield GitHub(Path(summary) if summary else None)


def check_writable(path: Path) -> None:
    """Raises UsageError before the run, rather than after it, when a report cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from None


def named(vendor: str | None, document: Path | None) -> str:
    """The vendor that was named, or the one that a document of the user's is. Raises UsageError, SpecError."""
    if (vendor is None) == (document is None):
        raise UsageError(f"name a vendor ({', '.join(specs.vendors())}) or --spec FILE, and not both")
    return specs.add_file(document) if document is not None else str(vendor)


def end(ctx: click.Context, act: Callable[..., int], **options: Any) -> None:
    """End a command with the exit code of what it does; a user's mistake is one line."""
    try:
        code = act(**options)
    except (UsageError, SpecError) as error:
        click.echo(f"bodydouble {ctx.command.name}: {error}", err=True)
        code = Verdict.USAGE
    ctx.exit(code)
