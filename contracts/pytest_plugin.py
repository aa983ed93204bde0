"""`pytest --pyargs contracts --vendor vibes --target URL`: the run of `bodydouble verify` inside pytest.

Without `--target` it starts a mock of its own; with `-n` (pytest-xdist) several processes share the work. Its options
exist, and what it needs is imported, only when `--vendor` is given: every other pytest session pays nothing, and may
have a `--target` of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from contracts.events import Listener
    from contracts.settings import Settings


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(parser: pytest.Parser, args: list[str]) -> None:
    """Add the options of a run, when it is one, or when help is asked for."""
    if any(it in ("-h", "--help", "--vendor") or it.startswith("--vendor=") for it in args):
        _add_options(parser)


def _add_options(parser: pytest.Parser) -> None:
    group = parser.getgroup("bodydouble", "contract of a vendor (bodydouble)")
    group.addoption("--vendor", help="vendor whose contract is checked by contracts/test_contract.py")
    group.addoption("--target", metavar="URL", help="base URL of the implementation; without it, a mock of our own")
    group.addoption("--control", metavar="URL", help="URL of the mock behind --target")
    group.addoption("--contract-vendor-path", action="append", default=[], help="directory with more vendors")
    group.addoption("--contract-profile", default="quick", choices=("smoke", "quick", "full", "deep"))
    group.addoption("--contract-minutes", type=float, default=10.0, help="how long a deep run takes")
    group.addoption("--contract-database", metavar="DIR|redis://…", help="where sequences that failed are kept")
    group.addoption("--contract-seed", type=int, default=1)
    group.addoption("--contract-credentials", metavar="FILE", help="TOML file with credentials and [values]")
    for name, words in (
        ("operation", "only this operationId"),
        ("only", "only this check"),
        ("skip", "not this check"),
    ):
        group.addoption(f"--contract-{name}", action="append", default=[], help=f"{words}; may be given again")
    group.addoption("--contract-shard", metavar="I/N", default="1/1", help="the I-th of N parts")
    group.addoption("--contract-known", metavar="FILE", help="TOML file of accepted findings")
    group.addoption("--contract-require", type=float, help="percentage of the grid that must be witnessed")
    group.addoption("--contract-timeout", type=float, default=10.0, help="seconds that an answer may take")
    group.addoption("--contract-rate", type=float, help="requests a second at most; 0 for no limit")
    group.addoption("--contract-html", metavar="FILE", help="write a page for the browser to this file")
    group.addoption("--contract-json", metavar="FILE", help="write each event as a line of JSON to this file")
    group.addoption("--allow-writes", action="store_true", help="let a target that is no mock be written to")


def pytest_configure(config: pytest.Config) -> None:
    """Register the gate when a vendor is named, or when another process asks for help with its run."""
    given = getattr(config, "workerinput", {}).get("bodydouble")
    if given is not None:
        from contracts.worker import work

        for plugin in work(given):
            config.pluginmanager.register(plugin, f"bodydouble-{type(plugin).__name__.lower()}")
        return
    if config.getoption("--vendor", None) is None or config.pluginmanager.has_plugin("bodydouble-gate"):
        return
    from contracts.finding import UsageError
    from contracts.gate import gate

    try:
        config.pluginmanager.register(gate(_settings(config), _listeners(config)), "bodydouble-gate")
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None


def _settings(config: pytest.Config) -> Settings:
    from contracts.settings import Settings, shard, values_in

    credentials, known = config.getoption("--contract-credentials"), config.getoption("--contract-known")
    return Settings(
        vendor=config.getoption("--vendor"),
        url=config.getoption("--target"),
        control=config.getoption("--control"),
        vendor_paths=tuple(Path(path) for path in config.getoption("--contract-vendor-path")),
        profile=config.getoption("--contract-profile"),
        minutes=config.getoption("--contract-minutes"),
        database=config.getoption("--contract-database"),
        seed=config.getoption("--contract-seed"),
        credentials=Path(credentials) if credentials else None,
        values=values_in(Path(credentials) if credentials else None),
        allow_writes=config.getoption("--allow-writes"),
        operations=tuple(config.getoption("--contract-operation")),
        only=frozenset(config.getoption("--contract-only")),
        skip=frozenset(config.getoption("--contract-skip")),
        shard=shard(config.getoption("--contract-shard")),
        known=Path(known) if known else None,
        require=config.getoption("--contract-require"),
        seconds=config.getoption("--contract-timeout"),
        rate=config.getoption("--contract-rate"),
    )


def _listeners(config: pytest.Config) -> tuple[Listener, ...]:
    from contracts.reports.html import Html
    from contracts.reports.jsonlines import JsonLines

    html, lines = config.getoption("--contract-html"), config.getoption("--contract-json")
    return (*((Html(Path(html)),) if html else ()), *((JsonLines(Path(lines)),) if lines else ()))
