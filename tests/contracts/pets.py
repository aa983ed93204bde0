"""A right implementation of `pets.yaml` (OpenAPI 3.1, in two files), with bugs on a switch, in Flask."""

from __future__ import annotations

import threading
from typing import Any, Self

import flask
from werkzeug.serving import make_server

KEY = "woof-woof"
Pet = dict[str, Any]
BUGS = {
    "other-const": lambda pet: {**pet, "species": "plant"},
    "null-for-id": lambda pet: {**pet, "id": None},
    "too-many-legs": lambda pet: {**pet, "legs": 9},
    "third-spot": lambda pet: {**pet, "spots": ["a", 1, 2]},
    "unknown-kind": lambda pet: {**pet, "kind": "cow"},
    "unknown-member": lambda pet: {**pet, "colour": "red"},
}


class Pets:
    """Serves on 127.0.0.1 while its `with` block lasts."""

    def __init__(self, bug: str = "") -> None:
        self.bug = bug
        self.pets: dict[int, Pet] = {1: {"id": 1, "species": "pet", "name": None, "kind": None, "spots": ["a", 1]}}
        self._server = make_server("127.0.0.1", 0, self._app(), threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def shown(self, pet: Pet) -> Pet:
        return BUGS[self.bug](pet) if self.bug in BUGS else pet

    def _app(self) -> flask.Flask:
        app = flask.Flask("pets")

        @app.before_request
        def key() -> Any:
            return None if flask.request.args.get("api_key") == KEY or self.bug == "no-auth" else refused(401)

        @app.errorhandler(404)
        @app.errorhandler(405)
        def unknown(error: Any) -> Any:
            return refused(error.code)

        @app.get("/pets")
        def some() -> Any:
            limit = flask.request.args.getlist("limit") or ["9"]
            if self.bug != "lenient" and not all(it.isdecimal() and it.isascii() and 0 < int(it) < 100 for it in limit):
                return refused(400)
            return flask.jsonify([self.shown(pet) for pet in self.pets.values()][:9])

        @app.post("/pets")
        def add() -> Any:
            pet = flask.request.get_json(silent=True) if flask.request.mimetype == "application/json" else None
            if not right(pet):
                return refused(400)
            made = {**pet, "id": len(self.pets) + 1}
            self.pets[made["id"]] = made
            return flask.jsonify(self.shown(made)), 201

        @app.get("/pets/<pet_id>")
        def one(pet_id: str) -> Any:
            if not (pet_id.isdecimal() and pet_id.isascii() and int(pet_id) in self.pets):
                return refused(404)
            left = "many" if self.bug == "wrong-header" else "3"
            return flask.jsonify(self.shown(self.pets[int(pet_id)])), 200, {"X-Left": left}

        return app


def refused(status: int) -> Any:
    return flask.jsonify(error="no"), status


def right(pet: Any) -> bool:
    """Whether a body is a Pet, as the document says it."""
    if not isinstance(pet, dict) or pet.keys() - {"id", "species", "name", "kind", "legs", "spots"}:
        return False
    name, legs, spots = pet.get("name", ""), pet.get("legs", 0), pet.get("spots", [])
    return bool(
        pet.get("species") == "pet"
        and (name is None or (isinstance(name, str) and name))
        and pet.get("kind") in ("cat", "dog", None)
        and _whole(legs)
        and 0 <= legs <= 8
        and isinstance(spots, list)
        and len(spots) <= 2
        and all(isinstance(it, str) for it in spots[:1])
        and all(_whole(it) for it in spots[1:])
    )


def _whole(value: Any) -> bool:
    return not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))
