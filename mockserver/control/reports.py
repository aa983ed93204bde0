"""What `bodydouble verify` found last about each vendor, for all worlds and workers of a server."""

from __future__ import annotations

from typing import Any

from mockserver.clock import Clock, iso
from mockserver.errors import NotFound
from mockserver.exchange import Reply
from mockserver.store import Kind
from mockserver.worlds import Worlds

REPORTS = Kind("world/reports", key="vendor")
_PLACE = "~reports"  # beside the worlds, as their templates are: no world of that name can be made


def list_reports(worlds: Worlds) -> Reply:
    """The reports, without their cells and findings."""
    with worlds.store.transaction(_PLACE):
        found = worlds.store.find(_PLACE, REPORTS)
    return Reply([_headline(it) for it in found if it["vendor"] in worlds.vendors])


def get_report(worlds: Worlds, vendor: str) -> Reply:
    """The last report about a vendor. Raises NotFound."""
    worlds.vendor(vendor)
    with worlds.store.transaction(_PLACE):
        found = worlds.store.get(_PLACE, REPORTS, vendor)
    if found is None:
        raise NotFound(
            f"there is no report about {vendor}",
            detail=f"run `bodydouble verify {vendor} --publish` with this server's URL",
        )
    return Reply(found)


def put_report(worlds: Worlds, vendor: str, body: dict[str, Any]) -> Reply:
    """Keep a report, in place of the one before. Raises NotFound for an unknown vendor."""
    worlds.vendor(vendor)
    report = {**body, "vendor": vendor, "received_at": iso(Clock().now(), "milliseconds")}
    with worlds.store.transaction(_PLACE):
        worlds.store.put(_PLACE, REPORTS, vendor, report)
    return Reply(_headline(report))


def _headline(report: dict[str, Any]) -> dict[str, Any]:
    states = [cell["state"] for cell in report["cells"]]
    return {
        "vendor": report["vendor"],
        "verdict": report["verdict"],
        "target": report.get("target", ""),
        "received_at": report["received_at"],
        "findings": len(report["findings"]),
        "cells": {state: states.count(state) for state in ("witnessed", "missing", "not provokable")},
    }
