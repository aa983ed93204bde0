"""All capabilities of two vendors side by side: what the new one has, lacks, or does otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from specs import Operation, Spec
from specs.capabilities import CAPABILITIES, near
from specs.swap.traits import ASPECTS, call

Verdict = Literal["same", "otherwise", "by another way", "lacks", "new"]
VERDICTS: dict[Verdict, str] = {
    "same": "the new vendor does it, and the specs say the same of it",
    "otherwise": "the new vendor does it, and some aspects differ",
    "by another way": "the new vendor has not this, but something that serves the same end",
    "lacks": "the new vendor has nothing of the kind",
    "new": "only the new vendor does it",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One aspect that the two specs give otherwise."""

    aspect: str
    here: str
    there: str


@dataclass(frozen=True, slots=True)
class Row:
    """One capability. `here` and `there` are the calls that serve it, `instead` the capability that must do."""

    capability: str
    area: str
    summary: str
    verdict: Verdict
    here: tuple[str, ...]
    there: tuple[str, ...]
    instead: str = ""
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Matrix:
    """The rows in the order of the list of capabilities; those that are only the vendors' own come last."""

    old: str
    new: str
    rows: tuple[Row, ...]

    def count(self, verdict: Verdict) -> int:
        return sum(row.verdict == verdict for row in self.rows)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "counts": {verdict: self.count(verdict) for verdict in VERDICTS}}


def compare(old: Spec, new: Spec) -> Matrix:
    """What an integration of `old` would notice if it were `new`. Computed from the two specs alone."""
    return Matrix(old.vendor, new.vendor, tuple(_rows(old, new)))


def _rows(old: Spec, new: Spec) -> Iterator[Row]:
    here, there = _by_capability(old), _by_capability(new)
    for name in [*CAPABILITIES, *sorted((here.keys() | there.keys()) - CAPABILITIES.keys())]:
        if name in here:
            yield _row(name, here[name], old, there, new)
        elif name in there:
            yield _made(name, "new", (), _calls(there[name], new))


def _row(name: str, mine: list[Operation], old: Spec, there: dict[str, list[Operation]], new: Spec) -> Row:
    calls = _calls(mine, old)
    if name in there:
        differences = tuple(_differences(mine, old, there[name], new))
        return _made(name, "otherwise" if differences else "same", calls, _calls(there[name], new), "", differences)
    other = next((it for it in near(name) if it in there), None)
    if other is None:
        return _made(name, "lacks", calls, ())
    differences = tuple(_differences(mine, old, there[other], new))
    return _made(name, "by another way", calls, _calls(there[other], new), other, differences)


def _made(
    name: str, verdict: Verdict, here: tuple[str, ...], there: tuple[str, ...], instead: str = "",
    differences: tuple[Difference, ...] = (),
) -> Row:  # fmt: skip
    known = CAPABILITIES.get(name)
    area, summary = (known.area, known.summary) if known else ("The vendor's own", name.replace("-", " "))
    return Row(name, area, summary, verdict, here, there, instead, differences)


def _by_capability(spec: Spec) -> dict[str, list[Operation]]:
    """The operations of each capability; what is deprecated stands last."""
    found: dict[str, list[Operation]] = {}
    for operation in sorted(spec.operations.values(), key=lambda it: it.deprecated):
        for name in operation.capabilities:
            found.setdefault(name, []).append(operation)
    return found


def _calls(operations: list[Operation], spec: Spec) -> tuple[str, ...]:
    return tuple(call(it, spec) + (" (deprecated)" if it.deprecated else "") for it in operations)


def _differences(mine: list[Operation], old: Spec, theirs: list[Operation], new: Spec) -> Iterator[Difference]:
    """Between the first operation of each: of several, that is the one which is not deprecated."""
    for aspect, tell in ASPECTS.items():
        here, there = tell(mine[0], old), tell(theirs[0], new)
        if here != there:
            yield Difference(aspect, here, there)
