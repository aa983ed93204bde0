"""`bodydouble routes`, `spec` and `lint`."""

from __future__ import annotations

from pathlib import Path

import click

import specs
from mockserver.cli import vendor_path


@click.command()
@click.argument("vendor", required=False)
@vendor_path
def routes(vendor: str | None, vendor_paths: tuple[Path, ...]) -> None:
    """List operations: method, path, operationId and the handler's file:line, of VENDOR or of all."""
    from specs.handlers import locate

    for name in [vendor] if vendor else specs.vendors():
        for operation in specs.read(name).operations.values():
            place = locate(name, operation.id)
            path = f"/{name}{operation.path}"
            click.echo(f"{operation.method:7} {path:95} {operation.id:45} {place or '(answers from the spec)'}")


@click.command()
@click.argument("vendor")
@vendor_path
def spec(vendor: str, vendor_paths: tuple[Path, ...]) -> None:
    """Print a vendor's OpenAPI document, as it was written."""
    click.echo(specs.read(vendor).path.read_text(), nl=False)


@click.command()
@click.argument("vendors", nargs=-1)
@vendor_path
def lint(vendors: tuple[str, ...], vendor_paths: tuple[Path, ...]) -> None:
    """Hold specs to the rules of docs/specs.md: VENDORS, or all. Exit code 1 when one is broken."""
    from specs.lint import lint as check

    found = [problem for name in vendors or specs.vendors() for problem in check(specs.read(name))]
    for problem in found:
        click.echo(problem)
    click.echo(f"{len(found)} problems" if found else "no problems")
    if found:
        raise click.exceptions.Exit(1)
