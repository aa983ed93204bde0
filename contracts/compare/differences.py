"""What differs between the answers of two implementations to the same request."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from contracts.checks import Check
from contracts.compare import carry
from contracts.compare import ids as ids_module
from contracts.compare.ids import Ids
from contracts.compare.times import Clocks
from contracts.compare.values import Apart, Values
from contracts.exchange import Exchange, Response, excerpt
from specs import Operation, Spec
from specs.codecs import Undecodable, codec
from specs.paths import Paths
from specs.swap.traits import duplicate

ANSWER, STATUS, MEDIA_TYPE, HEADERS = "same-answer", "same-status", "same-media-type", "same-headers"
SHAPE, VALUES, EFFECT, TIMING = "same-shape", "same-values", "same-effect", "same-timing"
CALLBACKS = "same-callbacks"
CHECKS = (
    Check(ANSWER, "Both give an answer, or neither"),
    Check(STATUS, "Both answer with the same status"),
    Check(MEDIA_TYPE, "Both answer in the same media type"),
    Check(HEADERS, "Both send the same documented headers"),
    Check(SHAPE, "Both bodies can be read, with the same members of the same types"),
    Check(VALUES, "Both bodies say the same, but for ids, times and the order of unordered lists"),
    Check(EFFECT, "A read shows the same after the same writes"),
    Check(CALLBACKS, "Both send the same callbacks, as often, with the same headers and bodies"),
    Check(TIMING, "Both take as long: at once, about a second, or longer"),
)
CLASSES = frozenset(it.id for it in CHECKS)
# Beside those that the spec documents.
_HEADERS = ("location", "www-authenticate", "allow", "retry-after")
_COUNTING = re.compile(r"rate-?limit|remaining|^retry-after$|^date$|^age$", re.IGNORECASE)
_ORDER = re.compile(
    r"\b(?:oldest|newest|latest|earliest|most recent|sorted|ordered|ascending|descending|in (?:the )?order)\b",
    re.IGNORECASE,
)
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_CREATED = 201
_NULL = "null null at "
_ABOUT_DATA = (403, 404, 409, 410)
_VARYING = re.compile(r"items \[.* at |\d+|'[^']*'|\"[^\"]*\"", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: its class (the id of a check), where it is, and what each side has there."""

    check: str
    operation: str
    place: str
    baseline: str
    candidate: str

    @property
    def spot(self) -> tuple[str, str, str]:
        """Where it is, whatever the two sides have there."""
        return self.check, self.operation, self.place

    @property
    def identity(self) -> tuple[str, str, str]:
        """What makes two differences the same one: two statuses do; else the words, but for numbers, quoted ones
        and what is in a list that is longer on one side."""
        if self.place.startswith("status "):
            return self.spot
        words = (_VARYING.sub("#", text) for text in (self.baseline, self.candidate))
        return self.check, self.operation, " | ".join((self.place, *words))


