"""Records as people read and write them: the columns of a page of them; one as JSON, and what is wrong where in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

_COLUMNS = 5
_WIDE = 60  # characters of a cell


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a record, counted from 1, and what is wrong with the member that begins on it."""

    number: int
    text: str
    wrong: tuple[str, ...] = ()


def table(records: Sequence[Mapping[str, Any]], key: str, first: Sequence[str]) -> tuple[list[str], list[list[str]]]:
    """The names of the columns beside the key that tell records apart best, `first` first, and a row of texts each."""
    found = dict.fromkeys(name for name in first if any(_at(it, name) is not None for it in records))
    flat = [dict(_flat(it, "")) for it in records]
    for row in flat:
        found.update(dict.fromkeys(row))
    found.pop(key, None)
    names = list(found)[:_COLUMNS]
    return names, [[_short(row.get(name)) for name in names] for row in flat]


def pretty(value: Any) -> str:
    """A value as JSON over several lines."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def brief(value: Any) -> str:
    """A value as JSON on one line, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 2 * _WIDE else text[: 2 * _WIDE - 1] + "…"


def read(text: str) -> tuple[dict[str, Any] | None, list[dict[str, str]]]:
    """A record from its JSON; None, and what is wrong with the text and where, when it is none."""
    try:
        value = json.loads(text)
    except ValueError as error:
        where = f"line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else "the text"
        words = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        return None, [{"message": f"{where}: this is not JSON: {words}"}]
    except RecursionError:
        return None, [{"message": "this is nested deeper than a record can be"}]
    if not isinstance(value, dict):
        return None, [{"message": "a record is a JSON object: {…}"}]
    try:
        orjson.dumps(value)
    except TypeError as error:
        return None, [{"message": f"this cannot be kept: {error}"}]
    return value, []


def lines(value: Any, problems: Sequence[Mapping[str, str]]) -> list[Line]:
    """A record by lines, each problem at the line of its member (`at`, a JSON pointer), or of the nearest around it."""
    written = [*_written(value, "", "", "", "")]
    starts: dict[str, int] = {}
    for number, (pointer, _) in enumerate(written):
        if pointer is not None:
            starts[pointer] = number
    wrong: dict[int, list[str]] = {}
    for problem in problems:
        at = problem.get("at", "")
        while at not in starts and at:
            at = at.rpartition("/")[0]
        wrong.setdefault(starts.get(at, 0), []).append(problem["message"])
    return [Line(n + 1, text, tuple(wrong.get(n, ()))) for n, (_, text) in enumerate(written)]


def _written(value: Any, pointer: str, indent: str, before: str, after: str) -> Iterator[tuple[str | None, str]]:
    """The lines of `pretty`, each with the pointer of the value that begins on it."""
    if isinstance(value, dict) and value:
        inner = [(f"/{_escape(name)}", f"{json.dumps(name, ensure_ascii=False)}: ", it) for name, it in value.items()]
        brackets = "{}"
    elif isinstance(value, list) and value:
        inner, brackets = [(f"/{n}", "", it) for n, it in enumerate(value)], "[]"
    else:
        yield pointer, f"{indent}{before}{json.dumps(value, ensure_ascii=False)}{after}"
        return
    yield pointer, f"{indent}{before}{brackets[0]}"
    for n, (step, name, it) in enumerate(inner):
        yield from _written(it, pointer + step, indent + "  ", name, "," if n < len(inner) - 1 else "")
    yield None, f"{indent}{brackets[1]}{after}"


def _escape(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1").replace("%", "%25")


def _flat(record: Mapping[str, Any], at: str) -> Iterator[tuple[str, Any]]:
    """The members that are no objects, dotted."""
    for name, value in record.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{at}{name}.")
        else:
            yield f"{at}{name}", value


def _at(record: Mapping[str, Any], name: str) -> Any:
    value: Any = record
    for step in name.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _short(value: Any) -> str:
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _WIDE else text[: _WIDE - 1] + "…"
