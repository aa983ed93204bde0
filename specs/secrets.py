"""Which parts of a message hold credentials, by what a spec says of them and by the names that everybody uses.

A spec says so with `format: password`, `writeOnly`, and the names in its security schemes of type `apiKey`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from specs.loading import SpecError, resolved

MEMBERS = (
    "password", "passwd", "secret", "client_secret", "api_key", "apikey", "access_token", "auth_token", "refresh_token",
    "id_token",
)  # fmt: skip
_SHORTEST = 4  # letters of a value that is looked for elsewhere: fewer stand in any word


class Secrets:
    """The credentials of one vendor's messages. `headers` are names in lower case, `members` those of bodies, and of
    parameters in the query, as they are written."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        schemes = [it for it in _of(document, "components", "securitySchemes").values() if it.get("type") == "apiKey"]
        self.headers = frozenset(str(it.get("name")).lower() for it in schemes if it.get("in") == "header")
        in_query = (str(it.get("name")) for it in schemes if it.get("in") == "query")
        self.members = frozenset((*MEMBERS, *in_query, *_marked(document, document)))
        self._folded = frozenset(it.lower() for it in self.members)
        names = "|".join(sorted(map(re.escape, self.members)))
        self._json = re.compile(rf'("(?:{names})"\s*:\s*)("(?:[^"\\]|\\.)*"?|[\w.+-]+)', re.IGNORECASE)
        self._xml = re.compile(rf"(<(?:\w+:)?(?:{names})(?:\s[^>]*)?>)([^<]+)", re.IGNORECASE)

    def body(self, text: str, form: bool, mask: str, seen: set[str]) -> str:
        """A body with the mask where credentials stand; they are added to what was `seen`."""
        if form:
            return self._pairs(text, mask, seen)

        def json(match: re.Match[str]) -> str:
            _note(match[2].strip('"'), seen)
            return match[1] + (f'"{mask}"' if match[2] not in ("null", "true", "false") else match[2])

        def xml(match: re.Match[str]) -> str:
            _note(match[2], seen)
            return match[1] + mask

        return self._json.sub(json, self._xml.sub(xml, text))  # in this order: a mask may look like an element

    def target(self, target: str, mask: str, seen: set[str]) -> str:
        """A request target with the mask where its query has credentials; they are added to what was `seen`."""
        path, mark, query = target.partition("?")
        return f"{path}{mark}{self._pairs(query, mask, seen)}" if query else target

    def _pairs(self, text: str, mask: str, seen: set[str]) -> str:
        parts = text.split("&")
        for n, part in enumerate(parts):
            name, equals, value = part.partition("=")
            if value and unquote_plus(name).lower() in self._folded:
                _note(value, seen)
                _note(unquote_plus(value), seen)
                parts[n] = f"{name}{equals}{mask}"
        return "&".join(parts)


def _note(value: str, seen: set[str]) -> None:
    if len(value) >= _SHORTEST and value not in ("null", "true", "false"):
        seen.add(value)


def _of(document: Mapping[str, Any], *steps: str) -> Mapping[str, Any]:
    found: Any = document
    for step in steps:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _marked(document: Mapping[str, Any], root: Any) -> Iterator[str]:
    """Names of the properties and parameters whose schemas are marked, wherever they stand."""
    rest = [root]
    while rest:
        value = rest.pop()
        if isinstance(value, list):
            rest.extend(value)
        elif isinstance(value, Mapping):
            rest.extend(value.values())
            for name, schema in _of(value, "properties").items():
                if _is_marked(document, schema):
                    yield str(name)
            if isinstance(value.get("in"), str) and _is_marked(document, value.get("schema")):
                yield str(value.get("name"))


def _is_marked(document: Mapping[str, Any], schema: Any) -> bool:
    if not isinstance(schema, Mapping):
        return False
    try:
        meant = resolved(document, schema)[0]
    except SpecError:  # lint says so
        return False
    return meant.get("format") == "password" or meant.get("writeOnly") is True
