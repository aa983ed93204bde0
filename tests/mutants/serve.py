"""`python -m tests.mutants.serve MUTANT`: the mutated mock as a server, started as `bodydouble serve` starts it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from mockserver.server import bind, run, stop_at_eof, url_of, write_ready
from mockserver.settings import Settings
from tests.mutants.catalogue import CATALOGUE, RESTARTS

EVERY = {**CATALOGUE, **RESTARTS}


@click.command()
@click.argument("mutant", type=click.Choice(sorted(EVERY)), metavar="MUTANT")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free port.")
@click.option("--fixture", default="default", show_default=True, help="Name of a fixture.")
@click.option("--seed", default=0, show_default=True, help="Seed of the default world.")
@click.option("--rate-limits/--no-rate-limits", default=True, help="Whether the vendors' documented limits hold.")
@click.option("--store", default="memory", show_default=True, help="memory, or an SQLAlchemy URL.")
@click.option("--ready-file", type=click.Path(path_type=Path), help="Written when requests are accepted: url and pid.")
@click.option("--until-eof", is_flag=True, help="Stop when standard input closes: with the parent process.")
def serve(mutant: str, ready_file: Path | None, until_eof: bool, **options: Any) -> None:
    """Serve the vendor of one mutant, mutated, until stopped."""
    chosen = EVERY[mutant]
    settings = Settings(vendors=(chosen.vendor,), **options)
    bound = bind(settings.host, settings.port)
    url = url_of(bound)
    if until_eof:
        stop_at_eof()

    def started(_: Any) -> None:
        click.echo(f"{mutant} at {url}/{chosen.vendor}: not so here: {chosen.rule}")
        if ready_file is not None:
            write_ready(ready_file, url, os.getpid())

    with chosen.applied():
        run(settings, bound, started=started)


if __name__ == "__main__":
    serve()
