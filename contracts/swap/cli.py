"""`bodydouble swap`: what an integration would notice if one vendor took the place of another."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console

import specs
from contracts.swap import pages
from contracts.swap.matrix import Matrix, compare

_FILE = click.Path(dir_okay=False, path_type=Path)
_DIRECTORY = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("old", metavar="FROM")
@click.argument("new", metavar="TO")
@click.option("--vendor-path", "vendor_paths", multiple=True, type=_DIRECTORY, help="A directory with more vendors.")
@click.option("--html", type=_FILE, help="Write the matrix as a page for the browser to this file.")
@click.option("--markdown", type=_FILE, help="Write the matrix as Markdown to this file.")
@click.option("--json", "jsonfile", type=_FILE, help="Write the matrix as JSON to this file.")
def swap(
    old: str, new: str, vendor_paths: tuple[Path, ...], html: Path | None, markdown: Path | None, jsonfile: Path | None
) -> None:
    """Show what changes for an integration if vendor TO takes the place of FROM.

    Every row is computed from the two specs. Exit codes: 0 the matrix was made, 2 wrong usage.
    """
    for place in vendor_paths:
        specs.add_place(place)
    matrix = compare(specs.read(old), specs.read(new))
    pages.to_terminal(matrix, Console())
    _write(matrix, html, markdown, jsonfile)


def _write(matrix: Matrix, html: Path | None, markdown: Path | None, jsonfile: Path | None) -> None:
    for path, text in (
        (html, pages.to_html(matrix)),
        (markdown, pages.to_markdown(matrix)),
        (jsonfile, json.dumps(matrix.as_dict(), ensure_ascii=False, indent=2) + "\n"),
    ):
        if path is None:
            continue
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise click.UsageError(f"{path}: cannot be written: {error.strerror}") from None
