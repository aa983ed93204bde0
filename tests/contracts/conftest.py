"""How the tests of the gate run it: against small servers of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from contracts.cli import verify
from tests.contracts.shop import KEY, Shop

SHOP = Path(__file__).with_name("shop.yaml")


@dataclass(frozen=True)
class Outcome:
    """What a user sees of a run."""

    code: int
    text: str

    def checks(self) -> set[str]:
        """Ids of the checks that found something."""
        heads = (line.split() for line in self.text.splitlines() if line[:1].isalpha())
        return {words[0] for words in heads if len(words) > 1 and (words[1].split(".")[0] in ("items", "notes", "*"))}


Gate = Callable[..., Outcome]


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    """Runs `bodydouble verify` with the given arguments."""

    def run(*arguments: str) -> Outcome:
        result = CliRunner().invoke(verify, arguments, prog_name="bodydouble verify")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return Outcome(result.exit_code, result.output)

    return run


@pytest.fixture
def judge(gate: Gate, tmp_path: Path) -> Gate:
    """Runs the gate on a shop, with its key and leave to write."""
    credentials = tmp_path / "credentials.toml"
    credentials.write_text(f'key = "{KEY}"\n')

    def run(shop: Shop, *arguments: str, profile: str = "smoke") -> Outcome:
        return gate(
            "--spec", str(SHOP), "--url", shop.url, "--credentials", str(credentials), "--allow-writes",
            "--require", "100", "--profile", profile, *arguments,
        )  # fmt: skip

    return run
