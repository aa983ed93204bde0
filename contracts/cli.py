"""`bodydouble verify`: judge one implementation of a vendor, and say so by exit code."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import click
import pytest

from contracts import environment
from contracts.arrivals import check_receiver, receiver
from contracts.finding import TargetTrouble, UsageError
from contracts.gate import TEST_MODULE, Gate, gate
from contracts.options import FILE, end, listeners, named, reports, timeout, vendor_path
from contracts.settings import DEFAULT_SEED, Profile, Settings, shard, values_in


@click.command()
@click.argument("vendor", required=False)
@click.option("--url", help="Base URL of the implementation to judge. Without it, a mock of our own is started.")
@click.option("--control", help="URL of the mock behind --url; then worlds, clock and faults are used.")
@click.option("--spec", "document", type=FILE, help="An OpenAPI document of your own, in place of VENDOR.")
@vendor_path
@click.option("--operation", "operations", multiple=True, help="Only this operationId; may be given again.")
@click.option("--operations-from", type=FILE, help="Only the operationIds in this file, one a line; see spec-diff.")
@click.option("--shard", default="1/1", help="i/n: the i-th of n parts, for n machines that share the work.")
@click.option("--only", multiple=True, help="Only this check; may be given again.")
@click.option("--skip", multiple=True, help="Not this check; may be given again.")
@click.option(
    "--profile", type=click.Choice(get_args(Profile)), default="quick", show_default=True,
    help="smoke: recipes. quick: also boundary values, few sequences. full: also fuzzing, many. deep: on and on.",
)  # fmt: skip
@click.option("--seed", type=int, default=DEFAULT_SEED, show_default=True, help="Same seed, same requests.")
@click.option(
    "--minutes", type=click.FloatRange(min=0, min_open=True), help="How long a deep run takes: 10 if not said."
)
@click.option("--database", metavar="DIR|redis://…", help="Where sequences that failed are kept, to be tried first.")
@click.option("-n", "processes", type=click.IntRange(min=1), default=1, show_default=True, help="Processes at work.")
@click.option("--require", type=click.FloatRange(0, 100), help="Percentage of the grid that must be witnessed.")
@click.option("--allow-writes", is_flag=True, help="Let a target that is no mock be written to.")
@click.option("--credentials", type=FILE, help="TOML file with username, password, token or key, and [values].")
@click.option("--known", type=FILE, help="TOML file of accepted findings.")
@timeout
@click.option("--rate", type=click.FloatRange(min=0), help="Requests a second at most; 0 for no limit.")
@click.option("--probe-rate", is_flag=True, help="Send bursts that exceed the documented limits of a real target.")
@receiver
@click.option("--fail-fast", is_flag=True, help="Stop after the first task with a finding that is not accepted.")
@reports()
@click.option("--publish", metavar="URL", help="Show the report in the console of the mock server at this URL.")
@click.pass_context
def verify(ctx: click.Context, /, **options: Any) -> None:
    """Check that VENDOR, mock or real, keeps what its spec promises.

    Exit codes: 0 clean, 1 findings, 2 wrong usage, 3 trouble with the target.
    """
    end(ctx, _verify, **options)


def _verify(
    processes: int, junit: Path | None, html: Path | None, jsonl: Path | None, publish: str | None, github: bool,
    **options: Any,
) -> int:  # fmt: skip
    settings = _settings(processes=processes, **options)
    it = gate(settings, tuple(listeners(junit, html, jsonl, github, publish)))
    return _carry_out(it, processes)


def _settings(
    vendor: str | None, document: Path | None, processes: int, operations_from: Path | None, **options: Any
) -> Settings:
    vendor = named(vendor, document)
    if options["control"] and not options["url"]:
        raise UsageError("--control goes with --url; without both, a mock of our own is started")
    if document is not None and not options["url"]:
        raise UsageError("--spec goes with --url: a mock that knows nothing but examples has nothing to prove")
    options["shard"] = shard(options["shard"])
    if operations_from is not None:
        options["operations"] = tuple(dict.fromkeys((*options["operations"], *_operations_in(operations_from))))
    if options["probe_rate"] and processes > 1:
        raise UsageError("--probe-rate goes without -n: the processes would take each other's requests")
    check_receiver(options, processes)
    if options["minutes"] is None:
        del options["minutes"]
    elif options["profile"] != "deep":
        raise UsageError("--minutes goes with --profile deep")
    for name in ("only", "skip"):
        options[name] = frozenset(options[name])
    return Settings(vendor=vendor, document=document, values=values_in(options["credentials"]), **options)


def _operations_in(path: Path) -> list[str]:
    """The operationIds in a file, one a line; `#` begins a comment. Raises UsageError when there are none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from None
    found = [name for line in lines if (name := line.partition("#")[0].strip())]
    if not found:
        raise UsageError(f"{path} names no operations, so there is nothing to verify")
    return found


def _carry_out(it: Gate, processes: int) -> int:
    try:
        it.open()
        # No terminal and no cache: reports are ours, and nothing is to be left behind in the user's directory.
        arguments = ["--pyargs", TEST_MODULE, "-p", "no:terminal", "-p", "no:cacheprovider", "--capture=no"]
        arguments += ["-n", str(processes), "--maxschedchunk", "1"] if processes > 1 else ["-p", "no:xdist"]
        arguments += ["--maxfail", "1"] if it.settings.fail_fast else []
        with environment.scratch() as scratch, environment.storing(scratch):
            # A configuration of our own, whatever stands in the user's, and nothing of the user's own tests.
            configuration = Path(scratch) / "pytest.ini"
            configuration.write_text("[pytest]\n")
            arguments += ["-c", str(configuration), "--rootdir", scratch, "--noconftest"]
            pytest.main(arguments, plugins=[it])
    except TargetTrouble as trouble:
        if it.verdict is None and not it.started:
            click.echo(f"target trouble: {trouble}", err=True)
    except KeyboardInterrupt:
        it.interrupted()
    finally:
        verdict = it.close()
    return int(verdict)
