"""`pytest --pyargs contracts --vendor vibes --target URL`: the run of `bodydouble verify` inside pytest.

Without `--target` it starts a mock of its own. It imports what it needs only when `--vendor` is given, so that every
other pytest session pays nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of a run."""
    group = parser.getgroup("bodydouble", "contract of a vendor (bodydouble)")
    group.addoption("--vendor", help="vendor whose contract is checked by contracts/test_contract.py")
    group.addoption("--target", metavar="URL", help="base URL of the implementation; without it, a mock of our own")
    group.addoption("--control", metavar="URL", help="URL of the mock behind --target")
    group.addoption("--contract-vendor-path", action="append", default=[], help="directory with more vendors")
    group.addoption("--contract-profile", default="quick", choices=("smoke", "quick", "full"))
    group.addoption("--contract-seed", type=int, default=1)
    group.addoption("--contract-credentials", metavar="FILE", help="TOML file with credentials and [values]")
    group.addoption("--allow-writes", action="store_true", help="let a target that is no mock be written to")


def pytest_configure(config: pytest.Config) -> None:
    """Register the gate when a vendor is named."""
    if config.getoption("--vendor") is None or config.pluginmanager.has_plugin("bodydouble-gate"):
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
            seed=config.getoption("--contract-seed"),
            credentials=Path(credentials) if credentials else None,
            values=values_in(Path(credentials) if credentials else None),
            allow_writes=config.getoption("--allow-writes"),
        )
        config.pluginmanager.register(gate(settings, ()), "bodydouble-gate")
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None
