"""`pytest --pyargs contracts --vendor vibes --target URL`: the run of `bodydouble verify` inside pytest.

Without `--target` it starts a mock of its own; with `-n` (pytest-xdist) several processes share the work. Its options
exist, and what it needs is imported, only when `--vendor` is given: every other pytest session pays nothing, and may
have a `--target` of its own.
"""

from __future__ import annotations

from pathlib import Path

import pytest


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
    group.addoption("--allow-writes", action="store_true", help="let a target that is no mock be written to")


def pytest_configure(config: pytest.Config) -> None:
    """Register the gate when a vendor is named, or when another process asks for help with its run."""
    given = getattr(config, "workerinput", {}).get("bodydouble")
    if given is not None:
        from contracts.spread import work

        for plugin in work(given):
            config.pluginmanager.register(plugin, f"bodydouble-{type(plugin).__name__.lower()}")
        return
    if config.getoption("--vendor", None) is None or config.pluginmanager.has_plugin("bodydouble-gate"):
        return
    from contracts.finding import UsageError
    from contracts.gate import gate
    from contracts.settings import Settings, values_in

    credentials = config.getoption("--contract-credentials")
    try:
        settings = Settings(
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
        )
        config.pluginmanager.register(gate(settings, ()), "bodydouble-gate")
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None
