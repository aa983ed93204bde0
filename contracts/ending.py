"""What a run comes to: its verdict, and how long each operation took."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from contracts.events import OperationTime
from contracts.finding import Finding, Verdict
from specs import Spec


def verdict_of(findings: Iterable[Finding], trouble: str, mistake: str) -> Verdict:
    """Trouble with the target comes before a mistake of ours, and both before findings that nobody accepted."""
    if trouble:
        return Verdict.TROUBLE
    if mistake:
        return Verdict.BROKEN
    return Verdict.FINDINGS if any(not it.known for it in findings) else Verdict.CLEAN


def operation_times(spec: Spec, times: Mapping[str, list[float]]) -> tuple[OperationTime, ...]:
    """How long the operations that answered took, in the order of the document."""
    return tuple(
        OperationTime(it.id, it.method, it.path, len(found), sum(found), max(found))
        for it in spec.operations.values()
        if (found := times.get(it.id))
    )
