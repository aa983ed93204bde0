"""`bodydouble receiver`: prove that a webhook endpoint takes what a vendor may send."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

import click

import specs
from contracts import environment
from contracts.exchange import Headers
from contracts.finding import UsageError, Verdict
from contracts.options import FILE, end, listeners, named, reports, vendor_path
from contracts.receiver import plan
from contracts.receiver.callbacks import Callbacks
from contracts.receiver.event import Events
from contracts.receiver.run import Run
from contracts.secrecy import Mask
from contracts.settings import DEFAULT_SEED
from contracts.target import Target
from specs import Spec

_SECRET = re.compile(r"token|key|secret|sig|pass|auth|code", re.IGNORECASE)


@click.command()
@click.argument("vendor", required=False)
@click.option("--url", required=True, help="Your endpoint, as the vendor would call it.")
@click.option("--spec", "document", type=FILE, help="An OpenAPI document of your own, in place of VENDOR.")
@vendor_path
@click.option("--callback", "callbacks", multiple=True, help="Only this callback; may be given again.")
@click.option("--seed", type=int, default=DEFAULT_SEED, show_default=True, help="Same seed, same deliveries and ids.")
@click.option(
    "--within", type=click.FloatRange(min=0, min_open=True), default=2.0, show_default=True,
    help="Seconds that an answer may take.",
)  # fmt: skip
@click.option(
    "--max-requests", "most", type=click.IntRange(min=1), default=200, show_default=True, help="Send no more.",
)  # fmt: skip
@reports("junit", "jsonl")
@click.pass_context
def receiver(ctx: click.Context, /, **options: Any) -> None:
    """Check that your webhook endpoint takes what VENDOR documents that it may send.

    It is sent every callback, odd but valid bodies included, twice, late and out of order, and must answer 2xx in time.
    Nothing malformed is sent. Exit codes: 0 clean, 1 findings, 2 wrong usage, 3 trouble with the endpoint.
    """
    end(ctx, _carry_out, **options)


def _carry_out(
    vendor: str | None, url: str, document: Path | None, vendor_paths: tuple[Path, ...], callbacks: tuple[str, ...],
    seed: int, within: float, most: int, junit: Path | None, jsonl: Path | None,
) -> Verdict:  # fmt: skip
    documented = Callbacks(_spec(vendor, document, vendor_paths))
    chosen = documented.chosen(callbacks)
    base, sent_to, credentials, secrets = _address(url)
    # A late answer is waited for, so that it can be told from none.
    with Target(base, seconds=2 * within + 0.5) as target:
        events = Events(documented.spec, sent_to, credentials, environment.dice(seed, "ids"))
        made = plan.make(documented.spec, chosen, events, seed=seed, most=most)
        run = Run(
            documented.spec.vendor, chosen, events, made, target,
            seed=seed, within=within, mask=Mask(secrets), listeners=[*listeners(junit, jsonl=jsonl)],
        )  # fmt: skip
        return run.carry_out()


def _spec(vendor: str | None, document: Path | None, vendor_paths: tuple[Path, ...]) -> Spec:
    for path in vendor_paths:
        specs.add_place(path)
    return specs.read(named(vendor, document))


def _address(url: str) -> tuple[str, str, Headers, list[str]]:
    """An endpoint's URL without its query, the URL to send to, a header for the credentials in it, and its secrets."""
    try:
        parts = urlsplit(url)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
    except ValueError:
        raise UsageError("--url is no http:// or https:// URL") from None
    host = parts.netloc.rpartition("@")[2]
    secrets = [value for name, value in parse_qsl(parts.query) if _SECRET.search(name)]
    headers: Headers = ()
    if "@" in parts.netloc:
        basic = base64.b64encode(f"{user}:{password}".encode()).decode()
        headers, secrets = (("Authorization", f"Basic {basic}"),), [*secrets, password, basic]
    base = urlunsplit((parts.scheme, host, parts.path, "", ""))
    return base, urlunsplit((parts.scheme, host, parts.path, parts.query, "")), headers, secrets
