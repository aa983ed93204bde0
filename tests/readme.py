"""The README's tables, made from the code. `python -m tests.readme` writes them; `test_readme.py` compares them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import zip_longest
from pathlib import Path

import click

import specs
from contracts import vendors
from contracts.checks import catalogue
from contracts.compare.differences import CHECKS as DIFFERENCES
from contracts.receiver.checks import CATALOGUE as RECEIVER
from contracts.settings import Settings
from contracts.swap import portable
from contracts.swap.stories import Step, found
from contracts.swap.tales import told_by
from mockserver.cli import _COMMANDS, bodydouble
from mockserver.faults import CATALOGUE as FAULTS
from mockserver.vendor import load_vendor
from specs.swap.matrix import compare

README = Path(__file__).parent.parent / "README.md"


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def commands() -> str:
    return _table(("command", "does"), [(f"`bodydouble {name}`", summary) for name, (_, summary) in _COMMANDS.items()])


def _options(command: str) -> str:
    context = click.Context(bodydouble)
    found = bodydouble.get_command(context, command)
    assert found is not None
    rows = []
    for option in found.params:
        if isinstance(option, click.Option):
            default = option.to_info_dict()["default"]
            silent = default in (None, (), [], False) or option.is_flag or "UNSET" in str(default)
            names = "`, `".join([*option.opts, *option.secondary_opts])
            rows.append((f"`{names}`", option.help, "" if silent else f"`{default}`"))
    return _table(("option", "meaning", "default"), rows)


def serve_options() -> str:
    return _options("serve")


def verify_options() -> str:
    return _options("verify")


def compare_options() -> str:
    return _options("compare")


def differences() -> str:
    return _table(("class", "holds when"), [(f"`{check.id}`", check.says) for check in DIFFERENCES])


def switches() -> str:
    rows = []
    for name in specs.vendors():
        for switch in load_vendor(name, specs.read(name)).switches.values():
            choices = ", ".join(f"`{choice}`" for choice in switch.choices) or "any"
            default = "unset" if switch.default is None else f"`{switch.default}`"
            rows.append((f"`{name}.{switch.name}`", choices, default, switch.summary))
    return _table(("switch", "choices", "default", "meaning"), rows)


def faults() -> str:
    return _table(("kind", "does"), [(f"`{fault.kind}`", fault.summary) for fault in FAULTS.values()])


def operations() -> str:
    rows = []
    for name in specs.vendors():
        for operation in specs.read(name).operations.values():
            stated = any("stated" in source for source in operation.sources)
            inferred = any("inferred" in source for source in operation.sources)
            source = "stated, parts inferred" if stated and inferred else "stated" if stated else "inferred"
            where = f"`{operation.method} {operation.path}`"
            rows.append(
                (name, where, f"`{operation.id}`", ", ".join(f"`{it}`" for it in operation.capabilities), source)
            )
    return _table(("vendor", "operation", "operationId", "capability", "source"), rows)


def swap() -> str:
    """By area, how many of a vendor's capabilities another one has, has by another way, and lacks."""
    read = {name: specs.read(name) for name in specs.vendors()}
    pairs = [(old, new) for old in read for new in read if old != new]
    rows = {pair: compare(read[pair[0]], read[pair[1]]).rows for pair in pairs}
    areas = list(dict.fromkeys(row.area for found in rows.values() for row in found))
    table = []
    for area in areas:
        cells = []
        for pair in pairs:
            counts = Counter(row.verdict for row in rows[pair] if row.area == area)
            there = counts["same"] + counts["otherwise"]
            told = (there, counts["by another way"], counts["lacks"])
            cells.append(" · ".join(map(str, told)) if any(told) else "–")
        table.append((area, *cells))
    return _table(("area", *(f"{old} → {new}" for old, new in pairs)), table)


def stories() -> str:
    """How each step of the portable stories ended on the mocks, and how many calls it took."""
    told = {name: [*told_by([*found(portable)], Settings(name))] for name in specs.vendors()}
    rows = []
    for tellings in zip(*told.values(), strict=True):
        for steps in zip_longest(*(it.steps for it in tellings)):
            name = next(it.name for it in steps if it)
            rows.append((tellings[0].title, name, *(_ended(it) if it else "–" for it in steps)))
    return _table(("story", "step", *told), rows)


def _ended(step: Step) -> str:
    if step.outcome == "unsupported":
        return f"unsupported: {step.reason}"
    calls = f" in {len(step.calls)} calls" if len(step.calls) > 1 else ""
    return f"{step.outcome}{f': {step.reason}' if step.reason else ''}{calls}"


def checks() -> str:
    own = [it for name in specs.vendors() for it in getattr(vendors.module(name, "checks"), "CHECKS", ())]
    # A vendor's check with the id of a general one is that one, held more strictly.
    known = catalogue((*(it for it in own if it.owner != "contracts"), *RECEIVER))
    return _table(("check", "holds when", "of"), [(f"`{it.id}`", it.says, it.owner) for it in known.values()])


TABLES: dict[str, Callable[[], str]] = {
    "commands": commands,
    "serve options": serve_options,
    "verify options": verify_options,
    "compare options": compare_options,
    "differences": differences,
    "switches": switches,
    "faults": faults,
    "swap": swap,
    "stories": stories,
    "operations": operations,
    "checks": checks,
}


def written(text: str) -> str:
    """A README's text with its tables made anew. Raises LookupError when it lacks the marks of one."""
    for name, table in TABLES.items():
        start, end = f"<!-- table: {name} -->", "<!-- end -->"
        pattern = re.compile(rf"{re.escape(start)}\n.*?{re.escape(end)}", re.DOTALL)
        if not pattern.search(text):
            raise LookupError(f"README.md has no table {name!r}")
        fresh = f"{start}\n{table()}\n{end}"
        text = pattern.sub(lambda _, fresh=fresh: fresh, text, count=1)
    return text


if __name__ == "__main__":
    README.write_text(written(README.read_text()))
