"""The command `bodydouble`. Sub-commands are looked up by dotted name when they are asked for, so that `serve` never
pays for what `verify` imports. Printing happens here and nowhere else in the mock."""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from specs.loading import SpecError

_COMMANDS = {
    "serve": ("mockserver.cli_serve:serve", "Serve vendors' stand-ins until stopped."),
    "routes": ("mockserver.cli_specs:routes", "List operations: method, path, operationId and file:line."),
    "spec": ("mockserver.cli_specs:spec", "Print a vendor's OpenAPI document."),
    "spec-diff": ("mockserver.cli_diff:spec_diff", "List changes between two specs that break clients."),
    "lint": ("mockserver.cli_specs:lint", "Hold specs to the rules of docs/specs.md."),
    "verify": ("contracts.cli:verify", "Prove that an implementation keeps a vendor's contract."),
    "swap": ("contracts.swap.cli:swap", "Show what breaks if one vendor takes the place of another."),
    "compare": ("contracts.compare.cli:compare", "Show what differs between two implementations of a vendor."),
    "proxy": ("contracts.compare.cli_proxy:proxy", "Forward to a real vendor, check what passes, and record it."),
    "replay": ("contracts.compare.cli_replay:replay", "Send a recording to another target, and show what differs."),
    "fixture": ("mockserver.cli_fixture:fixture", "Turn a recording into a fixture for the mock."),
    "receiver": ("contracts.receiver.cli:receiver", "Prove that your webhook endpoint takes what a vendor may send."),
}
_GATE = ("hypothesis", "openapi_spec_validator", "pytest", "schemathesis")  # what `pip install bodydouble` leaves out


class _Lazy(click.Group):
    """A group whose commands are imported when they run; its help costs nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in _COMMANDS.items()])


@click.group(cls=_Lazy, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bodydouble")
@click.pass_context
def bodydouble(ctx: click.Context) -> None:
    """Stand-ins for customer-engagement vendors, and the gate that proves they keep their contract."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        ctx.exit(2)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line. A user's mistake is one line on standard error and exit code 2, never a traceback."""
    logging.basicConfig(level=logging.WARNING, format="bodydouble: %(message)s", stream=sys.stderr)
    try:
        code = bodydouble.main(args=arguments, prog_name="bodydouble", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "bodydouble"
        fail(f"{error.format_message()} (see `{command} --help`)", error.exit_code)
    except click.ClickException as error:
        fail(error.format_message(), error.exit_code)
    except SpecError as error:
        fail(str(error))
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] not in _GATE:
            raise
        fail(f"this command needs {error.name}: pip install 'bodydouble[gate]'")
    sys.exit(code if isinstance(code, int) else 0)


def fail(message: str, code: int = 2) -> Any:
    """One line on standard error, and the end of the program."""
    click.echo(f"bodydouble: {' '.join(message.split())}", err=True)
    sys.exit(code)


def write(path: Path, text: str) -> None:
    """Write a file that the user named, and the directories it lacks. Raises click.UsageError when that cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"{path}: cannot be written: {error.strerror}") from None


def vendor_paths(_: click.Context, __: click.Parameter, value: tuple[Path, ...]) -> tuple[Path, ...]:
    """Option callback: make the user's places known to every command that takes `--vendor-path`."""
    import specs

    for place in value:
        specs.add_place(place)
    return value


FILE = click.Path(dir_okay=False, path_type=Path)
vendor_path = click.option(
    "--vendor-path",
    "vendor_paths",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    callback=vendor_paths,
    help="A directory with vendors of your own (specs/, mockserver/vendors/, contracts/vendors/). May be repeated.",
)
