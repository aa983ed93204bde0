"""Ids: each side makes up its own, and one stands for the other from its first appearance on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# Members that name a thing which the server made up: `person_key`, `deviceId`, `ksid`, `next_url`.
_NAMED = re.compile(
    r"(?:^|[_\-. ])(?:id|key|uuid|guid|url|uri|href|token|cursor|etag|location)$"
    r"|[a-z0-9](?:Id|ID|Key|Uuid|UUID|Guid|Url|URL|Uri|Token|Cursor)$|^[a-z]{1,3}id$",
)
_NAMED_LOWER = re.compile(r"(?:^|[_\-. ])(?:id|key|uuid|guid|url|uri|href|token|cursor|etag|location)$", re.IGNORECASE)
_MADE_UP = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|[0-9a-fA-F]{16,}|\d{12,}")
_TOKEN = re.compile(r"[\w.~-]*\w")
# In running text a shorter id could be any word or number.
_TELLING = 6
_MOST = 100_000
Scalar = str | int | float


def named(name: str, value: object) -> bool:
    """Whether a value is an id, by the name of its member or by its looks."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return False
    if _NAMED.search(name) or _NAMED_LOWER.search(name):
        return value != "" and not (isinstance(value, str) and " " in value.strip())
    return isinstance(value, str) and _MADE_UP.fullmatch(value) is not None


class _Newest:
    """Pairs of texts, of which the newest are kept: `most` at most, half of them at least. Constant time for each."""

    def __init__(self, most: int) -> None:
        self._half = max(1, most // 2)
        self._new: dict[str, str] = {}
        self._old: dict[str, str] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._new or key in self._old

    def __setitem__(self, key: str, value: str) -> None:
        if len(self._new) >= self._half and key not in self._new:
            self._old, self._new = self._new, {}
        self._new[key] = value

    def get(self, key: str) -> str | None:
        """What stands for a key; None when it is not known, or no longer."""
        found = self._new.get(key)
        return self._old.get(key) if found is None else found


class Ids:
    """Which id of the candidate stands for which of the baseline.

    What the client itself has said is no id that a server made up: it must come back as it was said. No more than
    `most` pairs are kept, the newest ones, so that a recording of any length can be followed. Both ways are written
    together, so they forget together.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._forth, self._back, self._said = _Newest(most), _Newest(most), _Newest(most)
        self._moved = False
        self.made: set[str] | None = None
        """Where the baseline's ids are kept that are learned, and were not said; None when nobody wants to know."""

    def say(self, value: Any) -> None:
        """Note all that a request says."""
        for leaf in leaves(value):
            self._said[str(leaf)] = ""

    def agree(self, baseline: Scalar, candidate: Scalar) -> bool:
        """Whether one id stands for the other; they do from now on, when neither was met before."""
        one, other = str(baseline), str(candidate)
        if one in self._forth or other in self._back:
            return self._forth.get(one) == other
        if one != other and (one in self._said or other in self._said):
            return False
        self._forth[one], self._back[other] = other, one
        self._moved = self._moved or one != other
        if self.made is not None and one not in self._said:
            self.made.add(one)
        return True

    def stands_for(self, baseline: Scalar) -> str | None:
        """The candidate's id for one of the baseline; None when it is not known."""
        return self._forth.get(str(baseline))

    def knows(self, candidate: Scalar) -> str | None:
        """The baseline's id for one of the candidate; None when it is not known."""
        return self._back.get(str(candidate))

    def text(self, text: str) -> str:
        """A text of the baseline's with the candidate's ids."""
        if not self._moved:
            return text
        whole = self._forth.get(text)
        return whole if whole is not None else _TOKEN.sub(self._token, text)

    def _token(self, match: re.Match[str]) -> str:
        word = match[0]
        return self._forth.get(word) or word if len(word) >= _TELLING else word

    def carried(self, value: Any, name: str = "") -> Any:
        """Anything that a request says with the candidate's ids in place of the baseline's."""
        if isinstance(value, str):
            telling = named(name, value) or len(value) >= _TELLING
            return self.text(value) if telling and self._moved else value
        if isinstance(value, Mapping):
            return {key: self.carried(item, str(key)) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return type(value)([self.carried(item, name) for item in value])
        return self._number(value) if named(name, value) else value

    def _number(self, value: int) -> int | str:
        found = self._forth.get(str(value))
        return value if found is None else int(found) if found.lstrip("-").isdecimal() else found


def leaves(value: Any) -> Iterator[Scalar]:
    """All texts and numbers in a value, at any depth."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield value
