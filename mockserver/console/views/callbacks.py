"""What the vendors tell receivers: who is registered, each delivery with its attempts on a time line, and once more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mockserver.console.control import ControlError, path

view = Blueprint("callbacks", __name__, url_prefix="/callbacks")

PAGE = 50
STATUSES = (("pending", "pending"), ("delivered", "delivered"), ("failed", "failed"), ("cancelled", "cancelled"))
_FILTERS = ("status", "type", "destination", "event_id")


@view.get("")
def show() -> ResponseReturnValue:
    """Registrations, how the outbox stands, and a page of deliveries, the newest first."""
    return _page()


@view.get("/<delivery_id>")
def one(delivery_id: str) -> ResponseReturnValue:
    """One delivery with every attempt and what was told."""
    return _one(delivery_id)


@view.post("/<delivery_id>/redeliver")
def redeliver(delivery_id: str) -> ResponseReturnValue:
    """Send it once more."""
    try:
        g.control.post(path("worlds", g.world, "callbacks", delivery_id, "redeliver"))
    except ControlError as error:
        if error.answered.status != 409:
            raise
        return _one(delivery_id, error)
    return redirect(url_for(".one", delivery_id=delivery_id, world=g.world), 303)


@view.post("/redeliver")
def redeliver_all() -> ResponseReturnValue:
    """Send the failure queue once more, as far as it passes the filters."""
    wanted = {name: request.form[name] for name in ("type", "destination") if request.form.get(name)}
    g.control.post(path("worlds", g.world, "redeliver-callbacks"), wanted)
    return redirect(url_for(".show", world=g.world), 303)


def _page() -> ResponseReturnValue:
    wanted = {name: request.args.get(name, "").strip() for name in _FILTERS}
    place = path("worlds", g.world, "callbacks")
    total = g.control.get(place, limit=0, **wanted)["total"]
    page = max(1, request.args.get("page", 1, type=int))
    end = max(0, total - (page - 1) * PAGE)
    begin = max(0, end - PAGE)
    found = g.control.get(place, offset=begin, limit=end - begin, **wanted)["deliveries"] if end else []
    newest_first = list(reversed(found))
    return render_template(
        "callbacks/show.html",
        wanted=wanted,
        total=total,
        page=page,
        pages=max(1, -(-total // PAGE)),
        statuses=STATUSES,
        outbox=g.control.post(path("worlds", g.world, "wait-for-callbacks"), {"seconds": 0}),
        registrations=g.control.get(path("worlds", g.world, "registrations"), limit=200),
        destinations=g.control.get(path("worlds", g.world, "destinations")),
        lines=list(zip(newest_first, time_lines(newest_first), strict=True)),
    )


def _one(delivery_id: str, error: ControlError | None = None) -> ResponseReturnValue:
    delivery = g.control.get(path("worlds", g.world, "callbacks", delivery_id))
    page = render_template(
        "callbacks/one.html",
        delivery=delivery,
        marks=time_lines([delivery])[0],
        body=json.dumps(delivery["body"], indent=2, ensure_ascii=False),
        problems=error.answered.errors if error else [],
    )
    return page, error.answered.status if error else 200


def time_lines(deliveries: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """For each delivery the marks of its line, all lines on one scale: `at` from 0 to 1, `kind`, and words.

    Kinds: `queued`, `taken`, `refused` (an answer that is none of success), `lost` (no answer), `next`.
    """
    lines = [list(_marks(it)) for it in deliveries]
    moments = [datetime.fromisoformat(mark["time"]).timestamp() for line in lines for mark in line]
    first, last = min(moments, default=0.0), max(moments, default=0.0)
    span = (last - first) or 1.0
    return [
        [{**mark, "at": (datetime.fromisoformat(mark["time"]).timestamp() - first) / span} for mark in line]
        for line in lines
    ]


def _marks(delivery: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield {"kind": "queued", "time": delivery["queued_at"], "words": "queued"}
    for it in delivery["attempts"]:
        status = it["status"]
        kind = "lost" if status is None else "taken" if 200 <= status < 300 else "refused"
        yield {"kind": kind, "time": it["at"], "words": f"attempt {it['number']}: {status or it['error']}"}
    if delivery["next_at"]:
        yield {"kind": "next", "time": delivery["next_at"], "words": "due"}
