"""`make mutants`: how many of the mutants the gate kills, and how many stock Schemathesis does, as a Markdown table."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from tests.mutants import table, trial
from tests.mutants.catalogue import CATALOGUE
from tests.mutants.mutant import Mutant

_FEW = 16  # operations; with more, the whole is hardly more
_STOCK_SEEDS = (0, 1, 2)  # on the unmutated mock: what fails there in any of these runs is no kill


@click.command()
@click.option("--list", "listing", is_flag=True, help="Print the catalogue and stop.")
@click.option(
    "--profile", "profiles", multiple=True, type=click.Choice([*trial.TIMEOUTS]), help="[default: quick, compare]"
)
@click.option("--only", multiple=True, help="Only mutants whose id has this in it; may be given again.")
@click.option("--every", default=1, show_default=True, type=click.IntRange(1), help="Only each so-many-th, for a look.")
@click.option(
    "--from", "first", default=0, type=click.IntRange(0), help="The first of them: what another look left out."
)
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(1), help="Mutants on trial at once.")
@click.option("--narrow", is_flag=True, help="Only the operations that are broken, for a look: never the whole vendor.")
@click.option("--stock/--no-stock", "with_stock", default=True, help="Whether stock Schemathesis runs beside the gate.")
@click.option("--seeds", default=1, show_default=True, type=click.IntRange(0), help="Seeds on the unmutated mock.")
@click.option("--seed", default=0, show_default=True, help="Seed on the mutants.")
@click.option("--output", type=click.Path(path_type=Path), help="Write the table to this file too.")
@click.option("--keep", type=click.Path(path_type=Path), help="Keep every report in this directory.")
def main(
    listing: bool,
    profiles: tuple[str, ...],
    only: tuple[str, ...],
    every: int,
    first: int,
    jobs: int,
    narrow: bool,
    with_stock: bool,
    seeds: int,
    seed: int,
    output: Path | None,
    keep: Path | None,
) -> None:
    """Put every mutant on trial. The exit code is 1 when the gate was not clean on the unmutated mock."""
    chosen = [it for it in CATALOGUE.values() if not only or any(part in it.id for part in only)][first::every]
    if not chosen:
        raise click.UsageError("no mutant has that in its id; see --list")
    if listing:
        _list(chosen)
        return
    with _directory(keep) as directory, ExitStack() as baselines:
        court = Court(directory, profiles or ("quick", trial.DIFFERENTIAL), seed, with_stock, narrow, baselines)
        try:
            for vendor in sorted({mutant.vendor for mutant in chosen}):
                court.prepare(vendor, range(seeds))
            court.hear(chosen, jobs)
        finally:
            text = court.report(chosen)
            click.echo(text)
            if output is not None:
                output.write_text(text)
    wrong = [it for facts in court.unmutated.values() for it in facts.verdicts.values() if not it.clean]
    sys.exit(1 if wrong else 0)


class Court:
    """Holds the trials, and what is known so far: also when it is interrupted."""

    def __init__(
        self, directory: Path, profiles: Sequence[str], seed: int, with_stock: bool, narrow: bool, baselines: ExitStack
    ) -> None:  # fmt: skip
        self._running, self._baselines = baselines, dict[str, str]()
        self.unmutated: dict[str, table.Unmutated] = {}
        self._results: dict[str, table.Result] = {}
        self._directory = directory
        self._profiles = profiles
        self._seed = seed
        self._stock = with_stock
        self._narrow = narrow

    def prepare(self, vendor: str, seeds: Sequence[int]) -> None:
        """The mock as it is: false alarms of the gate and of stock, and how long a run of the gate takes."""
        facts = self.unmutated[vendor] = table.Unmutated()
        if trial.DIFFERENTIAL in self._profiles:
            self._baselines[vendor] = self._running.enter_context(trial.served(vendor, None))
        for profile in self._profiles:
            for seed in seeds:
                with trial.served(vendor, None) as url:
                    report = self._directory / f"{vendor}-{profile}-{seed}.jsonl"
                    baseline = self._baselines.get(vendor, "")
                    verdict = trial.judge(url, vendor, profile, seed, report, baseline=baseline)
                facts.verdicts[profile, seed] = verdict
                facts.seconds = max(facts.seconds, verdict.took)
                click.echo(f"{vendor} unmutated, {profile}, seed {seed}: {verdict.word}", err=True)
        for seed in _STOCK_SEEDS if self._stock else ():
            with trial.served(vendor, None) as url:
                report = self._directory / f"{vendor}-stock-{seed}.json"
                facts.alarms |= trial.stock(url, vendor, facts.seconds, seed, report).failures
            facts.stock_runs += 1
        if facts.stock_runs:
            click.echo(f"{vendor} unmutated, stock: {len(facts.alarms)} failures", err=True)

    def hear(self, mutants: Sequence[Mutant], jobs: int) -> None:
        """All trials, so many at once."""
        with ThreadPoolExecutor(jobs) as pool:
            running = {pool.submit(self._try, mutant): mutant for mutant in mutants}
            try:
                for number, done in enumerate(as_completed(running), 1):
                    result = self._results[running[done].id] = done.result()
                    words = [f"{name} {'killed' if it.killed else it.word}" for name, it in result.verdicts.items()]
                    if result.stock:
                        facts = self.unmutated[result.mutant.vendor]
                        words.append(f"stock {'killed' if result.new(facts) else 'survived'}")
                    text = ", ".join(words) or result.trouble
                    click.echo(f"{number}/{len(mutants)} {result.mutant.id}: {text}", err=True)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _try(self, mutant: Mutant) -> table.Result:
        result = table.Result(mutant)
        facts = self.unmutated[mutant.vendor]
        try:
            for profile in self._profiles:
                result.verdicts[profile] = self._judged(mutant, profile)
            if self._stock:
                with trial.served(mutant.vendor, mutant) as url:
                    report = self._directory / f"{mutant.id}-stock.json"
                    budget = max(facts.seconds, *[it.took for it in result.verdicts.values()])
                    result.stock = trial.stock(url, mutant.vendor, budget, self._seed, report)
        except trial.NotServed as error:
            result.trouble = f"not served: {error}"
        return result

    def _judged(self, mutant: Mutant, profile: str) -> trial.Verdict:
        """The gate's verdict: what is broken is tried first, all of the vendor when that does not show it.

        A run of some operations is a part of the whole one: what it finds, that would find, many seconds later.
        """
        narrow = mutant.operations if len(mutant.operations) <= _FEW else ()
        for operations in dict.fromkeys((narrow, ())):
            with trial.served(mutant.vendor, mutant) as url:
                report = self._directory / f"{mutant.id}-{profile}{'-narrow' if operations else ''}.jsonl"
                baseline = self._baselines.get(mutant.vendor, "")
                verdict = trial.judge(url, mutant.vendor, profile, self._seed, report, operations, baseline)
            if verdict.killed or self._narrow:
                break
        return verdict

    def report(self, mutants: Sequence[Mutant]) -> str:
        """The table of the trials that were held."""
        results = [self._results[mutant.id] for mutant in mutants if mutant.id in self._results]
        return table.markdown(results, self.unmutated, self._profiles)


@contextmanager
def _directory(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    with tempfile.TemporaryDirectory() as directory:
        yield Path(directory)


def _list(mutants: Sequence[Mutant]) -> None:
    for mutant in mutants:
        facts = f"{mutant.theme}; {mutant.source}; spec: {mutant.sayable}; depth {mutant.depth}"
        click.echo(f"{mutant.id}\n  {mutant.rule} ({facts})\n  {', '.join(mutant.operations)}")
    documented = sum(mutant.documented for mutant in mutants)
    deep = sum(mutant.depth > 1 for mutant in mutants)
    click.echo(f"{len(mutants)} mutants: {documented} break a documented rule, {deep} need several requests")


if __name__ == "__main__":
    main()
