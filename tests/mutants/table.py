"""The result for people: a Markdown table, totals, and what was found where nothing is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from tests.mutants.mutant import Mutant
from tests.mutants.trial import Failure, Stock, Verdict


@dataclass
class Unmutated:
    """The mock as it is: the gate's verdicts by profile and seed, stock's failures, and the seconds the gate took."""

    verdicts: dict[tuple[str, int], Verdict] = field(default_factory=dict)
    alarms: frozenset[Failure] = frozenset()
    stock_runs: int = 0
    seconds: float = 0.0


@dataclass
class Result:
    """One mutant's trial. `trouble` is set when it could not be held."""

    mutant: Mutant
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    stock: Stock | None = None
    trouble: str = ""

    def killed(self, profile: str) -> bool:
        return profile in self.verdicts and self.verdicts[profile].killed

    def new(self, unmutated: Unmutated) -> frozenset[Failure]:
        """What stock found here and not on the mock as it is."""
        return self.stock.failures - unmutated.alarms if self.stock else frozenset()


def markdown(results: Sequence[Result], unmutated: Mapping[str, Unmutated], profiles: Sequence[str]) -> str:
    """The whole report."""
    with_stock = any(result.stock for result in results)
    parts = [_totals(results, unmutated, profiles, with_stock), _steps(results), _clean(unmutated)]
    parts += [_rows(results, unmutated, profiles, with_stock), _survivors(results, unmutated, profiles)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _rows(
    results: Sequence[Result], unmutated: Mapping[str, Unmutated], profiles: Sequence[str], with_stock: bool
) -> str:
    head = ["mutant", "rule", "source", "depth"]
    for profile in profiles:
        head += [f"{profile}: killed by", "requests", "seconds"]
    rows = []
    for result in results:
        mutant = result.mutant
        row = [mutant.id, mutant.rule, mutant.source, str(mutant.depth)]
        for profile in profiles:
            row += _cells(result, profile)
        if with_stock:
            row.append(_stock_cell(result, unmutated[mutant.vendor]))
        rows.append(row)
    return _grid([*head, *(["stock Schemathesis"] if with_stock else [])], rows)


def _cells(result: Result, profile: str) -> list[str]:
    verdict = result.verdicts.get(profile)
    if verdict is None:
        return [result.trouble or "not run", "", ""]
    if not verdict.killed:
        return ["**survived**" if verdict.clean else f"**{verdict.word}**", str(verdict.exchanges), ""]
    checks = ", ".join(dict.fromkeys(check for check, _ in verdict.checks))
    mark = "" if names_operation(result, verdict) else " (elsewhere)"
    mark += f" in {verdict.steps} requests" if verdict.steps else ""
    return [checks + mark, str(verdict.exchanges), f"{verdict.seconds:.1f}"]


def names_operation(result: Result, verdict: Verdict) -> bool:
    """Whether a finding names an operation that the mutant breaks."""
    return any(operation in result.mutant.operations for _, operation in verdict.checks)


def _stock_cell(result: Result, unmutated: Unmutated) -> str:
    if result.stock is None or not result.stock.complete:
        return "no report"
    new = sorted({code for code, _ in result.new(unmutated)})
    return f"killed ({', '.join(new)})" if new else "survived"


def _totals(
    results: Sequence[Result], unmutated: Mapping[str, Unmutated], profiles: Sequence[str], with_stock: bool
) -> str:
    judges: list[tuple[str, Callable[[Result], bool]]] = [
        (profile, lambda result, profile=profile: result.killed(profile)) for profile in profiles
    ]
    if with_stock:
        judges.append(("stock Schemathesis", lambda result: bool(result.new(unmutated[result.mutant.vendor]))))
    groups = list(_groups(results))
    rows = [
        [name, *[_share(group, killed) for _, group in groups]]
        for name, killed in judges
    ]  # fmt: skip
    return _grid(["killed by", *[f"{name} ({len(group)})" for name, group in groups]], rows)


def _steps(results: Sequence[Result]) -> str:
    """How short the reproductions of differences are."""
    steps = [it.steps for result in results for it in result.verdicts.values() if it.killed and it.steps]
    if not steps:
        return ""
    told = f"median {median(steps):g}, at most {max(steps)} ({len(steps)} mutants)"
    return f"Requests that it takes to see a difference: {told}"


def _groups(results: Sequence[Result]) -> Iterator[tuple[str, list[Result]]]:
    yield "all", [*results]
    yield "documented", [it for it in results if it.mutant.documented]
    yield "inferred", [it for it in results if not it.mutant.documented]
    yield "one request", [it for it in results if it.mutant.depth == 1]
    yield "several", [it for it in results if it.mutant.depth > 1]
    for vendor in sorted({it.mutant.vendor for it in results}):
        yield vendor, [it for it in results if it.mutant.vendor == vendor]


def _share(group: Sequence[Result], killed: Callable[[Result], bool]) -> str:
    return f"{sum(map(killed, group)) / len(group):.0%}" if group else "–"


def _clean(unmutated: Mapping[str, Unmutated]) -> str:
    lines = []
    for vendor, facts in unmutated.items():
        for profile in sorted({profile for profile, _ in facts.verdicts}):
            runs = {seed: verdict for (name, seed), verdict in facts.verdicts.items() if name == profile}
            wrong = {seed: verdict for seed, verdict in runs.items() if not verdict.clean}
            said = "; ".join(
                f"seed {seed}: {verdict.word} {', '.join(check for check, _ in verdict.checks)}".strip()
                for seed, verdict in wrong.items()
            )
            remark = f" ({said})" if said else ""
            lines.append(f"- {vendor}, unmutated, {profile}: {len(runs)} runs, {len(wrong)} not clean{remark}")
        if facts.stock_runs:
            alarms = ", ".join(f"{code} {operation}" for code, operation in sorted(facts.alarms))
            lines.append(
                f"- {vendor}, unmutated, stock Schemathesis: {facts.stock_runs} runs, {len(facts.alarms)} failures "
                f"(not counted below){f': {alarms}' if alarms else ''}"
            )
    return "\n".join(lines)


def _survivors(results: Sequence[Result], unmutated: Mapping[str, Unmutated], profiles: Sequence[str]) -> str:
    lines = []
    for profile in profiles:
        left = [result for result in results if profile in result.verdicts and not result.killed(profile)]
        lines.append(f"Survivors of {profile}: {len(left)}")
        for result in left:
            mutant = result.mutant
            kind = "documented" if mutant.documented else "inferred"
            said = "" if result.verdicts[profile].clean else f", {result.verdicts[profile].word}"
            by_stock = ", killed by stock" if result.new(unmutated[mutant.vendor]) else ""
            lines.append(f"- {mutant.id} ({kind}, spec: {mutant.sayable}{said}{by_stock}): {mutant.rule}")
    return "\n".join(lines)
