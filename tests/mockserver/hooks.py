"""A toy vendor that sends callbacks to whatever URL it is asked to: `POST /calls`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.conftest import answering, document

SPEC = document(
    {
        "/calls": {
            "post": {
                "operationId": "calls.call",
                "tags": ["calls"],
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["url"],
                                "properties": {"url": {"type": "string"}, "times": {"type": "integer", "minimum": 0}},
                            }
                        }
                    }
                },
                "responses": {
                    **answering({"type": "array", "items": {"type": "string"}}, status="202"),
                    "422": {"description": "No"},
                },
            }
        }
    }
)
MODULES = {
    "calls": """
from mockserver.errors import Invalid
from mockserver.outbox import Callback

def call(world, body):
    events = [world.ids.text("event") for _ in range(body.get("times", 1))]
    for number, event in enumerate(events):
        told = {"number": number, "of": world.vendor}
        world.send(Callback("called", event, body["url"], told, body.get("method", "POST")), body.get("after", 0))
    if body.get("later"):
        world.later(body["later"], "calls.call", body={"url": body["url"]})
    if body.get("refuse"):
        raise Invalid("refused after all")
    return Reply(events, 202)
""",
    "errors": """
def refuse(world, refusal, operation):
    return Reply(None, refusal.status, off_contract=True)
""",
    "switches": """
from mockserver.vendor import Switch

SWITCHES = (
    Switch("timeout_ms", 2000, (), ""),
    Switch("retry_ms", 10000, (), ""),
    Switch("down_after", 100, (), ""),
    Switch("twice", False, (False, True), ""),
    Switch("shuffled", False, (False, True), ""),
)
""",
    "sending": """
from mockserver.outbox import Scheme

def scheme(world):
    switches = world.switches
    retry = switches["retry_ms"] / 1000
    return Scheme(
        timeout=switches["timeout_ms"] / 1000,
        retries=(retry, 2 * retry),
        down_after=switches["down_after"],
        down_seconds=60.0,
        twice=switches["twice"],
        shuffled=switches["shuffled"],
    )
""",
}


def statuses(deliveries: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(it["status"], len(it["attempts"])) for it in deliveries]


def lay_out(directory: Path, name: str, spec: Mapping[str, Any] = SPEC, modules: Mapping[str, str] = MODULES) -> Path:
    """Write the vendor into a directory; the place to name with `--vendor-path`."""
    folder = directory / "mockserver" / "vendors" / name
    folder.mkdir(parents=True)
    (directory / "specs").mkdir()
    (directory / "specs" / f"{name}.yaml").write_text(json.dumps(spec))
    for module, source in {"__init__": "", **modules}.items():
        (folder / f"{module}.py").write_text("from mockserver.exchange import Reply\n" + source)
    return directory
