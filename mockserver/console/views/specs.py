"""What each vendor can be asked for, by its spec; an operation tried; and what the gate found last."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from mockserver.console import bodies
from mockserver.console.control import ControlError, path
from mockserver.console.heat import Grid

view = Blueprint("specs", __name__, url_prefix="/specs")


@view.get("")
def overview() -> ResponseReturnValue:
    """The vendors that are served, and how the gate judged them last."""
    reports = {it["vendor"]: it for it in g.control.get("/reports")}
    return render_template("specs/overview.html", vendors=g.control.get("/health")["vendors"], reports=reports)


@view.get("/<vendor>")
def listed(vendor: str) -> ResponseReturnValue:
    """A vendor's operations by tag."""
    operations = g.control.get("/operations", vendor=vendor)
    text = request.args.get("text", "").strip()
    shown = [it for it in operations if text.casefold() in _words(it)]
    tags: dict[str, list[dict[str, Any]]] = {}
    for it in shown:
        tags.setdefault(it["tag"], []).append(it)
    return render_template(
        "specs/listed.html", vendor=vendor, tags=tags, text=text, count=len(operations), source=_source
    )


def _words(operation: dict[str, Any]) -> str:
    names = ("operation", "method", "path", "summary")
    return " ".join([*(operation[it] for it in names), *operation["capabilities"]]).casefold()


def _source(operation: dict[str, Any]) -> str:
    kinds = {it["kind"] for it in operation["sources"]}
    return "stated, parts inferred" if len(kinds) > 1 else next(iter(kinds), "not said")


@view.get("/<vendor>/operation")
def one(vendor: str) -> ResponseReturnValue:
    """One operation in full, the query's `id`, and a form to try it."""
    operation = _operation(vendor)
    return _page(operation, _begun(operation))


@view.post("/<vendor>/operation")
def send(vendor: str) -> ResponseReturnValue:
    """Try the operation in this world, and show what came of it beside the form."""
    operation = _operation(vendor)
    tried = {name: value for name, value in request.form.items() if name not in ("form_key", "world")}
    try:
        exchange = g.control.post(path("worlds", g.world, "requests"), _request(operation, tried))
    except ControlError as error:
        if error.answered.status != 422:
            raise
        return _page(operation, tried, problems=error.answered.errors), 422
    return _page(operation, tried, exchange=exchange)


@view.get("/<vendor>/grid")
def grid(vendor: str) -> ResponseReturnValue:
    """The grid of the last report as a heat map, each cell linked to the findings about it."""
    try:
        report = g.control.get(path("reports", vendor))
    except ControlError as error:
        if error.answered.status != 404 or "no report" not in str(error):
            raise
        report = None
    known = {it["operation"] for it in g.control.get("/operations", vendor=vendor)}
    return render_template(
        "specs/grid.html", vendor=vendor, report=report, grid=Grid(report) if report else None, known=known
    )


def _operation(vendor: str) -> dict[str, Any]:
    found: dict[str, Any] = g.control.get(path("operations", vendor, request.args.get("id", "")))
    return found


def _page(
    operation: dict[str, Any],
    tried: dict[str, str],
    exchange: dict[str, Any] | None = None,
    problems: list[dict[str, str]] | None = None,
) -> str:
    answer: dict[str, Any] = exchange["response"] if exchange else {"headers": {}, "body": ""}
    return render_template(
        "specs/one.html",
        it=operation,
        vendor=operation["vendor"],
        tried=tried,
        exchange=exchange,
        body=bodies.shown(answer["headers"].get("content-type", ""), answer["body"] or ""),
        problems=problems or [],
        source=_source(operation),
    )


def _begun(operation: dict[str, Any]) -> dict[str, str]:
    """The fields of the form as the spec's examples fill them."""
    given = operation["parameters"]
    begun = {_field(it): it["example"] for it in given if it["example"] is not None and it["required"]}
    media = next(iter(operation["body"]), None)
    body = operation["call"]["body"]
    if media is not None and media["examples"]:
        body = media["examples"][0]["text"]
    return {**begun, "body": body, "media_type": media["type"] if media else "", "signed": "yes"}


def _field(parameter: dict[str, Any]) -> str:
    return f"{parameter['in']}:{parameter['name']}"


def _request(operation: dict[str, Any], tried: dict[str, str]) -> dict[str, Any]:
    """The request that the fields of the form make."""
    target = operation["path"].removeprefix(f"/{operation['vendor']}")
    query: list[tuple[str, str]] = []
    headers: dict[str, str] = {}
    for it in operation["parameters"]:
        value = tried.get(_field(it), "")
        if it["in"] == "path":
            target = target.replace("{" + it["name"] + "}", quote(value, safe=""))
        elif value and it["in"] == "query":
            several = it["explode"] and it["type"] == "array"
            query += [(it["name"], part) for part in (value.split(",") if several else [value])]
        elif value and it["in"] == "header":
            headers[it["name"]] = value
    body = tried.get("body", "") if operation["body"] else ""
    if body:
        headers["Content-Type"] = tried.get("media_type", "")
    return {
        "vendor": operation["vendor"],
        "method": operation["method"],
        "target": target + (f"?{urlencode(query)}" if query else ""),
        "headers": headers,
        "body": body,
        "signed": bool(tried.get("signed")),
    }
