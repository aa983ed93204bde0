"""`--shard`: so many machines cover exactly what one would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.conftest import Gate

pytestmark = pytest.mark.long

_LIMITED = {
    "description": "Too many",
    "content": {"application/json": {"schema": {"type": "object", "required": ["why"]}, "example": {"why": "slow"}}},
}
_BOX = {"application/json": {"schema": {"type": "object", "required": ["id"]}, "example": {"id": "one"}}}
_ID = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string", "enum": ["one"]}, "example": "one"}]


def _operation(name: str, status: str, **more: Any) -> dict[str, Any]:
    answer = {"description": "It", "content": _BOX, **more.pop("answer", {})}
    responses = {status: answer, "429": _LIMITED, "default": {"description": "Another refusal"}}
    return {"operationId": name, "x-rate-limit": "few", "responses": responses, **more}


# The link of the first operation leads to the second, which falls to another shard; all share one budget.
DOCUMENT = {
    "openapi": "3.0.3", "info": {"title": "Boxes", "version": "1"},
    "x-rate-limit": {"few": {"requests": 3, "seconds": 60}},
    "paths": {
        "/boxes": {
            "post": _operation(
                "boxes.add", "201",
                answer={"links": {"it": {"operationId": "boxes.get", "parameters": {"id": "$response.body#/id"}}}},
            ),
        },
        "/boxes/{id}": {"parameters": _ID, "get": _operation("boxes.get", "200")},
        "/lids": {"get": _operation("lids.list", "200"), "put": _operation("lids.fit", "200")},
    },
}  # fmt: skip


def _run(gate: Gate, place: Path, *arguments: str) -> tuple[set[str], dict[tuple[str, str], str]]:
    """The tasks of a clean run, and the state of each cell."""
    report = place / "run.jsonl"
    outcome = gate("boxes", "--vendor-path", str(place), "--json", str(report), *arguments)
    assert outcome.code == 0, outcome.text
    lines = [json.loads(line) for line in report.read_text().splitlines()]
    tasks = {it["task"] for it in lines if it["event"] == "task-ended"}
    return tasks, {(it["operation"], it["status"]): it["state"] for it in lines[-1]["cells"]}


def test_shards_cover_what_one_run_does(gate: Gate, tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "boxes.yaml").write_text(json.dumps(DOCUMENT))
    whole, cells = _run(gate, tmp_path)
    assert set(cells.values()) == {"witnessed"}
    first, second = (_run(gate, tmp_path, "--shard", f"{number}/2") for number in (1, 2))
    assert first[1] | second[1] == cells
    assert not first[1].keys() & second[1].keys()
    # Each shard has the shared budget for its own operations, under the name of the first of them.
    shared = {it for it in first[0] | second[0] if "over the rate limit" in it}
    assert len(shared) == 2
    assert (first[0] | second[0]) - shared == {it for it in whole if "over the rate limit" not in it}
