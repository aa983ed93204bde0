"""What the vendors were asked and answered, as it happens, and one exchange in full."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from mockserver.console.control import path

view = Blueprint("journal", __name__, url_prefix="/journal")

_FILTERS = ("vendor", "operation", "status", "method", "text", "refused", "defect")


@view.get("")
def live() -> ResponseReturnValue:
    """The newest exchanges that pass the filters in the query string; a script gets them as they arrive."""
    wanted = {name: request.args.get(name, "").strip() for name in _FILTERS}
    asked = {name: value for name, value in wanted.items() if value}
    chosen = g.control.get(path("worlds", g.world))
    g.control.get(path("worlds", g.world, "journal"), limit=0, **asked)  # a filter that cannot be is answered here
    operations: list[dict[str, Any]] = g.control.get("/operations")
    return render_template(
        "journal/live.html",
        wanted=wanted,
        vendors=list(dict.fromkeys(it["vendor"] for it in operations)),
        operations=operations,
        base=request.host_url.rstrip("/") + chosen["url"],
        stream=f"{request.script_root}/stream{path(g.world)}?{urlencode(asked)}",
    )


@view.get("/<int:exchange_id>")
def one(exchange_id: int) -> ResponseReturnValue:
    """One exchange in full."""
    exchange = g.control.get(path("worlds", g.world, "journal", str(exchange_id)))
    return render_template("journal/one.html", exchange=exchange)
