"""`bodydouble compare`: what differs between two implementations of one vendor, each with the shortest reproduction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, get_args

import click

from contracts import known, plan
from contracts.arrivals import check_receiver, receiver
from contracts.compare.differences import CLASSES
from contracts.compare.session import Session
from contracts.compare.sides import BASELINE, CANDIDATE, Place, opened
from contracts.events import Listener
from contracts.finding import TargetTrouble, UsageError, Verdict
from contracts.options import FILE, end, listeners, reports, timeout, tolerance, vendor_path
from contracts.settings import DEFAULT_SEED, Profile, Settings, spec_of, values_in

_MOCK = "mock"


def place(url: str, control: str | None, credentials: Path | None, option: str) -> Place:
    """Where a side is. Raises UsageError when its control API is named and it is not."""
    if url == _MOCK and control:
        raise UsageError(f"--{option}-control goes with --{option} URL; a mock of our own has one")
    return Place(None if url == _MOCK else url, control, credentials)


@click.command()
@click.argument("vendor")
@click.option("--baseline", default=_MOCK, show_default=True, help="Base URL of what is right by definition, or mock.")
@click.option("--candidate", required=True, help="Base URL of what is held against it, or mock.")
@click.option("--baseline-control", help="URL of the mock behind --baseline; then its worlds are used.")
@click.option("--candidate-control", help="URL of the mock behind --candidate; then its worlds are used.")
@click.option("--baseline-credentials", type=FILE, help="TOML file with username, password, token or key.")
@click.option("--candidate-credentials", type=FILE, help="TOML file with username, password, token or key.")
@click.option("--values", type=FILE, help="TOML file whose [values] are examples of parameters that both sides know.")
@vendor_path
@click.option("--operation", "operations", multiple=True, help="Only this operationId; may be given again.")
@click.option(
    "--profile", type=click.Choice(get_args(Profile)), default="quick", show_default=True,
    help="smoke: recipes. quick: also some sequences. full: many. deep: for --minutes.",
)  # fmt: skip
@click.option("--seed", type=int, default=DEFAULT_SEED, show_default=True, help="Same seed, same requests.")
@click.option(
    "--minutes", type=click.FloatRange(min=0, min_open=True), help="How long a deep run takes: 10 if not said."
)
@click.option("--allow-writes", is_flag=True, help="Let a side that is no mock be written to.")
@click.option("--known", type=FILE, help="TOML file of accepted differences.")
@tolerance
@timeout
@click.option("--rate", type=click.FloatRange(min=0), help="Requests a second at most, to each; 0 for no limit.")
@receiver
@click.option("--fail-fast", is_flag=True, help="Stop after the first task with a difference that is not accepted.")
@reports()
@click.pass_context
def compare(ctx: click.Context, /, **options: Any) -> None:
    """Send the same steps to two implementations of VENDOR, and show what differs.

    Exit codes: 0 no difference, 1 differences, 2 wrong usage, 3 trouble with a side.
    """
    end(ctx, _carry_out, **options)


def _carry_out(
    baseline: str, candidate: str, baseline_control: str | None, candidate_control: str | None,
    baseline_credentials: Path | None, candidate_credentials: Path | None, values: Path | None, tolerance: float,
    junit: Path | None, html: Path | None, jsonl: Path | None, github: bool, **options: Any,
) -> Verdict:  # fmt: skip
    places = (
        place(baseline, baseline_control, baseline_credentials, BASELINE),
        place(candidate, candidate_control, candidate_credentials, CANDIDATE),
    )
    check_receiver(options)
    if options["minutes"] is None:
        del options["minutes"]
    elif options["profile"] != "deep":
        raise UsageError("--minutes goes with --profile deep")
    settings = Settings(values=_values_in(values), **options)
    return run(settings, places, tolerance, lambda: listeners(junit, html, jsonl, github))


def _values_in(path: Path | None) -> Mapping[str, str]:
    found = values_in(path)
    if path is not None and not found:
        raise UsageError(f"{path} has no table [values], or nothing in it")
    return found


def run(
    settings: Settings, places: tuple[Place, Place], tolerance: float, told: Callable[[], Iterable[Listener]]
) -> Verdict:
    """Compare two sides; reports are opened when both are there. Raises UsageError."""
    spec = spec_of(settings)
    accepted = known.read(settings.known, CLASSES, spec)
    made = plan.make(spec, settings)
    try:
        with ExitStack() as stack:
            sides = [
                stack.enter_context(opened(spec, settings, name, it))
                for name, it in zip((BASELINE, CANDIDATE), places, strict=True)
            ]
            shown = " → ".join(it.name for it in places)
            return Session(settings, spec, made, (sides[0], sides[1]), shown, tolerance, accepted, told()).carry_out()
    except TargetTrouble as trouble:
        click.echo(f"target trouble: {trouble}", err=True)
        return Verdict.TROUBLE
