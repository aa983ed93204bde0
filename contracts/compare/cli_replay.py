"""`bodydouble replay`: send a recording to another target, and show what it answers otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import specs
from contracts import known
from contracts.compare.cli import place
from contracts.compare.differences import CLASSES
from contracts.compare.replay import TARGET, Replay
from contracts.compare.sides import opened
from contracts.finding import TargetTrouble, Verdict
from contracts.options import FILE, end, listeners, reports, timeout, tolerance, vendor_path
from contracts.settings import DEFAULT_SEED, Settings, spec_of
from specs.paths import vendor_of


@click.command()
@click.argument("recording", type=FILE)
@click.option("--url", default="mock", show_default=True, help="Base URL of the target, or mock.")
@click.option("--control", help="URL of the mock behind --url; then its clock follows the recording.")
@click.option("--vendor", help="Whose API was recorded; guessed from the requests if not said.")
@vendor_path
@click.option("--credentials", type=FILE, help="TOML file with username, password, token or key for the target.")
@click.option("--allow-writes", is_flag=True, help="Let a target that is no mock be written to.")
@click.option("--known", type=FILE, help="TOML file of accepted differences.")
@click.option("--seed", type=int, default=DEFAULT_SEED, show_default=True, help="Seed of the mock's world.")
@tolerance
@timeout
@click.option("--rate", type=click.FloatRange(min=0), help="Requests a second at most; 0 for no limit.")
@reports()
@click.pass_context
def replay(ctx: click.Context, /, **options: Any) -> None:
    """Send RECORDING, a HAR file of a proxy or a browser, to a target, and show what it answers otherwise.

    Exit codes: 0 no difference, 1 differences, 2 wrong usage or a damaged file, 3 trouble with the target.
    """
    end(ctx, _carry_out, **options)


def _carry_out(
    recording: Path, url: str, control: str | None, vendor: str | None, credentials: Path | None, tolerance: float,
    junit: Path | None, html: Path | None, jsonl: Path | None, github: bool, vendor_paths: tuple[Path, ...],
    **options: Any,
) -> Verdict:  # fmt: skip
    side = place(url, control, credentials, "url")
    for path in vendor_paths:
        specs.add_place(path)
    if vendor is None:
        vendor = vendor_of(recording, {name: specs.read(name) for name in specs.vendors()})
    settings = Settings(vendor, url=side.url, control=control, vendor_paths=vendor_paths, **options)
    spec = spec_of(settings)
    accepted = known.read(settings.known, CLASSES, spec)
    try:
        with opened(spec, settings, TARGET, side) as run:
            told = listeners(junit, html, jsonl, github)
            return Replay(run.settings, spec, recording, run, side.name, tolerance, accepted, told).carry_out()
    except TargetTrouble as trouble:
        click.echo(f"target trouble: {trouble}", err=True)
        return Verdict.TROUBLE
