"""What a world holds: its records by vendor and kind, to be searched and changed; and the world as a whole."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mockserver.console import records
from mockserver.console.control import ControlError, path
from mockserver.console.views import worlds

view = Blueprint("state", __name__, url_prefix="/state")
view.add_url_rule("/diff", view_func=worlds.diff)
for _act in (worlds.make, worlds.fork, worlds.reset, worlds.drop, worlds.load):
    view.add_url_rule(f"/{_act.__name__}", view_func=_act, methods=["POST"])

_PAGE = 50
_CALLS = 10  # of the control API for one page of a search without an index: each looks at a bounded number of records


@view.get("")
def overview() -> ResponseReturnValue:
    """How many records of each kind each vendor keeps in this world, and what can be done with the world."""
    vendors = [it["name"] for it in g.control.get("/health")["vendors"]]
    counts = {name: g.control.get(path("worlds", g.world, "state", name))["kinds"] for name in vendors}
    return render_template(
        "state/overview.html",
        counts=counts,
        facts=g.control.get(path("worlds", g.world)),
        fixtures=[it["name"] for it in g.control.get("/fixtures")],
        all=request.args.get("all"),
        done=request.args.get("done"),
    )


@view.get("/<vendor>/<kind>")
def listed(vendor: str, kind: str) -> ResponseReturnValue:
    """A page of the records of a kind, those that are searched for or all."""
    wanted = {name: request.args.get(name, "").strip() for name in ("field", "value", "text")}
    asked = {name: value for name, value in wanted.items() if value}
    problems: list[dict[str, str]] = []
    if asked.keys() & {"field", "value"} and not {"field", "value"} <= asked.keys():
        problems = [{"message": "A field and its value go together: give both, or search all text"}]
        asked = {}
    offset = request.args.get("offset", 0, type=int)
    known = g.control.get(path("kinds", vendor, kind))
    page = _page(vendor, kind, max(0, offset), asked)
    names, rows = records.table(page["records"], known["key"], known["indexed"])
    keys = [str(it[known["key"]]) for it in page["records"]]
    return render_template(
        "state/listed.html",
        vendor=vendor,
        kind=known,
        page=page,
        names=names,
        rows=list(zip(keys, rows, strict=True)),
        wanted=wanted,
        asked=asked,
        problems=problems,
        scanned=bool(asked) and ("text" in asked or wanted["field"] not in known["indexed"]),
        offset=max(0, offset),
        size=_PAGE,
        done=request.args.get("done"),
    )


def _page(vendor: str, kind: str, offset: int, asked: dict[str, str]) -> dict[str, Any]:
    """A page; of a search that has to look at every record, as far as some calls lead."""
    place = path("worlds", g.world, "state", vendor, kind)
    page: dict[str, Any] = g.control.get(place, offset=offset, limit=_PAGE, **asked)
    for _ in range(_CALLS - 1):
        missing = _PAGE - len(page["records"])
        if missing == 0 or page["next"] is None:
            break
        more = g.control.get(place, offset=page["next"], limit=missing, **asked)
        page = {**more, "records": page["records"] + more["records"]}
    return page


@view.get("/<vendor>/<kind>/record")
def one(vendor: str, kind: str) -> ResponseReturnValue:
    """One record by the query's `key`, to be changed; without, a new one to begin from."""
    key = request.args.get("key")
    if key is None:
        example = g.control.get(path("kinds", vendor, kind))["example"]
        return _form(vendor, kind, None, records.pretty({} if example is None else example))
    record = g.control.get(path("worlds", g.world, "state", vendor, kind, key))
    return _form(vendor, kind, key, records.pretty(record))


@view.post("/<vendor>/<kind>/record")
def put(vendor: str, kind: str) -> ResponseReturnValue:
    """Put the record that was written; the form again, each problem at its member, when it cannot be."""
    text, key = request.form.get("record", ""), request.form.get("key") or None
    record, problems = records.read(text)
    if record is None:
        return _form(vendor, kind, key, text, problems), 422
    own = g.control.get(path("kinds", vendor, kind))["key"]
    named = str(record.get(own, ""))
    if not named:
        return _form(vendor, kind, key, text, [{"message": f"a record of this kind needs its key, {own!r}"}]), 422
    try:
        if key is None and _exists(vendor, kind, named):
            there = [{"message": f"there is a record {named!r} already: change that one", "at": f"/{own}"}]
            return _form(vendor, kind, key, text, there, record), 409
        g.control.put(path("worlds", g.world, "state", vendor, kind, key or named), record)
    except ControlError as error:
        if error.answered.status not in (409, 422):
            raise
        return _form(vendor, kind, key, text, error.answered.errors, record), error.answered.status
    return redirect(url_for(".one", vendor=vendor, kind=kind, key=named, world=g.world, done="put"), 303)


@view.post("/<vendor>/<kind>/delete")
def delete(vendor: str, kind: str) -> ResponseReturnValue:
    """Forget one record."""
    g.control.delete(path("worlds", g.world, "state", vendor, kind, request.form.get("key", "")))
    return redirect(url_for(".listed", vendor=vendor, kind=kind, world=g.world, done="deleted"), 303)


def _exists(vendor: str, kind: str, key: str) -> bool:
    try:
        g.control.get(path("worlds", g.world, "state", vendor, kind, key))
    except ControlError as error:
        if error.answered.status == 404:
            return False
        raise
    return True


def _form(
    vendor: str,
    kind: str,
    key: str | None,
    text: str,
    problems: list[dict[str, str]] | None = None,
    record: dict[str, Any] | None = None,
) -> str:
    return render_template(
        "state/one.html",
        vendor=vendor,
        kind=g.control.get(path("kinds", vendor, kind)),
        key=key,
        text=text,
        problems=problems or [],
        lines=records.lines(record, problems or []) if record is not None else [],
        done=request.args.get("done"),
    )
