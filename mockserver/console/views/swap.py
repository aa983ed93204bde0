"""What an integration would notice if one vendor took the place of another."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from mockserver.console.control import path

view = Blueprint("swap", __name__, url_prefix="/swap")


@view.get("")
def show() -> ResponseReturnValue:
    """The capability matrix of two of the vendors served, or the rows with one verdict."""
    vendors = [it["name"] for it in g.control.get("/health")["vendors"]]
    old = request.args.get("old") or next(iter(vendors), "")
    new = request.args.get("new") or next((it for it in vendors if it != old), "")
    verdict = request.args.get("verdict", "")
    matrix = g.control.get(path("swap", old, new)) if old and new else None
    rows = [it for it in matrix["rows"] if verdict in ("", it["verdict"])] if matrix else []
    areas = [(area, list(found)) for area, found in groupby(rows, key=lambda it: str(it["area"]))]
    return render_template(
        "swap/show.html", vendors=vendors, old=old, new=new, verdict=verdict, matrix=matrix, areas=areas
    )
