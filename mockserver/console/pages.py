"""The Flask application: what all pages have in common, and what becomes of errors."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, Response, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from starlette.types import Scope
from werkzeug.exceptions import HTTPException
from werkzeug.test import EnvironBuilder, run_wsgi_app

from mockserver.console.control import Control, ControlError
from mockserver.console.views import NAVIGATION
from mockserver.console.visit import SAFE, Visit

DEFAULT = "default"


class Pages:
    """All pages of the console. `render` is called in a thread."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._app = _flask()

    def render(
        self, visit: Visit, control: Control, scope: Scope, body: bytes
    ) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
        """Status, body and headers of the answer to one request. What fails is answered, and never raised."""
        environ = EnvironBuilder(
            path=quote(scope["path"].removeprefix(self._base), safe="") or "/",  # which it takes for a URL
            base_url=f"{scope['scheme']}://{visit.headers['host']}{self._base}",
            query_string=scope["query_string"].decode("latin-1"),
            method=visit.method,
            headers=[(name, value) for name, value in visit.headers.items() if name != "content-length"],
            input_stream=io.BytesIO(body),
            content_length=len(body),
        ).get_environ()
        environ["bodydouble.visit"], environ["bodydouble.control"] = visit, control
        parts, status, headers = run_wsgi_app(self._app, environ, buffered=True)
        raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return int(status.partition(" ")[0]), b"".join(parts), raw


def _flask() -> Flask:
    app = Flask("mockserver.console", static_folder="static", template_folder="templates")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.before_request(_begin)
    app.after_request(_seat)
    app.context_processor(_common)
    app.register_error_handler(ControlError, _refused)
    app.register_error_handler(HTTPException, _failed)
    app.add_url_rule("/", "home", lambda: redirect(url_for(NAVIGATION[0].endpoint)))
    app.add_url_rule("/login", "login", _login, methods=["GET", "POST"])
    app.add_url_rule("/logout", "logout", _logout, methods=["POST"])
    for entry in NAVIGATION:
        app.register_blueprint(entry.view)
    return app


def _begin() -> None:
    """What every page finds in `g`: `control`, the control API; `world`, the name of the chosen one; `visit`."""
    g.visit, g.control = request.environ["bodydouble.visit"], request.environ["bodydouble.control"]
    g.world = DEFAULT  # also for the page that says that a form cannot be read
    g.world = request.values.get("world") or DEFAULT
    if request.method not in SAFE:
        given = request.headers.get("X-Form-Key") or request.form.get("form_key", "")
        if not g.visit.owns(given):
            abort(403, "This form was not made by this console for this browser, or it is too old: load its page again")


def _seat(response: Response) -> Response:
    cookie = g.visit.cookie() if "set-cookie" not in response.headers else None
    if cookie is not None:
        response.headers["Set-Cookie"] = cookie
    return response


def _common() -> dict[str, Any]:
    """What all templates may use, beside their own: see `templates/layout.html`."""
    return {"navigation": NAVIGATION, "world": g.world, "worlds": _worlds, "form_key": g.visit.form_key, "here": _here}


def _worlds() -> list[str]:
    return [it["name"] for it in g.control.get("/worlds")]


def _here(**changed: Any) -> str:
    """This page's URL with some of its query changed; None takes a value out."""
    query = {**request.args.to_dict(), **changed}
    kept = {name: value for name, value in query.items() if value not in (None, "")}
    return request.path.join(("/_console", f"?{urlencode(kept)}" if kept else ""))


def _refused(error: ControlError) -> ResponseReturnValue:
    """A page about what the control API refused, with its own status and words."""
    answered = error.answered
    problems: Sequence[dict[str, str]] = answered.errors or [{"message": f"The control API answered {answered.status}"}]
    return render_template("error.html", status=answered.status, problems=problems), answered.status


def _failed(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    status, words = error.code, error.description or error.name
    if isinstance(error.__cause__, Exception) or status == 500:
        words = "The console has a mistake; the server's log has more about it"
    return render_template("error.html", status=status, problems=[{"message": words}]), status


def _login() -> ResponseReturnValue:
    """Ask for the control token, and remember in a cookie that it was right."""
    wanted = request.values.get("next", "")
    ours = wanted.startswith("/_console/") and "\\" not in wanted and wanted.isprintable()
    onward = wanted if ours else url_for("home")
    if request.method == "GET":
        return render_template("login.html", next=onward)
    try:
        g.control.with_headers(g.visit.with_token(request.form.get("token", ""))).get("/health")
    except ControlError as error:
        return render_template("login.html", next=onward, problems=error.answered.errors), error.answered.status
    response = redirect(onward, 303)
    response.headers["Set-Cookie"] = g.visit.cookie(sealed=True)
    return response


def _logout() -> ResponseReturnValue:
    response = redirect(url_for("login"), 303)
    response.headers["Set-Cookie"] = g.visit.cookie(sealed=False)
    return response