class Comparison:
    """Compares the answers of one sequence; `ids` grow with it.

    Where both sides begin with the same data, `mark` is None. Else it is a text that the sequence puts into all that it
    makes up, and what a request about anything else leads to may differ because the data do: that is left out, and
    counted in `left_out` by operation. Rows that such a request reads are different things on either side, so no id of
    one stands for an id of the other.
    """

    def __init__(
        self, spec: Spec, ids: Ids, clocks: Clocks, bases: tuple[str, str], mark: str | None = None,
        left_out: Counter[str] | None = None,
    ) -> None:  # fmt: skip
        self._spec, self.ids, self.mark = spec, ids, mark
        self.values = Values(ids, clocks, bases, _paths(spec).leads)
        self._others = Values(Ids(), clocks, bases, _paths(spec).leads)
        self._made = set[str]()
        self.left_out: Counter[str] = Counter() if left_out is None else left_out

    def differences(self, baseline: Exchange, candidate: Exchange) -> list[Difference]:
        """What differs, the gravest first; of two answers with different statuses nothing else is compared."""
        strange = not self.owns([*carry.said(baseline.request, baseline.base)])
        made = not strange or self._made_by(baseline, candidate)
        self.ids.made = self._made if made and self.mark is not None else None
        reads = baseline.request.method in _READS
        found = self._all(baseline, candidate, self._others if strange and reads else self.values)
        kept = [it for it in found if not (strange and _may_be_data(it, baseline, candidate))]
        if len(kept) < len(found):
            self.left_out[baseline.operation] += 1
        return kept

    def _made_by(self, baseline: Exchange, candidate: Exchange) -> bool:
        """Whether a request has made what its answers tell of: both say so, and the documents do not say the same of
        something that was there already."""
        both = baseline.status == candidate.status == _CREATED
        return both and str(_CREATED) not in duplicate(self._spec.operations[baseline.operation], self._spec)

    def owns(self, said: Any) -> bool:
        """Whether a request that says this is about what its own sequence has made."""
        return self.mark is None or any(
            self.mark in leaf or leaf in self._made for leaf in map(str, ids_module.leaves(said))
        )

    def _all(self, baseline: Exchange, candidate: Exchange, values: Values) -> list[Difference]:
        name = baseline.operation
        one, other = baseline.response, candidate.response
        if one is None or other is None:
            if one is None and other is None:
                return []
            return [Difference(ANSWER, name, "answer", _told(baseline), _told(candidate))]
        if one.status != other.status:
            place = f"status {one.status} {other.status}"
            return [Difference(STATUS, name, place, _told(baseline), _told(candidate))]
        return [*self._answers(self._spec.operations[name], one, other, values)]

    def _answers(
        self, operation: Operation, one: Response, other: Response, values: Values
    ) -> Iterator[Difference]:  # fmt: skip
        at = str(one.status)
        first, second = one.media_type if one.body else None, other.media_type if other.body else None
        if bool(one.body) != bool(other.body):
            yield Difference(SHAPE, operation.id, f"{at} body", _body(one), _body(other))
        elif first != second:
            yield Difference(MEDIA_TYPE, operation.id, f"{at} media type", str(first), str(second))
        elif one.body:
            yield from self._bodies(operation, one, other, values)
        yield from self._headers(operation, one, other, values)

    def _bodies(
        self, operation: Operation, one: Response, other: Response, values: Values
    ) -> Iterator[Difference]:  # fmt: skip
        at = str(one.status)
        (first, why), (second, why_not) = (self._decoded(operation, it) for it in (one, other))
        reasons = (why, why_not)
        if any(reasons):
            if all(reasons) and one.body == other.body:
                return
            told = [f"{reason}: {excerpt(it.body)}" if reason else excerpt(it.body)
                    for reason, it in zip(reasons, (one, other), strict=True)]  # fmt: skip
            yield Difference(SHAPE, operation.id, f"{at} body", *told)
            return
        for apart in values.apart(first, second, _ordered(operation, one.status)):
            yield _difference(operation, at, apart)

    def _decoded(self, operation: Operation, response: Response) -> tuple[Any, str]:
        documented = operation.response(response.status)
        kind = response.media_type or ""
        media = documented.content.get(kind) if documented else None
        try:
            return codec(kind, media.schema if media else None, self._spec.document).decode(response.body), ""
        except Undecodable as error:
            return None, f"cannot be read ({error})"

    def _headers(
        self, operation: Operation, one: Response, other: Response, values: Values
    ) -> Iterator[Difference]:  # fmt: skip
        documented = operation.response(one.status)
        names = dict.fromkeys((*(name.lower() for name in (documented.headers if documented else ())), *_HEADERS))
        for name in names:
            first, second = one.header(name), other.header(name)
            where = f"{one.status} {name}"
            if _differ(name, first, second, values):
                yield Difference(HEADERS, operation.id, where, _header(name, first), _header(name, second))


def _differ(name: str, first: str | None, second: str | None, values: Values) -> bool:
    if first is None or second is None:
        return first is not second
    return not _COUNTING.search(name) and bool(values.apart(first, second, True, name))


@lru_cache(maxsize=8)
def _paths(spec: Spec) -> Paths:
    return Paths(spec)


def _difference(operation: Operation, status: str, apart: Apart) -> Difference:
    check = SHAPE if apart.kind == "shape" else VALUES
    where = f"{status} {apart.place or 'body'}"
    return Difference(
        check, operation.id, where, f"{apart.baseline} at {where}", f"{apart.candidate} at {where}"
    )  # fmt: skip


def _may_be_data(difference: Difference, baseline: Exchange, candidate: Exchange) -> bool:
    """Whether a difference between two answers may come from what the two sides had stored before."""
    statuses = (baseline.status, candidate.status)
    known = any(status < 400 or status in _ABOUT_DATA for status in statuses) and max(statuses) < 500
    unset = difference.check == SHAPE and any(
        it.startswith(_NULL) for it in (difference.baseline, difference.candidate)
    )
    return known and (unset or difference.check in (STATUS, VALUES, EFFECT))


def _ordered(operation: Operation, status: int) -> bool:
    """Whether the spec says in which order the lists of an answer are."""
    documented = operation.response(status)
    texts = (operation.summary, str(operation.raw.get("description", "")), documented.description if documented else "")
    return "x-pagination" in operation.raw or any(_ORDER.search(text) for text in texts)


def _told(exchange: Exchange) -> str:
    response = exchange.response
    return f"{response.status}: {_body(response)}" if response else exchange.trouble


def _body(response: Response) -> str:
    return excerpt(response.body, 200) if response.body else "no body"


def _header(name: str, value: str | None) -> str:
    return f"no {name}" if value is None else f"{name}: {value}"
