"""Takes secrets out of texts, however a target or a report spells them."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from html import escape
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus

from contracts.exchange import Exchange

MASK = "<secret>"
_CUT = "…"
# A cut text may end in the middle of a secret; fewer characters of it than this say nothing.
_TELLING = 4
T = TypeVar("T")


class Mask:
    """Replaces secrets in a text: as they are, escaped for URL, JSON, XML, shell or Python, in base64, and cut off."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._spellings: list[str] = []
        self.learn(*secrets)

    def learn(self, *secrets: str) -> None:
        """Replace these too from now on."""
        found = {spelling for secret in secrets if secret for spelling in _spellings(secret)}
        self._spellings = sorted({*self._spellings, *found}, key=lambda it: (-len(it), it))
        # What is masked already stays: `secret` may be one.
        words = "|".join([f"(?-i:{MASK})", *map(_pattern, self._spellings)])
        self._regex = re.compile(words, re.IGNORECASE) if self._spellings else None

    def __call__(self, text: str) -> str:
        if self._regex is None or not text:
            return text
        text = self._regex.sub(MASK, text)
        return _CUT.join([*map(self._end, (parts := text.split(_CUT))[:-1]), parts[-1]]) if _CUT in text else text

    def _end(self, text: str) -> str:
        """A text that was cut off, without the beginning of a secret at its end."""
        folded = text.lower()
        for spelling in self._spellings:
            for length in range(len(spelling) - 1, _TELLING - 1, -1):
                if folded.endswith(spelling[:length].lower()):
                    return text[:-length] + MASK
        return text


def scrubbed(value: T, mask: Callable[[str], str]) -> T:
    """A fact with all its texts masked, at any depth; exchanges stay as they are, for no report shows them."""
    found: Any = value
    if isinstance(value, str) and type(value) is str:
        found = mask(value)
    elif type(value) is tuple:
        found = tuple(scrubbed(item, mask) for item in found)
    elif is_dataclass(value) and not isinstance(value, type | Exchange):
        found = replace(value, **{it.name: scrubbed(getattr(value, it.name), mask) for it in fields(value)})
    return found  # type: ignore[no-any-return]


def _spellings(secret: str) -> Iterator[str]:
    plain = (secret, secret.replace("'", "'\"'\"'"), *_encoded(secret))
    escaped = (quote(secret, safe=""), quote(secret), quote_plus(secret), *map(_xml, (secret, escape(secret))))
    yield from (*plain, *escaped, escape(secret), escape(secret, quote=False))
    for text in (secret, escape(secret)):
        for once in _in_quotes(text):
            yield once
            yield from _in_quotes(once)


def _in_quotes(text: str) -> tuple[str, ...]:
    """As JSON or Python write it between quotes; Python chooses the quotes by what else the text holds."""
    python = repr(text)[1:-1]
    return (
        json.dumps(text)[1:-1],
        json.dumps(text, ensure_ascii=False)[1:-1].replace("/", "\\/"),
        json.dumps(text, ensure_ascii=False)[1:-1],
        python,
        python if "\\'" in python else python.replace("'", "\\'"),
    )


def _encoded(secret: str) -> tuple[str, str]:
    raw = secret.encode(errors="surrogatepass")
    return base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()


def _xml(text: str) -> str:
    return text.replace("'", "&apos;").replace("&#x27;", "&apos;")


def _pattern(spelling: str) -> str:
    """Short ones only as words of their own: an `a` must not take every a out of a report."""
    found = re.escape(spelling)
    return found if len(spelling) >= _TELLING else rf"(?<!\w){found}(?!\w)"
