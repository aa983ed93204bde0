"""What happens outside the vendors' APIs, and the documented choices of how they behave."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mockserver.console.control import ControlError, path

view = Blueprint("outside", __name__, url_prefix="/outside")


@view.get("")
def show() -> ResponseReturnValue:
    """One vendor's happenings and switches."""
    return _page(_vendor(request.args.get("vendor", "")))


@view.post("/<vendor>/happen/<happening>")
def happen(vendor: str, happening: str) -> ResponseReturnValue:
    """Let it happen, and say what came of it."""
    known = {it["happening"]: it for it in g.control.get(_place("outside", vendor))}
    types = {it["name"]: it["type"] for it in known.get(happening, {}).get("facts", ())}
    given = {name: value for name, value in request.form.items() if name in types and value}
    try:
        facts = {name: _fact(types[name], value) for name, value in given.items()}
        done = g.control.post(_place("outside", vendor, happening), facts)
    except ControlError as error:
        return _page(vendor, happening, given, error=error)
    return _page(vendor, happening, given, outcome=done["outcome"])


@view.post("/<vendor>/switches")
def turn(vendor: str) -> ResponseReturnValue:
    """Set the switches that stand otherwise in the form."""
    known = g.control.get(_place("switches")).get(vendor, {})
    given = {name: _setting(known[name], value) for name, value in request.form.items() if name in known}
    changed = {name: value for name, value in given.items() if value != known[name]["value"]}
    try:
        g.control.patch(_place("switches", vendor), changed)
    except ControlError as error:
        return _page(vendor, error=error)
    return redirect(url_for(".show", world=g.world, vendor=vendor, _anchor="switches"), 303)


def _page(
    vendor: str, happening: str = "", given: dict[str, str] | None = None, outcome: str | None = None,
    error: ControlError | None = None,
) -> ResponseReturnValue:  # fmt: skip
    page = render_template(
        "outside/show.html",
        vendors=_vendors(),
        vendor=vendor,
        happenings=g.control.get(_place("outside", vendor)) if vendor else [],
        switches=g.control.get(_place("switches")).get(vendor, {}),
        happening=happening,
        given=given or {},
        outcome=outcome,
        problems=error.answered.errors if error else [],
        written=json.dumps,
    )
    return page, error.answered.status if error else 200


def _vendors() -> list[str]:
    return [it["name"] for it in g.control.get("/health")["vendors"]]


def _vendor(wanted: str) -> str:
    """The vendor that was asked for, or the first for which there is something to see."""
    if wanted:
        return wanted
    vendors, switches = _vendors(), g.control.get(_place("switches"))
    full = [it for it in vendors if switches.get(it) or g.control.get(_place("outside", it))]
    return next(iter(full or vendors), "")


def _place(*steps: str) -> str:
    return path("worlds", g.world, *steps)


def _fact(kind: str, text: str) -> Any:
    """A fact as the control API takes it. What is not of its type stays text, and is refused there."""
    return _read(text) if kind in ("boolean", "integer") else text


def _setting(switch: dict[str, Any], text: str) -> Any:
    """A switch's value from a form, in which choices are JSON."""
    default = switch["default"]
    if switch["choices"] or isinstance(default, bool | int):
        return _read(text)
    return None if text == "" and default is None else text


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
