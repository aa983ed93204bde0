"""The differences of a run as findings: each once, with what both sides were asked, answered, and owe to the spec."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from contracts import vendors
from contracts.checks import catalogue
from contracts.compare.differences import CHECKS, Difference
from contracts.exchange import CONTROL, Exchange, Request, Response, excerpt
from contracts.finding import Finding, Side
from contracts.grid import Grid
from contracts.known import Known
from contracts.recorder import Recorder, size
from specs import Spec

# Of what differs at one spot of one operation, so many are told: then it is prose, and differs throughout.
_AT_ONE_SPOT = 3
_MAX_BODY = 3000


class Shows(Protocol):
    """What it takes to show an exchange of one side."""

    @property
    def mask(self) -> Callable[[str], str]: ...

    @property
    def recorder(self) -> Recorder: ...


@dataclass(frozen=True, slots=True)
class Shown:
    """A side that is no target: a recording."""

    mask: Callable[[str], str]
    recorder: Recorder


class Findings:
    """What differs so far. `sides` are the two, the baseline first, and `names` what people call them."""

    def __init__(
        self,
        spec: Spec,
        sides: tuple[Shows, Shows],
        names: tuple[str, str],
        known: Sequence[Known],
        today: date,
        seed: int,
    ) -> None:
        own = getattr(vendors.module(spec.vendor, "checks"), "CHECKS", ())
        self._sides, self._names, self._known, self._today, self._seed = sides, names, known, today, seed
        self._judges = [Recorder(spec, Grid(()), catalogue(own), seed=seed, mask=side.mask, shown="") for side in sides]
        self._spots: Counter[tuple[str, str, str]] = Counter()
        self.made: dict[tuple[str, str, str], Finding] = {}

    def news(self, difference: Difference) -> bool:
        """Whether a difference is worth being told; one that the user has accepted is kept, and is no news."""
        if difference.identity in self.made:
            return False
        bare = Finding(
            difference.check, difference.operation, difference.baseline, difference.candidate, difference.identity[2]
        )  # fmt: skip
        if any(it.covers(bare, self._today) for it in self._known):
            self.made[difference.identity] = bare
            return False
        return self._spots[difference.spot] < _AT_ONE_SPOT

    def add(self, difference: Difference, trails: Sequence[Sequence[Exchange]], sender: str) -> Finding:
        """A new finding, with the exchanges that led to it on either side, the telling one to the vendor last."""
        finding = self._finding(difference, trails, sender)
        self.made[difference.identity] = finding
        self._spots[difference.spot] += 1
        return finding

    def shorten(self, difference: Difference, trails: Sequence[Sequence[Exchange]], sender: str) -> None:
        """Show what has been found by these exchanges from now on, when they are fewer than those that it has."""
        found = self.made.get(difference.identity)
        if found and len(trails[1]) < len(found.reproduce):
            self.made[difference.identity] = min(found, self._finding(difference, trails, sender), key=size)

    def _finding(self, difference: Difference, trails: Sequence[Sequence[Exchange]], sender: str) -> Finding:
        mask = self._sides[0].mask
        one, other = (self._side(number, trail) for number, trail in enumerate(trails))
        return Finding(
            difference.check, difference.operation, mask(difference.baseline), mask(difference.candidate),
            difference.identity[2], sender, self._seed, other.reproduce, _last(trails[1]), sides=(one, other),
        )  # fmt: skip

    def plain(self, difference: Difference, sender: str) -> Finding | None:
        """A finding that no single exchange shows."""
        if not self.news(difference):
            return None
        finding = Finding(
            difference.check, difference.operation, difference.baseline, difference.candidate, difference.identity[2],
            sender, self._seed,
        )  # fmt: skip
        self.made[difference.identity] = finding
        return finding

    def _side(self, number: int, trail: Sequence[Exchange]) -> Side:
        run, last = self._sides[number], _last(trail)
        broken = tuple(f"{it.check}: {it.seen}" for it in self._judges[number].judge(last))
        return Side(self._names[number], run.mask(told(last)), broken, run.recorder.lines(tuple(trail)))


def _last(trail: Sequence[Exchange]) -> Exchange:
    """The last exchange with the vendor."""
    return next(it for it in reversed(trail) if it.operation != CONTROL)


def told(exchange: Exchange) -> str:
    """An exchange as text: the request line, the bodies, the status and media type of the answer; the callbacks."""
    request, response = exchange.request, exchange.response
    answer = _answer(response) if response else f"no answer: {exchange.trouble}"
    return "\n\n".join([_question(request, exchange.base), answer, *map(_callback, exchange.callbacks)])


def requests(finding: Finding) -> int:
    """How many requests to the vendor it takes to see a finding again, those to a control API left out."""
    return sum("/_control" not in line for line in finding.reproduce)


def checks() -> Iterable[tuple[str, str]]:
    """The classes of differences: id, and what holds when there is none."""
    return [(check.id, check.says) for check in CHECKS]


def _question(request: Request, base: str) -> str:
    head = f"{request.method} {request.url.removeprefix(base) or '/'}"
    return f"{head}\n{excerpt(request.body, _MAX_BODY)}" if request.body else head


def _callback(request: Request) -> str:
    head = f"callback: {request.method} {request.url}".rstrip()
    headers = (f"{name}: {value}" for name, value in request.headers)
    return "\n".join([head, *headers, excerpt(request.body or b"", _MAX_BODY)])


def _answer(response: Response) -> str:
    head = f"{response.status} {response.media_type or ''}".rstrip()
    return f"{head}\n{excerpt(response.body, _MAX_BODY)}" if response.body else head
