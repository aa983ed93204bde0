"""What the vendors were asked and answered, as it happens, and one exchange in full."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mockserver.console import copies
from mockserver.console.bodies import Shown, shown
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
    """One exchange in full: what was sent and answered, why, and how to send it again."""
    exchange = g.control.get(_place(exchange_id))
    operation = _operation(exchange)
    explained = g.control.get(f"{_place(exchange_id)}/explanation")
    base, nearest = request.host_url.rstrip("/"), explained["nearest"]
    return render_template(
        "journal/one.html",
        exchange=exchange,
        operation=operation,
        request_body=_body(exchange["request"]),
        response_body=_body(exchange["response"]),
        explained=explained,
        curl=copies.curl(exchange, base),
        nearest_curl=copies.curl(nearest, base) if nearest else None,
        recipe=copies.recipe(exchange, operation) if operation and exchange["status"] else None,
    )


@view.post("/<int:exchange_id>/replay")
def replay(exchange_id: int) -> ResponseReturnValue:
    """Send the request again, and show what came of it."""
    made = g.control.post(f"{_place(exchange_id)}/replay")
    return redirect(url_for(".one", exchange_id=made["id"], world=made["world"]), 303)


@view.post("/clear")
def clear() -> ResponseReturnValue:
    """Forget the exchanges of the world."""
    g.control.delete(path("worlds", g.world, "journal"))
    return redirect(url_for(".live", world=g.world), 303)


def _place(exchange_id: int) -> str:
    return path("worlds", g.world, "journal", str(exchange_id))


def _body(message: dict[str, Any]) -> Shown:
    return shown(message["headers"].get("content-type", ""), message["body"])


def _operation(exchange: dict[str, Any]) -> dict[str, Any] | None:
    if exchange["operation"] is None:
        return None
    known: list[dict[str, Any]] = g.control.get("/operations", vendor=exchange["vendor"])
    return next((it for it in known if it["operation"] == exchange["operation"]), None)
