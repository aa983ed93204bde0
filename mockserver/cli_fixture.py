"""`bodydouble fixture`."""

from __future__ import annotations

from pathlib import Path

import click

import specs
from mockserver.cli import FILE, vendor_path, write
from mockserver.recorded import Collector, Made
from mockserver.vendor import load_vendor
from specs.loading import dumped
from specs.paths import vendor_of


@click.command()
@click.argument("recording", type=FILE)
@click.option("--output", type=FILE, help="The fixture; the recording's name with .yaml if not said.")
@click.option("--vendor", help="Whose API was recorded; guessed from the requests if not said.")
@vendor_path
@click.pass_context
def fixture(
    ctx: click.Context, /, recording: Path, output: Path | None, vendor: str | None, vendor_paths: tuple[Path, ...]
) -> None:
    """Make a fixture for the mock from RECORDING, a HAR file of a proxy, a browser or another tool.

    `serve --fixture FILE` then answers as the recording's last answers do. Exit codes: 0 all reads of the recording are
    answered as recorded, 1 some are not, 2 wrong usage or a damaged file.
    """
    name = vendor or vendor_of(recording, {it: specs.read(it) for it in specs.vendors()})
    made = Collector(load_vendor(name, specs.read(name))).collect(recording)
    count = sum(map(len, made.records.values()))
    if not count:
        raise click.UsageError(f"{recording}: nothing in it tells of a record of {name}")
    path = output or recording.with_suffix(".yaml")
    write(path, f"# From {recording.name}.\n{dumped({name: made.records})}")
    click.echo(f"{path}: {count} records of {len(made.records)} kinds of {name}")
    for note in made.notes:
        click.echo(f"  {note}")
    if made.reads:
        click.echo(f"{made.same} of {made.reads} reads of the recording are answered as recorded")
    ctx.exit(_code(made))


def _code(made: Made) -> int:
    if made.early:
        click.echo(f"bodydouble fixture: {made.early}", err=True)
        return 2
    return int(made.same < made.reads)
