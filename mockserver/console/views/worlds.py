"""What is done with a world as a whole: pages of the view of its state, which registers them."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import orjson
import yaml
from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mockserver.console.control import path
from mockserver.console.records import brief

_SHOWN = 200  # differences on one page
_DEEP, _LETTERS = 100, 20_000_000  # of a fixture file, with what aliases stand for
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CALLS = 40  # of the control API for one page: each looks at a bounded number of records


def fork() -> ResponseReturnValue:
    """A world that holds what this one holds, and its page."""
    name = request.form.get("name", "").strip()
    made = g.control.post(path("worlds", g.world, "fork"), {"name": name} if name else {})
    return redirect(url_for("state.overview", world=made["name"], done="forked"), 303)


def make() -> ResponseReturnValue:
    """A new world from a fixture, and its page."""
    wanted = {name: value for name in ("name", "fixture") if (value := request.form.get(name, "").strip())}
    made = g.control.post("/worlds", wanted)
    return redirect(url_for("state.overview", world=made["name"], done="made"), 303)


def reset() -> ResponseReturnValue:
    """This world as it was made."""
    g.control.post(path("worlds", g.world, "reset"))
    return redirect(url_for("state.overview", world=g.world, done="reset"), 303)


def drop() -> ResponseReturnValue:
    """Forget this world."""
    g.control.delete(path("worlds", g.world))
    return redirect(url_for("state.overview", done="dropped"), 303)


def load() -> ResponseReturnValue:
    """Put a fixture on top: one of the server's by name, or a file's records."""
    file = request.files.get("file")
    text = file.read() if file is not None and file.filename else b""
    body = {"records": _records(text)} if text else {"name": request.form.get("fixture", "")}
    put = g.control.post(path("worlds", g.world, "fixture"), body)
    count = sum(sum(kinds.values()) for kinds in put["vendors"].values())
    return redirect(url_for("state.overview", world=g.world, done=f"loaded {count}"), 303)


def _records(text: bytes) -> Any:
    """What a fixture file holds. JSON is YAML, but is read many times as fast as such."""
    try:
        return orjson.loads(text)
    except ValueError:
        pass
    try:
        _weigh(text)
        return yaml.load(text, Loader=_LOADER)
    except (yaml.YAMLError, ValueError) as error:
        abort(422, f"The file is neither JSON nor YAML: {error}")


def _weigh(text: bytes) -> None:
    """Raises YAMLError for what would not fit: a loader follows any depth, until the stack of this process ends, and
    aliases of aliases stand for any size."""
    total, begun, weights = 0, list[tuple[str | None, int]](), dict[str | None, int]()
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            begun.append((event.anchor, total))
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = begun.pop()
            weights |= {anchor: total - before} if anchor else {}
        elif isinstance(event, yaml.ScalarEvent):
            total += len(event.value)
            weights |= {event.anchor: len(event.value)} if event.anchor else {}
        elif isinstance(event, yaml.AliasEvent):
            total += weights.get(event.anchor, _LETTERS)  # one that stands for what it is in, has no end
        total += 1
        if len(begun) > _DEEP or total > _LETTERS:
            raise yaml.YAMLError(f"it is nested deeper than {_DEEP}, or more than {_LETTERS:,} letters long")


def diff() -> ResponseReturnValue:
    """In what another world differs from this one, by kind and record and member."""
    other = request.args.get("other", "")
    if not other:
        return redirect(url_for("state.overview", world=g.world), 303)
    vendor, kind = request.args.get("vendor"), request.args.get("kind")
    found: list[dict[str, Any]] = []
    following: str | None = request.args.get("start", "")
    counts: list[dict[str, Any]] = []
    for _ in range(_CALLS):
        place = path("worlds", g.world, "diff", other)
        limit = _SHOWN - len(found)
        page = g.control.get(place, vendor=vendor, kind=kind, start=following, limit=limit)
        counts, following = page["kinds"], page["next"]
        found += page["differences"]
        if following is None or len(found) == _SHOWN:
            break
    groups = [(name, list(those)) for name, those in groupby(found, lambda it: (it["vendor"], it["kind"]))]
    return render_template(
        "state/diff.html",
        other=other,
        groups=groups,
        counts={(it["vendor"], it["kind"]): it for it in counts},
        following=following,
        started=request.args.get("start"),
        brief=brief,
    )
