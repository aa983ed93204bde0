"""Known failures: findings that the user accepts, each with a reason and an expiry date.

[[known]]
check = "status"
operation = "persons.update_person"
reason = "the vendor answers 204, ticket ABC-12"
expires = 2026-12-31
where = "204*"   # may be left out: only findings whose key is like this
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from contracts.credentials import toml
from contracts.finding import Finding, UsageError
from contracts.settings import meant
from specs import Spec

_KEYS = frozenset({"check", "operation", "reason", "expires"})
_MORE = frozenset({"where"})
_NO_OPERATION = "*"  # of findings about a run as a whole


@dataclass(frozen=True, slots=True)
class Known:
    """One accepted failure; it covers every finding of its check in its operation until the day it expires.

    `where`, with `*` for anything, narrows it down by the findings' key: what they are about within the operation.
    """

    check: str
    operation: str
    reason: str
    expires: date
    where: str = "*"

    def covers(self, finding: Finding, today: date) -> bool:
        """Whether the finding is accepted today."""
        mine = self.check == finding.check and self.operation == finding.operation
        return mine and today <= self.expires and fnmatchcase(finding.key, self.where)


def read(path: Path | None, checks: Iterable[str], spec: Spec) -> tuple[Known, ...]:
    """The entries of a file. Raises UsageError when one is incomplete, has a key that means nothing, or names a check
    or an operation that there is not: it would never accept anything."""
    if path is None:
        return ()
    document = toml(path)
    entries = document.pop("known", [])
    if document:
        raise UsageError(f"{path}: `{next(iter(document))}` means nothing here; write [[known]]")
    if not isinstance(entries, list):
        raise UsageError(f"{path}: `known` is no list of tables; write [[known]]")
    found = tuple(_entry(path, number, entry) for number, entry in enumerate(entries, 1))
    names = (("check", [*checks]), ("operation", [*spec.operations, _NO_OPERATION]))
    for it in found:
        for what, there in names:
            name = getattr(it, what)
            if name not in there:
                raise UsageError(f"{path}: unknown {what} {name!r}; {meant(name, there)}".rstrip("; "))
    return found


def _always(_: Known) -> bool:
    return True


def apply(
    known: Iterable[Known], findings: Iterable[Finding], today: date, tried: Callable[[Known], bool] = _always
) -> tuple[list[Finding], list[str]]:
    """The findings with the accepted ones marked, and a line for each entry that expired or no longer fails.

    Of an entry that was not `tried` (another part of the work, a run that broke off) nobody knows whether it fails.
    """
    entries = list(known)
    used: set[Known] = set()
    marked = []
    for finding in findings:
        entry = next((it for it in entries if it.covers(finding, today)), None)
        if entry is not None:
            used.add(entry)
        marked.append(replace(finding, known=entry.reason) if entry else finding)
    notes = []
    for it in entries:
        if today > it.expires:
            notes.append(f"known failure {it.check} of {it.operation} expired on {it.expires}: {it.reason}")
        elif it not in used and tried(it):
            notes.append(f"known failure {it.check} of {it.operation} no longer fails; remove it: {it.reason}")
    return marked, notes


def _entry(path: Path, number: int, entry: object) -> Known:
    where = f"{path}: entry {number}"
    if not isinstance(entry, dict):
        raise UsageError(f"{where} is no table; write [[known]]")
    odd = (entry.keys() - _MORE) ^ _KEYS
    if odd:
        name = sorted(odd)[0]
        raise UsageError(f"{where} {'lacks' if name in _KEYS else 'has the unknown key'} `{name}`")
    if type(entry["expires"]) is not date:
        raise UsageError(f"{where}: `expires` is no date like 2026-12-31")
    for name, value in entry.items():
        if name != "expires" and not (isinstance(value, str) and value.strip()):
            raise UsageError(f"{where}: `{name}` is no text, or an empty one")
    return Known(**entry)
