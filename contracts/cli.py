"""`bodydouble verify`: judge one implementation of a vendor, and say so by exit code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
from rich.console import Console

import specs
from contracts import environment
from contracts.events import Listener
from contracts.finding import TargetTrouble, UsageError
from contracts.gate import TEST_MODULE, Gate, gate
from contracts.reports.junit import Junit
from contracts.reports.terminal import Terminal
from contracts.settings import DEFAULT_SEED, Settings, values_in
from specs import SpecError

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("vendor", required=False)
@click.option("--url", help="Base URL of the implementation to judge. Without it, a mock of our own is started.")
@click.option("--control", help="URL of the mock behind --url; then worlds, clock and faults are used.")
@click.option("--spec", "document", type=_FILE, help="An OpenAPI document of your own, in place of VENDOR.")
@click.option(
    "--vendor-path", "vendor_paths", multiple=True, type=click.Path(path_type=Path), help="A directory with more vendors."
)
@click.option("--operation", "operations", multiple=True, help="Only this operationId; may be given again.")
@click.option("--only", multiple=True, help="Only this check; may be given again.")
@click.option("--skip", multiple=True, help="Not this check; may be given again.")
@click.option("--profile", type=click.Choice(["quick", "full"]), default="quick", show_default=True)
@click.option("--seed", type=int, default=DEFAULT_SEED, show_default=True, help="Same seed, same requests.")
@click.option("--require", type=click.FloatRange(0, 100), help="Percentage of the grid that must be witnessed.")
@click.option("--allow-writes", is_flag=True, help="Let a target that is no mock be written to.")
@click.option("--credentials", type=_FILE, help="TOML file with username, password, token or key, and [values].")
@click.option("--known", type=_FILE, help="TOML file of accepted findings.")
@click.option("--timeout", "seconds", type=click.FloatRange(min=0, min_open=True), default=10.0, show_default=True)
@click.option("--rate", type=click.FloatRange(min=0), help="Requests a second at most; 0 for no limit.")
@click.option("--junit", type=_FILE, help="Write a JUnit report to this file.")
@click.pass_context
def verify(ctx: click.Context, /, junit: Path | None, **options: Any) -> None:
    """Check that VENDOR, mock or real, keeps what its spec promises.

    Exit codes: 0 clean, 1 findings, 2 wrong usage, 3 trouble with the target.
    """
    listeners: list[Listener] = [Terminal(Console())]
    if junit is not None:
        listeners.append(Junit(junit))
    try:
        it = gate(_settings(**options), tuple(listeners))
    except UsageError as error:
        raise click.UsageError(str(error), ctx=None) from None
    ctx.exit(_carry_out(it))


def _settings(vendor: str | None, document: Path | None, **options: Any) -> Settings:
    if (vendor is None) == (document is None):
        raise UsageError(f"name a vendor ({', '.join(specs.vendors())}) or --spec FILE, and not both")
    if options["control"] and not options["url"]:
        raise UsageError("--control goes with --url; without both, a mock of our own is started")
    if document is not None:
        try:
            vendor = specs.add_file(document)
        except SpecError as error:
            raise UsageError(str(error)) from None
    for name in ("only", "skip"):
        options[name] = frozenset(options[name])
    return Settings(vendor=str(vendor), document=document, values=values_in(options["credentials"]), **options)


def _carry_out(it: Gate) -> int:
    try:
        it.open()
        # No terminal and no cache: reports are ours, and nothing is to be left behind in the user's directory.
        arguments = ["--pyargs", TEST_MODULE, "-p", "no:terminal", "-p", "no:cacheprovider", "--capture=no"]
        with environment.scratch() as scratch:
            # A configuration of our own, whatever stands in the user's.
            configuration = Path(scratch) / "pytest.ini"
            configuration.write_text("[pytest]\n")
            arguments += ["-c", str(configuration), "--rootdir", scratch]
            pytest.main(arguments, plugins=[it])
    except TargetTrouble as trouble:
        if it.verdict is None and not it.started:
            click.echo(f"target trouble: {trouble}", err=True)
    except UsageError as error:
        raise click.UsageError(str(error), ctx=None) from None
    finally:
        verdict = it.close()
    return int(verdict)
