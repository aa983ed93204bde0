"""`bodydouble spec-diff`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

import specs
from mockserver.cli import FILE, vendor_path, write
from specs import Spec
from specs.diff import Change, affected, compare


@click.command("spec-diff")
@click.argument("old")
@click.argument("new")
@vendor_path
@click.option("--json", "jsonfile", type=FILE, help="Write the changes as JSON to this file.")
@click.option("--operations", type=FILE, help="Write the operations affected to this file, for verify.")
@click.option(
    "--fail-on", type=click.Choice(("error", "warning", "never")), default="error", show_default=True,
    help="The least change that gives exit code 1.",
)  # fmt: skip
def spec_diff(
    old: str, new: str, vendor_paths: tuple[Path, ...], jsonfile: Path | None, operations: Path | None, fail_on: str
) -> None:
    """List the changes from OLD to NEW that break clients; each is a vendor's name or a file.

    Rule ids are those of oasdiff. `verify --operations-from FILE` runs only the operations that --operations wrote.
    Exit codes: 0 nothing that --fail-on names, 1 something, 2 wrong usage.
    """
    changes = compare(_spec(old), _spec(new))
    for change in changes:
        click.echo(str(change))
    errors = sum(change.level == "error" for change in changes)
    names = affected(changes)
    click.echo(f"{errors} errors, {len(changes) - errors} warnings; {len(names)} operations affected")
    for name in names:
        click.echo(f"  {name}")
    if jsonfile is not None:
        found = {"changes": [_as_dict(change) for change in changes], "operations": names}
        write(jsonfile, json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    if operations is not None:
        write(operations, "".join(f"{name}\n" for name in names))
    if {"error": errors, "warning": len(changes), "never": 0}[fail_on]:
        raise click.exceptions.Exit(1)


def _spec(name: str) -> Spec:
    """The vendor of this name, or the document in this file. Raises SpecError."""
    with specs.passing():
        spec = specs.read(name if name in specs.vendors() else specs.add_file(Path(name)))
    spec.check()
    return spec


def _as_dict(change: Change) -> dict[str, object]:
    return {"level": change.level, **asdict(change)}
