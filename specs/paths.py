"""Which operation of a spec a recorded request was for, whatever its base URL is, and whose recording it is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from specs import Operation, Spec, har

_GUESSED_BY = 200


@dataclass(frozen=True, slots=True)
class Match:
    """An operation, and the base URL under which it was found."""

    operation: Operation
    base: str


class Paths:
    """The paths of a spec. A base URL that has matched once is tried first from then on."""

    def __init__(self, spec: Spec) -> None:
        self._known: dict[tuple[str, int], list[tuple[tuple[str, ...], Operation]]] = defaultdict(list)
        self._methods = {operation.method for operation in spec.operations.values()}
        for operation in spec.operations.values():
            steps = tuple(operation.path.strip("/").split("/"))
            self._known[operation.method, len(steps)].append((steps, operation))
        self._lengths = sorted({length for _, length in self._known}, reverse=True)
        self._bases: dict[str, int] = {}

    def find(self, method: str, url: str) -> Match | None:
        """The operation of a request; None when the spec has none like it."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        steps = parts.path.strip("/").split("/")
        known = self._bases.get(origin)
        if known is not None and (found := self._under(method, steps, known)):
            return Match(found, _base(origin, steps, known))
        for drop in self._drops(len(steps)):
            found = self._under(method, steps, drop)
            if found is not None:
                self._bases.setdefault(origin, drop)
                return Match(found, _base(origin, steps, drop))
        return None

    def leads(self, url: str) -> str:
        """The documented path that a URL or a path leads to, by whatever method; empty when there is none like it."""
        steps = urlsplit(url).path.strip("/").split("/")
        for drop in self._drops(len(steps)):
            for method in self._methods:
                found = self._under(method, steps, drop)
                if found is not None:
                    return found.path
        return ""

    def _drops(self, length: int) -> Iterator[int]:
        """How many leading steps may belong to the base URL: the fewest first."""
        yield from (length - it for it in self._lengths if length >= it)

    def _under(self, method: str, steps: list[str], drop: int) -> Operation | None:
        rest = [unquote(step) for step in steps[drop:]]
        fitting = [
            (sum("{" not in step for step in template), operation)
            for template, operation in self._known.get((method, len(rest)), ())
            if all("{" in wanted or wanted == step for wanted, step in zip(template, rest, strict=True))
        ]
        # What only consists of parameters fits anything, and says nothing.
        telling = [it for it in fitting if it[0]]
        return max(telling, key=lambda it: it[0])[1] if telling else None


def _base(origin: str, steps: list[str], drop: int) -> str:
    return "/".join((origin, *steps[:drop]))


def vendor_of(path: Path, specs: Mapping[str, Spec]) -> str:
    """The vendor whose operations are in a recording most often. Raises HarError when it is none of them."""
    paths = {name: Paths(spec) for name, spec in specs.items()}
    found: Counter[str] = Counter()
    first = ""
    try:
        for entry in har.entries(path):
            first = first or f"{entry.request.method} {entry.request.url}"
            found.update(name for name, it in paths.items() if it.find(entry.request.method, entry.request.url))
            if entry.number >= _GUESSED_BY:
                break
    except har.Truncated:
        pass
    if not found:
        told = f"; the first request is {first[:200]}" if first else ": it has no entries"
        raise har.HarError(f"is no recording of {' or '.join(specs)}{told}", path)
    return found.most_common(1)[0][0]
