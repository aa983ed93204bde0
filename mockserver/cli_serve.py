"""`bodydouble serve`."""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import Any

import click

from mockserver.cli import fail, vendor_path
from mockserver.errors import Refusal
from mockserver.server import PortTaken, bind, run, stop_at_eof, url_of, write_ready
from mockserver.settings import MEGABYTE, Settings
from mockserver.store import StoreError

_LOOPBACK = ("127.", "localhost", "::1")


def _switch(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for text in values:
        path, equals, value = text.partition("=")
        vendor, dot, name = path.partition(".")
        if not (equals and dot and vendor and name):
            raise click.BadParameter(f"{text!r} is not VENDOR.NAME=VALUE")
        words: dict[str, Any] = {"true": True, "false": False, "null": None}
        found.setdefault(vendor, {})[name] = words.get(value, int(value) if value.isdigit() else value)
    return found


def _hosts(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    from mockserver.callbacks.destination import Destinations

    hosts = tuple(host for host in value.split(",") if host.strip())
    try:
        Destinations(hosts)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return hosts


@click.command()
@click.argument("what", nargs=-1, metavar="[VENDOR|FILE.yaml]...")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free port.")
@vendor_path
@click.option(
    "--fixture", "fixtures", multiple=True, help="Name of a fixture, or a file of your own; the last is used."
)
@click.option("--seed", default=0, show_default=True, help="Seed of the default world.")
@click.option("--store", default="memory", show_default=True, help="memory, or an SQLAlchemy URL (sqlite:///mock.db).")
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes; needs an SQL store."
)
@click.option("--switch", "switches", multiple=True, callback=_switch, help="VENDOR.NAME=VALUE, see `Switches`.")
@click.option("--rate-limits/--no-rate-limits", default=True, help="Whether the vendors' documented limits hold.")
@click.option("--journal-size", default=1000, show_default=True, type=click.IntRange(1), help="Exchanges kept a world.")
@click.option("--body-limit", default=10 * MEGABYTE, show_default=True, type=click.IntRange(1), help="Bytes of a body.")
@click.option("--control-token", envvar="BODYDOUBLE_CONTROL_TOKEN", help="Guards /_control on a non-loopback host.")
@click.option("--control-host", "control_hosts", multiple=True, help="A further Host name that /_control answers to.")
@click.option(
    "--callback-hosts",
    default="",
    metavar="HOST[,HOST]",
    callback=_hosts,
    help="Hosts, addresses or networks that callbacks may go to, beside this machine; * for all.",
)
@click.option("--tls-cert", type=click.Path(exists=True, dir_okay=False), help="Certificate chain, PEM.")
@click.option("--tls-key", type=click.Path(exists=True, dir_okay=False), help="Its private key, PEM.")
@click.option(
    "--client-ca", type=click.Path(exists=True, dir_okay=False), help="Require clients with one of its certs."
)
@click.option("--ready-file", type=click.Path(path_type=Path), help="Written when requests are accepted: url and pid.")
@click.option("--until-eof", is_flag=True, help="Stop when standard input closes: with the parent process.")
@click.option("--quiet", is_flag=True, help="Print nothing when serving starts.")
def serve(
    what: tuple[str, ...],
    fixtures: tuple[str, ...],
    tls_cert: str | None,
    tls_key: str | None,
    client_ca: str | None,
    ready_file: Path | None,
    workers: int,
    quiet: bool,
    until_eof: bool,
    **options: Any,
) -> None:
    """Serve vendors' stand-ins until stopped: all known vendors, those named, or any OpenAPI 3.0 document."""
    files = tuple(Path(name).resolve() for name in what if name.endswith((".yaml", ".yml", ".json")))
    own = [Path(name).resolve() for name in fixtures if name.endswith((".yaml", ".yml"))]
    settings = Settings(
        vendors=tuple(name for name in what if not name.endswith((".yaml", ".yml", ".json"))),
        spec_files=files,
        vendor_paths=tuple(path.resolve() for path in options.pop("vendor_paths")),
        fixtures=tuple(own),
        fixture=(Path(fixtures[-1]).stem if fixtures[-1].endswith((".yaml", ".yml")) else fixtures[-1])
        if fixtures
        else "default",
        control_hosts=tuple(options.pop("control_hosts")),
        **options,
    )
    _check(settings, workers)
    tls = _tls(tls_cert, tls_key, client_ca)
    try:
        bound = bind(settings.host, settings.port)
    except PortTaken as error:
        fail(str(error), 1)
    url = url_of(bound)
    if tls:
        url = url.replace("http://", "https://", 1)

    if until_eof:
        stop_at_eof()

    def started(app: Any) -> None:
        if not quiet:
            from mockserver.welcome import welcome

            click.echo(welcome(app.vendors, url))
        if ready_file is not None:
            try:
                write_ready(ready_file, url, os.getpid())
            except OSError as error:
                fail(f"the ready file {ready_file} cannot be written: {error.strerror}", 1)

    try:
        run(settings, bound, workers, tls, started)
    except (StoreError, Refusal) as error:
        fail(str(error), 1)
    except ssl.SSLError as error:
        fail(f"the TLS files cannot be used: {error.reason or error}", 1)


def _check(settings: Settings, workers: int) -> None:
    if workers > 1 and settings.store == "memory":
        raise click.UsageError("several workers need a store they share: --store sqlite:///mock.db or postgresql://…")
    if not settings.host.startswith(_LOOPBACK) and settings.control_token is None:
        raise click.UsageError("listening beyond loopback needs --control-token, to guard the control API")


def _tls(cert: str | None, key: str | None, client_ca: str | None) -> dict[str, Any]:
    if not cert and not key and not client_ca:
        return {}
    if not cert or not key:
        raise click.UsageError("TLS needs both --tls-cert and --tls-key")
    required = {"ssl_ca_certs": client_ca, "ssl_cert_reqs": ssl.CERT_REQUIRED} if client_ca else {}
    return {"ssl_certfile": cert, "ssl_keyfile": key, **required}
