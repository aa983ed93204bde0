"""The report for programs: one JSON object a line, one line for each event, written as it happens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from contracts.events import Event, FindingMade, Noted, RunEnded, RunStarted, TaskEnded
from contracts.reports import facts


class JsonLines:
    """Listens, and appends a line at once, so that a run that is killed leaves what it knew."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("wb")

    def __call__(self, event: Event) -> None:
        self._file.write(orjson.dumps(_line(event)) + b"\n")
        self._file.flush()
        if isinstance(event, RunEnded):
            self._file.close()


def _line(event: Event) -> dict[str, Any]:
    match event:
        case RunStarted():
            return {
                "event": "run-started", "vendor": event.vendor, "target": event.target, "seed": event.seed,
                "profile": event.profile, "tasks": event.tasks,
            }  # fmt: skip
        case TaskEnded():
            return {
                "event": "task-ended", "task": event.task, "kind": event.kind, "operation": event.operation,
                "exchanges": event.exchanges, "seconds": round(event.seconds, 4), "findings": len(event.findings),
            }  # fmt: skip
        case FindingMade():
            return {"event": "finding", **facts.finding(event.finding)}
        case Noted():
            return {"event": "note", "text": event.text}
        case RunEnded():
            return {"event": "run-ended", **facts.ended(event)}
