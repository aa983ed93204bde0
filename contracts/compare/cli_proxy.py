"""`bodydouble proxy`: stand before a real vendor, check what passes against the spec, and record it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import click

import specs
from contracts import known, vendors
from contracts.checks import catalogue
from contracts.compare.observer import Observer
from contracts.compare.proxy import Proxy
from contracts.compare.record import Recording
from contracts.finding import UsageError, Verdict
from contracts.incoming import words
from contracts.options import FILE, check_writable, end, listeners, reports, vendor_path
from contracts.target import check_url


@click.command()
@click.argument("vendor")
@click.option("--upstream", required=True, help="Base URL of the real vendor.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8081, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free port.")
@click.option("--har", type=FILE, help="Record to this HAR file, without secrets.")
@click.option(
    "--keep", default=1 << 20, show_default=True, type=click.IntRange(min=0),
    help="Bytes of a body that are checked and recorded.",
)  # fmt: skip
@click.option("--known", "accepted", type=FILE, help="TOML file of accepted findings.")
@vendor_path
@click.option("--ready-file", type=FILE, help="Written when requests are accepted: url and pid.")
@click.option("--until-eof", is_flag=True, help="Stop when standard input closes: with the parent process.")
@reports()
@click.pass_context
def proxy(ctx: click.Context, /, **options: Any) -> None:
    """Forward to VENDOR until stopped, hold what passes against its spec, and record it.

    Exit codes, when stopped: 0 clean, 1 findings, 2 wrong usage, 3 nothing could be forwarded, or not all recorded.
    """
    end(ctx, _carry_out, **options)


def _carry_out(
    vendor: str, upstream: str, host: str, port: int, har: Path | None, keep: int, accepted: Path | None,
    vendor_paths: tuple[Path, ...], ready_file: Path | None, until_eof: bool,
    junit: Path | None, html: Path | None, jsonl: Path | None, github: bool,
) -> Verdict:  # fmt: skip
    check_url(upstream, "the upstream")
    for path in vendor_paths:
        specs.add_place(path)
    spec = specs.read(vendor)
    own = getattr(vendors.module(vendor, "checks"), "CHECKS", ())
    checks = catalogue(own)
    entries = known.read(accepted, checks, spec)
    if ready_file is not None:
        check_writable(_half(ready_file))
    recording = Recording(har, spec) if har else None
    observer = Observer(
        spec, upstream.rstrip("/"), checks, entries, recording, tuple(listeners(junit, html, jsonl, github))
    )  # fmt: skip
    it = Proxy(upstream, keep, observer.passed, observer.note_trouble)
    try:
        asyncio.run(_serve(it, host, port, ready_file, until_eof))
    finally:
        if recording is not None:
            recording.close()
    return observer.end()


async def _serve(it: Proxy, host: str, port: int, ready_file: Path | None, until_eof: bool) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if until_eof:
        threading.Thread(target=_wait_for_eof, args=(loop, stop), daemon=True).start()
    try:
        server = await it.serve(host, port)
    except OSError as error:
        raise UsageError(f"cannot listen on {host}:{port}: {words(error)}; choose another with --port") from None
    async with server:
        address, number = server.sockets[0].getsockname()[:2]
        url = f"http://[{address}]:{number}" if ":" in address else f"http://{address}:{number}"
        click.echo(f"listening at {url}; Ctrl-C stops it and tells what was found", err=True)
        if ready_file is not None:
            _half(ready_file).write_text(json.dumps({"url": url, "pid": os.getpid()}))
            _half(ready_file).rename(ready_file)
        await stop.wait()


def _half(ready_file: Path) -> Path:
    """What becomes the file once it is whole: whoever waits for it must not read an empty one."""
    return ready_file.with_suffix(".part")


def _wait_for_eof(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    while sys.stdin.buffer.read(1024):
        pass
    loop.call_soon_threadsafe(stop.set)
