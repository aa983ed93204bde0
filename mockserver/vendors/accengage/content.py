"""What a push message says: whether it may, what can be clicked in it, and what is to be filled in when it is sent
(REST API Documentation, Messages; our reference, sections 1.8, 2.3 and 2.4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mockserver.store import Record
from mockserver.vendors.accengage.errors import Refused, invalid, not_found

_MACRO = re.compile(r"\$\{([^{}]+)\}")


def check(app: Record, contents: Iterable[Mapping[str, Any]]) -> None:
    """Raises Refused: 400 for a language that stands twice, or buttons on iOS without a template; then 404 for a
    collapse key or a button template that the application does not have."""
    contents = list(contents)
    languages = [it["language"] for it in contents if "language" in it]
    reasons = [f"The language {it} stands more than once" for it in dict.fromkeys(languages) if languages.count(it) > 1]
    for content in contents:
        template = content.get("template")
        if not isinstance(template, str | None):
            reasons.append("The template of a push message is a name")
        elif template is None and content.get("buttons") and app["platform"] == "ios":
            reasons.append("Buttons need a template")
    if reasons:
        raise invalid(*reasons)
    for content in contents:
        check_names(app, content)


def check_names(app: Record, content: Mapping[str, Any]) -> None:
    """Raises Refused, 404, for a collapse key or a button template that the application does not have."""
    key, template = content.get("collapseKey"), content.get("template")
    if key is not None and app["platform"] == "android" and key not in app.get("collapse_keys", ()):
        raise not_found(f"Collapse key {key}")
    if template is not None and app["platform"] != "web" and template not in app.get("button_templates", ()):
        raise not_found(f"Button template {template}")


def actions(message: Record) -> list[Record]:
    """What can be clicked, numbered from 1: the buttons of each language, then its rich page."""
    found: list[Record] = []
    for content in message["messages"]:
        named = {"language": content["language"]} if "language" in content else {}
        for button in content.get("buttons", ()):
            details = {name: button[name] for name in ("title", "url") if name in button}
            found.append({"type": button.get("action", "close"), **details, **named})
        if content.get("richPushUrl"):
            found.append({"type": content.get("openRichPushIn", "webview"), "url": content["richPushUrl"], **named})
    return [{"id": number, **action} for number, action in enumerate(found, 1)]


def macros(contents: Iterable[Mapping[str, Any]]) -> set[str]:
    """The names of all `${name}` in the texts of a message, in any language."""
    return {name for content in contents for text in _texts(content) for name in _MACRO.findall(text)}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if name != "data":  # what a caller brings is a value, not a text with names in it
                yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def unmatched(names: Iterable[str]) -> Refused:
    """400 for names that nothing gives a value."""
    return invalid(f"Unmatched template parameter(s): {', '.join(sorted(names))}")
