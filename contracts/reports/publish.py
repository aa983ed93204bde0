"""The report for a server's console: what a run found, told to its control API, which shows it beside the spec."""

from __future__ import annotations

from contextlib import closing

import click

from contracts.control import Control
from contracts.events import Event, RunEnded
from contracts.finding import TargetTrouble
from contracts.reports import facts

_MOST = 300  # findings; who has more reads them elsewhere


class Publish:
    """Listens, and tells the server at `url` at the end. A server that does not take it changes no verdict."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __call__(self, event: Event) -> None:
        if not isinstance(event, RunEnded):
            return
        report = {"target": event.target, "seed": event.seed, **facts.ended(event)}
        if len(event.findings) > _MOST:
            report["findings"] = report["findings"][:_MOST]
            report["notes"] = [*report["notes"], f"the first {_MOST} of {len(event.findings)} findings"]
        try:
            with closing(Control(self._url)) as control:
                control.call("PUT", f"/reports/{event.vendor}", report)
        except TargetTrouble as trouble:
            click.echo(f"the report was not published: {trouble}", err=True)
