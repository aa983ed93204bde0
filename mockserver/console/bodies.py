"""Bodies of messages as people read them. What comes out is text and tables, which templates escape."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from xml.parsers.expat import ExpatError

from defusedxml import DefusedXmlException
from defusedxml.minidom import parseString

_ROWS = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """A body: `kind` says what it was read as; `rows` are those of a table, `text` is everything else. `more`: how many
    rows were left out."""

    kind: str
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    more: int = 0


def shown(media_type: str, text: str) -> Shown:
    """A body by its media type, laid out; as it is where it is not what that says, or was cut."""
    kind = media_type.partition(";")[0].strip().lower()
    try:
        if kind.endswith("json"):
            laid_out = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
            return Shown("JSON", laid_out.encode("utf-8", "backslashreplace").decode())  # half a pair has no UTF-8
        if kind.endswith("xml"):
            return Shown("XML", _xml(text))
        if kind == "text/csv":
            return _table(text)
    except (ValueError, RecursionError, csv.Error, ExpatError, DefusedXmlException):
        return Shown(f"not quite {kind}", text)
    return Shown(kind or "text", text)


def _xml(text: str) -> str:
    lines = parseString(text).toprettyxml(indent="  ").splitlines()
    return "\n".join(line for line in lines[1:] if line.strip())


def _table(text: str) -> Shown:
    rows = [tuple(row) for row in csv.reader(io.StringIO(text), strict=True) if row]
    return Shown("CSV", rows=tuple(rows[: _ROWS + 1]), more=max(0, len(rows) - _ROWS - 1))
