"""Values of custom fields: judged against the fields that the company has set up, kept compactly, shown in full.

A field is a record of kind `custom_fields` and of type `string`, `date`, `single_selection` or `multi_selection`. Kept
is the text as sent, or the option_key, or a list of them (Person API Methods, Get person, for the form of the answers).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from mockserver.clock import epoch
from mockserver.store import Record
from mockserver.vendors.vibes.errors import Code, Error
from mockserver.world import World

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})", re.ASCII)


class _Refused(Exception):
    """A value that its field cannot hold; the text says what the field holds."""


def defined(world: World, company_key: str) -> list[Record]:
    """The fields that a company has set up, oldest first."""
    return world.find("custom_fields", {"company_key": company_key})


def read(fields: Iterable[Record], given: Mapping[str, Any], errors: list[Error]) -> Record:
    """What to keep of the given values, by name of the field; None removes. Adds to `errors` all that is wrong."""
    known = {field["name"]: field for field in fields}
    error = unknown(known.values(), given)
    if error is not None:
        errors.append(error)
    kept = {}
    for name, value in given.items():
        if name not in known:
            continue
        try:
            kept[name] = None if value is None else _READ[known[name]["type"]](known[name], value)
        except _Refused as refused:
            errors.append(Error(f"custom_fields.{name} must be {refused}", Code.FORMAT))
    return kept


def unknown(fields: Iterable[Record], given: Mapping[str, Any]) -> Error | None:
    """The error that names the given fields which the company has not set up, if there are any."""
    known = {field["name"] for field in fields}
    names = [name for name in given if name not in known]
    return Error(f"Unknown custom fields: {', '.join(names)}", Code.CUSTOM_FIELD) if names else None


def show(fields: Iterable[Record], kept: Mapping[str, Any]) -> Record:
    """All fields by name; one without a value is null, or an empty array."""
    return {field["name"]: _shown(field, kept.get(field["name"])) for field in fields}


def _text(_: Record, value: Any) -> str:
    if not isinstance(value, str):
        raise _Refused("a string")
    return value


def _date(_: Record, value: Any) -> str:
    if isinstance(value, str) and _DATE.fullmatch(value.upper()):
        try:
            epoch(value.upper())
        except (ValueError, OverflowError):
            pass
        else:
            return value
    raise _Refused("a date and time in ISO 8601, such as 1990-12-01T00:00:00Z")


def _choice(field: Record, value: Any) -> str:
    """The option_key of the option that a string or an object names."""
    options = field.get("options", ())
    for option in options:
        if isinstance(value, str):
            meant = value in (option["option_key"], option["name"])
        elif isinstance(value, dict) and "option_key" in value:
            meant = value["option_key"] == option["option_key"]
        else:
            meant = isinstance(value, dict) and value.get("id") is not None and value["id"] == option.get("id")
        if meant:
            found: str = option["option_key"]
            return found
    raise _Refused(f"one of {', '.join(option['option_key'] for option in options)}")


def _choices(field: Record, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise _Refused("an array of choices")
    return list(dict.fromkeys(_choice(field, item) for item in value))


_READ = {"string": _text, "date": _date, "single_selection": _choice, "multi_selection": _choices}


def _shown(field: Record, kept: Any) -> Any:
    if field["type"] == "multi_selection":
        return [_option(field, key) for key in kept or ()]
    if field["type"] == "single_selection" and kept is not None:
        return _option(field, kept)
    return kept


def _option(field: Record, key: str) -> Record:
    for option in field.get("options", ()):
        if option["option_key"] == key:
            return {"id": None, **option}
    return {"id": None, "name": key, "option_key": key}
