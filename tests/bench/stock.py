"""The same two operations on stock Connexion with the same spec, for comparison: validates requests, checks nothing."""

from __future__ import annotations

import warnings
from typing import Any

warnings.filterwarnings("ignore")

import connexion  # noqa: E402

import specs  # noqa: E402
from tests.bench.bare import _count, _persons  # noqa: E402


def get_person(**_: Any) -> tuple[Any, int]:
    return _persons["A1"], 200


def add_person(body: Any, **_: Any) -> tuple[Any, int]:
    key = f"P{next(_count)}"
    _persons[key] = person = {**_persons["A1"], **body, "person_key": key}
    return person, 201


def basic(username: str, password: str) -> dict[str, str] | None:
    return {"sub": username} if password == "Password123" else None


def _document() -> dict[str, Any]:
    document = dict(specs.read("vibes").document)
    document["components"] = {
        **document["components"],
        "securitySchemes": {"basic": {"type": "http", "scheme": "basic", "x-basicInfoFunc": "tests.bench.stock.basic"}},
    }
    document["servers"] = [{"url": "/"}]
    wanted = {
        "persons.get_person": "tests.bench.stock.get_person",
        "persons.add_person": "tests.bench.stock.add_person",
    }
    paths: dict[str, Any] = {}
    for path, item in document["paths"].items():
        kept = {key: value for key, value in item.items() if key == "parameters"}
        for method, operation in item.items():
            if isinstance(operation, dict) and operation.get("operationId") in wanted:
                kept[method] = {**operation, "operationId": wanted[operation["operationId"]]}
        if len(kept) > 1:
            paths[path] = kept
    return {**document, "paths": paths}


app = connexion.AsyncApp("stock")
app.add_api(_document(), strict_validation=False)
