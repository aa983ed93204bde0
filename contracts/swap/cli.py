"""`bodydouble swap`: what an integration would notice if one vendor took the place of another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console

import specs
from contracts.finding import UsageError, Verdict
from contracts.options import FILE, check_writable, vendor_path
from contracts.settings import DEFAULT_SEED, Settings
from contracts.swap import pages, portable
from contracts.swap.stories import found, load
from contracts.swap.tales import Tale, both
from specs.swap.matrix import Matrix, compare


@click.command()
@click.argument("old", metavar="FROM")
@click.argument("new", metavar="TO")
@vendor_path
@click.option("--html", type=FILE, help="Write the matrix as a page for the browser to this file.")
@click.option("--markdown", type=FILE, help="Write the matrix as Markdown to this file.")
@click.option("--json", "jsonfile", type=FILE, help="Write the matrix as JSON to this file.")
@click.option("--stories", is_flag=True, help="Tell portable stories on both vendors, and show how each step ended.")
@click.option("--story", "files", multiple=True, type=FILE, help="A Python file with stories of your own.")
@click.option("--from-url", help="Base URL of FROM. Without it, a mock of our own is started.")
@click.option("--to-url", help="Base URL of TO. Without it, a mock of our own is started.")
@click.option("--allow-writes", is_flag=True, help="Let a target that is no mock be written to.")
@click.option("--credentials", type=FILE, help="TOML file with credentials, a table for each vendor.")
@click.option("--seed", type=int, default=DEFAULT_SEED, show_default=True, help="Same seed, same ids.")
@click.pass_context
def swap(ctx: click.Context, /, old: str, new: str, vendor_paths: tuple[Path, ...], **options: Any) -> None:
    """Show what changes for an integration if vendor TO takes the place of FROM.

    Every row of the matrix is computed from the two specs. Stories are run, on mocks or on real targets, where they
    leave behind what they make, and shown in its place; files hold both. Exit codes: 0 it was shown, 2 wrong usage, 3
    trouble with a target.
    """
    reports = {name: options.pop(name) for name in ("html", "markdown", "jsonfile")}
    for place in vendor_paths:
        specs.add_place(place)
    matrix = compare(specs.read(old), specs.read(new))
    try:
        for path in filter(None, reports.values()):
            check_writable(path)
        tales, trouble = _tales(matrix, vendor_paths=vendor_paths, **options)
    except UsageError as error:
        raise click.UsageError(str(error)) from None
    console = Console()
    if tales:
        pages.stories_to_terminal(matrix, tales, console)
    elif not trouble:
        pages.to_terminal(matrix, console)
    if tales or not trouble:
        _write(matrix, tales, **reports)
    if trouble:
        click.echo(f"bodydouble swap: target trouble: {trouble}", err=True)
        ctx.exit(Verdict.TROUBLE)


def _tales(
    matrix: Matrix, stories: bool, files: tuple[Path, ...], from_url: str | None, to_url: str | None, **options: Any
) -> tuple[list[Tale], str]:
    """The stories that were asked for, told by both vendors, and the trouble that stopped them. Raises UsageError."""
    chosen = [*(found(portable) if stories else ()), *(it for path in files for it in load(path))]
    if not chosen:
        if from_url or to_url:
            raise UsageError("--from-url and --to-url go with --stories or --story; the matrix needs no target")
        return [], ""
    settings = [Settings(vendor, url=url, **options) for vendor, url in ((matrix.old, from_url), (matrix.new, to_url))]
    return both(chosen, *settings)


def _write(matrix: Matrix, tales: list[Tale], html: Path | None, markdown: Path | None, jsonfile: Path | None) -> None:
    facts = {**matrix.as_dict(), "stories": [tale.as_dict() for tale in tales]}
    for path, text in (
        (html, pages.to_html(matrix, tales)),
        (markdown, pages.to_markdown(matrix, tales)),
        (jsonfile, json.dumps(facts, ensure_ascii=False, indent=2) + "\n"),
    ):
        if path is None:
            continue
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise click.UsageError(f"{path}: cannot be written: {error.strerror}") from None
