"""The options that say where a target's callbacks arrive: a public URL, and the port here that it is passed on to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from contracts import hearing
from contracts.finding import UsageError
from contracts.target import check_url

F = TypeVar("F", bound=Callable[..., Any])


def receiver(command: F) -> F:
    """The two options; `check_receiver` looks at them."""
    url = click.option("--callback-url", metavar="URL", help="Where a target's callbacks go: a public URL.")
    port = click.option(
        "--callback-port", type=click.IntRange(1, 65535), help="The port here that --callback-url is passed on to."
    )
    return url(port(command))


def check_receiver(options: dict[str, Any], processes: int = 1) -> None:
    """Raises UsageError for a receiver of callbacks that could not be reached, or could not listen."""
    url, port = options["callback_url"], options["callback_port"]
    if (url is None) != (port is None):
        raise UsageError("--callback-url and --callback-port go together: the one is passed on to the other")
    if url is None:
        del options["callback_port"]
        return
    check_url(url, "the receiver of callbacks")
    if processes > 1:
        raise UsageError("--callback-url goes without -n: one process listens at its port")
    trouble = hearing.trouble(port)
    if trouble:
        raise UsageError(f"--callback-port {port}: {trouble}")
