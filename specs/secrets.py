"""Which parts of a message hold credentials, by what a spec says of them and by the names that everybody uses.

A spec says so with `format: password`, `writeOnly`, and the names in its security schemes of type `apiKey`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any
from urllib.parse import unquote_plus

from specs.loading import SpecError, resolved

MEMBERS = (
    "password", "passwd", "secret", "client_secret", "api_key", "apikey", "access_token", "auth_token", "refresh_token",
    "id_token",
)  # fmt: skip
# Headers: no list of names, for a vendor of the user's has its own.
_HEADER = re.compile(r"authoriz|auth$|cookie|token|secret|password|session|(?<!idempotency-)key$")
_SHORTEST = 4  # letters of a value that is looked for elsewhere: fewer stand in any word


class Secrets:
    """The credentials of one vendor's messages. `headers` are names in lower case, `members` those of bodies, and of
    parameters in the query, as they are written; `also` are members that the document does not mark."""

    def __init__(self, document: Mapping[str, Any], also: Iterable[str] = ()) -> None:
        schemes = [it for it in _of(document, "components", "securitySchemes").values() if it.get("type") == "apiKey"]
        self.headers = frozenset(str(it.get("name")).lower() for it in schemes if it.get("in") == "header")
        in_query = (str(it.get("name")) for it in schemes if it.get("in") == "query")
        self.members = frozenset((*MEMBERS, *also, *in_query, *_marked(document, document)))
        self._folded = frozenset(it.lower() for it in self.members)
        names = "|".join(sorted(map(re.escape, self.members)))
        self._json = re.compile(rf'("(?:{names})"\s*:\s*)("(?:[^"\\]|\\.)*"?|[\w.+-]+)', re.IGNORECASE)
        # Neither a quote nor an equals sign comes before an element: that would be a mask that looks like one.
        opened = rf"<(?<![\"=]<)(?:\w+:)?(?:{names})(?:\s[^>]*)?(?<!/)>\s*"
        held = r"<!\[CDATA\[(?s:.*?)(?:\]\]>|\Z)|[^<\s][^<]*?"
        self._xml = re.compile(rf"({opened})({held})(?=\s*(?:<|\Z))", re.IGNORECASE)
        self._url = re.compile(rf"((?:^|[?&;])(?:{names})=)([^&\s\"'<>\\]+)", re.IGNORECASE)

    def header(self, name: str) -> bool:
        """Whether a header holds a credential."""
        name = name.lower()
        return name in self.headers or _HEADER.search(name) is not None

    def body(self, text: str, form: bool, mask: str, seen: set[str]) -> str:
        """A body with the mask where credentials stand; they are added to what was `seen`."""
        return self._pairs(text, mask, seen) if form else self.text(text, mask, seen)

    def text(self, text: str, mask: str, seen: set[str]) -> str:
        """The same for any text: credentials in JSON, in XML and in URLs, wherever in it these stand."""

        def in_json(match: re.Match[str]) -> str:
            _note(match[2].strip('"'), seen)
            _note(_unquoted(match[2]), seen)
            return match[1] + (f'"{mask}"' if match[2] not in ("null", "true", "false") else match[2])

        def in_xml(match: re.Match[str]) -> str:
            plain = match[2].removeprefix("<![CDATA[").removesuffix("]]>")
            _note(plain, seen)
            _note(unescape(plain), seen)
            return match[1] + mask

        def in_url(match: re.Match[str]) -> str:
            _note(match[2], seen)
            _note(unquote_plus(match[2]), seen)
            return match[1] + mask

        if "<" in text:  # the first: a mask may look like an element
            text = self._xml.sub(in_xml, text)
        if '"' in text:
            text = self._json.sub(in_json, text)
        return self._url.sub(in_url, text) if "=" in text else text

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


def _unquoted(value: str) -> str:
    """What a string of JSON says; the value itself when it is none, or is cut off."""
    try:
        return str(json.loads(value)) if value.startswith('"') else value
    except ValueError:
        return value


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
