"""Every exchange passes here, whatever sent it: it is counted, shown to the grid and judged by every check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from contracts.checks import Check, Rule
from contracts.control import REPLAY
from contracts.exchange import CONTROL, Exchange, curl
from contracts.finding import Finding, Problem
from contracts.grid import Cell, Grid
from contracts.shape import STUMBLES, misshapen
from specs import Operation, Spec

_MAX_LINES = 60


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a recorder saw since the last time, for the recorder of another process."""

    findings: tuple[Finding, ...]
    cells: tuple[Cell, ...]
    exchanges: int
    reached: frozenset[str]
    times: Mapping[str, list[float]]


class Recorder:
    """Judges exchanges. Findings with one identity are one; the smallest request is kept as its reproduction.

    `shown` is the base URL that reports print in place of the target's (a mock's default world, or one to be made, in
    place of a world of ours), empty for the base that an exchange had; `mask` takes secrets out of any text.
    """

    def __init__(
        self, spec: Spec, grid: Grid, checks: Mapping[str, Check], *, seed: int, mask: Callable[[str], str], shown: str
    ) -> None:
        self.spec, self.grid = spec, grid
        self.findings: dict[tuple[str, str, str], Finding] = {}
        self.exchanges = 0
        self.reached: set[str] = set()
        self.times: dict[str, list[float]] = {}
        self._checks = checks
        self._rules = [(check.id, check.rule) for check in checks.values() if check.rule is not None]
        self._seed, self._mask, self._shown = seed, mask, shown

    def judge(self, exchange: Exchange, before: tuple[Exchange, ...] = ()) -> list[Finding]:
        """What this exchange breaks, now or again. `before` are the requests that led to it."""
        operation = self.spec.operations[exchange.operation]
        self.exchanges += 1
        if exchange.response is not None:
            self.reached.add(operation.id)
            self.times.setdefault(operation.id, []).append(exchange.response.seconds)
            self.grid.witness(exchange, operation)
        return [
            self._found(name, operation, problem, exchange, before)
            for name, rule in self._rules
            for problem in self._problems(rule, exchange, operation)
        ]

    def _problems(self, rule: Rule, exchange: Exchange, operation: Operation) -> list[Problem]:
        """What a rule objects to. Where it stumbles over an answer of another shape than documented, others object."""
        try:
            return [*rule(exchange, operation, self.spec)]
        except STUMBLES:
            if not misshapen(exchange, operation, self.spec):
                raise
            return []

    def object(self, check: str, problem: Problem, exchange: Exchange, before: tuple[Exchange, ...]) -> Finding | None:
        """A finding that a recipe makes; None when its check is switched off."""
        if check not in self._checks:
            return None
        return self._found(check, self.spec.operations[exchange.operation], problem, exchange, before)

    def add(self, finding: Finding) -> Finding:
        """Keep a finding, or count it when it is known already; the smaller request stays."""
        known = self.findings.get(finding.identity)
        if known is not None:
            times = known.times + finding.times
            finding = replace(finding if size(finding) < size(known) else known, times=times)
        self.findings[finding.identity] = finding
        return finding

    def harvest(self) -> Harvest:
        """Everything so far, which is forgotten here."""
        taken = Harvest(
            tuple(self.findings.values()), tuple(self.grid.take()), self.exchanges, frozenset(self.reached), self.times
        )
        self.findings, self.exchanges, self.times = {}, 0, {}
        self.reached.clear()
        return taken

    def absorb(self, harvest: Harvest) -> None:
        """Add what another process saw."""
        for finding in harvest.findings:
            self.add(finding)
        self.grid.merge(harvest.cells)
        self.exchanges += harvest.exchanges
        self.reached |= harvest.reached
        for name, seconds in harvest.times.items():
            self.times.setdefault(name, []).extend(seconds)

    def _found(
        self, check: str, operation: Operation, problem: Problem, exchange: Exchange, before: tuple[Exchange, ...]
    ) -> Finding:
        return self.add(
            Finding(
                check=check,
                operation=operation.id,
                expected=self._mask(problem.expected),
                seen=self._mask(problem.seen),
                key=problem.key,
                sender=exchange.sender,
                seed=self._seed,
                reproduce=self.lines((*before, exchange)),
                exchange=exchange,
            )
        )

    def lines(self, exchanges: tuple[Exchange, ...]) -> tuple[str, ...]:
        """Command lines for exchanges in order; equal neighbours become a loop.

        A single request goes to a mock's default world; a sequence makes a world first, whose seed gives it the ids
        that the sequence had.
        """
        vendor = [exchange for exchange in exchanges if exchange.operation != CONTROL]
        if len(vendor) == 1 and len(exchanges) <= 2:
            exchanges = tuple(vendor)
        found: list[tuple[str, int]] = []
        for exchange in exchanges:
            line = curl(exchange.request, exchange.base, self._address(exchange, exchanges), self._mask)
            if found and found[-1][0] == line:
                found[-1] = (line, found[-1][1] + 1)
            else:
                found.append((line, 1))
        lines = [line if times == 1 else f"for i in $(seq {times}); do {line}; done" for line, times in found]
        return tuple(lines) if len(lines) <= _MAX_LINES else (lines[0], *lines[1 - _MAX_LINES :])

    def _address(self, exchange: Exchange, among: tuple[Exchange, ...]) -> str:
        """What to show in place of an exchange's base."""
        origin = self._shown.removesuffix(f"/{self.spec.vendor}")
        if exchange.operation == CONTROL:
            made = exchange.base.endswith("/_control")
            return f"{origin}/_control" if made else f"{origin}/_control/worlds/{REPLAY}"
        in_world = among[0].operation == CONTROL
        return f"{origin}/w/{REPLAY}/{self.spec.vendor}" if in_world else self._shown or exchange.base


def size(finding: Finding) -> tuple[int, int, tuple[str, ...], str]:
    """What decides which of two equal findings is shown: fewer requests, a smaller one, then the alphabet."""
    sent = finding.exchange.request.size if finding.exchange else 0
    return len(finding.reproduce), sent, finding.reproduce, finding.sender
