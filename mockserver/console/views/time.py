"""The clock of a world and what waits for it, what is to go wrong, and what the rate limits have left."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mockserver.console.control import ControlError, path

view = Blueprint("time", __name__, url_prefix="/time")

_SHOWN = 50
_STRUCK = 10
STEPS = (("60", "1 minute"), ("3600", "1 hour"), ("86400", "1 day"))


@view.get("")
def show() -> ResponseReturnValue:
    """The page; what moves by itself is fetched again by a script."""
    return _page()


@view.post("/freeze")
def freeze() -> ResponseReturnValue:
    """Stop the clock: now, or at the time given."""
    at = request.form.get("at", "").strip()
    return _turn("freeze", {"at": at} if at else {})


@view.post("/release")
def release() -> ResponseReturnValue:
    """Let the clock run on."""
    return _turn("release", {})


@view.post("/advance")
def advance() -> ResponseReturnValue:
    """Move the clock forward by the seconds given, or to what is due next."""
    return _turn("advance", {"seconds": _number(request.form.get("seconds", ""))})


@view.post("/faults")
def add_fault() -> ResponseReturnValue:
    """Ask for a fault."""
    wanted = {name: value for name, value in request.form.items() if value and name not in ("world", "form_key")}
    try:
        g.control.post(_place("faults"), {name: _typed(name, value) for name, value in wanted.items()})
    except ControlError as error:
        return _page(error, wanted)
    return _back("faults")


@view.post("/faults/remove")
def remove_faults() -> ResponseReturnValue:
    """Take one fault back, or all."""
    chosen = request.form.get("fault")
    try:
        g.control.delete(_place("faults", chosen) if chosen else _place("faults"))
    except ControlError as error:
        if error.answered.status != 404:
            raise
        return _page(error)  # it was used up meanwhile
    return _back("faults")


def _turn(how: str, body: dict[str, Any]) -> ResponseReturnValue:
    try:
        g.control.post(_place("clock", how), body)
    except ControlError as error:
        return _page(error)
    return _back("clock")


def _page(error: ControlError | None = None, wanted: dict[str, str] | None = None) -> ResponseReturnValue:
    world = g.control.get(path("worlds", g.world))
    kinds: list[dict[str, Any]] = g.control.get("/faults")
    page = render_template(
        "time/show.html",
        chosen=world,
        due=_due(),
        faults=g.control.get(_place("faults")),
        struck=g.control.get(_place("journal"), fault="true", limit=_STRUCK),
        kinds=kinds,
        operations=g.control.get("/operations"),
        limits=g.control.get(_place("rate-limits")),
        steps=STEPS,
        wanted=wanted or {},
        problems=error.answered.errors if error else [],
    )
    return page, error.answered.status if error else 200


def _due() -> list[dict[str, Any]]:
    """What the clock brings next, soonest first: vendors' work, and callbacks that are to be sent or tried again."""
    work = [{**it, "what": it["job"]} for it in g.control.get(_place("due"), limit=_SHOWN)]
    for it in g.control.get(_place("destinations")):
        if it["next_at"]:
            tries = f", failures in a row: {it['failures']}" if it["failures"] else ""
            what = f"callbacks to {it['url']}: {it['pending']}{tries}"
            work.append({"at": it["next_at"], "vendor": it["vendor"], "what": what, "facts": {}})
    return sorted(work, key=lambda it: str(it["at"]))[:_SHOWN]


def _place(*steps: str) -> str:
    return path("worlds", g.world, *steps)


def _back(part: str) -> ResponseReturnValue:
    return redirect(url_for(".show", world=g.world, _anchor=part), 303)


def _typed(name: str, value: str) -> Any:
    """A member of a fault as the control API takes it. What is no number stays text, and is refused there."""
    if name == "carried_out":
        return value == "true"
    return value if name in ("kind", "vendor", "operation") else _number(value)


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
