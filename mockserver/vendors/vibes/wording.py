"""What breaks a schema, in the words of the vendor's samples (`The MDN field is required`)."""

from __future__ import annotations

import re

from specs.schemas import Problem

_MINIMUM = {
    "persons.add_person": "mobile_phone or external_person_id is required",
    "acquisitions.add_participant": "person_key, person_id, external_person_id or mobile_phone is required",
    "broadcasts.schedule_broadcast": "send_scheduled_date, or send_schedule by_time_zone, is required",
    "devices.assign_device": "person_key or external_person_id is required",
    "tags.add_tags": "The body must be an object with a tag of 1 to 255 characters, or an array of them",
}
_KNOWN = {
    ("mdn", "required"): "The MDN field is required",
    ("mdn", "pattern"): "The MDN must have 10 digits, or be in E.164 format under X-API-Version 2",
    ("os", "enum"): "device.os must be IOS, ANDROID, iOS or Android",
    ("devices", "minItems"): "devices must hold at least one device",
    ("devices", "maxItems"): "A batch holds at most 1000 devices",
}
_KINDS = {
    "array": "an array",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_LONGER = re.compile(r"is longer than (\d+) characters?$")


def in_words(problem: Problem, operation_id: str) -> str:
    """One sentence that names the member or parameter and says what it must be.

    The validator's own message ends in what was expected, but a long value pushes that end out of it; then the sentence
    is a general one.
    """
    name, member = _subject(problem)
    if problem.keyword == "anyOf" and not problem.path and operation_id in _MINIMUM:
        return _MINIMUM[operation_id]
    return _KNOWN.get((member, problem.keyword)) or f"{name} {_complaint(problem.keyword, problem.message)}"


def _complaint(keyword: str, message: str) -> str:
    complaint = "has a wrong format"
    match keyword:
        case "required":
            complaint = "is required"
        case "enum" if message.endswith(" other candidates"):
            complaint = "is none of the values that are known"  # the validator names but a few of many
        case "enum" if " is not one of " in message:
            complaint = f"must be {_listed(_QUOTED.findall(message.rpartition(' is not one of ')[2]))}"
        case "type" if " is not of type" in message:
            kinds = [_KINDS.get(kind, kind) for kind in _QUOTED.findall(message.rpartition(" is not of type")[2])]
            complaint = f"must be {_listed(sorted(kinds, key='null'.__eq__))}"
        case "minLength" | "minItems":
            complaint = "must not be empty"
        case "maxLength":
            limit = _LONGER.search(message)
            complaint = f"has more than {limit[1]} characters" if limit else "has too many characters"
    return complaint


def _subject(problem: Problem) -> tuple[str, str]:
    """The whole name of what is wrong, and its last member ("" for the body itself)."""
    path: list[str | int] = list(problem.path)
    if problem.keyword == "required" and problem.place == "body":
        path += _QUOTED.findall(problem.message)[:1]
    if problem.place != "body":
        path.insert(0, problem.place.partition(" ")[2].strip("'"))
    name = ""
    for step in path:
        name += f"[{step}]" if isinstance(step, int) else f".{step}" if name else step
    last = path[-1] if path else ""
    return name or "The body", last if isinstance(last, str) else ""


def _listed(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
