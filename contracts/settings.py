"""What the user asked of a run, checked before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

import specs
from contracts.credentials import toml
from contracts.finding import UsageError
from specs import Spec, SpecError

Profile = Literal["smoke", "quick", "full", "deep"]
DEFAULT_SEED = 1


@dataclass(frozen=True, slots=True)
class Settings:
    """One run. `url` None means a mock of our own; `control` names the control API that goes with `url`. `document` is
    the file that describes a vendor of which there is nothing else.

    `require` is the share of grid cells, in percent, that must be witnessed; None: all of them on a mock, none on a
    real target. `profile`: smoke has recipes only; quick adds examples, boundary values and a few sequences along links
    and of each machine; full adds fuzzing and many sequences; deep goes on with the machines for `minutes`. `database`
    is where these keep what failed.
    `shard` (i, n) is every n-th operation from the i-th on. `values` are the user's own examples for parameters, by
    name. `seconds` is how long an answer may take, `rate` how many requests a second are sent at most; `probe_rate`
    allows bursts that exceed the documented limits of a target without a control API. `callback_url` is a public URL
    that is passed on to `callback_port` of this machine: there the target sends its callbacks. `fail_fast`: the first
    task with a finding that is not accepted is the last.
    """

    vendor: str
    url: str | None = None
    control: str | None = None
    document: Path | None = None
    vendor_paths: tuple[Path, ...] = ()
    seed: int = DEFAULT_SEED
    profile: Profile = "quick"
    only: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()
    operations: tuple[str, ...] = ()
    shard: tuple[int, int] = (1, 1)
    allow_writes: bool = False
    probe_rate: bool = False
    fail_fast: bool = False
    credentials: Path | None = None
    known: Path | None = None
    require: float | None = None
    seconds: float = 10.0
    rate: float | None = None
    minutes: float = 10.0
    database: str | None = None
    callback_url: str | None = None
    callback_port: int = 0
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def max_examples(self) -> int:
        """How many random requests each operation gets."""
        return 200 if self.profile in ("full", "deep") else 0

    @property
    def has_control(self) -> bool:
        """Whether worlds, clocks and faults can be used."""
        return self.url is None or self.control is not None

    @property
    def may_write(self) -> bool:
        """A mock may be written to; anything else only when the user said so."""
        return self.has_control or self.allow_writes


def spec_of(settings: Settings) -> Spec:
    """The vendor's spec. Raises UsageError for an unknown vendor or operation, or a document that cannot be used."""
    try:
        for path in settings.vendor_paths:
            specs.add_place(path)
        if settings.document is None:
            spec = specs.read(settings.vendor)
        else:
            from contracts import anyapi

            spec = anyapi.read(settings.vendor, settings.document)
        unknown = [name for name in settings.operations if name not in spec.operations]
    except SpecError as error:
        raise UsageError(str(error)) from error
    if unknown:
        words = meant(unknown[0], spec.operations) or f"`bodydouble routes {settings.vendor}` lists them"
        raise UsageError(f"{settings.vendor} has no operation {unknown[0]!r}; {words}")
    return spec


def meant(name: str, known: Iterable[str]) -> str:
    """What somebody may have meant by an unknown name, in words; empty when nothing is like it."""
    known = [*known]
    alike = get_close_matches(name, known, 3) or [it for it in known if name and name.lower() in it.lower()][:3]
    return f"did you mean {' or '.join(alike)}?" if alike else ""


def values_in(path: Path | None) -> Mapping[str, str]:
    """The user's own parameter values: the table `[values]` of their TOML file."""
    table = toml(path).get("values", {}) if path else {}
    if not isinstance(table, dict):
        raise UsageError(f"{path}: `values` is not a table")
    return {name: str(value) for name, value in table.items()}


def shard(text: str) -> tuple[int, int]:
    """`2/3` as numbers. Raises UsageError for anything else."""
    first, slash, count = text.partition("/")
    if not (slash and first.isdecimal() and count.isdecimal() and 1 <= int(first) <= int(count)):
        raise UsageError(f"--shard {text!r} is not like 1/3")
    return int(first), int(count)
